package dev.iammapper.mapping;

import dev.iammapper.mapping.PrincipalArn.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads one ARN, and names everything that keeps EKS from matching it. The authenticator takes far more than it ever
 * matches; this reader takes only what STS can report, and role paths, which are left out of what is written.
 */
final class ArnReader {
    private static final String SHAPE = "Write \"arn:aws:iam::<12-digit account>:role/<name>\" or"
            + " \"arn:aws:iam::<12-digit account>:user/<name>\".";
    private static final int PARTS = 6;

    /** Resources of IAM and STS that have an ARN but never call a cluster. */
    private static final Set<String> INERT = Set.of("group", "policy", "instance-profile", "saml-provider",
            "oidc-provider", "server-certificate", "mfa", "sms-mfa", "u2f", "access-report", "assumed-role");

    private final String text;
    private final List<ArnProblem> problems = new ArrayList<>();

    ArnReader(String text) {
        this.text = text;
    }

    ParsedArn read() {
        if (!hasReadableCharacters()) {
            return new ParsedArn.Invalid(problems);
        }
        noteWildcard();
        String[] parts = text.split(":", -1);
        if (!hasPrefix(parts[0]) || !hasAllParts(parts)) {
            return new ParsedArn.Invalid(problems);
        }
        checkPartition(parts[1]);
        checkRegion(parts[3]);
        return principal(parts[1], parts[2], parts[4], text.substring(startOf(PARTS - 1)));
    }

    private boolean hasReadableCharacters() {
        if (text.isEmpty()) {
            return malformed("is empty.", SHAPE);
        }
        if (text.length() > IamNames.MAX_ARN) {
            return malformed("is longer than the " + IamNames.MAX_ARN + " characters that an ARN may have.", SHAPE);
        }
        int first = text.codePointAt(0);
        int last = text.codePointBefore(text.length());
        if (isBlank(first)) {
            malformed("starts with " + blankName(first) + ".", "Remove what stands before \"arn:\".");
        }
        if (isBlank(last)) {
            malformed("ends with " + blankName(last) + ".", "Remove what stands after the name.");
        }
        if (!problems.isEmpty()) {
            return false;
        }
        for (int index = 0; index < text.length(); index += Character.charCount(text.codePointAt(index))) {
            int character = text.codePointAt(index);
            if (!IamNames.isPrintable(character)) {
                return malformed(
                        "holds " + Quoted.character(character) + " at character " + Quoted.place(text, index) + ".",
                        "ARNs are plain ASCII without spaces: type that character again, or copy the ARN from IAM.");
            }
        }
        return true;
    }

    private void noteWildcard() {
        for (int index = 0; index < text.length(); index++) {
            if (isWildcard(text.charAt(index))) {
                problems.add(new ArnProblem(FieldError.ARN_WILDCARD,
                        "holds the wildcard \"" + text.charAt(index) + "\" at character " + (index + 1)
                                + ", which EKS compares as a letter: it matches nobody.",
                        "Write one object for each role or user."));
                return;
            }
        }
    }

    private boolean hasPrefix(String prefix) {
        if (prefix.equals("arn")) {
            return true;
        }
        if (prefix.equalsIgnoreCase("arn")) {
            return malformed("starts with " + Quoted.text(prefix + ":") + ".", "Write \"arn:\" in lower case.");
        }
        return malformed(Quoted.text(text) + " does not start with \"arn:\".", SHAPE);
    }

    private boolean hasAllParts(String[] parts) {
        if (parts.length >= PARTS) {
            return true;
        }
        return malformed("has " + parts.length + " of the 6 parts that colons separate.",
                SHAPE + " The part between the two colons after \"iam\" stays empty.");
    }

    private void checkPartition(String partition) {
        if (IamNames.isPartition(partition) || isWild(partition)) {
            return;
        }
        String lowerCase = partition.toLowerCase(Locale.ROOT);
        if (IamNames.isPartition(lowerCase)) {
            malformed("has the partition " + Quoted.text(partition) + ".",
                    "Write \"" + lowerCase + "\" in lower case.");
        } else {
            malformed("has the unknown partition " + Quoted.text(partition) + ".",
                    "Write one of " + String.join(", ", IamNames.PARTITIONS) + ".");
        }
    }

    private void checkRegion(String region) {
        if (!region.isEmpty() && !isWild(region)) {
            malformed("has the region " + Quoted.text(region) + ", but principals belong to no region.",
                    "Leave the part after the service empty: two colons in a row.");
        }
    }

    private ParsedArn principal(String partition, String service, String account, String resource) {
        String type = resource.substring(0, endOfType(resource));
        if (!service.equals("iam") && !service.equals("sts")) {
            refuseService(service);
        } else if (INERT.contains(type)) {
            refuseKind(partition, account, type, resource);
        } else {
            checkAccount(account);
            switch (service + " " + type) {
                case "iam role" -> {
                    return named(partition, account, Kind.ROLE, resource);
                }
                case "iam user" -> {
                    return named(partition, account, Kind.USER, resource);
                }
                case "iam root" -> {
                    return root(partition, account, resource);
                }
                case "sts federated-user" -> {
                    return named(partition, account, Kind.FEDERATED_USER, resource);
                }
                default -> refuseType(service, type);
            }
        }
        return new ParsedArn.Invalid(problems);
    }

    private void refuseService(String service) {
        if (isWild(service)) {
            return;
        }
        String lowerCase = service.toLowerCase(Locale.ROOT);
        if (service.isEmpty()) {
            malformed("names no service between the second and the third colon.", SHAPE);
        } else if (lowerCase.equals("iam") || lowerCase.equals("sts")) {
            malformed("has the service " + Quoted.text(service) + ".", "Write \"" + lowerCase + "\" in lower case.");
        } else {
            unsupported("is the ARN of something in " + Quoted.text(service) + ", which never calls a cluster.", SHAPE);
        }
    }

    private void refuseKind(String partition, String account, String type, String resource) {
        switch (type) {
            case "assumed-role" -> unsupported(
                    "is the ARN of a session (assumed-role), which EKS never compares: it compares the role.",
                    roleOfSession(partition, account, resource));
            case "instance-profile" -> unsupported("is the ARN of an instance profile, which never calls a cluster.",
                    "Write the ARN of the role inside it, as \"aws iam get-instance-profile\" shows it.");
            case "group" -> unsupported("is the ARN of an IAM group, which STS never reports.",
                    "Write one object for each user, or let the group's members assume a role and write its ARN.");
            case "saml-provider", "oidc-provider" -> unsupported(
                    "is the ARN of an identity provider, which never calls a cluster.",
                    "Write the ARN of the role that its users assume.");
            default -> unsupported("is the ARN of a " + type + ", which never calls a cluster.", SHAPE);
        }
    }

    /** The advice for {@code assumed-role/ROLE/SESSION}: the ARN to write, where enough of it can be read. */
    private static String roleOfSession(String partition, String account, String resource) {
        String[] segments = resource.split("/", -1);
        String role = segments.length < 2 ? "" : segments[Math.max(1, segments.length - 2)];
        if (IamNames.isPartition(partition) && IamNames.isAccountId(account) && IamNames.isName(Kind.ROLE, role)) {
            return "Write \"" + new PrincipalArn(partition, account, Kind.ROLE, "/", role).canonical() + "\".";
        }
        return "Write the role's own ARN: \"arn:aws:iam::<12-digit account>:role/<name>\", without the session.";
    }

    private void refuseType(String service, String type) {
        if (isWild(type)) {
            return;
        }
        String lowerCase = type.toLowerCase(Locale.ROOT);
        if (type.isEmpty()) {
            malformed("ends after the account.", SHAPE);
        } else if (!type.equals(lowerCase) && Set.of("role", "user", "root", "federated-user").contains(lowerCase)) {
            malformed("has the resource type " + Quoted.text(type) + ".", "Write \"" + lowerCase + "\" in lower case.");
        } else if (service.equals("sts") && Set.of("role", "user", "root").contains(type)) {
            malformed("looks for a " + type + " in the service \"sts\".", "Write \"iam\" instead of \"sts\".");
        } else if (type.equals("federated-user")) {
            malformed("looks for a federated user in the service \"iam\".", "Write \"sts\" instead of \"iam\".");
        } else {
            malformed("has the unknown resource type " + Quoted.text(type) + ".", SHAPE);
        }
    }

    private void checkAccount(String account) {
        if (IamNames.isAccountId(account) || isWild(account)) {
            return;
        }
        if (account.isEmpty()) {
            malformed("names no account.", "Write the account's 12 digits after \"iam::\".");
        } else {
            malformed("has the account " + Quoted.text(account) + ", which is not 12 digits.",
                    "Write the account's 12 digits, with leading zeros and without dashes.");
        }
    }

    private ParsedArn root(String partition, String account, String resource) {
        if (!resource.equals("root")) {
            malformed("goes on after \"root\" at character " + (startOf(PARTS - 1) + "root".length() + 1) + ".",
                    "End it with \":root\".");
        }
        return problems.isEmpty()
                ? new ParsedArn.Valid(new PrincipalArn(partition, account, Kind.ROOT, "/", ""))
                : new ParsedArn.Invalid(problems);
    }

    private ParsedArn named(String partition, String account, Kind kind, String resource) {
        int endOfType = endOfType(resource);
        int startOfName = resource.lastIndexOf('/') + 1;
        String path = startOfName == 0 ? "/" : resource.substring(endOfType, startOfName);
        String name = resource.substring(startOfName == 0 ? resource.length() : startOfName);
        int offset = startOf(PARTS - 1);
        int colon = resource.indexOf(':');
        if (colon >= 0) {
            malformed("holds a colon too many at character " + (offset + colon + 1) + ".",
                    "End it after the name; names and paths hold no colon.");
            return new ParsedArn.Invalid(problems);
        }
        checkPath(kind, path, offset + endOfType);
        checkName(kind, name, offset + startOfName);
        return problems.isEmpty()
                ? new ParsedArn.Valid(new PrincipalArn(partition, account, kind, path, name))
                : new ParsedArn.Invalid(problems);
    }

    private void checkPath(Kind kind, String path, int offset) {
        int empty = path.indexOf("//");
        if (empty >= 0) {
            malformed("holds two slashes in a row at character " + (offset + empty + 1) + ".", "Write one slash.");
        } else if (kind == Kind.FEDERATED_USER && !path.equals("/")) {
            malformed("gives a federated user a path.", "Write \"federated-user/<name>\".");
        } else if (path.length() > IamNames.MAX_PATH) {
            malformed("has a path of " + path.length() + " characters; IAM allows " + IamNames.MAX_PATH + ".",
                    "Copy the ARN from IAM.");
        }
    }

    private void checkName(Kind kind, String name, int offset) {
        if (name.isEmpty()) {
            malformed("ends where the name should begin.", SHAPE);
            return;
        }
        for (int index = 0; index < name.length(); index++) {
            char character = name.charAt(index);
            if (!IamNames.isNameCharacter(character) && !isWildcard(character)) {
                malformed("holds \"" + character + "\" at character " + (offset + index + 1)
                        + ", which IAM does not allow in a name.", "Names hold letters, digits and _+=,.@- only.");
                return;
            }
        }
        if (name.length() < IamNames.minName(kind) || name.length() > IamNames.maxName(kind)) {
            malformed(
                    "has a name of " + name.length() + " characters; IAM allows " + IamNames.minName(kind) + " to "
                            + IamNames.maxName(kind) + ".",
                    "Copy the ARN from IAM.");
        }
    }

    /** Adds the problem; always false, so that a check can end with it. */
    private boolean malformed(String message, String advice) {
        problems.add(new ArnProblem(FieldError.ARN_MALFORMED, message, advice));
        return false;
    }

    private void unsupported(String message, String advice) {
        problems.add(new ArnProblem(FieldError.ARN_KIND_UNSUPPORTED, message, advice));
    }

    /** The index at which one of the parts between colons begins. */
    private int startOf(int part) {
        int start = 0;
        for (int passed = 0; passed < part; passed++) {
            start = text.indexOf(':', start) + 1;
        }
        return start;
    }

    private static int endOfType(String resource) {
        int slash = resource.indexOf('/');
        return slash < 0 ? resource.length() : slash;
    }

    private static boolean isWild(String part) {
        return part.chars().anyMatch(ArnReader::isWildcard);
    }

    private static boolean isWildcard(int character) {
        return character == '*' || character == '?';
    }

    private static boolean isBlank(int character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character);
    }

    private static String blankName(int character) {
        return character == ' ' ? "a space" : Quoted.character(character);
    }
}
