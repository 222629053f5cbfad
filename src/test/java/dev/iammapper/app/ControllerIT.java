package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonParser;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.ClusterAddress;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.models.V1LeaseSpec;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** What the controller serves while it runs, and how it ends. */
class ControllerIT {
    private final TestCluster cluster = TestCluster.shared();
    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext controller;

    @BeforeEach
    void start() throws Exception {
        cluster.applyCrds();
        Path kubeconfig = cluster.kubeconfigFor("iam-identity-mapper", "controller");
        Manifests.create(cluster.adminClient(), Path.of("docs", "rbac.yaml"));
        controller = ControllerApplication.start(new ClusterAddress(kubeconfig, null),
                List.of("--management.server.port=0"));
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void itIsAliveAndBecomesReadyAndSaysWhetherItLeads() {
        assertThat(get("health/liveness").statusCode()).isEqualTo(200);
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(get("health/readiness").statusCode()).isEqualTo(200);
            assertThat(get("health/readiness").body()).contains("\"leads\":true");
        });
        assertThat(parts("liveness")).containsExactlyInAnyOrder("livenessState", "controllerLiveness");
        assertThat(parts("readiness")).containsExactlyInAnyOrder("readinessState", "controllerReadiness",
                "webhookReadiness");
    }

    @Test
    void thePageOfMetricsHasWhatIsServedFromTheStartWithItsLabelsAndTheirValuesAndNothingElse() {
        assertThat(MetricsPage.documented()).hasSizeGreaterThan(25)
                .isEqualTo(MetricsPage.served(get("prometheus").body()));
    }

    @Test
    void nothingButHealthAndMetricsAndLevelsIsServed() {
        for (String endpoint : List.of("env", "beans", "heapdump", "threaddump", "shutdown", "mappings")) {
            assertThat(get(endpoint).statusCode()).as(endpoint).isEqualTo(404);
        }
        assertThat(controller.getEnvironment().getProperty("local.server.port")).isIn(null, "-1");
    }

    @Test
    void levelsOfTheLogAreChangedByLoopbackAndByNobodyElse() throws Exception {
        assertThat(level("localhost", "warn", "X-Nothing", "none")).isEqualTo(204);
        assertThat(get("loggers/dev.iammapper.nobody").body()).contains("\"configuredLevel\":\"WARN\"");
        assertThat(level("localhost", null, "X-Nothing", "none")).isEqualTo(204);

        Optional<InetAddress> elsewhere = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && address instanceof Inet4Address).findFirst();
        assumeThat(elsewhere).as("this machine has another address than loopback").isPresent();
        String host = elsewhere.orElseThrow().getHostAddress();
        assertThat(level(host, "off", "X-Nothing", "none")).isEqualTo(403);
        assertThat(level(host, "off", "X-Forwarded-For", "127.0.0.1")).isEqualTo(403);
        assertThat(level(host, "off", "Forwarded", "for=127.0.0.1")).isEqualTo(403);
        assertThat(send(host, "loggers").statusCode()).isEqualTo(403);
        assertThat(send(host, "health/..;/loggers").statusCode()).isNotEqualTo(200);
        assertThat(send(host, "health/liveness").statusCode()).isEqualTo(200);
        assertThat(send(host, "prometheus").statusCode()).isEqualTo(200);
        assertThat(get("loggers/dev.iammapper.nobody").body()).doesNotContain("configuredLevel");
    }

    @Test
    void withLevelsSwitchedOffAsInTheNetworkOfANodeItStartsAndHasNone() throws Exception {
        controller.close();
        controller = ControllerApplication.start(
                new ClusterAddress(cluster.kubeconfigFor("iam-identity-mapper", "controller"), null),
                List.of("--management.server.port=0", "--management.endpoint.loggers.access=none"));
        assertThat(get("health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("loggers").statusCode()).isEqualTo(404);
        assertThat(level("localhost", "off", "X-Nothing", "none")).isEqualTo(405);
    }

    @Test
    void anEndGivesTheLeaseBack() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> holder() != null);
        controller.close();
        assertThat(holder()).isNullOrEmpty();
    }

    private String holder() {
        try {
            V1LeaseSpec spec = new CoordinationV1Api(cluster.adminClient())
                    .readNamespacedLease("iam-identity-mapper", "kube-system").execute().getSpec();
            return spec == null || spec.getHolderIdentity() == null || spec.getHolderIdentity().isEmpty()
                    ? null
                    : spec.getHolderIdentity();
        } catch (io.kubernetes.client.openapi.ApiException none) {
            return null;
        }
    }

    private Set<String> parts(String probe) {
        return JsonParser.parseString(get("health/" + probe).body()).getAsJsonObject().getAsJsonObject("components")
                .keySet();
    }

    private int level(String host, @Nullable String level, String header, String value) throws Exception {
        String body = level == null ? "{\"configuredLevel\":null}" : "{\"configuredLevel\":\"" + level + "\"}";
        return http.send(HttpRequest.newBuilder(management(host, "loggers/dev.iammapper.nobody"))
                .header("Content-Type", "application/json").header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private HttpResponse<String> get(String endpoint) {
        return send("localhost", endpoint);
    }

    private URI management(String host, String endpoint) {
        return URI.create("http://" + host + ":" + controller.getEnvironment().getProperty("local.management.port")
                + "/actuator/" + endpoint);
    }

    private HttpResponse<String> send(String host, String endpoint) {
        try {
            return http.send(HttpRequest.newBuilder(management(host, endpoint)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
