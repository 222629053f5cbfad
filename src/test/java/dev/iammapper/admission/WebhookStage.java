package dev.iammapper.admission;

import dev.iammapper.app.ControllerApplication;
import dev.iammapper.cluster.ClusterException;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.Kubectl;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.cluster.WebhookManifest;
import dev.iammapper.store.ClusterAccessException;
import dev.iammapper.store.ClusterAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/** A controller that serves its webhook, and an API server that asks it before it stores a mapping. */
final class WebhookStage implements AutoCloseable {
    /** Objects with this label are stored without asking: they stand for what was there before. */
    static final String UNASKED = "rules.iammapper.dev/unasked";

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CONFIGURATION = "iam-identity-mapper";

    private final TestCluster cluster = TestCluster.shared();
    private final Kubectl kubectl = new Kubectl(cluster.kubeconfig());
    private @Nullable ConfigurableApplicationContext controller;

    /** A stage without a controller. */
    WebhookStage() {
        cluster.applyCrds();
        Manifests.create(cluster.adminClient(), Path.of("docs", "rbac.yaml"));
        Manifests.create(cluster.adminClient(), Path.of("docs", "rbac-requesters.yaml"));
    }

    Kubectl kubectl() {
        return kubectl;
    }

    TestCluster cluster() {
        return cluster;
    }

    /** Where the webhook listens. */
    URI webhook() {
        return URI.create("https://127.0.0.1:" + property("local.server.port") + AdmissionEndpoint.PATH);
    }

    URI management() {
        return URI.create("http://127.0.0.1:" + property("local.management.port") + "/actuator/");
    }

    /**
     * Starts a controller in place of the one before, and registers its webhook.
     *
     * @param policy the text below {@code mapper.policy}, or null for none
     */
    void start(@Nullable String policy, String... settings) {
        stop();
        int port = ControllerProcess.freePort();
        List<String> all = new ArrayList<>(List.of("--mapper.webhook.enabled=true",
                "--mapper.webhook.host=" + cluster.hostFor(port), "--server.port=" + port));
        all.addAll(Arrays.asList(settings));
        launch(policy, all);
        register();
        awaitReady();
    }

    private void launch(@Nullable String policy, List<String> settings) {
        List<String> all = new ArrayList<>(
                List.of("--mapper.leader-election.enabled=false", "--management.server.port=0"));
        if (policy != null) {
            all.add("--spring.config.additional-location=file:" + file(policy));
        }
        all.addAll(settings);
        try {
            controller = ControllerApplication.start(
                    new ClusterAddress(cluster.kubeconfigFor("iam-identity-mapper", "controller"), null), all);
        } catch (ClusterAccessException e) {
            throw new ClusterException("no way to the cluster", e);
        }
    }

    /** The same with the webhook switched off by configuration. */
    void startWithoutWebhook(@Nullable String policy) {
        stop();
        launch(policy, List.of("--mapper.webhook.enabled=false"));
        awaitReady();
    }

    /** Registers the webhook as docs/webhook.yaml does, but by its URL. */
    void register() {
        int port = webhook().getPort();
        Manifests.create(cluster.adminClient(), WebhookManifest.at(cluster.hostFor(port), port, """
                objectSelector:
                  matchExpressions: [{key: %s, operator: DoesNotExist}]
                """.formatted(UNASKED).indent(4)));
    }

    /** A client that trusts what the API server trusts: the registration's caBundle. */
    HttpClient client() {
        String bundle = kubectl.run("get", "validatingwebhookconfiguration", CONFIGURATION, "-o",
                "jsonpath={.webhooks[0].clientConfig.caBundle}").out();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Base64.getDecoder().decode(bundle)))) {
                store.setCertificateEntry("authority-" + ++number, authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no trust in " + bundle, e);
        }
    }

    void unregister() {
        kubectl.run("delete", "validatingwebhookconfiguration", CONFIGURATION, "--ignore-not-found");
    }

    private void awaitReady() {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(management().resolve("health/readiness")).build();
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50)).atMost(SOON)
                .until(() -> client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
    }

    private String property(String name) {
        return Objects.requireNonNull(Objects.requireNonNull(controller).getEnvironment().getProperty(name));
    }

    private static Path file(String policy) {
        try {
            Path file = Files.createTempFile("policy", ".yaml");
            file.toFile().deleteOnExit();
            return Files.writeString(file, "mapper:\n  policy:\n" + policy.indent(4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the controller; nobody is asked any more. */
    void stop() {
        unregister();
        stopServer();
    }

    /** Ends the controller, as if all replicas were down: the API server still wants to ask it. */
    void stopServer() {
        if (controller != null) {
            controller.close();
            controller = null;
        }
    }

    @Override
    public void close() {
        stop();
        kubectl.run("delete", "iamidentitymappings", "--all");
    }
}
