package dev.iammapper.cli.lint;

import dev.iammapper.cli.input.AwsAuthFile;
import dev.iammapper.cli.input.LintFinding;
import dev.iammapper.policy.BindingIndex;
import dev.iammapper.policy.Policy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By what files are judged.
 *
 * @param policy the policy in force
 * @param now the time of day
 * @param bindings RBAC, or null when it is not known
 * @param awsAuth aws-auth, or null when it is not known
 */
record LintContext(Policy policy, Instant now, @Nullable BindingIndex bindings, @Nullable AwsAuthFile awsAuth) {
    /** What the context itself has to say. */
    List<LintFinding> findings() {
        return awsAuth == null ? List.of() : awsAuth.findings();
    }
}
