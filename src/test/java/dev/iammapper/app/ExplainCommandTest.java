package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class ExplainCommandTest {
    private static final String ROLE = "arn:aws:iam::111122223333:role/";
    private static final String ROLES = """
            - rolearn: arn:aws:iam::111122223333:role/Dev
              username: dev:{{SessionName}}
              groups: [dev]
            - rolearn: arn:aws:iam::111122223333:role/nodes
              username: system:node:{{EC2PrivateDNSName}}
              groups: [system:bootstrappers, system:nodes]
            - rolearn: arn:aws:iam::111122223333:role/Boss
              username: boss-{{AccountID}}-{{SessionNameRaw}}-{{AccessKeyID}}
              groups: ["system:masters"]
            - rolearn: arn:aws:iam::111122223333:role/Bare
              username: bare
            """;
    private static final String USERS = """
            - {userarn: "arn:aws:iam::111122223333:user/people/ann", username: "ann{{SessionName}}"}
            - {userarn: "arn:aws:iam::111122223333:user/Bob", username: one, groups: [a]}
            - {userarn: "arn:aws:iam::111122223333:user/bob", username: two, groups: [b]}
            - {userarn: "arn:aws:iam::111122223333:root", username: root}
            """;
    private static final Map<String, String> DATA = Map.of("mapRoles", ROLES, "mapUsers", USERS, "mapAccounts",
            "- '012345670123'\n");
    private static final String BINDINGS = """
            kind: List
            apiVersion: v1
            items:
            - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: everybody},
               roleRef: {kind: ClusterRole, name: everybody}, subjects: [{kind: Group, name: "system:authenticated"}]}
            - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: "system:discovery"},
               roleRef: {kind: ClusterRole, name: "system:discovery"},
               subjects: [{kind: Group, name: "system:authenticated"}]}
            - {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: devs, namespace: apps},
               roleRef: {kind: ClusterRole, name: edit}, subjects: [{kind: Group, name: dev}]}
            - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: alice},
               roleRef: {kind: ClusterRole, name: all}, subjects: [{kind: User, name: "dev:alice-x"}]}
            - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: all},
               rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]}
            - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: carl},
               roleRef: {kind: ClusterRole, name: cluster-admin}, subjects: [{kind: User, name: "dev:carl"}]}
            - {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: dora, namespace: apps},
               roleRef: {kind: ClusterRole, name: cluster-admin}, subjects: [{kind: User, name: "dev:dora"}]}
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"arn:aws:iam::111122223333:role/Dev, dev:{{SessionName}}",
            "arn:aws:iam::111122223333:role/path/dev, dev:{{SessionName}}",
            "arn:aws:sts::111122223333:assumed-role/Dev/alice@x, dev:alice-x",
            "arn:aws:sts::111122223333:assumed-role/nodes/i-0123456789abcdef0, system:node:{{EC2PrivateDNSName}}",
            "arn:aws:sts::111122223333:assumed-role/Boss/a@b, boss-111122223333-a@b-{{AccessKeyID}}",
            "arn:aws:iam::111122223333:user/people/ann, ann", "arn:aws:iam::111122223333:root, root",
            "arn:aws:iam::012345670123:user/x/Eve, arn:aws:iam::012345670123:user/x/Eve",
            "arn:aws:sts::012345670123:federated-user/Fred, arn:aws:sts::012345670123:federated-user/Fred"})
    void whoGetsInBecomesWhomTheRowSays(String asked, String username) {
        Ran ran = explain(asked);

        assertThat(ran.code()).isZero();
        assertThat(word(ran.json(), "outcome")).isEqualTo("GetsIn");
        assertThat(identities(ran)).extracting(identity -> word(identity, "username")).containsExactly(username);
        assertThat(identities(ran).getFirst().getAsJsonArray("groups").asList()).extracting(JsonElement::getAsString)
                .contains("system:authenticated");
    }

    @Test
    void theRowIsShownWithItsPlace() {
        JsonObject row = explain(ROLE + "nodes").json().getAsJsonArray("rows").get(0).getAsJsonObject();

        assertThat(word(row, "section")).isEqualTo("mapRoles");
        assertThat(row.get("line").getAsInt()).isEqualTo(4);
        assertThat(word(row, "text")).startsWith("- rolearn: arn:aws:iam::111122223333:role/nodes\n")
                .endsWith("system:nodes]\n");
    }

    @Test
    void whereTheAuthenticatorTakesAnyRowAllAreShown() {
        Ran ran = explain("arn:aws:iam::111122223333:user/bob");

        assertThat(ran.code()).isZero();
        assertThat(word(ran.json(), "summary")).contains("any of 2 rows", "at random", "they differ");
        assertThat(identities(ran)).extracting(identity -> word(identity, "username")).containsExactly("one", "two");
    }

    @Test
    void rowsThatAreNotReadForThePrincipalAreShownApart() {
        Ran ran = Ran.withInput(Ran.awsAuth(Map.of("mapRoles", "- {rolearn: '" + ROLE + "a', username: first}\n"
                + "- {rolearn: '" + ROLE + "A', username: last}\n", "mapUsers",
                "- {userarn: '" + ROLE + "a', username: user}\n")), "explain", ROLE + "a", "--aws-auth", "-", "-o",
                "json");

        assertThat(identities(ran)).extracting(identity -> word(identity, "username")).containsExactly("last");
        assertThat(ran.json().getAsJsonArray("rowsWithoutEffect").asList())
                .extracting(row -> word(row.getAsJsonObject(), "username")).containsExactly("first", "user");
    }

    @Test
    void aNodeRoleTakesNoSessionOfAPerson() {
        Ran ran = explain("arn:aws:sts::111122223333:assumed-role/nodes/alice");

        assertThat(ran.code()).isEqualTo(3);
        assertThat(word(ran.json(), "summary")).contains("EKS refuses the login", "{{EC2PrivateDNSName}}", "\"alice\"");
    }

    // ---- RBAC

    @Test
    void bindingsOfGroupsAndUsersApply() throws Exception {
        JsonObject alice = identities(explainWithBindings("arn:aws:sts::111122223333:assumed-role/Dev/alice@x"))
                .getFirst();

        assertThat(alice.getAsJsonArray("bindings").asList())
                .extracting(binding -> word(binding.getAsJsonObject(), "name") + " through "
                        + word(binding.getAsJsonObject(), "through"))
                .containsExactly("alice through user dev:alice-x", "everybody through group system:authenticated",
                        "system:discovery through group system:authenticated", "devs through group dev");
        assertThat(alice.get("clusterAdmin").getAsBoolean()).isTrue();
        assertThat(word(alice, "clusterAdminBecause")).contains("\"alice\"", "\"all\"", "may do everything");
    }

    @ParameterizedTest
    @CsvSource({"Dev/bob, false", "Dev/carl, true", "Dev/dora, false", "Boss/x1, true"})
    void clusterAdminIsWhoMayDoEverythingInTheWholeCluster(String session, boolean admin) throws Exception {
        Ran ran = explainWithBindings("arn:aws:sts::111122223333:assumed-role/" + session);

        assertThat(identities(ran).getFirst().get("clusterAdmin").getAsBoolean()).isEqualTo(admin);
    }

    @Test
    void whoHasNoBindingIsToldHowToGetOne() throws Exception {
        Path none = Files.writeString(folder.resolve("rbac.yaml"), """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: "system:basic-user"}
                roleRef: {kind: ClusterRole, name: "system:basic-user"}
                subjects: [{kind: Group, name: "system:authenticated"}]
                """);

        Ran dev = explain(ROLE + "Dev", "--bindings", none.toString());
        Ran bare = explain(ROLE + "Bare", "--bindings", none.toString());

        assertThat(word(identities(dev).getFirst(), "authorization"))
                .contains("Forbidden unless a binding names the user");
        assertThat(advice(dev)).contains("For one namespace: kubectl create rolebinding dev-view --namespace=default"
                + " --clusterrole=view --group=dev");
        assertThat(dev.code()).isZero();
        assertThat(word(identities(bare).getFirst(), "authorization")).contains("Forbidden: no binding names");
        assertThat(advice(bare)).contains("For the whole cluster: kubectl create clusterrolebinding bare-view"
                + " --clusterrole=view --user=bare");
    }

    @Test
    void whoMayDoSomethingIsNotToldToBindAnything() throws Exception {
        assertThat(advice(explainWithBindings(ROLE + "Dev"))).isEmpty();
        assertThat(advice(explain(ROLE + "Dev"))).isEmpty();
        assertThat(advice(explainWithBindings(ROLE + "nodes"))).isEmpty();
        assertThat(word(identities(explainWithBindings(ROLE + "nodes")).getFirst(), "authorization"))
                .contains("node authorizer");
    }

    // ---- who is asked for

    @Test
    void anIdIsFoundInTheStatusOfAMapping() throws Exception {
        String mapping = Files.writeString(folder.resolve("m.yaml"), """
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata: {name: dev}
                spec: {arn: "arn:aws:iam::111122223333:role/Dev", username: dev}
                status: {userID: AROAEXAMPLEEXAMPLE12}
                """).toString();

        Ran known = explain("AROAEXAMPLEEXAMPLE12:alice", "--mappings", mapping);
        assertThat(known.code()).isZero();
        assertThat(identities(known)).extracting(identity -> word(identity, "username")).containsExactly("dev:alice");
        assertThat(known.out()).contains("EKS never compares ids");

        Ran unknown = explain("AIDAEXAMPLEEXAMPLE12", "--mappings", mapping);
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(word(unknown.json(), "outcome")).isEqualTo("Unknown");
        assertThat(advice(unknown).getFirst()).contains("aws sts get-caller-identity");
        assertThat(advice(unknown).get(1)).contains("aws iam list-users");
    }

    @ParameterizedTest
    @CsvSource({"arn:aws:iam::11112222333:role/Dev, is not 12 digits", "dev, does not start with",
            "arn:aws:sts::111122223333:assumed-role/Dev, which EKS never compares",
            "arn:aws:sts::111122223333:assumed-role/Dev/a b, session", "AKIAEXAMPLEEXAMPLE12, access key",
            "111122223333, is an account", "arn:aws:iam::111122223333:role/*, wildcard",
            "arn:aws:iam::111122223333:group/x, IAM group"})
    void whatIsNoPrincipalIsAUsageErrorWithItsReason(String asked, String said) {
        Ran ran = explain(asked);

        assertThat(ran.code()).isEqualTo(64);
        assertThat(ran.err()).contains(said).doesNotContain("\tat ");
        assertThat(ran.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"explain", "explain arn:aws:iam::111122223333:root --mappings m",
            "explain arn:aws:iam::111122223333:root --bindings m",
            "explain arn:aws:iam::111122223333:root --aws-auth - --context c", "explain a b",
            "explain arn:aws:iam::111122223333:root --aws-auth - -o csv"})
    void contradictionsAreUsageErrors(String line) {
        Ran ran = Ran.of(line.split(" "));

        assertThat(ran.code()).isEqualTo(64);
        assertThat(ran.err()).contains("See: iam-identity-mapper explain --help");
    }

    @Test
    void withoutAwsAuthNothingCanBeSaid() {
        assertThat(Ran.of("explain", ROLE + "Dev", "--aws-auth", folder.resolve("none").toString()))
                .satisfies(ran -> assertThat(ran.code()).isEqualTo(1))
                .satisfies(ran -> assertThat(ran.err()).contains("does not exist"));
        assertThat(Ran.of("explain", ROLE + "Dev", "--kubeconfig", folder.resolve("none").toString()))
                .satisfies(ran -> assertThat(ran.code()).isEqualTo(1))
                .satisfies(ran -> assertThat(ran.err()).hasLineCount(1));
    }

    // ---- what is printed

    @Test
    void jsonAndYamlSayTheSame() throws Exception {
        JsonObject json = explainWithBindings(ROLE + "Dev").json();
        String rbac = Files.writeString(folder.resolve("rbac2.yaml"), BINDINGS).toString();
        Ran yaml = Ran.withInput(Ran.awsAuth(DATA), "explain", ROLE + "Dev", "--aws-auth", "-", "-o", "yaml",
                "--bindings", rbac);

        assertThat(new Gson().toJsonTree(new Yaml().load(yaml.out()))).isEqualTo(json);
    }

    @Test
    void peopleReadTheSameWithoutColoursInAPipe() throws Exception {
        String rbac = Files.writeString(folder.resolve("rbac.yaml"), BINDINGS).toString();

        Ran ran = Ran.withInput(Ran.awsAuth(DATA), "explain", "arn:aws:sts::111122223333:assumed-role/Dev/bob",
                "--aws-auth", "-", "--bindings", rbac);

        assertThat(ran.out()).isEqualTo(
                """
                        arn:aws:sts::111122223333:assumed-role/Dev/bob
                        Gets in by mapRoles, line 1.

                        EKS compares, without regard to letter case:
                            arn:aws:iam::111122223333:role/Dev
                            The session "bob" is not compared; it fills templates of the username.

                        The row, mapRoles, line 1, by an unknown writer:
                            - rolearn: arn:aws:iam::111122223333:role/Dev
                              username: dev:{{SessionName}}
                              groups: [dev]

                        Who that is to Kubernetes:
                            username  dev:bob
                            groups    dev, system:authenticated
                            RBAC allows what the bindings below give, and nothing else.

                            BINDING                              NAMESPACE  ROLE                          THROUGH                     WORTH KNOWING
                            ClusterRoleBinding/everybody         (all)      ClusterRole/everybody         group system:authenticated
                            ClusterRoleBinding/system:discovery  (all)      ClusterRole/system:discovery  group system:authenticated
                            RoleBinding/devs                     apps       ClusterRole/edit              group dev

                        Not visible from here:
                            The cluster's authentication mode: with API, EKS does not read aws-auth at all. aws eks describe-cluster --name CLUSTER --query cluster.accessConfig.authenticationMode
                            Access entries: one of the same principal goes before its row. aws eks describe-access-entry --cluster-name CLUSTER --principal-arn arn:aws:iam::111122223333:role/Dev
                        """);
    }

    @Test
    void textOfOthersCannotSpoilATerminal() {
        Ran ran = Ran.withInput(Ran.awsAuth(Map.of("mapRoles",
                "- {rolearn: '" + ROLE + "a', username: \"a\\e[31m\", groups: [\"\\u202eb\"]}\n")), "explain",
                ROLE + "a", "--aws-auth", "-");

        assertThat(ran.out()).doesNotContain("\u001b", "\u202e").contains("a<U+001B>[31m");
    }

    @Test
    void whoStaysOutIsToldOfTheClustersCreator() {
        Ran ran = Ran.withInput(Ran.awsAuth(Map.of()), "explain", ROLE + "Dev", "--aws-auth", "-");

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.out()).contains("No user exists for ARN", "created the cluster", "authenticationMode",
                "spec.arn " + ROLE + "Dev");
    }

    private static Ran explain(String asked, String... more) {
        String[] words = new String[6 + more.length];
        List<String> first = List.of("explain", asked, "--aws-auth", "-", "-o", "json");
        for (int at = 0; at < first.size(); at++) {
            words[at] = first.get(at);
        }
        System.arraycopy(more, 0, words, first.size(), more.length);
        return Ran.withInput(Ran.awsAuth(DATA), words);
    }

    private Ran explainWithBindings(String asked) throws Exception {
        return explain(asked, "--bindings", Files.writeString(folder.resolve("rbac.yaml"), BINDINGS).toString());
    }

    private static List<JsonObject> identities(Ran ran) {
        return ran.json().getAsJsonArray("identities").asList().stream().map(JsonElement::getAsJsonObject).toList();
    }

    private static List<String> advice(Ran ran) {
        return ran.json().getAsJsonArray("advice").asList().stream().map(JsonElement::getAsString).toList();
    }

    private static String word(JsonObject object, String field) {
        return object.get(field).getAsString();
    }
}
