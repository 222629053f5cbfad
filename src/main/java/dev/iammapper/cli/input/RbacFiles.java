package dev.iammapper.cli.input;

import dev.iammapper.policy.AccessRule;
import dev.iammapper.policy.BindingIndex;
import dev.iammapper.policy.BindingSketch;
import dev.iammapper.policy.RbacId;
import dev.iammapper.policy.RoleSketch;
import dev.iammapper.render.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes the objects of RBAC out of manifests. */
public final class RbacFiles {
    private static final String GROUP = "rbac.authorization.k8s.io/";

    private RbacFiles() {}

    /** Puts an object of RBAC into the index, and leaves any other alone. */
    static void put(BindingIndex index, Manifest manifest) {
        read(manifest, index::put, index::put);
    }

    /** Hands an object of RBAC on, and leaves any other alone. */
    public static void read(Manifest manifest, Consumer<RoleSketch> roles, Consumer<BindingSketch> bindings) {
        if (!manifest.apiVersion().startsWith(GROUP)) {
            return;
        }
        YamlNode metadata = ManifestReader.value(manifest.root(), "metadata");
        RbacId id = new RbacId(manifest.kind(), text(metadata, "namespace"), text(metadata, "name"));
        switch (manifest.kind()) {
            case "Role", "ClusterRole" -> roles.accept(new RoleSketch(id, rules(manifest.root())));
            case "RoleBinding", "ClusterRoleBinding" -> bindings.accept(binding(id, manifest.root()));
            default -> {
                // Nothing else of the group says who may do what.
            }
        }
    }

    private static List<AccessRule> rules(YamlNode.Mapping role) {
        return items(role, "rules").stream().map(rule -> new AccessRule(texts(rule, "apiGroups"),
                texts(rule, "resources"), texts(rule, "resourceNames"), texts(rule, "verbs"))).toList();
    }

    private static BindingSketch binding(RbacId id, YamlNode.Mapping binding) {
        YamlNode role = ManifestReader.value(binding, "roleRef");
        String kind = text(role, "kind");
        return new BindingSketch(id, new RbacId(kind, kind.equals("Role") ? id.namespace() : "", text(role, "name")),
                subjects(binding, "Group"), subjects(binding, "User"));
    }

    private static List<String> subjects(YamlNode.Mapping binding, String kind) {
        return items(binding, "subjects").stream().filter(subject -> text(subject, "kind").equals(kind))
                .map(subject -> text(subject, "name")).toList();
    }

    private static List<String> texts(YamlNode node, String key) {
        return items(node, key).stream().map(RbacFiles::text).toList();
    }

    private static List<YamlNode> items(@Nullable YamlNode node, String key) {
        List<YamlNode> items = new ArrayList<>();
        if (node instanceof YamlNode.Mapping map && ManifestReader.value(map, key) instanceof YamlNode.Sequence list) {
            list.items().forEach(item -> items.add(ManifestReader.target(item)));
        }
        return items;
    }

    private static String text(@Nullable YamlNode node, String key) {
        return node instanceof YamlNode.Mapping map ? text(ManifestReader.value(map, key)) : "";
    }

    private static String text(@Nullable YamlNode node) {
        return Objects.requireNonNullElse(ManifestReader.text(node), "");
    }
}
