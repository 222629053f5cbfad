package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.certificate.Pem;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.ClusterAddress;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** The webhook's server in the running controller, under the permissions of docs/rbac.yaml. */
class WebhookServerIT {
    private static final String CONFIGURATION = "iam-identity-mapper";
    private static final String NAMESPACE = "iam-identity-mapper";
    private static final String SECRET = "iam-identity-mapper-webhook";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestCluster cluster = TestCluster.shared();
    private final AdmissionregistrationV1Api webhooks = new AdmissionregistrationV1Api(cluster.adminClient());
    private final CoreV1Api core = new CoreV1Api(cluster.adminClient());
    private final List<ConfigurableApplicationContext> controllers = new ArrayList<>();
    private Path kubeconfig;

    @BeforeEach
    void prepare() throws Exception {
        cluster.applyCrds();
        kubeconfig = cluster.kubeconfigFor(NAMESPACE, "controller");
        Manifests.create(cluster.adminClient(), Path.of("docs", "rbac.yaml"));
        clear();
    }

    @AfterEach
    void stop() throws Exception {
        controllers.forEach(ConfigurableApplicationContext::close);
        clear();
    }

    @Test
    void theCertificateIsTrustedByWhatTheConfigurationHolds() throws Exception {
        register();
        ConfigurableApplicationContext controller = start();
        ready(controller);
        HttpResponse<String> answer = call(controller, trusting(bundle()));
        assertThat(answer.statusCode()).as("nothing is served there").isEqualTo(404);
        assertThatThrownBy(() -> call(controller, SSLContext.getDefault())).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void tls12And13AreSpokenAndNothingOlder() throws Exception {
        register();
        ConfigurableApplicationContext controller = start();
        ready(controller);
        assertThat(handshake(controller, "TLSv1.3")).startsWith("TLS_");
        assertThat(handshake(controller, "TLSv1.2")).startsWith("TLS_ECDHE_ECDSA_").doesNotContain("CBC");
        assertThatThrownBy(() -> handshake(controller, "TLSv1.1")).isInstanceOf(IOException.class);
    }

    @Test
    void withoutAConfigurationItLivesAndIsNotReadyAndSaysWhy() throws Exception {
        ConfigurableApplicationContext controller = start();
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            HttpResponse<String> health = health(controller, "readiness");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("there is no ValidatingWebhookConfiguration iam-identity-mapper");
        });
        assertThat(health(controller, "liveness").statusCode()).isEqualTo(200);
        register();
        ready(controller);
    }

    @Test
    void threeReplicasThatStartAtOnceAgree() throws Exception {
        register();
        for (int replica = 0; replica < 3; replica++) {
            start("--mapper.leader-election.enabled=true");
        }
        for (ConfigurableApplicationContext controller : controllers) {
            ready(controller);
        }
        assertThat(bundle()).hasSize(1);
        SSLContext trust = trusting(bundle());
        for (ConfigurableApplicationContext controller : controllers) {
            assertThat(call(controller, trust).statusCode()).isEqualTo(404);
        }
    }

    private ConfigurableApplicationContext start(String... more) throws Exception {
        List<String> settings = new ArrayList<>(List.of("--mapper.webhook.enabled=true",
                "--mapper.webhook.host=127.0.0.1", "--server.port=0", "--management.server.port=0"));
        settings.addAll(Arrays.asList(more));
        ConfigurableApplicationContext controller = ControllerApplication
                .start(new ClusterAddress(kubeconfig, null), settings);
        controllers.add(controller);
        return controller;
    }

    private void ready(ConfigurableApplicationContext controller) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            HttpResponse<String> health = health(controller, "readiness");
            assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
        });
    }

    /** A rule for nothing that exists: nobody else's test is asked about. */
    private void register() {
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
    }

    private void clear() throws ApiException {
        absent(() -> webhooks.deleteValidatingWebhookConfiguration(CONFIGURATION).execute());
        absent(() -> core.deleteNamespacedSecret(SECRET, NAMESPACE).execute());
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

    private List<X509Certificate> bundle() throws Exception {
        return Pem.certificates("caBundle", webhooks.readValidatingWebhookConfiguration(CONFIGURATION).execute()
                .getWebhooks().getFirst().getClientConfig().getCaBundle());
    }

    private static SSLContext trusting(List<X509Certificate> authorities) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry(authority.getSerialNumber().toString(16), authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static HttpResponse<String> call(ConfigurableApplicationContext controller, SSLContext trust)
            throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
            return client.send(HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port(controller) + "/nothing"))
                    .build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private String handshake(ConfigurableApplicationContext controller, String protocol) throws Exception {
        try (SSLSocket socket = (SSLSocket) trusting(bundle()).getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port(controller))) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return socket.getSession().getCipherSuite();
        }
    }

    private static int port(ConfigurableApplicationContext controller) {
        return Integer.parseInt(controller.getEnvironment().getProperty("local.server.port"));
    }

    private static HttpResponse<String> health(ConfigurableApplicationContext controller, String group)
            throws IOException, InterruptedException {
        String port = controller.getEnvironment().getProperty("local.management.port");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest
                    .newBuilder(URI.create("http://localhost:" + port + "/actuator/health/" + group)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
