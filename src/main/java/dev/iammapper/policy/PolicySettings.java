package dev.iammapper.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a policy as they are written below {@code mapper.policy}, unchecked; null means not written. On the
 * command line and in YAML the names are in kebab-case.
 *
 * @param enforcement {@code deny} or {@code warn}
 * @param partition the cluster's AWS partition; empty means unknown
 * @param accounts accounts of twelve digits
 * @param masters ARN patterns
 * @param nodes ARN patterns
 * @param iamUsers {@code warn}, {@code deny} or {@code allow}
 * @param rootAndFederated ARN patterns
 * @param usernameOnlyTemplate ARN patterns
 * @param expiry which grants must end
 * @param requesterMustHold {@code true} or {@code false}
 * @param denyWarnings codes of rules
 */
public record PolicySettings(@Nullable String enforcement, @Nullable String partition,
        @Nullable List<String> accounts, @Nullable List<String> masters, @Nullable List<String> nodes,
        @Nullable String iamUsers, @Nullable List<String> rootAndFederated, @Nullable List<String> usernameOnlyTemplate,
        @Nullable List<Expiry> expiry, @Nullable String requesterMustHold, @Nullable List<String> denyWarnings) {

    /**
     * Grants that must end.
     *
     * @param groups the groups that make a grant one of them
     * @param within how long after its creation an object may end, as {@code 12h}, {@code 30d} or {@code PT12H}
     */
    public record Expiry(@Nullable List<String> groups, @Nullable String within) {}

    /** Checks everything, and reports all that is wrong at once. */
    public ParsedPolicy check() {
        return new PolicyCheck(this).check();
    }
}
