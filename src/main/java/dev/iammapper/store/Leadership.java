package dev.iammapper.store;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** The fence before every write. */
public interface Leadership {

    /** Whether a write may start now: we lead, and the Lease has not run out on a monotonic clock. */
    boolean mayWrite();

    /** The number of the term that we lead, or led last; it rises whenever the leader changes. */
    long term();

    /**
     * How long nobody else can lead yet: a write that starts now must have ended by then. Not positive when somebody
     * else may lead already.
     */
    Duration remaining();

    /** Whether others may lead, before us and after us. */
    default boolean contested() {
        return true;
    }

    /** The leadership of a program that runs alone. */
    static Leadership alone() {
        return new Leadership() {
            @Override
            public boolean mayWrite() {
                return true;
            }

            @Override
            public long term() {
                return 0;
            }

            @Override
            public Duration remaining() {
                return ChronoUnit.FOREVER.getDuration();
            }

            @Override
            public boolean contested() {
                return false;
            }
        };
    }
}
