package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.TestCluster;
import dev.iammapper.reconcile.Bell;
import dev.iammapper.reconcile.PassResult;
import dev.iammapper.reconcile.ReconcileLoop;
import dev.iammapper.reconcile.WatchBells;
import dev.iammapper.store.ClusterAddress;
import dev.iammapper.store.EventRecorder;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LeaderElector;
import dev.iammapper.store.MappingStatusWriter;
import dev.iammapper.store.ObjectWatch;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControllerLifecycleIT {
    private static final String LEASE = "lifecycle-it";

    private final TestCluster cluster = TestCluster.shared();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch written = new CountDownLatch(1);

    @Test
    void theLeaseIsHandedOverWhenThePassCameToItsEnd() throws Exception {
        written.countDown();
        assertThat(holderAfterStop()).isNull();
    }

    @Test
    void theLeaseIsNotHandedOverWhileAWriteMayBeOnItsWay() throws Exception {
        try {
            assertThat(holderAfterStop()).isEqualTo("a");
        } finally {
            written.countDown();
        }
    }

    private String holderAfterStop() throws Exception {
        CoordinationV1Api leases = new CoordinationV1Api(cluster.adminClient());
        try (KubernetesAccess access = KubernetesAccess.open(new ClusterAddress(cluster.kubeconfig(), null), "test",
                Map.of())) {
            Bell bell = new Bell(System::nanoTime);
            LeaderElector elector = new LeaderElector(access,
                    new LeaderElector.Settings(LEASE, "a", Duration.ofSeconds(15), Duration.ofSeconds(10),
                            Duration.ofSeconds(2)),
                    new LeadershipNews(bell), Clock.systemUTC(), System::nanoTime);
            ReconcileLoop loop = new ReconcileLoop(bell, triggers -> writeThatTakesItsTime(), Clock.systemUTC(),
                    System::nanoTime, new Random(1));
            ControllerLifecycle lifecycle = new ControllerLifecycle(
                    ObjectWatch.mappings(access, WatchBells.mappings(bell)),
                    ObjectWatch.awsAuth(access, WatchBells.awsAuth(bell)), elector, loop, bell,
                    new MappingStatusWriter(access, elector::mayWrite), new EventRecorder(access, "a",
                            Clock.systemUTC()),
                    Duration.ofMillis(200));
            lifecycle.start();
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            lifecycle.stop();
            String holder = leases.readNamespacedLease(LEASE, "kube-system").execute().getSpec().getHolderIdentity();
            return holder == null || holder.isEmpty() ? null : holder;
        } finally {
            leases.deleteNamespacedLease(LEASE, "kube-system").execute();
        }
    }

    /** A request cannot be interrupted; only its end ends it. */
    private PassResult writeThatTakesItsTime() {
        begun.countDown();
        boolean ended = false;
        while (!ended) {
            try {
                ended = written.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException stop) {
                // Goes on, as a request does.
            }
        }
        return new PassResult.Standby();
    }
}
