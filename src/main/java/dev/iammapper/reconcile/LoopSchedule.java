package dev.iammapper.reconcile;

import dev.iammapper.reconcile.Bell.Rings;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the next pass is due. Waits are measured on the monotonic clock; only the instants that objects name are
 * judged by the wall clock, which may jump.
 */
final class LoopSchedule {
    /** After this long without a pass, the first change is not made to wait for others. */
    static final Duration QUIET = Duration.ofMillis(500);

    /** A burst is over when nothing was rung for this long. */
    static final Duration SILENCE = Duration.ofMillis(200);

    /** A burst that does not end is looked at this often. */
    static final Duration BOUND = Duration.ofSeconds(2);

    /** A pass without any reason. */
    static final Duration PERIOD = Duration.ofMinutes(5);

    /** The wall clock is looked at no less often than this. */
    static final Duration RECHECK = Duration.ofSeconds(10);

    /** The first delay after a failure; it doubles. */
    static final Duration FIRST_BACKOFF = Duration.ofMillis(500);

    /** The longest delay after a failure. */
    static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);

    /** A ring does not shorten the delay after a failure below this. */
    static final Duration RING_AFTER_FAILURE = Duration.ofSeconds(1);

    private final RandomGenerator random;
    private long passEnded;
    private long periodStarted;
    private int failures;
    private @Nullable Long againAt;
    private @Nullable Instant wakeAt;

    LoopSchedule(long nanoTime, RandomGenerator random) {
        this.random = random;
        this.passEnded = nanoTime - QUIET.toNanos();
        this.periodStarted = nanoTime;
    }

    /** The reasons for which a pass is due now; empty when none is. */
    Set<Trigger> due(Rings rings, long now, Instant wall) {
        EnumSet<Trigger> due = EnumSet.noneOf(Trigger.class);
        if (nanosUntilRingsAreDue(rings, now) <= 0) {
            due.addAll(rings.triggers());
        }
        if (wakeAt != null && !wall.isBefore(wakeAt)) {
            due.add(Trigger.INSTANT);
        }
        if (againAt != null && againAt - now <= 0) {
            due.add(Trigger.RETRY);
        }
        if (periodStarted + PERIOD.toNanos() - now <= 0) {
            due.add(Trigger.PERIOD);
        }
        return due;
    }

    /** How long to wait, at most, before asking {@link #due} again if nobody rings. */
    long nanosToWait(Rings rings, long now, Instant wall) {
        long wait = RECHECK.toNanos();
        wait = Math.min(wait, nanosUntilRingsAreDue(rings, now));
        wait = Math.min(wait, periodStarted + PERIOD.toNanos() - now);
        if (againAt != null) {
            wait = Math.min(wait, againAt - now);
        }
        if (wakeAt != null && wall.plus(RECHECK).isAfter(wakeAt)) {
            wait = Math.min(wait, Duration.between(wall, wakeAt).toNanos());
        }
        return Math.max(wait, 0);
    }

    /** Notes how a pass ended. */
    void ended(PassResult result, Set<Trigger> triggers, long now) {
        passEnded = now;
        if (triggers.contains(Trigger.PERIOD)) {
            periodStarted = now;
        }
        switch (result) {
            case PassResult.Settled settled -> {
                failures = 0;
                againAt = null;
                wakeAt = settled.wakeAt();
            }
            case PassResult.Again again -> {
                failures = 0;
                againAt = now + again.after().toNanos();
                wakeAt = null;
            }
            case PassResult.Failed _ -> {
                againAt = now + backoff(failures).toNanos();
                failures++;
                wakeAt = null;
            }
            case PassResult.Standby _ -> {
                failures = 0;
                againAt = null;
                wakeAt = null;
            }
        }
    }

    private long nanosUntilRingsAreDue(Rings rings, long now) {
        if (rings.triggers().isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (rings.triggers().contains(Trigger.LEADERSHIP)) {
            return 0;
        }
        boolean quiet = rings.first() - passEnded >= QUIET.toNanos();
        if (quiet && failures == 0) {
            return 0;
        }
        long silent = rings.last() + SILENCE.toNanos() - now;
        long bound = rings.first() + BOUND.toNanos() - now;
        long calm = Math.min(silent, bound);
        return failures == 0 ? calm : Math.max(calm, passEnded + RING_AFTER_FAILURE.toNanos() - now);
    }

    /** Half of the doubled delay is certain, half is chance, so that replicas of many clusters do not march in step. */
    private Duration backoff(int failuresBefore) {
        long ceiling = FIRST_BACKOFF.toNanos() << Math.min(failuresBefore, 16);
        long bounded = Math.min(ceiling, LONGEST_BACKOFF.toNanos());
        return Duration.ofNanos(bounded / 2 + random.nextLong(bounded / 2 + 1));
    }
}
