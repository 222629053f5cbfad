package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.LeaderElector.Listener;
import dev.iammapper.store.LeaderElector.Settings;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.models.V1Lease;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderElectorIT {
    private static final String LEASE = "leader-elector-it";

    private final TestCluster cluster = TestCluster.shared();
    private final CoordinationV1Api leases = new CoordinationV1Api(cluster.adminClient());
    private final Replica a = new Replica("a");
    private final Replica b = new Replica("b");

    @BeforeEach
    void remove() throws ApiException {
        boolean there = leases.listNamespacedLease("kube-system").execute().getItems().stream()
                .anyMatch(lease -> lease.getMetadata().getName().equals(LEASE));
        if (there) {
            leases.deleteNamespacedLease(LEASE, "kube-system").execute();
        }
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @Test
    void ofTwoReplicasOneLeadsAndWhenItIsKilledTheOtherFollowsWithoutAnOverlap() {
        a.elector.start();
        soon().until(a.elector::mayWrite);
        b.elector.start();
        soon().until(() -> "a".equals(b.elector.leader()));

        a.cutOff = true;
        AtomicInteger both = new AtomicInteger();
        soon().pollInterval(Duration.ofMillis(1)).until(() -> {
            // The order of the two looks matters: b may gain between them, never a.
            if (b.elector.mayWrite() && a.elector.mayWrite()) {
                both.incrementAndGet();
            }
            return b.elector.mayWrite();
        });
        assertThat(both).hasValue(0);
        assertThat(b.elector.term()).isEqualTo(a.elector.term() + 1);
        soon().until(() -> a.told.contains("lost"));
        assertThat(a.elector.problem()).contains("unplugged");

        a.cutOff = false;
        soon().until(() -> "b".equals(a.elector.leader()));
        assertThat(a.elector.mayWrite()).isFalse();
        assertThat(b.elector.mayWrite()).isTrue();
    }

    @Test
    void aLeaderThatStopsHandsOverInAMomentOnceItIsIdle() {
        a.elector.start();
        soon().until(a.elector::mayWrite);
        b.elector.start();
        soon().until(() -> "a".equals(b.elector.leader()));
        long start = System.nanoTime();
        a.elector.close(() -> !b.elector.mayWrite());
        soon().until(b.elector::mayWrite);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("far less than the Lease's duration")
                .isLessThan(Duration.ofMillis(2500));
        assertThat(a.told).containsExactly("gained", "lost");
    }

    @Test
    void theLeaseIsOneThatOtherToolsUnderstandAndTheirFieldsSurvive() throws ApiException {
        a.elector.start();
        soon().until(a.elector::mayWrite);
        V1Lease lease = leases.readNamespacedLease(LEASE, "kube-system").execute();
        assertThat(lease.getSpec().getHolderIdentity()).isEqualTo("a");
        assertThat(lease.getSpec().getLeaseDurationSeconds()).isEqualTo(4);
        assertThat(lease.getSpec().getAcquireTime()).isNotNull();
        lease.getMetadata().putLabelsItem("theirs", "yes");
        leases.replaceNamespacedLease(LEASE, "kube-system", lease).execute();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            V1Lease now = leases.readNamespacedLease(LEASE, "kube-system").execute();
            assertThat(now.getMetadata().getLabels()).containsEntry("theirs", "yes");
            return now.getSpec().getRenewTime().isAfter(lease.getSpec().getRenewTime());
        });
        assertThat(a.told).containsExactly("gained");
    }

    private static ConditionFactory soon() {
        return Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10));
    }

    private final class Replica {
        private final List<String> told = new CopyOnWriteArrayList<>();
        private final KubernetesAccess access = Accesses.admin(cluster);
        private final LeaderElector elector;
        private volatile boolean cutOff;

        private Replica(String identity) {
            access.unary().setHttpClient(access.unary().getHttpClient().newBuilder().addInterceptor(chain -> {
                if (cutOff) {
                    throw new IOException("unplugged");
                }
                return chain.proceed(chain.request());
            }).build());
            Settings settings = new Settings(LEASE, identity, Duration.ofSeconds(4), Duration.ofSeconds(3),
                    Duration.ofMillis(500));
            elector = new LeaderElector(access, settings, new Listener() {
                @Override
                public void onGained(long term) {
                    told.add("gained");
                }

                @Override
                public void onLost() {
                    told.add("lost");
                }
            }, Clock.systemUTC(), System::nanoTime);
        }

        private void close() {
            cutOff = false;
            elector.close();
            access.close();
        }
    }
}
