package dev.iammapper.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the chart renders for which values. {@code -Dchart.update=true} copies the definitions of {@code crds/} into it.
 */
class HelmChartTest {
    private static final String DEFAULTS = "";

    @BeforeAll
    static void copyTheDefinitionsWhereAsked() throws IOException {
        if (Boolean.getBoolean("chart.update")) {
            for (String name : definitions(Chart.BASE.resolve("crds"))) {
                Files.writeString(Chart.FOLDER.resolve("files").resolve("crds").resolve(name),
                        Chart.read("crds", name));
            }
        }
    }

    @Test
    void helmLintFindsNothing() {
        LintResult result = new Helm(Chart.FOLDER).lint().strict().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
        // One hint is left that is a matter of taste: the chart has no icon.
        assertThat(result.getMessages()).noneMatch(message -> message.contains("[WARNING]"));
    }

    @Test
    void theDefaultsInstallTheseObjects() {
        assertThat(Chart.render(DEFAULTS).summary()).containsExactly("ClusterRole iam-identity-mapper",
                "ClusterRole iam-identity-mapper-bindings", "ClusterRole iam-identity-mapper-view",
                "ClusterRoleBinding iam-identity-mapper", "ClusterRoleBinding iam-identity-mapper-bindings",
                "ConfigMap iam-identity-mapper/iam-identity-mapper",
                "CustomResourceDefinition iamidentitymappings.iamauthenticator.k8s.aws",
                "Deployment iam-identity-mapper/iam-identity-mapper",
                "PodDisruptionBudget iam-identity-mapper/iam-identity-mapper",
                "Role default/iam-identity-mapper",
                "Role iam-identity-mapper/iam-identity-mapper-webhook", "Role kube-system/iam-identity-mapper",
                "RoleBinding default/iam-identity-mapper",
                "RoleBinding iam-identity-mapper/iam-identity-mapper-webhook",
                "RoleBinding kube-system/iam-identity-mapper",
                "Service iam-identity-mapper/iam-identity-mapper-metrics",
                "Service iam-identity-mapper/iam-identity-mapper-webhook",
                "ServiceAccount iam-identity-mapper/iam-identity-mapper",
                "ValidatingAdmissionPolicy iam-identity-mapper-protected",
                "ValidatingAdmissionPolicyBinding iam-identity-mapper-protected",
                "ValidatingWebhookConfiguration iam-identity-mapper");
    }

    @ParameterizedTest
    @MethodSource("dev.iammapper.chart.Toggles#all")
    void twoRendersAreEqual(Toggle toggle) {
        assertThat(Chart.render(toggle.values())).isEqualTo(Chart.render(toggle.values()));
    }

    @ParameterizedTest
    @MethodSource("dev.iammapper.chart.Toggles#all")
    void everyObjectHasAPlaceAndTheLabelsByWhichPeopleFindIt(Toggle toggle) {
        for (JsonObject object : Chart.render(toggle.values()).objects()) {
            if (Rendering.name(object).equals("extra")) {
                continue;
            }
            assertThat(Rendering.metadata(object).getAsJsonObject("labels").keySet()).as(Rendering.title(object))
                    .contains("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/version",
                            "app.kubernetes.io/managed-by", "helm.sh/chart");
        }
    }

    @Test
    void theVersionsAreThoseOfTheProject() {
        Map<String, String> chart = new TreeMap<>();
        Pattern.compile("(?m)^(version|appVersion): (.*)$")
                .matcher(Chart.read("helm", "iam-identity-mapper", "Chart.yaml")).results()
                .forEach(line -> chart.put(line.group(1), line.group(2)));

        assertThat(chart).isEqualTo(Map.of("version", Chart.version(), "appVersion", Chart.version()));
    }

    // ---- definitions

    @Test
    void theDefinitionsAreThoseOfTheRepository() throws IOException {
        Path chart = Chart.FOLDER.resolve("files").resolve("crds");
        assertThat(definitions(chart)).isNotEmpty().isEqualTo(definitions(Chart.BASE.resolve("crds")));
        for (String name : definitions(chart)) {
            assertThat(Files.readString(chart.resolve(name)))
                    .as("%s; after a change of crds/, run this test with -Dchart.update=true", name)
                    .isEqualTo(Chart.read("crds", name));
        }
    }

    @Test
    void whatIsRenderedOfADefinitionDiffersInLabelsAndAnnotationsOnly() {
        JsonObject rendered = Chart.render(DEFAULTS).only("CustomResourceDefinition");
        assertThat(annotations(rendered)).containsOnly("helm.sh/resource-policy=keep");
        Rendering.metadata(rendered).remove("labels");
        Rendering.metadata(rendered).remove("annotations");

        assertThat(rendered)
                .isEqualTo(new Rendering(Chart.read("crds", "iamidentitymappings.yaml")).objects().getFirst());
    }

    @Test
    void definitionsAreLeftOutOrLetGoOnlyWhereAsked() {
        assertThat(Chart.render("crds: {enabled: false}").all("CustomResourceDefinition")).isEmpty();
        assertThat(annotations(Chart.render("crds: {keep: false}").only("CustomResourceDefinition"))).isEmpty();
        assertThat(annotations(Chart.render("{crds: {annotations: {a: b}}, commonAnnotations: {c: d}}")
                .only("CustomResourceDefinition"))).containsExactlyInAnyOrder("a=b", "c=d",
                        "helm.sh/resource-policy=keep");
    }

    // ---- probes

    @Test
    void theProbesAskTheManagementPortAndGiveAStartMoreTimeThanItNeeds() {
        JsonObject container = Chart.render(DEFAULTS).container();
        assertThat(Map.of("startupProbe", "/actuator/health/liveness", "livenessProbe", "/actuator/health/liveness",
                "readinessProbe", "/actuator/health/readiness")).allSatisfy((probe, path) -> {
                    JsonObject get = Rendering.at(container, probe, "httpGet");
                    assertThat(get.get("path").getAsString()).isEqualTo(path);
                    assertThat(get.get("port").getAsString()).isEqualTo("management");
                });
        assertThat(seconds(container, "startupProbe")).as("a start on half a CPU").isGreaterThanOrEqualTo(120);
        assertThat(seconds(container, "livenessProbe")).as("a pause is no reason for a restart")
                .isGreaterThanOrEqualTo(60);
        assertThat(seconds(container, "readinessProbe"))
                .as("sooner known than drained, as a Pod that ends is not asked")
                .isLessThanOrEqualTo(15);
    }

    private static int seconds(JsonObject container, String probe) {
        JsonObject settings = container.getAsJsonObject(probe);
        return settings.get("periodSeconds").getAsInt() * settings.get("failureThreshold").getAsInt();
    }

    // ---- rights

    @Test
    void theRightsAreThoseOfThePage() {
        Map<String, JsonObject> granted = rights(Chart.render("serviceAccount: {name: controller}"));
        assertThat(granted.remove("ClusterRole iam-identity-mapper-view")).isNotNull();

        assertThat(granted).isEqualTo(rights(new Rendering(Chart.read("docs", "rbac.yaml"))));
    }

    @Test
    void askingWhatRequestersMayDoIsARightOnlyWhereThePolicyNeedsIt() {
        Map<String, JsonObject> with = rights(
                Chart.render("{policy: {requester-must-hold: true}, serviceAccount: {name: controller}}"));
        with.keySet().removeAll(rights(Chart.render(DEFAULTS)).keySet());

        assertThat(with).isEqualTo(rights(new Rendering(Chart.read("docs", "rbac-requesters.yaml"))));
    }

    @Test
    void rightsThatNobodyUsesAreNotGranted() {
        assertThat(resources(Chart.render("webhook: {readBindings: false}"))).doesNotContain("rolebindings")
                .contains("secrets");
        assertThat(resources(Chart.render("webhook: {enabled: false}"))).doesNotContain("rolebindings", "secrets",
                "validatingwebhookconfigurations");
        assertThat(resources(Chart.render("certificates: {source: certManager, certManager: {createIssuer: true}}")))
                .doesNotContain("secrets", "validatingwebhookconfigurations").contains("rolebindings");
        Rendering without = Chart.render("rbac: {createSecrets: false}");
        assertThat(without.named("Role", "iam-identity-mapper-webhook").getAsJsonArray("rules")).hasSize(1);
        assertThat(Chart.render("rbac: {create: false}").summary()).noneMatch(title -> title.contains("Role"));
    }

    @Test
    void anObserverMayNotChangeAwsAuthNorTheLedger() {
        assertThat(Rendering.stream(Chart.render("mode: observe").all("Role")
                .filter(role -> Rendering.title(role).equals("Role kube-system/iam-identity-mapper")).findFirst()
                .orElseThrow().get("rules")).filter(rule -> rule.get("verbs").toString().contains("patch"))
                .map(rule -> rule.get("resourceNames").toString()))
                .containsExactly("[\"iam-identity-mapper-policy\"]");
    }

    @Test
    void whoMayViewTheClusterMayReadMappingsAndNobodyGetsToWriteThem() {
        Rendering rendering = Chart.render(DEFAULTS);
        assertThat(rendering.text()).doesNotContain("aggregate-to-edit", "aggregate-to-admin");
        JsonObject view = rendering.named("ClusterRole", "iam-identity-mapper-view");
        assertThat(labels(view)).contains("rbac.authorization.k8s.io/aggregate-to-view=true");
        assertThat(view.getAsJsonArray("rules").get(0).getAsJsonObject().getAsJsonArray("verbs"))
                .isEqualTo(JsonParser.parseString("[get, list, watch]"));
        assertThat(Chart.render("rbac: {aggregateToView: false}").names("ClusterRole"))
                .doesNotContain("iam-identity-mapper-view");
    }

    // ---- the webhook and the guards

    @Test
    void theWebhookIsRegisteredAsOnThePage() {
        JsonObject page = new Rendering(Chart.read("docs", "webhook.yaml")).only("ValidatingWebhookConfiguration");

        assertThat(Chart.render(DEFAULTS).only("ValidatingWebhookConfiguration").get("webhooks"))
                .isEqualTo(page.get("webhooks"));
    }

    @Test
    void theGuardsAreThoseOfThePage() {
        Rendering rendering = Chart
                .render("{serviceAccount: {name: controller}, guards: {awsAuth: {enabled: true}}}");
        for (String page : List.of("guard-protected.yaml", "guard-aws-auth.yaml")) {
            for (JsonObject object : new Rendering(Chart.read("docs", page)).objects()) {
                assertThat(rendering.named(Rendering.kind(object), Rendering.name(object)).get("spec")).as(page)
                        .isEqualTo(object.get("spec"));
            }
        }
    }

    @Test
    void theCaBundleIsMentionedOnlyWhereTheUserSuppliesIt() {
        String supplied = "certificates: {source: supplied, supplied: {secretName: mine, caBundle: "
                + "\"-----BEGIN CERTIFICATE-----\\nabc\\n-----END CERTIFICATE-----\\n\"}}";
        assertThat(Toggles.all().filter(toggle -> !toggle.values().contains("supplied"))
                .map(toggle -> Chart.render(toggle.values()).text()))
                .noneMatch(text -> Pattern.compile("(?m)^ *caBundle:").matcher(text).find());
        assertThat(Rendering.stream(Chart.render(supplied).only("ValidatingWebhookConfiguration").get("webhooks"))
                .findFirst().orElseThrow().getAsJsonObject("clientConfig").get("caBundle").getAsString())
                .isEqualTo("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCmFiYwotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg==");
    }

    @Test
    void withCertManagerTheCertificateIsMountedAndItsAuthorityInjected() {
        Rendering rendering = Chart
                .render("certificates: {source: certManager, certManager: {issuerRef: {name: company}}}");

        assertThat(annotations(rendering.only("ValidatingWebhookConfiguration"))).containsExactly(
                "cert-manager.io/inject-ca-from=iam-identity-mapper/iam-identity-mapper-webhook");
        assertThat(rendering.only("Certificate").getAsJsonObject("spec").getAsJsonObject("issuerRef"))
                .isEqualTo(JsonParser.parseString("{name: company, kind: Issuer, group: cert-manager.io}"));
        assertThat(rendering.names("Issuer")).isEmpty();
        assertThat(rendering.settings()).contains("source: files", "directory: /etc/iam-identity-mapper/certificate",
                "- iam-identity-mapper-webhook.iam-identity-mapper.svc");
        assertThat(rendering.container().getAsJsonArray("volumeMounts").toString())
                .contains("/etc/iam-identity-mapper/certificate");
        assertThat(rendering.pod().getAsJsonArray("volumes").toString())
                .contains("\"secretName\":\"iam-identity-mapper-webhook\"");
    }

    // ---- Pods

    @Test
    void podsAreAsPodSecurityWantsThemAndNothingButTmpCanBeWritten() {
        Rendering rendering = Chart.render(DEFAULTS);
        assertThat(rendering.container().get("securityContext")).isEqualTo(JsonParser.parseString("""
                {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, privileged: false,
                  readOnlyRootFilesystem: true}"""));
        assertThat(rendering.pod().getAsJsonObject("securityContext").get("runAsNonRoot").getAsBoolean()).isTrue();
        assertThat(rendering.pod().has("hostNetwork")).isFalse();
        assertThat(Rendering.stream(rendering.container().get("volumeMounts")).filter(mount -> !mount.has("readOnly"))
                .map(mount -> mount.get("mountPath").getAsString())).containsExactly("/tmp");
        assertThat(rendering.only("ServiceAccount").get("automountServiceAccountToken").getAsBoolean()).isFalse();
        assertThat(rendering.pod().get("automountServiceAccountToken").getAsBoolean()).isTrue();
    }

    @Test
    void aChangeOfSettingsReplacesThePods() {
        String before = annotations(Chart.render(DEFAULTS).template()).getFirst();
        assertThat(before).startsWith("iammapper.dev/settings-checksum=");
        assertThat(annotations(Chart.render("mode: observe").template())).doesNotContain(before);
        assertThat(annotations(Chart.render("replicas: 3").template())).contains(before);
    }

    @Test
    void theImageIsNamedByItsDigestWhereThereIsOne() {
        String digest = "sha256:" + "0123456789abcdef".repeat(4);
        assertThat(image(DEFAULTS)).isEqualTo("iam-identity-mapper:" + Chart.version());
        assertThat(image("image: {repository: registry.example.com/mapper, tag: v1}"))
                .isEqualTo("registry.example.com/mapper:v1");
        assertThat(image("image: {repository: registry.example.com/mapper, tag: v1, digest: \"" + digest + "\"}"))
                .isEqualTo("registry.example.com/mapper@" + digest);
    }

    @Test
    void inTheNetworkOfTheNodeAnOldPodGoesBeforeANewOneTakesItsPorts() {
        Rendering rendering = Chart.render("{hostNetwork: true, ports: {webhook: 10443, management: 10081}}");
        assertThat(rendering.pod().get("dnsPolicy").getAsString()).isEqualTo("ClusterFirstWithHostNet");
        assertThat(Rendering.at(rendering.only("Deployment"), "spec", "strategy", "rollingUpdate"))
                .isEqualTo(JsonParser.parseString("{maxSurge: 0, maxUnavailable: 1}").getAsJsonObject());
        assertThat(Rendering.stream(rendering.container().get("ports"))
                .map(port -> port.get("containerPort").getAsInt())).containsExactlyInAnyOrder(10443, 10081);
        assertThat(rendering.settings()).contains("port: 10443", "port: 10081");
    }

    @Test
    void namesAndPlacesCanBeChosen() {
        Rendering rendering = Chart.render("""
                fullnameOverride: access
                namespaceOverride: platform
                commonLabels: {team: identity}
                commonAnnotations: {contact: "identity@example.com"}
                podLabels: {app.kubernetes.io/name: hidden, zone: a}
                """);
        assertThat(rendering.summary()).contains("Deployment platform/access", "Service platform/access-webhook",
                "ValidatingWebhookConfiguration access", "Role kube-system/access", "Role platform/access-webhook")
                .noneMatch(title -> title.contains("iam-identity-mapper/"));
        assertThat(rendering.objects()).allSatisfy(object -> {
            assertThat(labels(object)).contains("team=identity");
            assertThat(annotations(object)).contains("contact=identity@example.com");
        });
        assertThat(labels(rendering.template())).contains("team=identity", "zone=a",
                "app.kubernetes.io/name=iam-identity-mapper");
        assertThat(rendering.settings()).contains("namespace: platform", "configuration-name: access",
                "secret-name: access-webhook", "- access-webhook.platform.svc");
    }

    @Test
    void spreadConstraintsFindThePodsOfTheRelease() {
        assertThat(Rendering.stream(Chart.render(DEFAULTS).pod().get("topologySpreadConstraints"))).hasSize(2)
                .allSatisfy(constraint -> assertThat(Rendering.at(constraint, "labelSelector", "matchLabels"))
                        .isEqualTo(Rendering.at(Chart.render(DEFAULTS).only("Deployment"), "spec", "selector",
                                "matchLabels")));
    }

    @Test
    void theNetworkPolicyLetsThroughWhatIsListedAndNothingElse() {
        JsonObject usual = Chart.render("networkPolicy: {enabled: true}").only("NetworkPolicy").getAsJsonObject("spec");
        assertThat(usual.get("policyTypes")).isEqualTo(JsonParser.parseString("[Ingress, Egress]"));
        assertThat(Rendering.at(usual, "podSelector", "matchLabels")).isEqualTo(
                Rendering.at(Chart.render(DEFAULTS).only("Deployment"), "spec", "selector", "matchLabels"));
        assertThat(usual.get("ingress")).isEqualTo(JsonParser.parseString("[{ports: [{port: 9443, protocol: TCP}]}]"));
        assertThat(usual.get("egress")).isEqualTo(JsonParser.parseString("""
                [{ports: [{port: 443, protocol: TCP}, {port: 6443, protocol: TCP}]},
                 {ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}],
                  to: [{namespaceSelector: {matchLabels: {"kubernetes.io/metadata.name": "kube-system"}},
                        podSelector: {matchLabels: {"k8s-app": "kube-dns"}}}]}]"""));
        JsonObject narrow = Chart.render("""
                webhook: {enabled: false}
                networkPolicy:
                  enabled: true
                  metricsFrom: [{namespaceSelector: {matchLabels: {team: monitoring}}}]
                  apiServer: {cidrs: [10.1.0.0/24], ports: [443]}
                  dnsTo: []
                """).only("NetworkPolicy").getAsJsonObject("spec");
        assertThat(narrow.get("ingress")).isEqualTo(JsonParser.parseString("""
                [{ports: [{port: 8081, protocol: TCP}],
                  from: [{namespaceSelector: {matchLabels: {team: monitoring}}}]}]"""));
        assertThat(narrow.get("egress")).isEqualTo(JsonParser.parseString(
                "[{ports: [{port: 443, protocol: TCP}], to: [{ipBlock: {cidr: \"10.1.0.0/24\"}}]}]"));
        assertThat(Chart.render("{networkPolicy: {enabled: true}, webhook: {enabled: false}}").only("NetworkPolicy")
                .getAsJsonObject("spec").get("ingress")).isEqualTo(JsonParser.parseString("[]"));
    }

    @Test
    void thePolicyReachesTheControllerAsItIsWritten() {
        Rendering rendering = Chart.render("""
                policy:
                  accounts: ["012345670123"]
                  masters: ["arn:aws:iam::012345670123:role/Admins_*"]
                  expiry: [{groups: [admins], within: 12h}]
                  iam-users: deny
                """);
        assertThat(rendering.settings()).contains("""
                  policy:
                    accounts:
                    - "012345670123"
                    enforcement: deny
                    expiry:
                    - groups:
                      - admins
                      within: 12h
                    iam-users: deny
                    masters:
                    - arn:aws:iam::012345670123:role/Admins_*
                """.stripTrailing());
    }

    // ---- refusals

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.iammapper.chart.Toggles#refusals")
    void valuesThatDoNotWorkAreRefusedInASentence(String values, String sentence) {
        assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(sentence);
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(
                () -> Chart.render("{replicas: 0, ports: {webhook: 8081}, certificates: {source: supplied}}"))
                .hasMessageContaining("replicas is 0").hasMessageContaining("both 8081")
                .hasMessageContaining("certificates.supplied.secretName")
                .hasMessageContaining("certificates.supplied.caBundle");
    }

    // ---- NOTES.txt

    @Test
    void theNotesSayWhatWasInstalledAndHowToCheckIt() {
        assertThat(Chart.notes("mode: observe")).contains("is installed as release iam-identity-mapper",
                "It observes: nothing is written",
                "kubectl -n iam-identity-mapper rollout status deployment/iam-identity-mapper", "port 9443",
                "helm uninstall leaves aws-auth as it is");
        assertThat(Chart.notes("{mode: observe, image: {repository: registry.example.com/mapper}}"))
                .doesNotContain("To know about the values");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.iammapper.chart.Toggles#risks")
    void theNotesSayWhatIsRiskyInTheValues(String values, String risk) {
        assertThat(Chart.notes(values)).contains(risk);
    }

    private static String image(String values) {
        return Chart.render(values).container().get("image").getAsString();
    }

    private static List<String> definitions(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")).sorted()
                    .toList();
        }
    }

    /** Roles and bindings, without their metadata. */
    private static Map<String, JsonObject> rights(Rendering rendering) {
        Map<String, JsonObject> rights = new TreeMap<>();
        for (JsonObject object : rendering.objects()) {
            if (Set.of("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding").contains(Rendering.kind(object))) {
                String title = Rendering.title(object);
                object.remove("metadata");
                rights.put(title, object);
            }
        }
        return rights;
    }

    private static List<String> resources(Rendering rendering) {
        return rights(rendering).values().stream().filter(object -> object.has("rules"))
                .flatMap(object -> Rendering.stream(object.get("rules")))
                .flatMap(rule -> rule.getAsJsonArray("resources").asList().stream())
                .map(resource -> resource.getAsString()).toList();
    }

    private static List<String> labels(JsonObject object) {
        return entries(object, "labels");
    }

    private static List<String> annotations(JsonObject object) {
        return entries(object, "annotations");
    }

    private static List<String> entries(JsonObject object, String name) {
        JsonObject entries = Rendering.metadata(object).getAsJsonObject(name);
        return entries == null
                ? List.of()
                : entries.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue().getAsString()).toList();
    }
}
