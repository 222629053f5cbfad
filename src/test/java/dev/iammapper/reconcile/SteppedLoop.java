package dev.iammapper.reconcile;

import java.time.Clock;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The controller's own loop without its thread: whoever steps it is the scheduler. */
public final class SteppedLoop {
    private final Bell bell;
    private final ReconcileLoop loop;
    private @Nullable PassResult last;
    private int passes;

    /** A loop that has run nothing yet. */
    public SteppedLoop(Bell bell, Function<Set<Trigger>, PassResult> pass, Clock clock, LongSupplier nanoTime,
            RandomGenerator random) {
        this.bell = bell;
        this.loop = new ReconcileLoop(bell, triggers -> {
            passes++;
            last = null;
            PassResult result = pass.apply(triggers);
            last = result;
            return result;
        }, clock, nanoTime, random);
    }

    /** Runs a pass if one is due, and returns a negative number; otherwise for how many nanoseconds to wait at most. */
    public long step() {
        return loop.runIfDue(bell.rings());
    }

    /** How the latest pass ended, or null when none did. */
    public @Nullable PassResult last() {
        return last;
    }

    /** How many passes began. */
    public int passes() {
        return passes;
    }

    /** Whether anybody rang since the latest pass. */
    public boolean rung() {
        return !bell.rings().triggers().isEmpty();
    }
}
