package dev.iammapper.policy;

import dev.iammapper.mapping.MappingParts.Group;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.Quoted;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules about groups. */
final class GroupRules {
    private GroupRules() {}

    static List<Remark> template(Candidate candidate, PolicyContext context, Policy policy) {
        return groups(candidate, name -> !NameTemplate.of(name).variables().isEmpty())
                .map(group -> Remark.denial(group.path(),
                        "holds a template: whoever names the session would choose the group, \"system:masters\" too.",
                        "Write the group's name as plain text."))
                .toList();
    }

    static List<Remark> masters(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn principal = candidate.parts().principal();
        if (policy.masters().name(principal)) {
            return List.of();
        }
        return groups(candidate, ReservedNames.MASTERS::equals).map(group -> Remark.policy(group.path(),
                "is \"system:masters\", which RBAC can neither restrict nor revoke, and the policy does not name "
                        + (principal == null ? "the principal" : principal.canonical()) + " for it.",
                "Better give it a group of your own, such as \"cluster-admins\", and bind that to the ClusterRole"
                        + " cluster-admin: \"kubectl create clusterrolebinding cluster-admins"
                        + " --clusterrole=cluster-admin --group=cluster-admins\". "
                        + PolicyLines.allowing(PolicyCheck.MASTERS, principal)))
                .toList();
    }

    static List<Remark> reserved(Candidate candidate, PolicyContext context, Policy policy) {
        return groups(candidate, name -> ReservedNames.prefixOf(name).isPresent() && !name.equals(ReservedNames.MASTERS)
                && !NodeRules.isNodeGroup(name))
                .map(group -> Remark.denial(group.path(),
                        "is " + Quoted.text(group.name()) + ", and names with \""
                                + ReservedNames.prefixOf(group.name()).orElse("")
                                + "\" are kept by Kubernetes and EKS for themselves.",
                        "Write a group of your own, and bind it to the role that you need."))
                .toList();
    }

    static List<Remark> escalating(Candidate candidate, PolicyContext context, Policy policy) {
        GroupBindings bindings = context.bindings();
        if (bindings == null) {
            return List.of();
        }
        return ownGroups(candidate)
                .flatMap(group -> bindings.escalations(group.name()).stream().limit(1)
                        .map(escalation -> Remark.warning(group.path(),
                                "is " + Quoted.text(group.name()) + ", which the " + escalation.binding()
                                        + " gives the "
                                        + escalation.role() + ": its members " + words(escalation)
                                        + ", and so can become cluster-admin.",
                                "Bind the group to a role with less, or give this grant an end with spec.expiresAt.")))
                .toList();
    }

    private static String words(Escalation escalation) {
        return escalation.powers().stream().sorted().map(Power::words).collect(Collectors.joining(", "));
    }

    static List<Remark> unbound(Candidate candidate, PolicyContext context, Policy policy) {
        GroupBindings bindings = context.bindings();
        if (bindings == null) {
            return List.of();
        }
        return ownGroups(candidate).filter(group -> !bindings.isBound(group.name()))
                .map(group -> Remark.warning(group.path(),
                        "is " + Quoted.text(group.name()) + ", which no RoleBinding or ClusterRoleBinding names: it"
                                + " gives nothing.",
                        "Compare it letter by letter with the subjects of your bindings, or bind it."))
                .toList();
    }

    /** Groups that bindings of the cluster's people may name: about the others there is enough to say. */
    private static Stream<Group> ownGroups(Candidate candidate) {
        return groups(candidate, name -> ReservedNames.prefixOf(name).isEmpty() && !name.contains("{{"))
                .filter(group -> !candidate.parts().isMalformed(group.path()));
    }

    private static Stream<Group> groups(Candidate candidate, Predicate<String> name) {
        return candidate.parts().groups().stream().filter(group -> name.test(group.name()));
    }
}
