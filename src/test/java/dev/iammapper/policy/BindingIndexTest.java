package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindingIndexTest {
    private final BindingIndex index = new BindingIndex();

    /** API groups, resources, names and verbs, each separated by spaces; a dot is the core group, "-" is nothing. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *                            | *                    | -             | *            | EVERYTHING
            apps                         | deployments          | -             | *            | -
            rbac.authorization.k8s.io    | clusterroles         | -             | escalate     | ESCALATE
            rbac.authorization.k8s.io    | roles                | -             | bind         | BIND
            rbac.authorization.k8s.io    | clusterroles         | view          | bind         | -
            rbac.authorization.k8s.io    | clusterroles         | cluster-admin | bind         | BIND
            rbac.authorization.k8s.io    | rolebindings         | -             | create       | -
            .                            | groups               | -             | impersonate  | IMPERSONATE
            .                            | users                | jane          | impersonate  | -
            .                            | serviceaccounts      | -             | impersonate  | IMPERSONATE
            .                            | secrets              | -             | get          | ALL_SECRETS
            .                            | secrets              | -             | list         | ALL_SECRETS
            .                            | secrets              | -             | create       | -
            .                            | secrets              | one           | get          | -
            .                            | nodes/proxy          | -             | get          | NODES_PROXY
            .                            | */proxy              | -             | create       | NODES_PROXY
            .                            | nodes                | -             | get          | -
            admissionregistration.k8s.io | *                    | -             | patch        | WEBHOOK_CONFIGURATIONS
            admissionregistration.k8s.io | validatingwebhookconfigurations | one | update      | WEBHOOK_CONFIGURATIONS
            admissionregistration.k8s.io | mutatingwebhookconfigurations | -     | get          | -
            .                            | configmaps           | -             | update       | SYSTEM_CONFIG_MAPS
            .                            | configmaps           | aws-auth      | patch        | SYSTEM_CONFIG_MAPS
            .                            | configmaps           | other         | patch        | -
            .                            | configmaps           | -             | get          | -
            .                            | pods                 | -             | create       | -
            """)
    void aClusterRoleGivesThePowersOfItsRules(String apiGroups, String resources, String names, String verbs,
            String power) {
        putRole("ClusterRole", "", "r", rule(apiGroups, resources, names, verbs));
        putBinding("ClusterRoleBinding", "", "b", "ClusterRole", "r", "ops");

        Set<Power> expected = power.equals("-") ? Set.of() : Set.of(Power.valueOf(power));
        assertThat(escalations("ops")).extracting(Escalation::powers)
                .containsExactlyElementsOf(expected.isEmpty() ? List.of() : List.of(expected));
    }

    @Test
    void withinANamespaceOnlyKubeSystemCounts() {
        putRole("ClusterRole", "", "edit", rule(".", "secrets configmaps", "-", "get update"));
        putBinding("RoleBinding", "team", "b", "ClusterRole", "edit", "ops");
        assertThat(escalations("ops")).isEmpty();

        putBinding("RoleBinding", "kube-system", "b", "ClusterRole", "edit", "ops");
        assertThat(escalations("ops")).containsExactly(new Escalation("RoleBinding \"b\" in \"kube-system\"",
                "ClusterRole \"edit\"", Set.of(Power.SYSTEM_CONFIG_MAPS)));
    }

    @Test
    void aRoleIsTheOneInTheBindingsNamespace() {
        putRole("Role", "kube-system", "r", rule(".", "configmaps", "-", "update"));
        putBinding("RoleBinding", "team", "b", "Role", "r", "ops");
        putBinding("RoleBinding", "kube-system", "b", "Role", "other", "ops");
        assertThat(escalations("ops")).isEmpty();
        putBinding("RoleBinding", "kube-system", "c", "Role", "r", "ops");
        assertThat(escalations("ops")).hasSize(1);
    }

    @Test
    void rolesAndBindingsComeInAnyOrderAndGoAgain() {
        putBinding("ClusterRoleBinding", "", "b", "ClusterRole", "r", "ops");
        assertThat(bound("ops")).isTrue();
        assertThat(escalations("ops")).isEmpty();
        putRole("ClusterRole", "", "r", rule("*", "*", "-", "*"));
        assertThat(escalations("ops")).hasSize(1);
        putRole("ClusterRole", "", "r", rule(".", "pods", "-", "get"));
        assertThat(escalations("ops")).isEmpty();
        putBinding("ClusterRoleBinding", "", "b", "ClusterRole", "r", "dev");
        assertThat(bound("ops")).isFalse();
        assertThat(bound("dev")).isTrue();
        index.remove(new RbacId("ClusterRoleBinding", "", "b"));
        assertThat(bound("dev")).isFalse();
    }

    @Test
    void aGroupStaysBoundUntilItsLastBindingGoes() {
        IntStream.range(0, 3).forEach(number -> putBinding("RoleBinding", "n" + number, "b", "Role", "r", "dev"));
        index.remove(new RbacId("RoleBinding", "n0", "b"));
        index.remove(new RbacId("RoleBinding", "n1", "b"));
        index.remove(new RbacId("RoleBinding", "n1", "b"));
        assertThat(bound("dev")).isTrue();
        index.remove(new RbacId("RoleBinding", "n2", "b"));
        assertThat(bound("dev")).isFalse();
    }

    private boolean bound(String group) {
        return index.bindingsOf(List.of(group)).isBound(group);
    }

    private List<Escalation> escalations(String group) {
        return index.bindingsOf(List.of(group)).escalations(group);
    }

    private void putRole(String kind, String namespace, String name, AccessRule rule) {
        index.put(new RoleSketch(new RbacId(kind, namespace, name), List.of(rule)));
    }

    private void putBinding(String kind, String namespace, String name, String roleKind, String role, String group) {
        index.put(new BindingSketch(new RbacId(kind, namespace, name),
                new RbacId(roleKind, roleKind.equals("Role") ? namespace : "", role), List.of(group, group),
                List.of()));
    }

    private static AccessRule rule(String apiGroups, String resources, String names, String verbs) {
        return new AccessRule(words(apiGroups), words(resources), words(names), words(verbs));
    }

    private static List<String> words(String text) {
        return text.equals("-")
                ? List.of()
                : List.of(text.split(" ", -1)).stream().map(word -> word.equals(".") ? "" : word).toList();
    }
}
