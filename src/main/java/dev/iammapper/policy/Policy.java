package dev.iammapper.policy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the platform team allows, checked: made by {@link PolicySettings#check()}.
 *
 * @param enforcement what a denial of policy does
 * @param partition the cluster's AWS partition, or null when it is not known
 * @param accounts the accounts whose principals may be mapped; none means any
 * @param masters who may hold {@code system:masters}
 * @param nodes who may hold the groups of nodes
 * @param iamUsers what becomes of IAM users
 * @param rootAndFederated which account roots and federated users may be mapped
 * @param usernameOnlyTemplate who may have a username that is nothing but a template
 * @param expiry which grants must end
 * @param requesterMustHold whether the requester must be allowed to impersonate what the object grants
 * @param denyWarnings the rules whose warnings are denials
 */
public record Policy(Enforcement enforcement, @Nullable String partition, List<String> accounts, ArnPatterns masters,
        ArnPatterns nodes, IamUsers iamUsers, ArnPatterns rootAndFederated, ArnPatterns usernameOnlyTemplate,
        List<ExpiryRule> expiry, boolean requesterMustHold, Set<RuleCode> denyWarnings) {

    /** The policy of an installation that says nothing: nobody gets the cluster, and nobody poses as a node. */
    public static final Policy SAFE = new Policy(Enforcement.DENY, null, List.of(), ArnPatterns.NONE, ArnPatterns.NONE,
            IamUsers.WARN, ArnPatterns.NONE, ArnPatterns.NONE, List.of(), false, Set.of());

    /** Copies the collections. */
    public Policy {
        accounts = List.copyOf(accounts);
        expiry = List.copyOf(expiry);
        denyWarnings = Set.copyOf(denyWarnings);
    }

    /** What a denial of policy does; what is denied always stays denied. */
    public enum Enforcement {
        /** It denies. */
        DENY,
        /** It warns, so that a policy can be tried. */
        WARN
    }

    /** What becomes of IAM users. */
    public enum IamUsers {
        /** They are admitted with a warning. */
        WARN,
        /** They are denied, but for those that {@code masters} names as users. */
        DENY,
        /** They are admitted. */
        ALLOW
    }
}
