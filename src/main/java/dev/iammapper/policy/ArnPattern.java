package dev.iammapper.policy;

import dev.iammapper.mapping.IamNames;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The ARNs of some principals: section by section, with {@code *} for any characters within a section, and compared
 * without letter case as the authenticator compares. A role is compared by its name alone, because its path is whatever
 * the author of an object writes: STS never reports it.
 */
public final class ArnPattern {
    private static final int SECTIONS = 6;
    private static final String SHAPE = "Write \"arn:aws:iam::<account>:role/<name>\"; \"*\" stands for any characters"
            + " within a section.";
    private static final Set<String> KINDS = Set.of("role", "user", "root", "federated-user");

    private final String text;
    private final Glob partition;
    private final Glob account;
    private final Glob kind;
    private final Glob name;

    private ArnPattern(String text, Glob partition, Glob account, Glob kind, Glob name) {
        this.text = text;
        this.partition = partition;
        this.account = account;
        this.kind = kind;
        this.name = name;
    }

    /** What became of a text that should be a pattern. */
    sealed interface Parsed {
        /** A pattern. */
        record Valid(ArnPattern pattern) implements Parsed {}

        /** Something else. */
        record Invalid(String message, String advice) implements Parsed {}
    }

    static Parsed parse(String text) {
        if (text.isEmpty()) {
            return new Parsed.Invalid("is empty.", SHAPE);
        }
        if (text.length() > IamNames.MAX_ARN) {
            return new Parsed.Invalid("is longer than the " + IamNames.MAX_ARN + " characters of an ARN.", SHAPE);
        }
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (!IamNames.isNameCharacter(character) && ":/*".indexOf(character) < 0) {
                return new Parsed.Invalid(
                        "holds " + Quoted.text(String.valueOf(character)) + " at character " + (index + 1) + ".",
                        "Patterns hold letters, digits, _+=,.@-, \"/\" and \"*\"; they are no regular expressions.");
            }
        }
        String[] sections = text.toLowerCase(Locale.ROOT).split(":", -1);
        if (sections.length != SECTIONS || !sections[0].equals("arn")) {
            return new Parsed.Invalid(Quoted.text(text) + " is not an ARN with six sections.", SHAPE);
        }
        return of(text, sections);
    }

    private static Parsed of(String text, String[] sections) {
        Glob partition = Glob.of(sections[1]);
        Glob account = Glob.of(sections[4]);
        int slash = sections[5].indexOf('/');
        String kindText = slash < 0 ? sections[5] : sections[5].substring(0, slash);
        String nameText = slash < 0 ? "" : sections[5].substring(slash + 1);
        Glob kind = Glob.of(kindText);
        if (partition.isLiteral() ? !IamNames.isPartition(sections[1]) : !matchesAny(partition, IamNames.PARTITIONS)) {
            return new Parsed.Invalid("has the partition " + Quoted.text(sections[1]) + ", which does not exist.",
                    "Write one of " + String.join(", ", IamNames.PARTITIONS) + ".");
        }
        if (!sections[3].isEmpty()) {
            return new Parsed.Invalid("has a region, but principals belong to no region.",
                    "Leave the fourth section empty: two colons in a row.");
        }
        if (account.isLiteral() ? !IamNames.isAccountId(sections[4]) : !sections[4].matches("[0-9*]+")) {
            return new Parsed.Invalid("has the account " + Quoted.text(sections[4]) + ", which is not 12 digits.",
                    "Write the account's 12 digits.");
        }
        if (!matchesAny(kind, KINDS)) {
            return new Parsed.Invalid("is for the kind " + Quoted.text(kindText) + ", which is no principal.",
                    "Write \"role/<name>\", \"user/<name>\", \"root\" or \"federated-user/<name>\".");
        }
        if (kind.isLiteral() && kindText.equals("federated-user") != sections[2].equals("sts")) {
            return new Parsed.Invalid("has the service " + Quoted.text(sections[2]) + ".",
                    kindText.equals("federated-user") ? "Write \"sts\"." : "Write \"iam\".");
        }
        if (!sections[2].equals("iam") && !sections[2].equals("sts")) {
            return new Parsed.Invalid("has the service " + Quoted.text(sections[2]) + ".", "Write \"iam\".");
        }
        if (kind.isLiteral() && kindText.equals("root") != (slash < 0)) {
            return new Parsed.Invalid(slash < 0 ? "ends before the name." : "goes on after \"root\".", SHAPE);
        }
        if (kindText.equals("role") && nameText.indexOf('/') >= 0) {
            return new Parsed.Invalid("gives a role a path, which proves nothing: STS never reports it.",
                    "Write \"role/" + nameText.substring(nameText.lastIndexOf('/') + 1) + "\".");
        }
        if (kind.isLiteral() && slash >= 0 && (nameText.isEmpty() || nameText.endsWith("/"))) {
            return new Parsed.Invalid("ends before the name.", SHAPE);
        }
        return new Parsed.Valid(new ArnPattern(text, partition, account, kind, Glob.of(nameText)));
    }

    private static boolean matchesAny(Glob glob, Iterable<String> texts) {
        for (String text : texts) {
            if (glob.matches(text)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the pattern is for the principal. */
    public boolean matches(PrincipalArn principal) {
        List<String> sections = List.of(principal.key().value().split(":", SECTIONS));
        String resource = sections.get(5);
        int slash = resource.indexOf('/');
        String name = slash < 0 ? "" : resource.substring(slash + 1);
        return partition.matches(sections.get(1)) && account.matches(sections.get(4))
                && kind.matches(slash < 0 ? resource : resource.substring(0, slash)) && this.name.matches(name);
    }

    /** Whether the pattern says itself that it is for IAM users, and not only by a star. */
    boolean namesUsers() {
        return kind.isLiteral() && kind.matches("user");
    }

    /** Whether accounts that nobody wrote down match. */
    boolean hasOpenAccount() {
        return !account.isLiteral();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ArnPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The pattern as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
