package dev.iammapper.identity;

import dev.iammapper.identity.Explanation.Binding;
import dev.iammapper.identity.Explanation.Identity;
import dev.iammapper.mapping.Grant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says who somebody becomes by a grant, and what they may do then. */
final class Identities {
    private static final String AUTHENTICATED = "system:authenticated";
    private static final String MASTERS = "system:masters";
    private static final String NODES = "system:nodes";
    private static final String NODE = "system:node:";

    /** What every cluster gives to everybody, from "Default roles and role bindings" of the Kubernetes documentation. */
    private static final Set<String> OF_EVERYBODY = Set.of("system:basic-user", "system:discovery",
            "system:public-info-viewer");

    private final AskedPrincipal.Named asked;
    private final @Nullable Rbac rbac;

    Identities(AskedPrincipal.Named asked, @Nullable Rbac rbac) {
        this.asked = asked;
        this.rbac = rbac;
    }

    /** Why EKS refuses the login in spite of the row, or null. */
    @Nullable
    String refusal(Grant grant) {
        String refusal = RenderedName.of(grant.username(), asked).refusal();
        for (String group : grant.groups()) {
            refusal = refusal == null ? RenderedName.of(group, asked).refusal() : refusal;
        }
        return refusal;
    }

    Identity of(Grant grant) {
        RenderedName username = RenderedName.of(grant.username(), asked);
        Set<String> unknown = new LinkedHashSet<>(username.unknown());
        Set<String> groups = new LinkedHashSet<>();
        for (String group : grant.groups()) {
            RenderedName rendered = RenderedName.of(group, asked);
            unknown.addAll(rendered.unknown());
            groups.add(rendered.text());
        }
        groups.add(AUTHENTICATED);
        List<Binding> bindings = rbac == null
                ? null
                : rbac.bindingsOf(username.isKnown() ? username.text() : null, groups);
        String because = becauseOf(groups, bindings);
        return new Identity(username.text(), List.copyOf(groups), List.copyOf(unknown), because != null, because,
                authorization(username, groups, bindings, because), bindings);
    }

    private static @Nullable String becauseOf(Set<String> groups, @Nullable List<Binding> bindings) {
        if (groups.contains(MASTERS)) {
            return "the group system:masters, which RBAC can neither restrict nor revoke";
        }
        return bindings == null
                ? null
                : bindings.stream().filter(Binding::everything).findFirst()
                        .map(binding -> "the " + binding.kind() + " \"" + binding.name() + "\" gives "
                                + binding.through() + " the " + binding.roleKind() + " \"" + binding.role()
                                + "\", which may do everything")
                        .orElse(null);
    }

    private String authorization(RenderedName username, Set<String> groups, @Nullable List<Binding> bindings,
            @Nullable String because) {
        if (because != null) {
            return "Everything is allowed.";
        }
        if (groups.contains(NODES) && username.text().startsWith(NODE)) {
            return "A node: the node authorizer decides what it may do, not RBAC.";
        }
        if (rbac == null || bindings == null) {
            return "RBAC decides, which is not known here.";
        }
        if (bindings.stream().anyMatch(binding -> !isOfEverybody(binding))) {
            return "RBAC allows what the bindings below give, and nothing else.";
        }
        if (!rbac.isComplete()) {
            return "RBAC decides, of which not all could be read.";
        }
        return username.isKnown()
                ? "Authenticated, but Forbidden: no binding names the user or one of the groups."
                : "Authenticated, but Forbidden unless a binding names the user: none names one of the groups.";
    }

    private static boolean isOfEverybody(Binding binding) {
        return binding.kind().equals("ClusterRoleBinding") && OF_EVERYBODY.contains(binding.name())
                && binding.role().equals(binding.name());
    }

    /** The commands that let somebody do something, or none where that is not what is missing. */
    static List<String> advice(Identity identity) {
        if (identity.clusterAdmin() || !identity.authorization().contains("Forbidden")) {
            return List.of();
        }
        List<String> own = identity.groups().stream().filter(group -> !group.startsWith("system:")).toList();
        String subject = own.isEmpty() ? identity.username() : own.getFirst();
        String option = (own.isEmpty() ? "--user=" : "--group=") + quoted(subject);
        String name = (subject.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-+|-+$", "") + "-view")
                .replaceAll("^-", "");
        List<String> advice = new ArrayList<>();
        if (own.isEmpty()) {
            advice.add("Better give the row a group of your own, and bind that: a binding by user name holds for this"
                    + " one name.");
        }
        advice.add("For one namespace: kubectl create rolebinding " + name + " --namespace=default --clusterrole=view "
                + option);
        advice.add("For the whole cluster: kubectl create clusterrolebinding " + name + " --clusterrole=view "
                + option);
        return advice;
    }

    /** As a shell takes it for one word. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_.:/@+=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
