package dev.iammapper.policy;

import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.Quoted;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules about nodes. A node comes in whole or not at all: the username that EC2, Fargate or a hybrid node really has,
 * together with the groups of nodes and no others.
 */
final class NodeRules {
    /** Nodes on EC2, and those of Fargate and hybrid nodes, whose session AWS names after the node. */
    private static final Set<String> USERNAMES = Set.of("system:node:{{EC2PrivateDNSName}}",
            "system:node:{{SessionName}}");
    private static final Set<String> NEEDED = Set.of("system:bootstrappers", "system:nodes");
    private static final Set<String> GROUPS = Set.of("system:bootstrappers", "system:nodes", "system:node-proxier",
            "eks:kube-proxy-windows");
    private static final String FORM = "the username \"system:node:{{EC2PrivateDNSName}}\" (\"system:node:{{SessionName}}\""
            + " on Fargate and hybrid nodes) with the groups system:bootstrappers and system:nodes";

    private NodeRules() {}

    /** Whether the group makes a node of whoever has it. */
    static boolean isNodeGroup(String group) {
        return GROUPS.contains(group);
    }

    static List<Remark> nodeUsername(Candidate candidate, PolicyContext context, Policy policy) {
        NameTemplate username = candidate.username();
        if (username == null || !username.canStartWith(ReservedNames.NODE)) {
            return List.of();
        }
        if (!hasNodeUsername(candidate)) {
            return List.of(Remark.denial(UsernameRules.PATH,
                    UsernameRules.startsWith(username, ReservedNames.NODE)
                            + ": the node authorizer takes such a user for that node and lets it read its Pods'"
                            + " Secrets.",
                    "For nodes write " + FORM + "; for people write a username of your own."));
        }
        if (!NEEDED.stream().allMatch(candidate::hasGroup)) {
            return List.of(Remark.denial(UsernameRules.PATH,
                    "is a node's, but the groups of nodes are not all there: such a node can never join.",
                    "For nodes write " + FORM + "; for people write a username of your own."));
        }
        return List.of();
    }

    static List<Remark> nodeGrant(Candidate candidate, PolicyContext context, Policy policy) {
        return candidate.parts().groups().stream().filter(group -> isNodeGroup(group.name())).findFirst()
                .map(group -> remark(group, candidate, policy)).stream().flatMap(List::stream).toList();
    }

    private static List<Remark> remark(MappingParts.Group group, Candidate candidate, Policy policy) {
        PrincipalArn principal = candidate.parts().principal();
        String other = otherGroup(candidate);
        if (!hasNodeUsername(candidate) || !NEEDED.stream().allMatch(candidate::hasGroup)
                || (principal != null && principal.kind() != PrincipalArn.Kind.ROLE)) {
            return List.of(Remark.policy(group.path(),
                    "is " + Quoted.text(group.name()) + ", a group of nodes, but the rest is not a node's.",
                    "For nodes write the ARN of their role, and " + FORM
                            + "; for people write a group of your own and bind it."));
        }
        if (other != null) {
            return List.of(Remark.policy(group.path(),
                    "is " + Quoted.text(group.name()) + ", a group of nodes, next to " + Quoted.text(other)
                            + ", which is none: every node would get its rights.",
                    "Remove the other group, or map another role to it."));
        }
        if (policy.nodes().name(principal)) {
            return List.of();
        }
        return List.of(Remark.policy(group.path(),
                "is " + Quoted.text(group.name()) + ", a group of nodes, and the policy does not name "
                        + (principal == null ? "the principal" : principal.canonical()) + " as one.",
                "For people write a group of your own and bind it with a ClusterRoleBinding. "
                        + PolicyLines.allowing(PolicyCheck.NODES, principal)));
    }

    private static boolean hasNodeUsername(Candidate candidate) {
        String username = candidate.parts().username();
        return username != null && USERNAMES.contains(username);
    }

    private static @Nullable String otherGroup(Candidate candidate) {
        return candidate.parts().groups().stream().map(MappingParts.Group::name).filter(name -> !isNodeGroup(name))
                .findFirst().orElse(null);
    }
}
