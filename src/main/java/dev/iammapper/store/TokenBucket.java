package dev.iammapper.store;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A rate limit: so many at once, and then so many a second. Not for several threads. */
final class TokenBucket {
    private final long nanosEach;
    private final long capacityNanos;
    private final LongSupplier nanoTime;
    private long savedNanos;
    private long at;

    /**
     * A full bucket.
     *
     * @param perSecond from 1
     * @param burst from 1
     */
    TokenBucket(int perSecond, int burst, LongSupplier nanoTime) {
        this.nanosEach = Duration.ofSeconds(1).toNanos() / perSecond;
        this.capacityNanos = nanosEach * burst;
        this.nanoTime = nanoTime;
        this.savedNanos = capacityNanos;
        this.at = nanoTime.getAsLong();
    }

    /** Takes one and returns zero, or takes none and says how long to wait for it. */
    Duration take() {
        long now = nanoTime.getAsLong();
        savedNanos = Math.min(capacityNanos, savedNanos + Math.max(0, now - at));
        at = now;
        if (savedNanos < nanosEach) {
            return Duration.ofNanos(nanosEach - savedNanos);
        }
        savedNanos -= nanosEach;
        return Duration.ZERO;
    }
}
