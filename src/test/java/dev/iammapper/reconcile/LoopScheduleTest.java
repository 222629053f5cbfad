package dev.iammapper.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoopScheduleTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
    private Instant wall = NOON;
    private final Bell bell = new Bell(() -> now);
    private final LoopSchedule schedule = new LoopSchedule(now, new Random(7));

    @Test
    void nothingIsDueWhileNobodyRings() {
        assertThat(due()).isEmpty();
        assertThat(untilDue()).isEqualTo(LoopSchedule.RECHECK);
    }

    @Test
    void theFirstChangeOfAQuietPeriodIsDueAtOnce() {
        bell.ring(Trigger.MAPPINGS);
        assertThat(due()).containsExactly(Trigger.MAPPINGS);
    }

    @Test
    void changesRightAfterAPassWaitForSilence() {
        pass(new PassResult.Settled(null));
        letPass(Duration.ofMillis(100));
        bell.ring(Trigger.MAPPINGS);
        assertThat(due()).isEmpty();
        assertThat(untilDue()).isEqualTo(LoopSchedule.SILENCE);
        letPass(Duration.ofMillis(150));
        bell.ring(Trigger.MAPPINGS);
        letPass(Duration.ofMillis(150));
        assertThat(due()).isEmpty();
        letPass(Duration.ofMillis(50));
        assertThat(due()).containsExactly(Trigger.MAPPINGS);
    }

    @Test
    void aBurstWithoutSilenceIsLookedAtWithinTheBound() {
        pass(new PassResult.Settled(null));
        long start = now;
        bell.ring(Trigger.MAPPINGS);
        while (due().isEmpty()) {
            letPass(Duration.ofMillis(20));
            bell.ring(Trigger.MAPPINGS);
        }
        assertThat(Duration.ofNanos(now - start)).isEqualTo(LoopSchedule.BOUND);
    }

    @Test
    void aChangeHalfASecondAfterAPassIsQuietAgain() {
        pass(new PassResult.Settled(null));
        letPass(LoopSchedule.QUIET);
        bell.ring(Trigger.AWS_AUTH);
        assertThat(due()).containsExactly(Trigger.AWS_AUTH);
    }

    @Test
    void leadershipIsNeverMadeToWait() {
        pass(new PassResult.Failed());
        bell.ring(Trigger.LEADERSHIP);
        assertThat(due()).contains(Trigger.LEADERSHIP);
    }

    @Test
    void failuresBackOffUpToTheBoundAndSuccessForgetsThem() {
        for (int failures = 0; failures < 12; failures++) {
            pass(new PassResult.Failed());
            long ceiling = Math.min(500L << failures, 30_000);
            Duration delay = untilDue();
            assertThat(delay).isBetween(Duration.ofMillis(Math.min(ceiling / 2, 10_000)),
                    Duration.ofMillis(Math.min(ceiling, 10_000)));
            while (due().isEmpty()) {
                letPass(Duration.ofMillis(10));
            }
        }
        pass(new PassResult.Settled(null));
        pass(new PassResult.Failed());
        assertThat(untilDue()).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
    }

    @Test
    void aRingShortensTheBackoffButDoesNotEndIt() {
        for (int failures = 0; failures < 8; failures++) {
            pass(new PassResult.Failed());
        }
        bell.ring(Trigger.MAPPINGS);
        assertThat(due()).isEmpty();
        letPass(LoopSchedule.RING_AFTER_FAILURE);
        assertThat(due()).containsExactly(Trigger.MAPPINGS);
    }

    @Test
    void anInstantIsDueByTheWallClockEvenWhenItJumps() {
        pass(new PassResult.Settled(NOON.plusSeconds(3600)));
        assertThat(due()).isEmpty();
        assertThat(untilDue()).isEqualTo(LoopSchedule.RECHECK);
        wall = NOON.plusSeconds(3597);
        assertThat(untilDue()).isEqualTo(Duration.ofSeconds(3));
        wall = NOON.plusSeconds(7200);
        assertThat(due()).containsExactly(Trigger.INSTANT);
    }

    @Test
    void anInstantBeyondTheEndOfTimeIsNoTrouble() {
        pass(new PassResult.Settled(Instant.MAX));
        assertThat(untilDue()).isEqualTo(LoopSchedule.RECHECK);
    }

    @Test
    void aPassIsDueEveryPeriodWhateverElseHappened() {
        for (int i = 0; i < 29; i++) {
            letPass(Duration.ofSeconds(10));
            bell.ring(Trigger.MAPPINGS);
            pass(new PassResult.Settled(null));
        }
        assertThat(due()).isEmpty();
        letPass(Duration.ofSeconds(10));
        assertThat(due()).containsExactly(Trigger.PERIOD);
        pass(new PassResult.Settled(null));
        assertThat(due()).isEmpty();
    }

    @Test
    void whatAsksForAnotherLookGetsItAtItsTime() {
        pass(new PassResult.Again(Duration.ofSeconds(5)));
        assertThat(due()).isEmpty();
        assertThat(untilDue()).isEqualTo(Duration.ofSeconds(5));
        letPass(Duration.ofSeconds(5));
        assertThat(due()).containsExactly(Trigger.RETRY);
    }

    private Set<Trigger> due() {
        return schedule.due(bell.rings(), now, wall);
    }

    private Duration untilDue() {
        return Duration.ofNanos(schedule.nanosToWait(bell.rings(), now, wall));
    }

    private void letPass(Duration time) {
        now += time.toNanos();
    }

    private void pass(PassResult result) {
        EnumSet<Trigger> triggers = EnumSet.noneOf(Trigger.class);
        triggers.addAll(due());
        triggers.addAll(bell.take());
        schedule.ended(result, triggers, now);
    }
}
