package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.iammapper.admission.Reviews;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import java.net.Socket;
import javax.net.ssl.SSLEngine;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a controller that is a process of its own writes to its log. */
class LogIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String MAPPING = "of-the-log";
    private static final String MARKER = "an-annotation-that-nobody-should-read-in-a-log";
    private static final String FOREIGN = "somebody-elses-row-that-is-nobodys-business";
    private static final String FORGER = "mallory\n{\"message\":\"all is well\"}\n";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"--kubeconfig=/there/is/none", "--contxt=here", "--context=nowhere", "--maper.mode=observe",
            "--mapper.leader-election.enabled=perhaps", "--mapper.unheard-of=1", "--management.server.port=many",
            "--spring.config.additional-location=file:/there/is/none.yaml", "--mapper.policy.accounts=none"})
    void aStartThatFailsIsToldInJson(String mistake) throws Exception {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: here, context: {cluster: c, user: u}}]
                current-context: here
                """);
        try (ControllerProcess controller = ControllerProcess.start(kubeconfig, folder.resolve("log"),
                List.of("--mapper.log.format=ecs", mistake))) {
            assertThat(controller.awaitEnd(SOON)).isTrue();
            assertThat(controller.exitCode()).as(controller.output()).isIn(ExitCode.USAGE, ExitCode.CONFIGURATION);
            List<JsonObject> lines = json(controller.output());
            assertThat(lines).isNotEmpty();
            assertThat(lines.getLast().getAsJsonObject("log").get("level").getAsString()).isEqualTo("ERROR");
            assertThat(controller.output()).doesNotContain("stack_trace");
        }
    }

    @Test
    void aWholeLifeAtTheLowestLevelIsJsonAndHoldsNoSecretAndNoObject() throws Exception {
        TestCluster cluster = TestCluster.shared();
        cluster.applyCrds();
        Path kubeconfig = cluster.kubeconfigFor("iam-identity-mapper", "controller");
        Manifests.create(cluster.adminClient(), Path.of("docs", "rbac.yaml"));
        Manifests.create(cluster.adminClient(), """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: iam-identity-mapper}
                webhooks:
                - name: nothing.iammapper.dev
                  admissionReviewVersions: [v1]
                  clientConfig: {url: "https://127.0.0.1:1/nothing"}
                  rules: [{apiGroups: [nothing.iammapper.dev], apiVersions: [v1], resources: [nothings],
                    operations: [CREATE]}]
                  sideEffects: None
                """);
        CoreV1Api core = new CoreV1Api(cluster.adminClient());
        deleteQuietly(() -> core.deleteNamespacedConfigMap("aws-auth", "kube-system").execute());
        Manifests.create(cluster.adminClient(), """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: aws-auth, namespace: kube-system}
                data:
                  mapRoles: |
                    - {rolearn: "arn:aws:iam::111122223333:role/node", username: "%s", groups: []}
                """.formatted(FOREIGN));
        int port = ControllerProcess.freePort();
        try (ControllerProcess controller = ControllerProcess.start(kubeconfig, folder.resolve("log"),
                List.of("--mapper.log.format=logstash", "--mapper.log.level=trace", "--logging.level.root=trace",
                        "--mapper.webhook.enabled=true", "--mapper.webhook.host=127.0.0.1", "--server.port=" + port))) {
            controller.awaitReady(SOON);
            Manifests.create(cluster.adminClient(), Reviews.mapping(MAPPING,
                    "arn:aws:iam::111122223333:role/" + MAPPING, "log:{{SessionName}}", "log").toString()
                    .replace("…", MARKER));
            Awaitility.await().atMost(SOON).until(() -> String.valueOf(core.readNamespacedConfigMap("aws-auth",
                    "kube-system").execute().getData()).contains(MAPPING));
            JsonObject refused = Reviews.creation(Reviews.mapping("forged", "arn:aws:iam::111122223333:role/Interns",
                    FORGER, "system:masters", MARKER));
            JsonObject request = refused.getAsJsonObject("request");
            request.getAsJsonObject("userInfo").addProperty("username", FORGER);
            request.getAsJsonObject("object").getAsJsonObject("metadata").getAsJsonObject("annotations")
                    .addProperty("a", MARKER);
            assertThat(review(port, refused)).contains("MastersGrant");
            request.addProperty("uid", "a-second-uid");
            request.addProperty("name", FORGER);
            request.getAsJsonObject("kind").addProperty("kind", FORGER);
            assertThat(review(port, refused)).contains("a-second-uid", "\"allowed\":false");

            String output = controller.output();
            List<String> secrets = secrets(kubeconfig, core);
            assertThat(secrets).hasSizeGreaterThan(4);
            assertThat(secrets)
                    .allSatisfy(secret -> assertThat(output.contains(secret)).as("%.12s…", secret).isFalse());
            assertThat(output).doesNotContain(MARKER, FOREIGN, "PRIVATE KEY", "managedFields", "Bearer ");
            assertThat(controller.stop(Duration.ofSeconds(30))).isTrue();
            List<JsonObject> lines = json(controller.output());
            assertThat(lines).hasSizeGreaterThan(100);

            List<JsonObject> denials = lines.stream()
                    .filter(line -> line.get("message").getAsString().startsWith("Denied")).toList();
            assertThat(denials).hasSize(2);
            assertThat(text(denials.getFirst(), "review.uid")).isEqualTo(Reviews.UID);
            assertThat(text(denials.getFirst(), "review.object")).isEqualTo("forged");
            assertThat(text(denials.getFirst(), "review.user")).isEqualTo(FORGER);
            assertThat(text(denials.getFirst(), "message")).contains("MastersGrant at spec.groups[0]");
            assertThat(text(denials.getLast(), "review.uid")).isEqualTo("a-second-uid");
            assertThat(lines.stream().filter(line -> line.has("review.uid")).map(line -> text(line, "thread_name")))
                    .as("only threads that answer reviews").allMatch(thread -> thread.contains("exec"));
        } finally {
            deleteQuietly(() -> new CustomObjectsApi(cluster.adminClient()).deleteClusterCustomObject(
                    "iamauthenticator.k8s.aws", "v1alpha1", "iamidentitymappings", MAPPING).execute());
            for (String name : List.of("aws-auth", "iam-identity-mapper-ledger", "iam-identity-mapper-snapshots",
                    "iam-identity-mapper-policy")) {
                deleteQuietly(() -> core.deleteNamespacedConfigMap(name, "kube-system").execute());
            }
            deleteQuietly(() -> core.deleteNamespacedSecret("iam-identity-mapper-webhook", "iam-identity-mapper")
                    .execute());
            deleteQuietly(() -> new io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api(
                    cluster.adminClient()).deleteValidatingWebhookConfiguration("iam-identity-mapper").execute());
            deleteQuietly(() -> new CoordinationV1Api(cluster.adminClient())
                    .deleteNamespacedLease("iam-identity-mapper", "kube-system").execute());
        }
    }

    /** Each line of keys and tokens that the process knows, as it is and as it travels. */
    private static List<String> secrets(Path kubeconfig, CoreV1Api core) throws Exception {
        List<String> secrets = new ArrayList<>();
        Matcher credentials = Pattern.compile("(?:token|client-key-data): *\"?([A-Za-z0-9_.=+/-]{20,})")
                .matcher(Files.readString(kubeconfig));
        while (credentials.find()) {
            secrets.add(credentials.group(1));
            secrets.add(credentials.group(1).substring(20));
        }
        assertThat(secrets).isNotEmpty();
        V1Secret stored = core.readNamespacedSecret("iam-identity-mapper-webhook", "iam-identity-mapper").execute();
        for (Map.Entry<String, byte[]> entry : stored.getData().entrySet()) {
            if (entry.getKey().endsWith(".key")) {
                String pem = new String(entry.getValue(), StandardCharsets.UTF_8);
                pem.lines().filter(line -> line.length() > 20 && !line.startsWith("-----")).forEach(secrets::add);
                secrets.add(Base64.getEncoder().encodeToString(entry.getValue()).substring(40, 120));
            }
        }
        return secrets;
    }

    private static List<JsonObject> json(String output) {
        List<JsonObject> lines = new ArrayList<>();
        for (String line : output.lines().toList()) {
            try {
                lines.add(JsonParser.parseString(line).getAsJsonObject());
            } catch (JsonParseException | IllegalStateException noJson) {
                throw new AssertionError("no JSON: " + line, noJson);
            }
        }
        return lines;
    }

    private static String text(JsonObject line, String name) {
        return line.get(name).getAsString();
    }

    private static String review(int port, JsonObject review) throws Exception {
        SSLContext trust = SSLContext.getInstance("TLS");
        trust.init(null, new TrustManager[] {new TrustsAnybody()}, null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
            return client.send(HttpRequest
                    .newBuilder(URI.create("https://127.0.0.1:" + port + "/validate/iamidentitymapping"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Reviews.bytes(review))).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /** The certificate is others' to test. */
    private static final class TrustsAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private interface Deletion {
        void run() throws ApiException;
    }

    private static void deleteQuietly(Deletion deletion) throws ApiException {
        try {
            deletion.run();
        } catch (ApiException e) {
            if (e.getCode() != 404) {
                throw e;
            }
        }
    }
}
