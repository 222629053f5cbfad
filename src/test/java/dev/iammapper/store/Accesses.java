package dev.iammapper.store;

import dev.iammapper.cluster.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Ways to the test cluster. */
final class Accesses {
    /** No limit for a write beside the usual one. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private Accesses() {}

    /** With all rights. */
    static KubernetesAccess admin(TestCluster cluster) {
        return of(cluster.kubeconfig());
    }

    /** With the rights of this kubeconfig. */
    static KubernetesAccess of(Path kubeconfig) {
        try {
            return KubernetesAccess.open(new ClusterAddress(kubeconfig, null), "test", Map.of());
        } catch (ClusterAccessException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }
}
