package dev.iammapper.policy;

import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.policy.Policy.Enforcement;
import dev.iammapper.policy.Policy.IamUsers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a policy must allow besides, so that some objects are admitted: only what an entry for a principal or an account
 * can allow. What the policy denies for another reason stays denied.
 *
 * @param accounts ids
 * @param masters ARNs, those of users too
 * @param nodes ARNs
 * @param rootAndFederated ARNs
 * @param usernameOnlyTemplate ARNs
 * @param users whether IAM users must not be denied in general
 */
public record PolicyNeeds(Set<String> accounts, Set<String> masters, Set<String> nodes, Set<String> rootAndFederated,
        Set<String> usernameOnlyTemplate, boolean users) {

    /** Nothing. */
    public static final PolicyNeeds NONE = new PolicyNeeds(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), false);

    /** Copies and sorts the sets. */
    public PolicyNeeds {
        accounts = new TreeSet<>(accounts);
        masters = new TreeSet<>(masters);
        nodes = new TreeSet<>(nodes);
        rootAndFederated = new TreeSet<>(rootAndFederated);
        usernameOnlyTemplate = new TreeSet<>(usernameOnlyTemplate);
    }

    /** What an object needs in spite of which a judge found this. */
    public static PolicyNeeds of(PrincipalArn principal, List<Finding> findings) {
        String arn = principal.canonical();
        PolicyNeeds needs = NONE;
        boolean masters = findings.stream().anyMatch(finding -> finding.code() == RuleCode.MASTERS_GRANT);
        for (Finding finding : findings) {
            Set<String> one = Set.of(arn);
            Set<String> none = Set.of();
            needs = needs.and(switch (finding.code()) {
                case FOREIGN_ACCOUNT -> new PolicyNeeds(Set.of(principal.accountId()), none, none, none, none, false);
                case MASTERS_GRANT -> new PolicyNeeds(none, one, none, none, none, false);
                case NODE_GRANT -> new PolicyNeeds(none, none, one, none, none, false);
                case ARN_ROOT_OR_FEDERATED -> new PolicyNeeds(none, none, none, one, none, false);
                case USERNAME_ONLY_TEMPLATE -> new PolicyNeeds(none, none, none, none, one, false);
                // A user who is named for system:masters needs no other word.
                case IAM_USER -> new PolicyNeeds(none, none, none, none, none, !masters);
                // The rest is not to be allowed by naming somebody.
                default -> NONE;
            });
        }
        return needs;
    }

    /** Both. */
    public PolicyNeeds and(PolicyNeeds other) {
        return new PolicyNeeds(union(accounts, other.accounts), union(masters, other.masters),
                union(nodes, other.nodes), union(rootAndFederated, other.rootAndFederated),
                union(usernameOnlyTemplate, other.usernameOnlyTemplate), users || other.users);
    }

    /**
     * The policy with what is needed besides.
     *
     * @param policy whose list of accounts stays open when it is
     */
    public Policy addedTo(Policy policy) {
        List<String> known = new ArrayList<>(policy.accounts());
        accounts.stream().filter(account -> !known.contains(account)).forEach(known::add);
        return new Policy(policy.enforcement(), policy.partition(), known, with(policy.masters(), masters),
                with(policy.nodes(), nodes),
                users && policy.iamUsers() == IamUsers.DENY ? IamUsers.WARN : policy.iamUsers(),
                with(policy.rootAndFederated(), rootAndFederated),
                with(policy.usernameOnlyTemplate(), usernameOnlyTemplate), policy.expiry(),
                policy.requesterMustHold(), policy.denyWarnings());
    }

    /** The policy as it would be if it denied what it only warns of. */
    public static Policy enforced(Policy policy) {
        return new Policy(Enforcement.DENY, policy.partition(), policy.accounts(), policy.masters(), policy.nodes(),
                policy.iamUsers(), policy.rootAndFederated(), policy.usernameOnlyTemplate(), policy.expiry(),
                policy.requesterMustHold(), policy.denyWarnings());
    }

    private static ArnPatterns with(ArnPatterns patterns, Set<String> arns) {
        List<ArnPattern> all = new ArrayList<>(patterns.patterns());
        for (String arn : arns) {
            // A user's path may hold characters that no pattern can: that user cannot be named.
            if (ArnPattern.parse(arn) instanceof ArnPattern.Parsed.Valid(ArnPattern pattern)
                    && !all.contains(pattern)) {
                all.add(pattern);
            }
        }
        return new ArnPatterns(all);
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }
}
