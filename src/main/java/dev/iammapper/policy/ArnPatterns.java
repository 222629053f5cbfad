package dev.iammapper.policy;

import dev.iammapper.mapping.PrincipalArn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Principals that a policy names.
 *
 * @param patterns any of which may match; none match nobody
 */
public record ArnPatterns(List<ArnPattern> patterns) {
    /** Nobody. */
    public static final ArnPatterns NONE = new ArnPatterns(List.of());

    /** Copies the list. */
    public ArnPatterns {
        patterns = List.copyOf(patterns);
    }

    /** Whether the principal is named; one that could not be read never is. */
    public boolean name(@Nullable PrincipalArn principal) {
        return principal != null && patterns.stream().anyMatch(pattern -> pattern.matches(principal));
    }

    /** Whether an IAM user is named as one, and not only by a star in place of the kind. */
    boolean nameUser(PrincipalArn principal) {
        return patterns.stream().anyMatch(pattern -> pattern.namesUsers() && pattern.matches(principal));
    }
}
