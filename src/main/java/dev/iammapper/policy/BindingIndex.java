package dev.iammapper.policy;

import dev.iammapper.mapping.MappingParts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * RBAC by group: which groups some binding names, and which of them are more than they look. Kept up to date one object
 * at a time; safe for use by several threads. Bindings within namespaces count as such but for {@code kube-system}, so
 * that asking about a group costs the same however many namespaces it is bound in.
 */
public final class BindingIndex {
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String KUBE_SYSTEM = "kube-system";
    private static final String[] WRITES = {"create", "update", "patch", "delete", "deletecollection"};

    private final Map<RbacId, RolePowers> roles = new HashMap<>();
    private final Map<RbacId, BindingSketch> bindings = new HashMap<>();
    private final Map<String, Bound> groups = new HashMap<>();

    /** What a role lets do when it is bound in the cluster, and when it is bound in kube-system. */
    private record RolePowers(Set<Power> inCluster, Set<Power> inKubeSystem) {
        static final RolePowers NONE = new RolePowers(Set.of(), Set.of());
    }

    /** The bindings of one group: how many, and those that may matter. */
    private static final class Bound {
        private int count;
        private final Set<RbacId> telling = new TreeSet<>();
    }

    /** Takes a role in, in place of what it was before. */
    public synchronized void put(RoleSketch role) {
        roles.put(role.id(), new RolePowers(inCluster(role.rules()), inKubeSystem(role.rules())));
    }

    /** Takes a binding in, in place of what it was before. */
    public synchronized void put(BindingSketch binding) {
        remove(binding.id());
        bindings.put(binding.id(), binding);
        for (String group : Set.copyOf(binding.groups())) {
            Bound bound = groups.computeIfAbsent(group, _ -> new Bound());
            bound.count++;
            if (binding.id().namespace().isEmpty() || binding.id().namespace().equals(KUBE_SYSTEM)) {
                bound.telling.add(binding.id());
            }
        }
    }

    /** Forgets a role or a binding, if it is known. */
    public synchronized void remove(RbacId id) {
        roles.remove(id);
        BindingSketch binding = bindings.remove(id);
        if (binding == null) {
            return;
        }
        for (String group : Set.copyOf(binding.groups())) {
            Bound bound = groups.get(group);
            if (bound == null) {
                continue;
            }
            bound.count--;
            bound.telling.remove(id);
            if (bound.count == 0) {
                groups.remove(group);
            }
        }
    }

    /** What RBAC makes of the groups of a candidate. */
    public synchronized GroupBindings bindingsOf(Candidate candidate) {
        return bindingsOf(candidate.parts().groups().stream().map(MappingParts.Group::name).toList());
    }

    /** What RBAC makes of the groups. */
    public synchronized GroupBindings bindingsOf(Collection<String> names) {
        Map<String, List<Escalation>> known = new HashMap<>();
        for (String name : names) {
            Bound bound = groups.get(name);
            if (bound != null) {
                known.put(name, escalations(bound));
            }
        }
        return new GroupBindings(known);
    }

    private List<Escalation> escalations(Bound bound) {
        List<Escalation> escalations = new ArrayList<>();
        for (RbacId id : bound.telling) {
            BindingSketch binding = bindings.get(id);
            if (binding == null) {
                continue;
            }
            RolePowers role = roles.getOrDefault(binding.role(), RolePowers.NONE);
            Set<Power> powers = id.namespace().isEmpty() ? role.inCluster() : role.inKubeSystem();
            if (!powers.isEmpty()) {
                escalations.add(new Escalation(id.toString(), binding.role().toString(), powers));
            }
        }
        return escalations;
    }

    /** What a role lets do that leads to every other right, by where it is bound: empty for the whole cluster. */
    public static Set<Power> powers(RoleSketch role, String namespace) {
        if (namespace.isEmpty()) {
            return inCluster(role.rules());
        }
        return namespace.equals(KUBE_SYSTEM) ? inKubeSystem(role.rules()) : Set.of();
    }

    private static Set<Power> inCluster(List<AccessRule> rules) {
        Set<Power> powers = EnumSet.noneOf(Power.class);
        for (AccessRule rule : rules) {
            if (rule.isEverything()) {
                // The rest follows from it, and would only make the sentence long.
                return Set.of(Power.EVERYTHING);
            }
            addWhatNeedsNoCluster(powers, rule);
            if (rule.resourceNames().isEmpty() && rule.allows("", "secrets", "get", "list", "watch")) {
                powers.add(Power.ALL_SECRETS);
            }
            if (rule.allows("", "nodes/proxy", "get", "create", "update", "patch", "delete")) {
                powers.add(Power.NODES_PROXY);
            }
            if (rule.allows("admissionregistration.k8s.io", "validatingwebhookconfigurations", WRITES)
                    || rule.allows("admissionregistration.k8s.io", "mutatingwebhookconfigurations", WRITES)) {
                powers.add(Power.WEBHOOK_CONFIGURATIONS);
            }
        }
        return powers;
    }

    private static Set<Power> inKubeSystem(List<AccessRule> rules) {
        Set<Power> powers = EnumSet.noneOf(Power.class);
        for (AccessRule rule : rules) {
            addWhatNeedsNoCluster(powers, rule);
        }
        return powers;
    }

    private static void addWhatNeedsNoCluster(Set<Power> powers, AccessRule rule) {
        if (rule.allows(RBAC, "clusterroles", "escalate") || rule.allows(RBAC, "roles", "escalate")) {
            powers.add(Power.ESCALATE);
        }
        if ((rule.allows(RBAC, "clusterroles", "bind") || rule.allows(RBAC, "roles", "bind"))
                && rule.reaches("cluster-admin"::equals)) {
            powers.add(Power.BIND);
        }
        if ((rule.allows("", "users", "impersonate") || rule.allows("", "groups", "impersonate")
                || rule.allows("", "serviceaccounts", "impersonate")) && rule.reaches("system:masters"::equals)) {
            powers.add(Power.IMPERSONATE);
        }
        if (rule.allows("", "configmaps", WRITES) && rule.reaches(BindingIndex::decidesAccess)) {
            powers.add(Power.SYSTEM_CONFIG_MAPS);
        }
    }

    /** The ConfigMaps that decide who gets in: aws-auth, and what the controller keeps beside it. */
    private static boolean decidesAccess(String configMap) {
        return configMap.equals("aws-auth") || configMap.startsWith("iam-identity-mapper");
    }
}
