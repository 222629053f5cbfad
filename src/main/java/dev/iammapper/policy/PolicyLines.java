package dev.iammapper.policy;

import dev.iammapper.mapping.PrincipalArn;
import org.jspecify.annotations.Nullable;

/** Shows the two lines of a policy that would allow what it denies. */
final class PolicyLines {
    private PolicyLines() {}

    /** "To allow it all the same, …": the end of an advice. */
    static String allowing(String key, @Nullable PrincipalArn principal) {
        // Paths of users may hold characters that patterns do not take.
        return allowing(key, principal == null
                ? "<the ARN>"
                : principal.canonical().replaceAll("[^A-Za-z0-9_+=,.@:/-]", "*"));
    }

    static String allowing(String key, String item) {
        return "To allow it all the same, the policy needs these two lines: \"" + key + ":\" and \"- '" + item
                + "'\".";
    }
}
