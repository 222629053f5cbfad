package dev.iammapper.policy;

import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1RoleRef;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes from the objects of RBAC what {@link BindingIndex} asks for. */
public final class RbacSketches {
    private static final String ROLE = "Role";
    private static final String CLUSTER_ROLE = "ClusterRole";

    private RbacSketches() {}

    /** The sketch of a Role. */
    public static RoleSketch of(V1Role role) {
        return new RoleSketch(id(ROLE, role.getMetadata()), rules(role.getRules()));
    }

    /** The sketch of a ClusterRole. */
    public static RoleSketch of(V1ClusterRole role) {
        return new RoleSketch(id(CLUSTER_ROLE, role.getMetadata()), rules(role.getRules()));
    }

    /** The sketch of a RoleBinding. */
    public static BindingSketch of(V1RoleBinding binding) {
        return binding(id("RoleBinding", binding.getMetadata()), binding.getRoleRef(), binding.getSubjects());
    }

    /** The sketch of a ClusterRoleBinding. */
    public static BindingSketch of(V1ClusterRoleBinding binding) {
        return binding(id("ClusterRoleBinding", binding.getMetadata()), binding.getRoleRef(), binding.getSubjects());
    }

    private static BindingSketch binding(RbacId id, @Nullable V1RoleRef role, @Nullable List<RbacV1Subject> subjects) {
        String kind = role == null ? "" : Objects.requireNonNullElse(role.getKind(), "");
        String name = role == null ? "" : Objects.requireNonNullElse(role.getName(), "");
        return new BindingSketch(id, new RbacId(kind, kind.equals(ROLE) ? id.namespace() : "", name),
                names(subjects, "Group"), names(subjects, "User"));
    }

    private static List<String> names(@Nullable List<RbacV1Subject> subjects, String kind) {
        return orEmpty(subjects).stream().filter(subject -> kind.equals(subject.getKind()))
                .map(subject -> Objects.requireNonNullElse(subject.getName(), "")).toList();
    }

    private static RbacId id(String kind, @Nullable V1ObjectMeta metadata) {
        return metadata == null
                ? new RbacId(kind, "", "")
                : new RbacId(kind, Objects.requireNonNullElse(metadata.getNamespace(), ""),
                        Objects.requireNonNullElse(metadata.getName(), ""));
    }

    private static List<AccessRule> rules(@Nullable List<V1PolicyRule> rules) {
        return orEmpty(rules).stream().map(rule -> new AccessRule(orEmpty(rule.getApiGroups()),
                orEmpty(rule.getResources()), orEmpty(rule.getResourceNames()), orEmpty(rule.getVerbs()))).toList();
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
