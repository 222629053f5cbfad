package dev.iammapper.policy;

/**
 * An object of the API group {@code rbac.authorization.k8s.io}.
 *
 * @param kind {@code Role}, {@code ClusterRole}, {@code RoleBinding} or {@code ClusterRoleBinding}
 * @param namespace its namespace, empty for the two that have none
 * @param name its name
 */
public record RbacId(String kind, String namespace, String name) implements Comparable<RbacId> {

    @Override
    public int compareTo(RbacId other) {
        int byKind = kind.compareTo(other.kind);
        int byNamespace = byKind != 0 ? byKind : namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** As people write it: {@code RoleBinding "ops" in "kube-system"}. */
    @Override
    public String toString() {
        return kind + " \"" + name + "\"" + (namespace.isEmpty() ? "" : " in \"" + namespace + "\"");
    }
}
