package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.iammapper.store.LeaderElector.Settings;
import dev.iammapper.store.StoreException.Kind;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1LeaseSpec;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The rules of the election on a clock that the test moves, against a Lease in memory; the real one has its own test.
 */
class LeaderElectorTest {
    private static final String ENDING = "iammapper.dev/ending";

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(20).toNanos());
    private final MemoryLease server = new MemoryLease();
    private final Replica a = new Replica("a");
    private final Replica b = new Replica("b");

    @BeforeAll
    static void quiet() {
        ((Logger) LoggerFactory.getLogger(LeaderElector.class)).setLevel(Level.OFF);
    }

    @AfterAll
    static void loudAgain() {
        ((Logger) LoggerFactory.getLogger(LeaderElector.class)).setLevel(null);
    }

    @Test
    void theFirstLeadsAtOnceAndTheSecondFollows() {
        a.elector.attempt();
        b.elector.attempt();
        assertThat(a.elector.mayWrite()).isTrue();
        assertThat(b.elector.mayWrite()).isFalse();
        assertThat(b.elector.leader()).isEqualTo("a");
        assertThat(a.told).containsExactly("gained 0");
    }

    @Test
    void aDeadLeadersLeaseIsTakenAfterItsDurationAsMeasuredHere() {
        a.elector.attempt();
        pass(Duration.ofSeconds(3));
        b.elector.attempt();
        pass(Duration.ofMillis(14_999));
        b.elector.attempt();
        assertThat(b.elector.mayWrite()).isFalse();
        pass(Duration.ofMillis(1));
        b.elector.attempt();
        assertThat(b.elector.mayWrite()).isTrue();
        assertThat(b.told).containsExactly("gained 1");
        assertThat(a.elector.mayWrite()).isFalse();
    }

    @Test
    void aReleasedLeaseIsTakenAtOnceAndReleasedOnlyAfterTheLastWrite() {
        a.elector.attempt();
        b.elector.attempt();
        a.elector.close(() -> {
            assertThat(a.elector.mayWrite()).isFalse();
            b.elector.attempt();
            assertThat(b.elector.mayWrite()).isFalse();
            a.told.add("idle");
            return true;
        });
        assertThat(a.told).containsExactly("gained 0", "lost", "idle");
        b.elector.attempt();
        assertThat(b.elector.mayWrite()).isTrue();
    }

    @Test
    void whoIsAboutToEndLeadsOnAndTheOthersLookMoreOften() {
        a.elector.attempt();
        assertThat(b.elector.attempt()).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        a.elector.announceEnd();
        a.elector.attempt();
        assertThat(a.elector.mayWrite()).isTrue();
        assertThat(b.elector.attempt()).isLessThan(Duration.ofSeconds(1));
        assertThat(b.elector.mayWrite()).isFalse();

        a.elector.close();
        b.elector.attempt();
        assertThat(b.elector.mayWrite()).isTrue();
        Replica c = new Replica("c");
        assertThat(c.elector.attempt()).as("the word of a holder that is gone").isGreaterThanOrEqualTo(
                Duration.ofSeconds(2));
    }

    @Test
    void aLeaderThatDiesAfterItAnnouncedItsEndIsWaitedForLikeAnyOther() {
        a.elector.attempt();
        a.elector.announceEnd();
        a.elector.attempt();
        b.elector.attempt();
        pass(Duration.ofMillis(14_999));
        b.elector.attempt();
        assertThat(b.elector.mayWrite()).isFalse();
        pass(Duration.ofMillis(1));
        b.elector.attempt();
        assertThat(b.elector.mayWrite()).isTrue();
    }

    /** Its next renewal would be a minute away. */
    @Test
    void theEndIsToldAtOnce() {
        Replica slow = new Replica(new Settings("l", "slow", Duration.ofMinutes(10), Duration.ofMinutes(5),
                Duration.ofMinutes(1)));
        slow.elector.start();
        Awaitility.await().until(() -> slow.told.contains("gained 0"));
        slow.elector.announceEnd();
        Awaitility.await().atMost(Duration.ofSeconds(20))
                .until(() -> "slow".equals(ending(Objects.requireNonNull(server.lease))));
        slow.elector.close();
    }

    @Test
    void whatSomebodyElseWroteIntoTheLeaseHurriesNobodyForLong() {
        a.elector.attempt();
        server.lease.getMetadata().putAnnotationsItem(ENDING, "a");
        assertThat(b.elector.attempt()).isLessThan(Duration.ofSeconds(1));
        b.reachable = false;
        assertThat(b.elector.attempt()).as("an API server that does not answer is left in peace")
                .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        b.reachable = true;
        a.elector.attempt();
        assertThat(ending(server.lease)).as("a holder that goes on takes it back").isNull();
        assertThat(b.elector.attempt()).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    private static @Nullable String ending(V1Lease lease) {
        Map<String, String> annotations = lease.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(ENDING);
    }

    @Test
    void whoIsAboutToEndDoesNotBeginToLead() {
        a.elector.attempt();
        b.elector.attempt();
        b.elector.announceEnd();
        a.elector.close();
        b.elector.attempt();
        assertThat(b.elector.mayWrite()).isFalse();
    }

    @Test
    void aLeaseIsLeftToRunOutWhileAWriteMayBeOnItsWay() {
        a.elector.attempt();
        b.elector.attempt();
        a.elector.close(() -> false);
        assertThat(a.elector.mayWrite()).isFalse();
        b.elector.attempt();
        assertThat(b.elector.mayWrite()).isFalse();
        pass(Duration.ofSeconds(15));
        b.elector.attempt();
        assertThat(b.elector.mayWrite()).isTrue();
    }

    @Test
    void whatRemainsIsTheTimeUntilAnotherCouldTakeTheLease() {
        assertThat(a.elector.remaining()).isZero();
        a.elector.attempt();
        assertThat(a.elector.remaining()).isEqualTo(Duration.ofSeconds(15));
        pass(Duration.ofSeconds(9));
        assertThat(a.elector.remaining()).isEqualTo(Duration.ofSeconds(6));
        a.onTheWay = Duration.ofSeconds(1);
        a.elector.attempt();
        assertThat(a.elector.remaining()).as("counted from when the renewal was asked for")
                .isEqualTo(Duration.ofSeconds(14));
    }

    @Test
    void aLeaderThatCannotReachTheServerStepsDownAtTheDeadlineAndComesBackByItself() {
        a.elector.attempt();
        a.reachable = false;
        for (int i = 0; i < 5; i++) {
            pass(Duration.ofMillis(1999));
            a.elector.attempt();
            assertThat(a.elector.mayWrite()).isTrue();
        }
        pass(Duration.ofMillis(5));
        assertThat(a.elector.mayWrite()).as("the fence closes by the clock alone").isFalse();
        assertThat(a.elector.attempt()).isPositive();
        assertThat(a.told).containsExactly("gained 0", "lost");
        assertThat(a.elector.problem()).contains("no way");
        a.reachable = true;
        a.elector.attempt();
        assertThat(a.told).containsExactly("gained 0", "lost", "gained 0");
        assertThat(a.elector.problem()).isNull();
    }

    @Test
    void aRenewalThatIsAnsweredAfterTheDeadlineIsTakenForANewGain() {
        a.elector.attempt();
        pass(Duration.ofSeconds(8));
        a.onTheWay = Duration.ofSeconds(3);
        a.elector.attempt();
        assertThat(a.elector.mayWrite()).isTrue();
        assertThat(a.told).as("who found the fence closed hears that it is open").containsExactly("gained 0", "lost",
                "gained 0");
    }

    @Test
    void theNextAttemptOfALeaderIsNoLaterThanItsDeadline() {
        a.elector.attempt();
        a.reachable = false;
        pass(Duration.ofMillis(9_500));
        assertThat(a.elector.attempt()).isLessThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aLeaderWhoseLeaseWasTakenStepsDownAtItsNextRenewal() {
        a.elector.attempt();
        server.lease = new V1Lease().metadata(new V1ObjectMeta().name("l"))
                .spec(new V1LeaseSpec().holderIdentity("thief").leaseTransitions(9));
        server.bump();
        a.elector.attempt();
        assertThat(a.told).containsExactly("gained 0", "lost");
        assertThat(a.elector.leader()).isEqualTo("thief");
    }

    @Test
    void aLeaseThatAnotherToolTouchedIsRenewedAllTheSame() {
        a.elector.attempt();
        server.bump();
        pass(Duration.ofSeconds(9));
        a.elector.attempt();
        pass(Duration.ofSeconds(9));
        assertThat(a.elector.mayWrite()).isTrue();
        assertThat(a.told).containsExactly("gained 0");
    }

    @Test
    void aLeaseWithoutTimesAndCountsIsTakenAfterTheUsualDuration() {
        server.lease = new V1Lease().metadata(new V1ObjectMeta().name("l"))
                .spec(new V1LeaseSpec().holderIdentity("somebody"));
        a.elector.attempt();
        pass(Duration.ofSeconds(15));
        a.elector.attempt();
        assertThat(a.told).containsExactly("gained 1");
    }

    @Test
    void aLeaseWithoutASpecIsTakenAtOnce() {
        server.lease = new V1Lease().metadata(new V1ObjectMeta().name("l"));
        a.elector.attempt();
        assertThat(a.told).containsExactly("gained 1");
    }

    @Test
    void aDeletedLeaseIsCreatedAnewByItsLeader() {
        a.elector.attempt();
        server.lease = null;
        pass(Duration.ofSeconds(2));
        a.elector.attempt();
        pass(Duration.ofSeconds(2));
        a.elector.attempt();
        assertThat(a.elector.mayWrite()).isTrue();
        assertThat(a.elector.term()).as("terms rise all the same").isEqualTo(1);
    }

    @Test
    void termsRiseWithEveryChangeOfTheLeader() {
        a.elector.attempt();
        a.elector.close();
        b.elector.attempt();
        b.elector.close();
        Replica c = new Replica("c");
        c.elector.attempt();
        assertThat(b.told).startsWith("gained 1");
        assertThat(c.told).containsExactly("gained 2");
    }

    @Test
    void whateverFailsTwoNeverLeadAtOnce() {
        Random random = new Random(20261122);
        List<Replica> replicas = List.of(a, b, new Replica("c"));
        long[] due = new long[replicas.size()];
        int led = 0;
        for (int step = 0; step < 200_000; step++) {
            pass(Duration.ofMillis(random.nextInt(400)));
            for (int i = 0; i < due.length; i++) {
                Replica replica = replicas.get(i);
                if (random.nextInt(60) == 0) {
                    replica.reachable = random.nextInt(3) > 0;
                }
                if (now.get() - due[i] >= 0 || step == 0) {
                    // Now and then an attempt comes late: a pause of the machine.
                    Duration late = random.nextInt(50) == 0 ? Duration.ofSeconds(random.nextInt(40)) : Duration.ZERO;
                    due[i] = now.get() + replica.elector.attempt().plus(late).toNanos();
                }
            }
            long leaders = replicas.stream().filter(replica -> replica.elector.mayWrite()).count();
            assertThat(leaders).isLessThanOrEqualTo(1);
            led += (int) leaders;
        }
        assertThat(led).as("somebody leads most of the time").isGreaterThan(100_000);
        assertThat(server.lease.getSpec().getLeaseTransitions()).isGreaterThan(100);
    }

    @Test
    void timesThatDoNotFitTogetherAreRefused() {
        Duration ten = Duration.ofSeconds(10);
        assertThatThrownBy(() -> new Settings("l", "a", ten, ten, Duration.ofSeconds(2)))
                .hasMessageContaining("exceeds the renew deadline");
        assertThatThrownBy(() -> new Settings("l", "", Duration.ofSeconds(15), ten, Duration.ofSeconds(2)))
                .hasMessageContaining("needs an identity");
    }

    private void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
    }

    private final class Replica implements LeaseRequests {
        private final List<String> told = new CopyOnWriteArrayList<>();
        private final LeaderElector elector;
        private boolean reachable = true;
        private Duration onTheWay = Duration.ZERO;

        private Replica(String identity) {
            this(Settings.usual(identity));
        }

        private Replica(Settings settings) {
            LeaderElector.Listener listener = new LeaderElector.Listener() {
                @Override
                public void onGained(long term) {
                    told.add("gained " + term);
                }

                @Override
                public void onLost() {
                    told.add("lost");
                }
            };
            elector = new LeaderElector(this, settings, listener,
                    Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC), now::get);
        }

        @Override
        public @Nullable V1Lease get() {
            check();
            return server.lease;
        }

        @Override
        public @Nullable V1Lease create(V1Lease lease) {
            check();
            return server.lease == null ? server.store(lease) : null;
        }

        @Override
        public @Nullable V1Lease replace(V1Lease lease) {
            check();
            pass(onTheWay);
            boolean current = server.lease != null && version(server.lease).equals(version(lease));
            return current ? server.store(lease) : null;
        }

        private void check() {
            if (!reachable) {
                throw new StoreException(Kind.UNREACHABLE, "no way",
                        null);
            }
        }
    }

    private static String version(V1Lease lease) {
        return String.valueOf(lease.getMetadata().getResourceVersion());
    }

    private final class MemoryLease {
        private volatile @Nullable V1Lease lease;
        private int version;

        private V1Lease store(V1Lease next) {
            // The renewal's time is what makes it another Lease: the clock of the test stands still.
            lease = new V1Lease().metadata(new V1ObjectMeta().name("l").resourceVersion("" + ++version)
                    .annotations(next.getMetadata().getAnnotations()))
                    .spec(new V1LeaseSpec().holderIdentity(next.getSpec().getHolderIdentity())
                            .leaseDurationSeconds(next.getSpec().getLeaseDurationSeconds())
                            .leaseTransitions(next.getSpec().getLeaseTransitions())
                            .acquireTime(next.getSpec().getAcquireTime())
                            .renewTime(next.getSpec().getRenewTime().plusNanos(now.get() & 0xffffffffffffL)));
            return lease;
        }

        private void bump() {
            lease.getMetadata().setResourceVersion("" + ++version);
        }
    }
}
