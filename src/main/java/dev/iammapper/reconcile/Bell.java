package dev.iammapper.reconcile;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Collects, from any thread, the reasons for a pass until the loop takes them, and tells the echo of our own writes
 * from changes by others.
 */
public final class Bell {
    private static final int REMEMBERED_VERSIONS = 256;
    private static final String NO_VERSION = "";

    private final LongSupplier nanoTime;
    private final EnumSet<Trigger> rung = EnumSet.noneOf(Trigger.class);
    private final Set<String> seenVersions = new LinkedHashSet<>();
    private final Set<String> ownVersions = new LinkedHashSet<>();
    private long firstRing;
    private long lastRing;
    private boolean stopped;

    /** A silent bell; {@code nanoTime} is monotonic. */
    public Bell(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Asks for a pass, whatever we write ourselves. */
    public synchronized void ring(Trigger trigger) {
        if (trigger == Trigger.AWS_AUTH) {
            // A deletion, or a list: no version that could turn out to be our own.
            remember(seenVersions, NO_VERSION);
            // A list may follow the restoration of a backup, after which versions come a second time.
            ownVersions.clear();
        }
        note(trigger);
    }

    private void note(Trigger trigger) {
        long now = nanoTime.getAsLong();
        if (rung.isEmpty()) {
            firstRing = now;
        }
        rung.add(trigger);
        lastRing = now;
        notifyAll();
    }

    /** Asks for a pass unless this version of aws-auth is one that we wrote. */
    public synchronized void awsAuthSeen(String resourceVersion) {
        if (ownVersions.contains(resourceVersion)) {
            return;
        }
        remember(seenVersions, resourceVersion);
        note(Trigger.AWS_AUTH);
    }

    /** Says that this version of aws-auth is ours; its echo may have come already, while the write was on its way. */
    public synchronized void awsAuthWritten(String resourceVersion) {
        remember(ownVersions, resourceVersion);
        if (seenVersions.remove(resourceVersion) && seenVersions.isEmpty()) {
            rung.remove(Trigger.AWS_AUTH);
        }
    }

    /** What was rung so far; it stays until {@link #take}. */
    synchronized Rings rings() {
        return new Rings(EnumSet.copyOf(rung), firstRing, lastRing);
    }

    /** Takes what was rung, leaving the bell silent. */
    synchronized Set<Trigger> take() {
        Set<Trigger> taken = EnumSet.copyOf(rung);
        rung.clear();
        seenVersions.clear();
        return taken;
    }

    /** Waits until somebody rings after {@code known} was read, the bell is stopped, or the time is over. */
    synchronized void await(Rings known, long nanos) throws InterruptedException {
        long end = nanoTime.getAsLong() + nanos;
        while (!stopped && rings().equals(known)) {
            long left = end - nanoTime.getAsLong();
            if (left <= 0) {
                return;
            }
            // Rounded up, so that the waiter does not come back just before its time and spin.
            wait(left / 1_000_000 + 1);
        }
    }

    /** Lets every waiter go, now and later. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    private static void remember(Set<String> versions, String version) {
        if (versions.size() == REMEMBERED_VERSIONS) {
            versions.remove(versions.iterator().next());
        }
        versions.add(version);
    }

    /**
     * What was rung since the last pass began.
     *
     * @param triggers the reasons
     * @param first when the first of them came, on the monotonic clock; meaningless while there is none
     * @param last when the last of them came
     */
    record Rings(Set<Trigger> triggers, long first, long last) {}
}
