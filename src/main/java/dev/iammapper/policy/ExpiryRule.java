package dev.iammapper.policy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grants that must end.
 *
 * @param groups the groups that make a grant one of them; {@code *} stands for any characters
 * @param within how long after the object's creation it must end, or null when any end will do
 */
public record ExpiryRule(List<String> groups, @Nullable Duration within) {
    /** Copies the list. */
    public ExpiryRule {
        groups = List.copyOf(groups);
    }

    boolean covers(String group) {
        return groups.stream().anyMatch(pattern -> Glob.of(pattern).matches(group));
    }
}
