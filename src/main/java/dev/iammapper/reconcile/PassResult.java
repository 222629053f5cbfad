package dev.iammapper.reconcile;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a pass ended, as far as the next one is concerned. */
public sealed interface PassResult {
    /** Everything is as it should be; {@code wakeAt} is the next instant at which that changes by itself, or null. */
    record Settled(@Nullable Instant wakeAt) implements PassResult {}

    /** Something is in the way that passes by itself; look again after that time. */
    record Again(Duration after) implements PassResult {}

    /** Something failed; look again after a delay that grows with each failure. */
    record Failed() implements PassResult {}

    /** Another process leads. */
    record Standby() implements PassResult {}
}
