package dev.iammapper.store;

import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Leads by holding a Lease in {@code kube-system}; tries for ever, on one thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class LeaderElector implements Leadership, AutoCloseable {

    /** The Lease's usual name. */
    public static final String LEASE_NAME = "iam-identity-mapper";

    /**
     * The Lease and its times; as client-go does, the duration must exceed the deadline, and the deadline the period.
     *
     * @param leaseName in {@code kube-system}
     * @param identity of this process, unique over time
     * @param leaseDuration how long others wait before they take over, in whole seconds
     * @param renewDeadline how long after a renewal we still write
     * @param retryPeriod between renewals, and between attempts to take over
     */
    public record Settings(String leaseName, String identity, Duration leaseDuration, Duration renewDeadline,
            Duration retryPeriod) {
        /** 15 s, 10 s and 2 s. */
        public static Settings usual(String identity) {
            return new Settings(LEASE_NAME, identity, Duration.ofSeconds(15), Duration.ofSeconds(10),
                    Duration.ofSeconds(2));
        }
    }

    /** Told about leadership, on the elector's thread; must return quickly and must not throw. */
    public interface Listener {
        /** We lead from now on. */
        void onGained(long term);

        /** We no longer lead; no write may start. */
        void onLost();
    }

    /**
     * An elector that is not started.
     *
     * @param clock for the times in the Lease, which only people read
     * @param nanoTime monotonic, for all decisions
     */
    public LeaderElector(KubernetesAccess access, Settings settings, Listener listener, Clock clock,
            LongSupplier nanoTime) {}

    /** Starts the thread; once. */
    public void start() {}

    @Override
    public boolean mayWrite() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long term() {
        throw new UnsupportedOperationException();
    }

    /** Who leads, as last seen in the Lease; null when nobody does or nothing is known. */
    public @Nullable String leader() {
        throw new UnsupportedOperationException();
    }

    /** What keeps us from taking part, on one line, or null. */
    public @Nullable String problem() {
        throw new UnsupportedOperationException();
    }

    /**
     * Steps down: the fence closes, then {@code awaitIdle} must return once no write is on its way, then the Lease is
     * released so that another replica leads at once.
     */
    public void close(Runnable awaitIdle) {}

    /** Steps down without anything to wait for. */
    @Override
    public void close() {
        close(() -> {});
    }
}
