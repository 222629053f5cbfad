package dev.iammapper.store;

import org.jspecify.annotations.Nullable;

/**
 * One thing asked of the API server, in the words of RBAC.
 *
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code patch}
 * @param group the API group, empty for the core
 * @param resource plural, with a subresource after a slash
 * @param namespace null for what is cluster-scoped
 * @param name null for all, and for what is created
 */
public record ApiAction(String verb, String group, String resource, @Nullable String namespace, @Nullable String name) {

    /** The action in words, as {@code patch configmaps kube-system/aws-auth}. */
    public String sentence() {
        String what = group.isEmpty() ? resource : resource + "." + group;
        if (name == null) {
            return namespace == null ? verb + " " + what : verb + " " + what + " in " + namespace;
        }
        return verb + " " + what + " " + (namespace == null ? name : namespace + "/" + name);
    }

    /** The rule that allows it, on one line of YAML, and the kind of role it belongs in. */
    public String grant() {
        String role = namespace == null ? "a ClusterRole" : "a Role in namespace " + namespace;
        // RBAC cannot limit a creation to a name: the name is not known yet when it decides.
        String names = name == null || verb.equals("create") ? "" : ", resourceNames: [\"" + name + "\"]";
        return role + " with the rule {apiGroups: [\"" + group + "\"], resources: [\"" + resource + "\"]" + names
                + ", verbs: [\"" + verb + "\"]}";
    }
}
