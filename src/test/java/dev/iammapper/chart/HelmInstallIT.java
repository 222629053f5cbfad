package dev.iammapper.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.HelmCommand;
import dev.iammapper.cluster.Kubectl;
import dev.iammapper.cluster.Seen;
import dev.iammapper.cluster.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of the chart on a real API server. No Pod has to run for it, as without controllers and kubelet none does:
 * the controller is a process beside the cluster, with the settings and under the ServiceAccount that the release has in
 * it, and the webhook is called at its address instead of its Service. Helm cannot wait for readiness for the same reason.
 *
 * <p>{@code -Dchart.update=true} writes the table of rights anew.
 */
class HelmInstallIT {
    private static final Path RIGHTS = Chart.BASE
            .resolve(Path.of("src", "test", "resources", "chart", "rights.txt"));
    private static final Path LOGS = Path.of("target", "chart");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USER = "system:serviceaccount:iam-identity-mapper:iam-identity-mapper";
    private static final String ROLES = """
            - rolearn: arn:aws:iam::111122223333:role/nodes
              username: system:node:{{EC2PrivateDNSName}}
              groups: [system:bootstrappers, system:nodes]
            """;

    /** In case that a guard of aws-auth still stands. */
    private static final String[] BREAK_GLASS = {"--as=admin", "--as-group=system:masters",
            "--as-group=iam:aws-auth-break-glass"};

    private static TestCluster cluster;
    private static Kubectl kubectl;
    private static Release release;

    @TempDir
    private Path folder;
    private ControllerProcess controller;

    @BeforeAll
    static void begin() throws IOException {
        // Its own: releases put objects of the whole cluster in place and take them away.
        cluster = TestCluster.start();
        kubectl = new Kubectl(cluster.kubeconfig());
        release = new Release(cluster);
        cluster.applyCrds(Chart.read("src", "test", "resources", "chart", "other-kinds.yaml"));
        for (String namespace : List.of(Chart.RELEASE, "restricted")) {
            kubectl.run("create", "namespace", namespace);
        }
        kubectl.run("label", "namespace", "restricted", "pod-security.kubernetes.io/enforce=restricted");
        Files.createDirectories(LOGS);
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    @BeforeEach
    void aClusterAsEksHandsItOver() {
        kubectl.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: aws-auth, namespace: kube-system}
                data:
                  mapRoles: |
                %s""".formatted(ROLES.indent(4)), BREAK_GLASS);
    }

    @AfterEach
    void takeEverythingAway() {
        if (controller != null) {
            controller.close();
        }
        release.uninstall();
        kubectl.run("delete", "crd", "--ignore-not-found", "iamidentitymappings.iamauthenticator.k8s.aws");
        kubectl.run(Stream.concat(Stream.of("-n", "kube-system", "delete", "configmap,lease", "--ignore-not-found",
                "aws-auth", "iam-identity-mapper", "iam-identity-mapper-ledger", "iam-identity-mapper-policy",
                "iam-identity-mapper-snapshots"), Stream.of(BREAK_GLASS)).toArray(String[]::new));
        kubectl.run("-n", Chart.RELEASE, "delete", "secret", "--ignore-not-found", "iam-identity-mapper-webhook");
    }

    @Test
    void theApiServerTakesEveryObjectOfEveryToggleToTheLetter() {
        List<JsonObject> objects = Toggles.all().flatMap(toggle -> Chart.render(toggle.values()).objects().stream())
                .distinct().toList();
        assertThat(objects).hasSizeGreaterThan(60);

        Seen seen = kubectl.apply(documents(objects), "--dry-run=server", "--validate=strict");

        assertThat(seen.err()).isEmpty();
        assertThat(seen.exitCode()).isZero();
        assertThat(seen.out().lines()).hasSameSizeAs(objects);
    }

    @Test
    void podSecurityRestrictedAdmitsThePods() {
        List<JsonObject> pods = Toggles.all().map(toggle -> Chart.render(toggle.values()))
                .filter(rendering -> !rendering.pod().has("hostNetwork")).map(HelmInstallIT::pod).distinct().toList();
        assertThat(pods).hasSizeGreaterThan(5);

        Seen seen = kubectl.apply(documents(pods), "--dry-run=server", "--validate=strict");

        assertThat(seen.err()).isEmpty();
        assertThat(seen.exitCode()).isZero();
    }

    @Test
    void podSecurityRestrictedDoesNotAdmitTheNetworkOfTheNodeAndNothingElseIsWrongWithIt() {
        Seen seen = kubectl.apply(pod(Chart.render("hostNetwork: true")).toString(), "--dry-run=server");

        assertThat(seen.err()).contains("violates PodSecurity \"restricted:latest\": host namespaces"
                + " (hostNetwork=true), hostPort").doesNotContain("runAs", "seccomp", "capabilities", "volume");
    }

    /** A Pod of the Deployment, in a namespace where Pod Security "restricted" is enforced. */
    private static JsonObject pod(Rendering rendering) {
        JsonObject pod = rendering.template();
        pod.addProperty("apiVersion", "v1");
        pod.addProperty("kind", "Pod");
        pod.getAsJsonObject("metadata").addProperty("name", "one");
        pod.getAsJsonObject("metadata").addProperty("namespace", "restricted");
        // There, the ServiceAccount of the release is not known; which one it is makes no difference to Pod Security.
        pod.getAsJsonObject("spec").addProperty("serviceAccountName", "default");
        return pod;
    }

    private static String documents(List<JsonObject> objects) {
        return objects.stream().map(JsonObject::toString).collect(Collectors.joining("\n---\n"));
    }

    @Test
    void theControllerWorksUnderTheRightsAndWithTheSettingsOfTheRelease() throws Exception {
        AuditLog.Mark start = cluster.audit().mark();
        release.install("""
                policy: {accounts: ["111122223333"], requester-must-hold: true}
                guards: {awsAuth: {enabled: true, action: Deny}}
                """);
        startController();
        eventually(() -> assertThat(kubectl.run("-n", "kube-system", "annotate", "--overwrite", "configmap",
                "aws-auth", "by=" + System.nanoTime()).err()).contains("admin is not among the writers of aws-auth"));

        appliesMapping("developers", "arn:aws:iam::111122223333:role/Developers");
        eventually(() -> assertThat(mapRoles()).startsWith(ROLES).contains("role/Developers\""));
        eventually(() -> assertThat(told("developers")).isEqualTo("Applied"));
        assertThat(kubectl.apply(manifestOfTheNotes(), "--dry-run=server").err())
                .contains("denied the request", "(ReservedUsername)");
        Seen refused = kubectl.apply(mapping("strangers", "arn:aws:iam::444455556666:role/Strangers"));
        assertThat(refused.err()).contains("denied the request", "(ForeignAccount)");
        kubectl.run("label", "iim", "developers", "iammapper.dev/protected=true");
        eventually(() -> assertThat(ledger()).containsPattern("guarded\\W+true"));
        assertThat(kubectl.run("delete", "iim", "developers").err()).contains("is protected by the label");
        kubectl.run("label", "iim", "developers", "iammapper.dev/protected-");
        // Who deletes it before a pass has seen that has to release the row, too.
        eventually(() -> assertThat(ledger()).doesNotContainPattern("guarded\\W+true"));
        assertThat(kubectl.run("delete", "iim", "developers").exitCode()).isZero();
        eventually(() -> assertThat(mapRoles()).isEqualTo(ROLES));
        assertThat(controller.stop(PATIENCE)).isTrue();

        List<AuditEvent> asked = asked(start);
        assertThat(asked.stream().map(HelmInstallIT::kind).distinct().toList()).contains("patch configmaps",
                "patch iamidentitymappings/status", "update leases", "create events", "create secrets",
                "patch validatingwebhookconfigurations", "list rolebindings", "create subjectaccessreviews");
        nothingWasForbidden(asked);
    }

    @Test
    void anObserverObservesWithoutTheRightToDoMore() throws Exception {
        AuditLog.Mark start = cluster.audit().mark();
        release.install("{mode: observe, webhook: {enabled: false}}");
        startController();

        appliesMapping("developers", "arn:aws:iam::111122223333:role/Developers");
        eventually(() -> assertThat(told("developers")).isEqualTo("Observing"));
        assertThat(kubectl.run("delete", "iim", "developers").exitCode()).isZero();
        assertThat(controller.stop(PATIENCE)).isTrue();

        assertThat(mapRoles()).isEqualTo(ROLES);
        assertThat(ledger()).isEmpty();
        nothingWasForbidden(asked(start));
        Kubectl theController = new Kubectl(cluster.kubeconfigFor(Chart.RELEASE, Chart.RELEASE));
        assertThat(theController.run("-n", "kube-system", "auth", "can-i", "patch", "configmap/aws-auth").out())
                .isEqualTo("no\n");
    }

    /** What the controller asked of the API server. */
    private static List<AuditEvent> asked(AuditLog.Mark since) {
        return cluster.audit().since(since).stream().filter(event -> event.user().equals(USER)).toList();
    }

    private void nothingWasForbidden(List<AuditEvent> asked) {
        assertThat(asked).isNotEmpty().noneMatch(event -> event.code() == 403);
        assertThat(controller.output()).doesNotContain("ot allowed", "ERROR", "\tat ");
    }

    @Test
    void whatTheIdentityMayDoIsWrittenDown() throws Exception {
        release.install("");
        Kubectl controllers = new Kubectl(cluster.kubeconfigFor(Chart.RELEASE, Chart.RELEASE));
        String rights = Stream.of("kube-system", "default", Chart.RELEASE, "elsewhere")
                .map(namespace -> "# kubectl auth can-i --list --namespace " + namespace + "\n"
                        + resourceRules(controllers.run("auth", "can-i", "--list", "--namespace", namespace).out()))
                .collect(Collectors.joining("\n"));

        if (Boolean.getBoolean("chart.update")) {
            Files.writeString(RIGHTS, rights);
        }
        assertThat(rights).as("after a change that is meant, run this test with -Dchart.update=true")
                .isEqualTo(Files.readString(RIGHTS));
    }

    @Test
    void aReleaseIsUpgradedRolledBackUninstalledAndInstalledAgainWithoutARowLost() throws Exception {
        String values = "rbac: {createSecrets: false}";
        kubectl.run("-n", Chart.RELEASE, "create", "secret", "generic", "iam-identity-mapper-webhook");
        release.install(values);
        startController();
        appliesMapping("developers", "arn:aws:iam::111122223333:role/Developers");
        eventually(() -> assertThat(told("developers")).isEqualTo("Applied"));
        eventually(() -> assertThat(mapRoles()).contains("role/Developers\""));
        assertThat(controller.stop(PATIENCE)).isTrue();
        callWebhookByService();
        String caBundle = caBundle();
        assertThat(caBundle).as("what the controller wrote").isNotEmpty();
        String rows = mapRoles();
        String ledger = ledger();

        // A next version, with a change of the definition and of the registration.
        release.upgrade(nextVersion(), values + "\nwebhook: {timeoutSeconds: 7}");
        assertThat(columns()).contains("Added");
        assertThat(Release.get(kubectl, "validatingwebhookconfiguration/iam-identity-mapper",
                "{.webhooks[0].timeoutSeconds}")).isEqualTo("7");
        assertThat(caBundle()).as("after the upgrade").isEqualTo(caBundle);
        assertThat(told("developers")).isEqualTo("Applied");

        // What GitOps tools do: they apply the manifests again, each in its own way.
        String registration = Chart.render(values).only("ValidatingWebhookConfiguration").toString();
        assertThat(kubectl.apply(registration, "--server-side", "--force-conflicts").exitCode()).isZero();
        assertThat(kubectl.apply(registration).exitCode()).isZero();
        assertThat(caBundle()).as("after an apply").isEqualTo(caBundle);

        Seen rollback = new HelmCommand(cluster.kubeconfig()).run("rollback", Chart.RELEASE, "1", "--namespace",
                Chart.RELEASE);
        assertThat(rollback.exitCode()).as(rollback.err()).isZero();
        assertThat(Release.get(kubectl, "validatingwebhookconfiguration/iam-identity-mapper",
                "{.webhooks[0].timeoutSeconds}")).as("after the rollback").isNotEqualTo("7");
        assertThat(columns()).isNotEmpty().doesNotContain("Added");
        assertThat(caBundle()).as("after the rollback").isEqualTo(caBundle);
        assertThat(told("developers")).isEqualTo("Applied");

        // The definition outlives its template, too.
        release.upgrade(Chart.FOLDER, values + "\ncrds: {enabled: false}");
        assertThat(columns()).isNotEmpty();
        assertThat(told("developers")).isEqualTo("Applied");

        release.uninstall();
        assertThat(kubectl.run("get", "deployment,validatingwebhookconfiguration,validatingadmissionpolicy,role,"
                + "rolebinding,clusterrole,clusterrolebinding,service,serviceaccount,configmap,poddisruptionbudget",
                "--all-namespaces", "--selector", "app.kubernetes.io/instance=" + Chart.RELEASE, "-o", "name").out())
                .isEmpty();
        assertThat(mapRoles()).isEqualTo(rows);
        assertThat(ledger()).isEqualTo(ledger);
        assertThat(told("developers")).isEqualTo("Applied");

        AuditLog.Mark reinstalled = cluster.audit().mark();
        release.install(values);
        startController();
        eventually(() -> assertThat(health()).contains("\"leads\":true"));
        appliesMapping("auditors", "arn:aws:iam::111122223333:role/Auditors");
        eventually(() -> assertThat(mapRoles()).startsWith(rows).contains("role/Auditors\""));
        assertThat(cluster.audit().count(reinstalled,
                event -> event.user().equals(USER) && event.name().equals("aws-auth") && event.isWrite()))
                .as("one write, for the new object").isOne();
        assertThat(kubectl.run("delete", "iim", "developers", "auditors").exitCode()).isZero();
        eventually(() -> assertThat(mapRoles()).as("the row that the first release wrote goes with its object")
                .isEqualTo(ROLES));
    }

    @Test
    void aDefinitionThatIsThereAlreadyIsHandedOverByThePagesCommands() {
        cluster.applyCrds();
        assertThatThrownBy(() -> release.install("")).hasMessageContaining("invalid ownership metadata");
        release.uninstall();

        String definition = "customresourcedefinition/iamidentitymappings.iamauthenticator.k8s.aws";
        kubectl.run("label", definition, "app.kubernetes.io/managed-by=Helm");
        kubectl.run("annotate", definition, "meta.helm.sh/release-name=iam-identity-mapper",
                "meta.helm.sh/release-namespace=iam-identity-mapper");
        release.install("");

        assertThat(Release.get(kubectl, definition, "{.metadata.annotations.helm\\.sh/resource-policy}"))
                .isEqualTo("keep");
    }

    // ---- the controller

    /** Starts a controller with what the release gives its Pods. */
    private void startController() throws IOException {
        Path settings = folder.resolve("application.yaml");
        Files.writeString(settings, Release.get(kubectl, "configmap/iam-identity-mapper",
                "{.data.application\\.yaml}"));
        assertThat(Release.get(kubectl, "deployment/iam-identity-mapper",
                "{.spec.template.spec.containers[0].env[0].name}")).isEqualTo("SPRING_CONFIG_ADDITIONAL_LOCATION");
        int port = ControllerProcess.freePort();
        String host = cluster.hostFor(port);
        if (!Release.get(kubectl, "validatingwebhookconfiguration/iam-identity-mapper", "{.metadata.name}").isEmpty()) {
            callWebhookAt("https://" + host + ":" + port + "/validate/iamidentitymapping");
        }
        controller = ControllerProcess.start(cluster.kubeconfigFor(Chart.RELEASE, Chart.RELEASE),
                LOGS.resolve("controller-" + port + ".log"),
                List.of("--spring.config.additional-location=file:" + settings,
                        "--server.port=" + port, "--mapper.webhook.host=" + host));
        controller.awaitReady(PATIENCE);
    }

    private static void callWebhookAt(String url) {
        patchWebhook("[{\"op\":\"remove\",\"path\":\"/webhooks/0/clientConfig/service\"},"
                + "{\"op\":\"add\",\"path\":\"/webhooks/0/clientConfig/url\",\"value\":\"" + url + "\"}]");
    }

    private static void callWebhookByService() {
        patchWebhook("""
                [{"op":"remove","path":"/webhooks/0/clientConfig/url"},
                 {"op":"add","path":"/webhooks/0/clientConfig/service","value":{"namespace":"iam-identity-mapper",
                  "name":"iam-identity-mapper-webhook","path":"/validate/iamidentitymapping","port":443}}]""");
    }

    private static void patchWebhook(String patch) {
        Seen seen = kubectl.run("patch", "validatingwebhookconfiguration", "iam-identity-mapper",
                "--type=json", "--patch", patch);
        assertThat(seen.err()).isEmpty();
    }

    private String health() throws IOException {
        try (var stream = controller.management().resolve("health/readiness").toURL().openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Until the API server knows the definition and asks the right address, it refuses. */
    private static void appliesMapping(String name, String arn) {
        eventually(() -> {
            Seen seen = kubectl.apply(mapping(name, arn));
            assertThat(seen.exitCode()).as(seen.err()).isZero();
        });
    }

    /** The question by which people try the webhook. */
    private static String manifestOfTheNotes() {
        String notes = Chart.notes("");
        return notes.substring(notes.indexOf("<<EOF\n") + 6, notes.indexOf("    EOF\n")).stripIndent();
    }

    private static String mapping(String name, String arn) {
        return """
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata: {name: %1$s}
                spec: {arn: "%2$s", username: "%1$s:{{SessionName}}", groups: [%1$s]}
                """.formatted(name, arn);
    }

    // ---- what there is to see

    private static String mapRoles() {
        return kubectl.run("-n", "kube-system", "get", "configmap", "aws-auth", "-o", "jsonpath={.data.mapRoles}")
                .out();
    }

    private static String ledger() {
        return kubectl.run("-n", "kube-system", "get", "configmap", "iam-identity-mapper-ledger", "-o",
                "jsonpath={.data}").out();
    }

    private static String told(String mapping) {
        return Release.get(kubectl, "iim/" + mapping, "{.status.conditions[?(@.type==\"Ready\")].reason}");
    }

    private static String caBundle() {
        return Release.get(kubectl, "validatingwebhookconfiguration/iam-identity-mapper",
                "{.webhooks[0].clientConfig.caBundle}");
    }

    private static String columns() {
        return Release.get(kubectl, "crd/iamidentitymappings.iamauthenticator.k8s.aws",
                "{.spec.versions[0].additionalPrinterColumns[*].name}");
    }

    private static String kind(AuditEvent event) {
        return event.verb() + " " + event.resource() + (event.subresource().isEmpty() ? "" : "/" + event.subresource());
    }

    /** What may be done to resources; the paths that everybody may read differ from version to version. */
    private static String resourceRules(String table) {
        return table.lines().filter(line -> !line.startsWith(" ")).map(String::stripTrailing).sorted()
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(200))
                .atMost(PATIENCE).untilAsserted(assertion);
    }

    /** The chart as its next version could be. */
    private Path nextVersion() throws IOException {
        Path next = folder.resolve("next");
        try (Stream<Path> files = Files.walk(Chart.FOLDER)) {
            for (Path file : files.toList()) {
                Files.copy(file, next.resolve(Chart.FOLDER.relativize(file).toString()));
            }
        }
        Path definition = next.resolve(Path.of("files", "crds", "iamidentitymappings.yaml"));
        Files.writeString(definition, Files.readString(definition).replace("        - name: Age\n", """
                        - name: Added
                          type: string
                          jsonPath: .metadata.uid
                        - name: Age
                """));
        Path chart = next.resolve("Chart.yaml");
        Files.writeString(chart, Files.readString(chart).replaceFirst("(?m)^version: .*$", "version: 99.0.0"));
        return next;
    }
}
