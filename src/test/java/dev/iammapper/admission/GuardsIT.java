package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import dev.iammapper.cluster.Seen;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guards of docs/ in a real API server: who may, who may not, and what they are told. */
@TestInstance(Lifecycle.PER_CLASS)
class GuardsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PROTECTED = "docs/guard-protected.yaml";
    private static final String AWS_AUTH = "docs/guard-aws-auth.yaml";
    private static final String[] AS_BREAK_GLASS = {"--as=on-call", "--as-group=system:masters",
            "--as-group=iam:aws-auth-break-glass"};
    private static final String NODES = """
            - rolearn: arn:aws:iam::111122223333:role/nodes
              username: system:node:{{EC2PrivateDNSName}}
              groups: [system:bootstrappers, system:nodes]
            """;
    private final WebhookStage stage = new WebhookStage();

    @BeforeAll
    void start() throws Exception {
        stage.start(null);
        done(kubectl("apply", "-f", PROTECTED));
        done(stage.kubectl().apply(Files.readString(Path.of(AWS_AUTH)).replace("[\"Audit\"]", "[\"Deny\"]")));
        done(stage.kubectl().apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: guards-it, namespace: kube-system}
                rules: [{apiGroups: [""], resources: [configmaps], verbs: ["*"]}]
                """));
        done(stage.kubectl().apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: guards-it, namespace: kube-system}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: guards-it}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:authenticated"}]
                """));
        // An API server takes a policy in when it gets round to it.
        soon(() -> refused(write("jane", NODES, "--dry-run=server"), "jane is not among the writers"));
        done(stage.kubectl().apply(mapping("canary", true, "viewers")));
        soon(() -> refused(kubectl("delete", "iim", "canary", "--dry-run=server"), "is protected"));
    }

    @AfterAll
    void close() {
        kubectl("delete", "-f", PROTECTED, "-f", AWS_AUTH, "--ignore-not-found");
        kubectl("-n", "kube-system", "delete", "role/guards-it", "rolebinding/guards-it", "--ignore-not-found");
        kubectl("label", "iim", "--all", "iammapper.dev/protected-");
        stage.close();
        soon(() -> done(kubectl("-n", "kube-system", "delete", "configmap", "aws-auth", "iam-identity-mapper-ledger",
                "--ignore-not-found")));
    }

    @BeforeEach
    void usualAwsAuth() {
        done(write("kubernetes-admin", NODES));
    }

    @AfterEach
    void noMapping() {
        done(kubectl("label", "iim", "--all", "iammapper.dev/protected-"));
        done(kubectl("delete", "iim", "--all"));
    }

    // ---- aws-auth

    @Test
    void whoIsNotListedMayNotWriteAndReadsWhatToDo() {
        refused(write("jane", NODES + NODES), "ValidatingAdmissionPolicy 'iam-identity-mapper-aws-auth'",
                "jane is not among the writers of aws-auth", "Create an IAMIdentityMapping instead");
        refused(kubectl("-n", "kube-system", "annotate", "configmap", "aws-auth", "a=b", "--as=jane"),
                "jane is not among the writers");
        refused(write("jane", NODES, "--as-group=system:masters"), "jane is not among the writers");
        refused(write("eks", NODES + NODES), "eks is not among the writers");
        refused(write("system:serviceaccount:default:controller", NODES + NODES), "is not among the writers");
        done(kubectl("-n", "kube-system", "create", "configmap", "another", "--as=jane"));
        done(kubectl("-n", "kube-system", "delete", "configmap", "another", "--as=jane"));
        done(kubectl("-n", "default", "create", "configmap", "aws-auth"));
        done(kubectl("-n", "default", "delete", "configmap", "aws-auth"));
    }

    @Test
    void whoIsListedMayWrite() {
        done(write("eks:node-manager", NODES + NODES));
        done(write("eks:fargate-manager", NODES));
        done(write("kubernetes-admin", NODES + NODES));
        done(write("terraform", NODES, "--as-group=aws-auth-writers"));
        done(kubectl("-n", "kube-system", "annotate", "configmap", "aws-auth", "a=b", "--overwrite",
                "--as=eks:node-manager"));
    }

    @Test
    void nobodyDeletesIt() {
        for (String who : List.of("kubernetes-admin", "jane", "eks:node-manager",
                "system:serviceaccount:iam-identity-mapper:controller")) {
            refused(kubectl("-n", "kube-system", "delete", "configmap", "aws-auth", "--as=" + who),
                    "aws-auth must not be deleted");
        }
        refused(kubectl("-n", "kube-system", "delete", "configmap", "aws-auth"), "aws-auth must not be deleted");
        refused(kubectl("-n", "kube-system", "delete", "configmaps", "--field-selector=metadata.name=aws-auth"),
                "aws-auth must not be deleted");
        assertThat(roles()).isEqualTo(NODES);
    }

    @Test
    void norWithAllTheOthersAtOnce() {
        CoreV1Api core = new CoreV1Api(stage.cluster().adminClient());
        assertThat(failure(() -> core.deleteCollectionNamespacedConfigMap("kube-system")
                .fieldSelector("metadata.name=aws-auth").execute())).contains("aws-auth must not be deleted");
        assertThat(roles()).isEqualTo(NODES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\n", "# rolearn: none of these\n  # - rolearn: x\n", "[]", "[]  # rolearn\n", "''",
            "\"\"", "``", "null", "~", "---\n...\n", "[\n]\n", "- {}\n", "- username: x\n"})
    void nobodyEmptiesIt(String text) {
        refused(write("kubernetes-admin", text), "mapRoles must not be emptied");
        assertThat(roles()).isEqualTo(NODES);
    }

    @Test
    void norByTakingTheKeyAway() {
        for (String patch : List.of("{\"data\":{\"mapRoles\":null}}", "{\"data\":null}",
                "{\"data\":null,\"binaryData\":{\"mapRoles\":\"LSByb2xlYXJuOiB4Cg==\"}}")) {
            refused(kubectl("-n", "kube-system", "patch", "configmap", "aws-auth", "--type=merge", "-p", patch,
                    "--as=eks:node-manager"), "mapRoles must not be emptied");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{rolearn: x, username: y}]\n", "- username: a#b\n  rolearn: x\n",
            "- {username: a#b, rolearn: x}\n", "# a comment\n- \"rolearn\": x  # another\n", "- RoleARN: x\n"})
    void whateverHoldsARowIsNotEmpty(String text) {
        done(write("kubernetes-admin", text));
    }

    @Test
    void whatWasEmptyMayStayEmpty() {
        done(kubectl(with(AS_BREAK_GLASS, "-n", "kube-system", "patch", "configmap", "aws-auth", "--type=merge", "-p",
                "{\"data\":null}")));
        done(kubectl("-n", "kube-system", "annotate", "configmap", "aws-auth", "a=c", "--overwrite",
                "--as=kubernetes-admin"));
    }

    @Test
    void breakGlassIsAGroupThatNoMappingGives() {
        refused(stage.kubectl().apply(mapping("on-call", false, "iam:aws-auth-break-glass")), "(ReservedGroup)");

        done(kubectl(with(AS_BREAK_GLASS, "-n", "kube-system", "delete", "configmap", "aws-auth")));
        refused(kubectl("-n", "kube-system", "create", "configmap", "aws-auth", "--as=jane"),
                "jane is not among the writers");
    }

    @Test
    void theControllerGoesOnWorking() {
        done(stage.kubectl().apply(mapping("developers", false, "viewers")));
        ready("developers");
        assertThat(roles()).startsWith(NODES).contains("AWSReservedSSO_developers");

        done(kubectl(with(AS_BREAK_GLASS, "-n", "kube-system", "delete", "configmap", "aws-auth")));
        soon(() -> assertThat(roles()).as("made again").contains("AWSReservedSSO_developers"));

        done(kubectl("delete", "iim", "developers"));
        soon(() -> assertThat(roles()).as("its own last removal").doesNotContain("rolearn"));
    }

    @Test
    void asItIsInstalledItOnlyWatches() throws Exception {
        assertThat(Files.readString(Path.of(AWS_AUTH))).contains("validationActions: [\"Audit\"]");
        String binding = "validatingadmissionpolicybinding/iam-identity-mapper-aws-auth";
        String path = "/spec/validationActions/0";
        done(kubectl("patch", binding, "--type=json", "-p",
                "[{\"op\":\"replace\",\"path\":\"" + path + "\",\"value\":\"Audit\"}]"));
        try {
            soon(() -> done(write("jane", NODES + NODES)));
        } finally {
            done(kubectl("patch", binding, "--type=json", "-p",
                    "[{\"op\":\"replace\",\"path\":\"" + path + "\",\"value\":\"Deny\"}]"));
            soon(() -> refused(write("jane", NODES, "--dry-run=server"), "jane is not among the writers"));
        }
    }

    // ---- protected mappings

    @Test
    void aProtectedMappingStaysUntilTheLabelIsGone() {
        done(stage.kubectl().apply(mapping("admins", true, "viewers")));
        refused(stage.kubectl().apply(mapping("admins", true, "writers")), "(ProtectedMapping)",
                "kubectl label iim admins iammapper.dev/protected-");
        refused(stage.kubectl().apply(mapping("admins", false, "writers")), "(ProtectedMapping)");
        refused(kubectl("delete", "iim", "admins"),
                "Error from server (Forbidden): iamidentitymappings.iamauthenticator.k8s.aws \"admins\" is forbidden:"
                        + " ValidatingAdmissionPolicy 'iam-identity-mapper-protected' with binding"
                        + " 'iam-identity-mapper-protected' denied request: admins is protected by the label"
                        + " iammapper.dev/protected",
                "kubectl label iamidentitymapping admins iammapper.dev/protected-");
        CustomObjectsApi objects = new CustomObjectsApi(stage.cluster().adminClient());
        assertThat(failure(() -> objects.deleteCollectionClusterCustomObject("iamauthenticator.k8s.aws", "v1alpha1",
                "iamidentitymappings").labelSelector("iammapper.dev/protected=true").execute()))
                .contains("is protected by the label");
        done(kubectl("label", "iim", "admins", "team=other", "--overwrite"));

        done(kubectl("label", "iim", "admins", "iammapper.dev/protected-"));
        done(stage.kubectl().apply(mapping("admins", false, "writers")));
        done(kubectl("delete", "iim", "admins"));
    }

    @Test
    void otherValuesOfTheLabelProtectNothing() {
        done(stage.kubectl().apply(mapping("calm", false, "viewers")));
        done(kubectl("label", "iim", "calm", "iammapper.dev/protected=false"));
        done(kubectl("delete", "iim", "calm"));
    }

    @Test
    void theDeletionOfTheDefinitionAsksNobody() {
        done(stage.kubectl().apply(mapping("admins", true, "viewers")));
        ready("admins");
        done(kubectl("delete", "crd", "iamidentitymappings.iamauthenticator.k8s.aws"));
        assertThat(roles()).as("the row stays").contains("AWSReservedSSO_admins");
        stage.stopServer();
        stage.cluster().applyCrds();
        soon(() -> assertThat(kubectl("get", "iim").err()).contains("No resources found"));
        done(kubectl("-n", "kube-system", "delete", "configmap", "iam-identity-mapper-ledger"));
        stage.start(null);
    }

    @Test
    void whileTheWebhookIsDownNothingIsChangedAndEverythingUnprotectedCanBeDeleted() {
        done(stage.kubectl().apply(mapping("calm", false, "viewers")));
        done(stage.kubectl().apply(mapping("admins", true, "viewers")));
        stage.stopServer();
        try {
            refused(stage.kubectl().apply(mapping("calm", false, "writers")), "failed calling webhook");
            done(kubectl("label", "iim", "calm", "team=other", "--overwrite"));
            done(kubectl("delete", "iim", "calm"));
            refused(kubectl("delete", "iim", "admins"), "is protected by the label");
            done(write("eks:node-manager", NODES + NODES));
        } finally {
            stage.start(null);
        }
    }

    // ---- hands

    private Seen write(String user, String roles, String... options) {
        // JSON is YAML.
        String text = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: aws-auth, namespace: kube-system}
                data: {mapRoles: %s}
                """.formatted(new JsonPrimitive(roles));
        List<String> words = new ArrayList<>(List.of("--as=" + user, "--server-side", "--force-conflicts"));
        words.addAll(Arrays.asList(options));
        return stage.kubectl().apply(text, words.toArray(String[]::new));
    }

    private String roles() {
        return kubectl("-n", "kube-system", "get", "configmap", "aws-auth", "-o", "jsonpath={.data.mapRoles}").out();
    }

    private void ready(String name) {
        soon(() -> assertThat(kubectl("get", "iim", name, "-o",
                "jsonpath={.status.conditions[?(@.type==\"Ready\")].reason}").out()).isEqualTo("Applied"));
    }

    private static String mapping(String name, boolean isProtected, String group) {
        return """
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata:
                  name: %s
                  labels: {team: platform%s}
                spec:
                  arn: arn:aws:iam::111122223333:role/AWSReservedSSO_%s_0123456789abcdef
                  username: "%s:{{SessionName}}"
                  groups: [%s]
                """.formatted(name, isProtected ? ", iammapper.dev/protected: \"true\"" : "", name, name, group);
    }

    private Seen kubectl(String... words) {
        return stage.kubectl().run(words);
    }

    private static String[] with(String[] identity, String... words) {
        List<String> all = new ArrayList<>(Arrays.asList(words));
        all.addAll(Arrays.asList(identity));
        return all.toArray(String[]::new);
    }

    private static void done(Seen seen) {
        assertThat(seen.exitCode()).as(seen.toString()).isZero();
    }

    private static void refused(Seen seen, String... words) {
        assertThat(seen.exitCode()).as(seen.toString()).isNotZero();
        assertThat(seen.err().replaceAll("\\s+", " ")).contains(words);
    }

    private interface Call {
        void run() throws ApiException;
    }

    private static String failure(Call call) {
        try {
            call.run();
            return "it was done";
        } catch (ApiException e) {
            return String.valueOf(e.getResponseBody());
        }
    }

    private static void soon(ThrowingRunnable assertion) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(200))
                .atMost(SOON).untilAsserted(assertion);
    }
}
