package dev.iammapper.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.iammapper.certificate.Issuer;
import dev.iammapper.certificate.KeyringCodec;
import dev.iammapper.certificate.Pem;
import dev.iammapper.certificate.RotationPlan;
import dev.iammapper.certificate.Schedule;
import dev.iammapper.certificate.ServerNames;
import dev.iammapper.certificate.ServingCertificate;
import dev.iammapper.certificate.Step;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.ClusterAddress;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.SecretStore;
import dev.iammapper.store.ServerTime;
import dev.iammapper.store.WebhookRegistration;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1ValidatingWebhookConfiguration;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Three replicas that a real API server asks, all of them for every object: one that it does not trust would refuse the
 * object. Each answer ends its connection, so that each call is a handshake of its own.
 */
class RotationIT {
    private static final String NAME = "rotation-it";
    private static final ServerNames NAMES = new ServerNames(List.of("127.0.0.1"));

    /** A certificate is renewed every twenty seconds. */
    private static final Schedule SCHEDULE = new Schedule(Duration.ofDays(20), Duration.ofDays(10),
            Duration.ofSeconds(60), Duration.ofSeconds(40), Duration.ofSeconds(1), Duration.ofSeconds(4),
            Duration.ofSeconds(16));

    private final TestCluster cluster = TestCluster.shared();
    private final CoreV1Api core = new CoreV1Api(cluster.adminClient());
    private final AdmissionregistrationV1Api webhooks = new AdmissionregistrationV1Api(cluster.adminClient());
    private final List<Replica> replicas = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicBoolean calling = new AtomicBoolean(true);
    private final List<Thread> callers = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        cluster.kubeconfigFor(NAME, "nobody");
        clear();
        for (int replica = 0; replica < 3; replica++) {
            replicas.add(new Replica());
        }
        Manifests.create(cluster.adminClient(), """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: rotation-it, labels: {theirs: "yes"}}
                webhooks:
                """ + replicas.stream().map(Replica::webhook).collect(Collectors.joining()));
        replicas.forEach(replica -> replica.source.start());
        soon(() -> assertThat(replicas).allSatisfy(replica -> assertThat(replica.source.state().notReady()).isNull()));
    }

    @AfterEach
    void end() throws Exception {
        calling.set(false);
        for (Thread caller : callers) {
            caller.join();
        }
        for (Replica replica : replicas) {
            replica.close();
        }
        clear();
    }

    @Test
    void replicasThatStartAtOnceAgreeAndNoRequestIsRefusedWhileEverythingIsReplaced() throws Exception {
        assertThat(authoritiesShown()).hasSize(1);
        soon(() -> assertThat(create()).isNull());
        callContinuously();

        X509Certificate first = authoritiesShown().getFirst();
        core.deleteNamespacedSecret(NAME, NAME).execute();
        soon(() -> assertThat(authoritiesShown()).hasSize(1).doesNotContain(first));
        X509Certificate second = authoritiesShown().getFirst();

        X509Certificate persons = putSecretOfAPerson();
        soon(() -> assertThat(authoritiesShown()).containsExactly(persons));
        soon(() -> assertThat(bundles()).allSatisfy(bundle -> assertThat(bundle).containsExactly(persons)));
        assertThat(second).isNotEqualTo(persons);

        ServingCertificate shown = replicas.getFirst().source.served();
        soon(() -> assertThat(replicas).allSatisfy(replica -> assertThat(replica.source.served()).isNotEqualTo(shown)));
        assertThat(authoritiesShown()).as("renewed by the person's authority, whose key is there")
                .containsExactly(persons);

        calling.set(false);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(refusals).isEmpty();
        assertThat(admitted.get()).isGreaterThan(100);
    }

    @Test
    void aToolThatResetsTheBundleIsUndoneAndNothingElseIsTouched() throws Exception {
        List<X509Certificate> ours = bundles().getFirst();
        V1ValidatingWebhookConfiguration configuration = webhooks.readValidatingWebhookConfiguration(NAME).execute();
        configuration.getWebhooks().forEach(webhook -> {
            webhook.getClientConfig().setCaBundle(null);
            webhook.setTimeoutSeconds(7);
        });
        webhooks.replaceValidatingWebhookConfiguration(NAME, configuration).execute();
        soon(() -> assertThat(bundles()).hasSize(3).allMatch(ours::equals));
        soon(() -> assertThat(create()).isNull());
        V1ValidatingWebhookConfiguration after = webhooks.readValidatingWebhookConfiguration(NAME).execute();
        assertThat(after.getMetadata().getLabels()).containsEntry("theirs", "yes");
        assertThat(after.getWebhooks()).allMatch(webhook -> webhook.getTimeoutSeconds() == 7);
        assertThat(replicas).allMatch(replica -> replica.source.state().notReady() == null);
    }

    @Test
    void aSecretThatWasSpoiltIsReplacedAndOneOfAnotherTypeKeepsItsOtherKeys() throws Exception {
        X509Certificate first = authoritiesShown().getFirst();
        V1Secret secret = core.readNamespacedSecret(NAME, NAME).execute();
        secret.getData().put("tls.key", "spoilt".getBytes(StandardCharsets.UTF_8));
        secret.getData().put("theirs", "kept".getBytes(StandardCharsets.UTF_8));
        core.replaceNamespacedSecret(NAME, NAME, secret).execute();
        soon(() -> assertThat(authoritiesShown()).hasSize(1).doesNotContain(first));
        assertThat(core.readNamespacedSecret(NAME, NAME).execute().getData()).containsKeys("theirs", "tls.crt",
                "tls.key", "ca.crt", "ca.key");
        soon(() -> assertThat(create()).isNull());
    }

    private static void soon(ThrowingRunnable assertion) {
        Awaitility.await().pollInSameThread().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(60))
                .untilAsserted(assertion);
    }

    private List<X509Certificate> authoritiesShown() {
        return replicas.stream().map(replica -> replica.source.served().authority()).distinct().toList();
    }

    private List<List<X509Certificate>> bundles() throws Exception {
        List<List<X509Certificate>> bundles = new ArrayList<>();
        for (var webhook : webhooks.readValidatingWebhookConfiguration(NAME).execute().getWebhooks()) {
            bundles.add(webhook.getClientConfig().getCaBundle() == null
                    ? List.of()
                    : Pem.certificates("caBundle", webhook.getClientConfig().getCaBundle()));
        }
        return bundles;
    }

    private X509Certificate putSecretOfAPerson() throws ApiException {
        V1Secret secret = core.readNamespacedSecret(NAME, NAME).execute();
        Map<String, byte[]> data = new HashMap<>();
        var keyring = new Issuer(SCHEDULE, NAMES, new SecureRandom())
                .carryOut(new Step.BeginAnew("a person's own"), Clock.systemUTC().instant());
        KeyringCodec.write(keyring).forEach((key, text) -> {
            if (text != null) {
                data.put(key, text.getBytes(StandardCharsets.UTF_8));
            }
        });
        core.replaceNamespacedSecret(NAME, NAME, secret.data(data)).execute();
        return keyring.serving().authority();
    }

    private void callContinuously() {
        for (int caller = 0; caller < 2; caller++) {
            callers.add(Thread.ofPlatform().start(() -> {
                while (calling.get()) {
                    String refusal = create();
                    if (refusal == null) {
                        admitted.incrementAndGet();
                    } else {
                        refusals.add(refusal);
                    }
                }
            }));
        }
    }

    /** Asks the API server to store something, which it then does not do; returns why not, or null. */
    private String create() {
        try {
            core.createNamespacedConfigMap(NAME,
                    new V1ConfigMap().metadata(new V1ObjectMeta().generateName("asked-").putLabelsItem(NAME, "yes")))
                    .dryRun("All").execute();
            return null;
        } catch (ApiException e) {
            return e.getCode() + " " + e.getResponseBody();
        }
    }

    private void clear() throws ApiException {
        absent(() -> webhooks.deleteValidatingWebhookConfiguration(NAME).execute());
        absent(() -> core.deleteNamespacedSecret(NAME, NAME).execute());
    }

    private interface Deletion {
        void run() throws ApiException;
    }

    private static void absent(Deletion deletion) throws ApiException {
        try {
            deletion.run();
        } catch (ApiException e) {
            if (e.getCode() != 404) {
                throw e;
            }
        }
    }

    private final class Replica {
        private final SwappableKeys keys = new SwappableKeys();
        private final KubernetesAccess access;
        private final HttpsServer server;
        private final SelfManagedCertificates source;

        private Replica() throws Exception {
            access = KubernetesAccess.open(new ClusterAddress(cluster.kubeconfig(), null), "test", Map.of());
            server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(keys.context()));
            server.createContext("/", Replica::admit);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            ServerTime time = new ServerTime(Clock.systemUTC(), System::nanoTime);
            source = new SelfManagedCertificates(
                    new StoredWebhookCluster(new SecretStore(access, time, NAME, NAME),
                            new WebhookRegistration(access, time, NAME), time),
                    new RotationPlan(SCHEDULE, NAMES), new Issuer(SCHEDULE, NAMES, new SecureRandom()), keys,
                    System::nanoTime, Duration.ofMillis(500));
        }

        private String webhook() {
            int port = server.getAddress().getPort();
            return """
                    - name: replica-%d.iammapper.dev
                      admissionReviewVersions: [v1]
                      clientConfig: {url: "https://127.0.0.1:%d/"}
                      rules: [{apiGroups: [""], apiVersions: [v1], resources: [configmaps], operations: [CREATE]}]
                      objectSelector: {matchLabels: {rotation-it: "yes"}}
                      sideEffects: None
                    """.formatted(port, port);
        }

        private static void admit(HttpExchange exchange) throws IOException {
            try (exchange) {
                JsonObject request = JsonParser
                        .parseString(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                        .getAsJsonObject().getAsJsonObject("request");
                byte[] answer = """
                        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                          "response": {"uid": "%s", "allowed": true}}
                        """.formatted(request.get("uid").getAsString()).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.getResponseHeaders().add("Connection", "close");
                exchange.sendResponseHeaders(200, answer.length);
                try (OutputStream body = exchange.getResponseBody()) {
                    body.write(answer);
                }
            }
        }

        private void close() {
            source.close();
            server.stop(0);
            access.close();
        }
    }
}
