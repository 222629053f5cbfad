package dev.iammapper.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shared cluster does what other tests take for granted. */
class ClusterSmokeIT {

    private final TestCluster cluster = TestCluster.shared();

    @Test
    void itsAuditLogCountsWhatClientsAsked() throws Exception {
        CoreV1Api core = new CoreV1Api(cluster.adminClient());
        AuditLog.Mark start = cluster.audit().mark();

        core.createNamespacedConfigMap("default", configMap("smoke-audit")).execute();
        core.readNamespacedConfigMap("smoke-audit", "default").execute();
        core.deleteNamespacedConfigMap("smoke-audit", "default").execute();

        List<AuditEvent> ours = cluster.audit()
                .since(start)
                .stream()
                .filter(event -> event.name().equals("smoke-audit"))
                .toList();
        assertThat(ours).extracting(AuditEvent::verb).containsExactly("create", "get", "delete");
        assertThat(ours).extracting(AuditEvent::code).containsExactly(201, 200, 200);
        assertThat(ours).allSatisfy(event -> assertThat(event.resource()).isEqualTo("configmaps"));
        assertThat(cluster.audit().count(start, event -> event.isWrite() && event.name().equals("smoke-audit")))
                .isEqualTo(2);
    }

    @Test
    void aServiceAccountHasNoRightsBeforeTheyAreGranted() throws Exception {
        CoreV1Api core = new CoreV1Api(client(cluster.kubeconfigFor("smoke", "controller")));
        AuditLog.Mark start = cluster.audit().mark();

        assertThatThrownBy(() -> core.listNamespacedConfigMap("kube-system").execute())
                .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isEqualTo(403));

        assertThat(cluster.audit().since(start)).anySatisfy(event -> {
            assertThat(event.user()).isEqualTo("system:serviceaccount:smoke:controller");
            assertThat(event.code()).isEqualTo(403);
        });
    }

    @Test
    void aCrdIsServedWhenApplyReturnsAlsoJustAfterItWasDeleted() throws Exception {
        CustomObjectsApi objects = new CustomObjectsApi(cluster.adminClient());
        for (int round = 0; round < 2; round++) {
            cluster.applyCrds("""
                    apiVersion: apiextensions.k8s.io/v1
                    kind: CustomResourceDefinition
                    metadata:
                      name: smokes.test.iammapper.dev
                    spec:
                      group: test.iammapper.dev
                      scope: Cluster
                      names: {plural: smokes, singular: smoke, kind: Smoke}
                      versions:
                      - name: v1
                        served: true
                        storage: true
                        schema: {openAPIV3Schema: {type: object}}
                    """);
            objects.createClusterCustomObject("test.iammapper.dev", "v1", "smokes",
                    Map.of("apiVersion", "test.iammapper.dev/v1", "kind", "Smoke", "metadata", Map.of("name", "one")))
                    .execute();
            new ApiextensionsV1Api(cluster.adminClient()).deleteCustomResourceDefinition("smokes.test.iammapper.dev")
                    .execute();
        }
    }

    @Test
    void theProjectsCrdsCanBeAppliedTwice() throws Exception {
        cluster.applyCrds();
        cluster.applyCrds();

        assertThat(new ApiextensionsV1Api(cluster.adminClient())
                .readCustomResourceDefinition("iamidentitymappings.iamauthenticator.k8s.aws")
                .execute()
                .getStatus()
                .getAcceptedNames()
                .getShortNames()).contains("iim");
    }

    private static V1ConfigMap configMap(String name) {
        return new V1ConfigMap().metadata(new V1ObjectMeta().name(name)).data(Map.of("key", "value"));
    }

    private static ApiClient client(Path kubeconfig) throws Exception {
        try (var reader = Files.newBufferedReader(kubeconfig)) {
            return ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(reader)).build();
        }
    }
}
