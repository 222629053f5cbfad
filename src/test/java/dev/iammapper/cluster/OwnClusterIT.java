package dev.iammapper.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster of a test's own can fail as clusters do. */
class OwnClusterIT {

    private static TestCluster cluster;

    /** Processes of clusters that other tests of this JVM share. */
    private static Set<Long> others;

    @BeforeAll
    static void start() {
        others = ProcessHandle.current().descendants().map(ProcessHandle::pid).collect(Collectors.toSet());
        cluster = TestCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        assertThat(ProcessHandle.current().descendants().filter(each -> !others.contains(each.pid()))
                .map(each -> each.info().command().orElse(""))).noneMatch(command -> command.endsWith("etcd"));
    }

    @Test
    void itKeepsAddressDataAndTokensOverARestart() throws Exception {
        assumeTrue(cluster.canStopApiServer(), "the API server of k3s cannot be stopped and started");
        CoreV1Api core = new CoreV1Api(cluster.adminClient());
        core.createNamespacedConfigMap("default", new V1ConfigMap().metadata(new V1ObjectMeta().name("kept")))
                .execute();
        CoreV1Api asOther = new CoreV1Api(client(cluster.kubeconfigFor("restart", "controller")));
        AuditLog.Mark beforeStop = cluster.audit().mark();

        cluster.stopApiServer();
        assertThatThrownBy(() -> core.readNamespacedConfigMap("kept", "default").execute())
                .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isZero());
        cluster.startApiServer();

        assertThat(core.readNamespacedConfigMap("kept", "default").execute().getMetadata().getName()).isEqualTo("kept");
        assertThatThrownBy(() -> asOther.readNamespacedConfigMap("kept", "default").execute())
                .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isEqualTo(403));
        assertThat(cluster.audit().count(beforeStop, event -> event.is("get", "configmaps"))).isEqualTo(2);
    }

    @Test
    void itAnswersNobodyWhilePaused() throws Exception {
        ApiClient impatient = client(cluster.kubeconfig()).setReadTimeout(500);
        CoreV1Api core = new CoreV1Api(impatient);
        core.readNamespace("default").execute();

        cluster.pause();
        try {
            assertThatThrownBy(() -> core.readNamespace("default").execute()).isInstanceOf(ApiException.class)
                    .hasRootCauseInstanceOf(java.io.IOException.class);
        } finally {
            cluster.resume();
        }

        CoreV1Api patient = new CoreV1Api(impatient.setReadTimeout((int) Duration.ofSeconds(20).toMillis()));
        assertThat(patient.readNamespace("default").execute()).isNotNull();
    }

    @Test
    void itsKubeconfigsAreForTheirOwnerOnly() throws Exception {
        assumeTrue(Files.getFileStore(cluster.kubeconfig()).supportsFileAttributeView("posix"));

        assertThat(Files.getPosixFilePermissions(cluster.kubeconfig())).hasSize(2);
    }

    private static ApiClient client(Path kubeconfig) throws Exception {
        try (Reader reader = Files.newBufferedReader(kubeconfig)) {
            return ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(reader)).build();
        }
    }
}
