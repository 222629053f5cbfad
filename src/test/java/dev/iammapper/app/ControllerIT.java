package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.ClusterAddress;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.models.V1LeaseSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
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
    }

    @Test
    void everyMetricOfTheDocumentationIsServedFromTheStart() throws Exception {
        List<String> documented = Pattern.compile("^\\| `(mapper_[a-z_]+)", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("docs", "metrics.md"))).results()
                .map((MatchResult match) -> match.group(1)).toList();
        assertThat(documented).hasSizeGreaterThan(10);
        String served = get("prometheus").body();
        assertThat(documented).allSatisfy(name -> assertThat(served).containsPattern("(?m)^" + name + "[ {]"));
        assertThat(Pattern.compile("^# TYPE (mapper_[a-z_]+)", Pattern.MULTILINE).matcher(served).results()
                .map((MatchResult match) -> match.group(1)))
                .allSatisfy(name -> assertThat(documented.stream().anyMatch(known -> known.startsWith(name))).as(name)
                        .isTrue());
    }

    @Test
    void nothingButHealthAndMetricsIsServed() {
        for (String endpoint : List.of("env", "beans", "loggers", "heapdump", "threaddump", "shutdown", "mappings")) {
            assertThat(get(endpoint).statusCode()).as(endpoint).isEqualTo(404);
        }
        assertThat(controller.getEnvironment().getProperty("local.server.port")).isIn(null, "-1");
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

    private HttpResponse<String> get(String endpoint) {
        String port = controller.getEnvironment().getProperty("local.management.port");
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + endpoint)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
