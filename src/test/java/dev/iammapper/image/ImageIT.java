package dev.iammapper.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.cluster.ClusterException;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.Kubectl;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.cluster.WebhookManifest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The image's controller beside a real API server; image/check.sh builds the image and runs this. */
@EnabledIfSystemProperty(named = "image", matches = ".+",
        disabledReason = "no image is named with -Dimage=…; image/check.sh builds one and names it")
class ImageIT {
    private static final String NAMESPACE = "iam-identity-mapper";
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void worksAsInAPod() throws IOException, InterruptedException {
        try (TestCluster cluster = TestCluster.start()) {
            cluster.applyCrds();
            Manifests.create(cluster.adminClient(), Path.of("docs", "rbac.yaml"));
            Manifests.create(cluster.adminClient(), Path.of("src", "test", "resources", "demo", "aws-auth.yaml"));
            Path kubeconfig = cluster.kubeconfigFor(NAMESPACE, "controller");
            int webhook = ControllerProcess.freePort();
            Manifests.create(cluster.adminClient(), WebhookManifest.at(cluster.hostFor(webhook), webhook, ""));
            try (ImageContainer controller = ImageContainer.start(
                    ImageContainer.serviceAccount(kubeconfig, NAMESPACE), ImageContainer.server(kubeconfig),
                    ControllerProcess.freePort(), null, "-XX:AOTMode=on", folder.resolve("controller.log"),
                    List.of("--server.port=" + webhook, "--mapper.webhook.host=" + cluster.hostFor(webhook)))) {
                controller.awaitReady(SOON);
                writesRowsAndRefusesMappings(new Kubectl(cluster.kubeconfig()), cluster);
                assertThat(get(controller.management().resolve("prometheus"))).contains("mapper_leader 1.0");
                runsAsNobody(controller.pid());
                int code = controller.stop(SOON);
                assertThat(code).as(controller.output()).isEqualTo(128 + 15);
                assertThat(controller.output()).contains("the Pod's ServiceAccount").doesNotContain("[warning]",
                        "[error", " ERROR ");
            }
        }
    }

    private void writesRowsAndRefusesMappings(Kubectl kubectl, TestCluster cluster) {
        Path mapping = Path.of("src", "test", "resources", "demo", "mappings", "1-platform-admins.yaml");
        Manifests.create(cluster.adminClient(), mapping);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(
                kubectl.run("-n", "kube-system", "get", "configmap", "aws-auth", "-o", "yaml").out())
                .contains("role/PlatformAdmins"));
        Awaitility.await().atMost(SOON).untilAsserted(
                () -> assertThat(kubectl.run("get", "iim", "platform-admins").out()).contains("Applied"));
        assertThatThrownBy(() -> Manifests.create(cluster.adminClient(), Files.readString(mapping)
                .replace("name: platform-admins", "name: masters").replace("- platform-admins", "- system:masters")
                .replace("PlatformAdmins", "Masters"))).isInstanceOf(ClusterException.class)
                .hasMessageContaining("MastersGrant");
    }

    private static void runsAsNobody(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        assertThat(Files.readString(proc.resolve("status"))).containsPattern("Uid:\\s+65532\\s+65532\\s+65532\\s+65532")
                .containsPattern("CapEff:\\s+0000000000000000").containsPattern("NoNewPrivs:\\s+1");
        assertThat(Files.readString(proc.resolve("mountinfo"))).containsPattern("(?m)^\\S+ \\S+ \\S+ \\S+ / ro[, ]");
    }

    private static String get(URI page) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(page).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }
}
