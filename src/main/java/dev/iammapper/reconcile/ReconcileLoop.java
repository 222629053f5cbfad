package dev.iammapper.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import lombok.extern.slf4j.Slf4j;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that runs passes, one after the other, whenever the {@link Bell} and the {@link LoopSchedule} say so.
 */
@Slf4j
public final class ReconcileLoop {
    private final Bell bell;
    private final Function<Set<Trigger>, PassResult> pass;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final LoopSchedule schedule;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile @Nullable Long passBegan;

    /** A loop at rest; {@code nanoTime} is monotonic, {@code clock} is the wall's. */
    public ReconcileLoop(Bell bell, Function<Set<Trigger>, PassResult> pass, Clock clock, LongSupplier nanoTime,
            RandomGenerator random) {
        this.bell = bell;
        this.pass = pass;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.schedule = new LoopSchedule(nanoTime.getAsLong(), random);
        this.thread = Thread.ofPlatform().name("reconcile").daemon().unstarted(this::run);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Whether the thread is there; once started and not stopped, it being gone is a bug that a restart mends. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** For how long the pass that runs has been running; zero between passes. */
    public Duration passLasts() {
        Long began = passBegan;
        return began == null ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - began);
    }

    /** Lets the pass that runs come to its end, for at most that long; returns whether the loop is idle. */
    public boolean stop(Duration patience) {
        stopping = true;
        bell.stop();
        boolean interrupted = Thread.interrupted();
        try {
            if (thread.isAlive() && !thread.join(patience)) {
                thread.interrupt();
                return thread.join(Duration.ofSeconds(1));
            }
            return true;
        } catch (InterruptedException late) {
            interrupted = true;
            return !thread.isAlive();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        while (!stopping) {
            try {
                runWhenDue();
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    private void runWhenDue() throws InterruptedException {
        Bell.Rings rings = bell.rings();
        long wait = runIfDue(rings);
        if (wait >= 0) {
            bell.await(rings, wait);
        }
    }

    /** Runs a pass if one is due, and returns a negative number; otherwise for how many nanoseconds to wait at most. */
    long runIfDue(Bell.Rings rings) {
        Set<Trigger> triggers = schedule.due(rings, nanoTime.getAsLong(), clock.instant());
        if (triggers.isEmpty()) {
            return schedule.nanosToWait(rings, nanoTime.getAsLong(), clock.instant());
        }
        triggers.addAll(bell.take());
        PassResult result = runPass(triggers);
        schedule.ended(result, triggers, nanoTime.getAsLong());
        return -1;
    }

    /** The boundary: what a pass did not expect is logged here, once, and tried again later. */
    private PassResult runPass(Set<Trigger> triggers) {
        passBegan = nanoTime.getAsLong();
        try {
            return pass.apply(triggers);
        } catch (RuntimeException | StackOverflowError bug) {
            log.error("A pass failed in a way that nobody expected; it is tried again", bug);
            return new PassResult.Failed();
        } finally {
            passBegan = null;
        }
    }
}
