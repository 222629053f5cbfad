package dev.iammapper.identity;

import dev.iammapper.mapping.PrincipalKey;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An ARN as it stands in a row, however wrong: cut at its colons and slashes, in lower case as it is compared.
 *
 * @param kind what stands before the first slash of its resource
 * @param path what stands between kind and name, both slashes included
 * @param name what stands behind the last slash, or empty
 */
record WrittenArn(String partition, String service, String account, String kind, String path, String name) {
    private static final int PARTS = 6;
    private static final Pattern BLANKS = Pattern.compile("^[\\s\\p{Z}\\p{C}]+|[\\s\\p{Z}\\p{C}]+$");

    /** The parts, or null of what is no ARN at all. */
    static @Nullable WrittenArn of(String text) {
        List<String> parts = List.of(stripped(text).toLowerCase(Locale.ROOT).split(":", PARTS));
        if (parts.size() < PARTS) {
            return null;
        }
        String resource = parts.get(PARTS - 1);
        int first = resource.indexOf('/');
        int last = resource.lastIndexOf('/');
        return first < 0
                ? new WrittenArn(parts.get(1), parts.get(2), parts.get(4), resource, "/", "")
                : new WrittenArn(parts.get(1), parts.get(2), parts.get(4), resource.substring(0, first),
                        resource.substring(first, last + 1), resource.substring(last + 1));
    }

    static WrittenArn of(PrincipalKey principal) {
        WrittenArn arn = of(principal.value());
        if (arn == null) {
            throw new IllegalArgumentException("the key of a principal is an ARN: " + principal);
        }
        return arn;
    }

    /** Without blanks and invisible characters around it. */
    static String stripped(String text) {
        return BLANKS.matcher(text).replaceAll("");
    }

    boolean isOfSameAccount(WrittenArn other) {
        return account.equals(other.account) && partition.equals(other.partition);
    }

    boolean isSession() {
        return service.equals("sts") && kind.equals("assumed-role");
    }

    /** The role of a session's ARN: what stands before its last slash. */
    String roleOfSession() {
        String role = path.substring(0, Math.max(0, path.length() - 1));
        // An ARN that ends behind the role names no session.
        return role.isEmpty() ? name : role.substring(role.lastIndexOf('/') + 1);
    }
}
