package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.PolicyStore;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lint --cluster-policy} judges by the policy that is published in a real cluster. */
class LintClusterIT {
    private static final String MASTERS = "src/test/resources/rules/MastersGrant/refused.yaml";

    private static TestCluster cluster;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void thePolicyInForceDecides() throws Exception {
        String kubeconfig = cluster.writeKubeconfig(folder.resolve("kubeconfig")).toString();

        Lint without = lint(kubeconfig);
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("publishes no policy", "kube-system/iam-identity-mapper-policy");

        publish("masters: ['arn:aws:iam::111122223333:role/AWSReservedSSO_PlatformAdmins_*']\n");
        Lint allowed = lint(kubeconfig);
        assertThat(allowed.err()).isEmpty();
        assertThat(allowed.code()).isZero();

        publish("masters: []\n");
        assertThat(lint(kubeconfig).code()).isEqualTo(1);

        publish("mastrs: []\n");
        Lint broken = lint(kubeconfig);
        assertThat(broken.code()).isEqualTo(2);
        assertThat(broken.err()).contains("the policy of the cluster: line 1, column 1: ");

        Lint forbidden = lint(cluster.kubeconfigFor("lint", "reader").toString());
        assertThat(forbidden.code()).isEqualTo(2);
        assertThat(forbidden.err()).contains("not allowed to get", "iam-identity-mapper-policy");
    }

    private static Lint lint(String kubeconfig) {
        return Lint.run("--cluster-policy", "--kubeconfig", kubeconfig, MASTERS);
    }

    private static void publish(String policy) throws Exception {
        CoreV1Api core = new CoreV1Api(cluster.adminClient());
        V1ConfigMap published = new V1ConfigMap().metadata(new V1ObjectMeta().name(PolicyStore.NAME))
                .data(Map.of(PolicyStore.KEY, policy));
        if (core.listNamespacedConfigMap("kube-system").fieldSelector("metadata.name=" + PolicyStore.NAME).execute()
                .getItems().isEmpty()) {
            core.createNamespacedConfigMap("kube-system", published).execute();
        } else {
            core.replaceNamespacedConfigMap(PolicyStore.NAME, "kube-system", published).execute();
        }
    }
}
