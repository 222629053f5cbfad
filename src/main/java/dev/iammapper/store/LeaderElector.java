package dev.iammapper.store;

import io.kubernetes.client.openapi.models.V1Lease;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads by holding a Lease in {@code kube-system}; tries for ever, on one thread. The rules are those of client-go: a
 * Lease of somebody else is taken over when it did not change for its whole duration <em>as measured here</em>, so that
 * clocks need not agree; one that was released is taken at once.
 */
public final class LeaderElector implements Leadership, AutoCloseable {

    /** The Lease's usual name. */
    public static final String LEASE_NAME = "iam-identity-mapper";

    /** How often a Lease is looked at whose holder said that it is about to release it. */
    private static final Duration WHILE_ENDING = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElector.class);

    private final LeaseRequests requests;
    private final Settings settings;
    private final Listener listener;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final ProblemLog problems;
    private final Thread thread;
    private final Object lock = new Object();

    /** Written by the elector's thread only. */
    private volatile @Nullable SeenLease seen;

    /** Whom we said that we stand by; the elector's thread only. */
    private @Nullable String followed;

    /** Terms rise also when somebody deletes the Lease. */
    private int unusedTerm;

    private volatile boolean leading;
    private volatile long renewedAt;
    private volatile long term;
    private volatile boolean ending;
    private boolean hurry;
    private boolean closed;

    /**
     * An elector that is not started.
     *
     * @param clock for the times in the Lease, which only people read
     * @param nanoTime monotonic, for all decisions
     */
    public LeaderElector(KubernetesAccess access, Settings settings, Listener listener, Clock clock,
            LongSupplier nanoTime) {
        this(new KubernetesLease(access, settings.leaseName(), settings.renewDeadline().dividedBy(2)), settings,
                listener, clock, nanoTime);
    }

    LeaderElector(LeaseRequests requests, Settings settings, Listener listener, Clock clock, LongSupplier nanoTime) {
        this.requests = requests;
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.problems = new ProblemLog(LOG, "leader election", nanoTime);
        this.thread = Thread.ofPlatform().daemon().name("leader-election").unstarted(this::run);
    }

    /**
     * The Lease and its times; the duration must exceed the deadline, and the deadline the period.
     *
     * @param leaseName in {@code kube-system}
     * @param identity of this process, unique over time
     * @param leaseDuration how long others wait before they take over, in whole seconds
     * @param renewDeadline how long after a renewal we still write
     * @param retryPeriod between renewals, and between attempts to take over
     */
    public record Settings(String leaseName, String identity, Duration leaseDuration, Duration renewDeadline,
            Duration retryPeriod) {
        /** Checks the order of the times. */
        public Settings {
            if (identity.isEmpty() || leaseDuration.compareTo(renewDeadline) <= 0
                    || renewDeadline.compareTo(retryPeriod) <= 0 || !retryPeriod.isPositive()
                    || !leaseDuration.truncatedTo(ChronoUnit.SECONDS).equals(leaseDuration)) {
                throw new IllegalArgumentException("leader election needs an identity, and a lease duration in whole"
                        + " seconds that exceeds the renew deadline, which exceeds the retry period; not "
                        + leaseDuration + ", " + renewDeadline + ", " + retryPeriod);
            }
        }

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

    /** Starts the thread; once. */
    public void start() {
        thread.start();
    }

    @Override
    public boolean mayWrite() {
        return leading && nanoTime.getAsLong() - renewedAt < settings.renewDeadline().toNanos();
    }

    @Override
    public Duration remaining() {
        return leading
                ? settings.leaseDuration().minusNanos(nanoTime.getAsLong() - renewedAt)
                : Duration.ZERO;
    }

    @Override
    public long term() {
        return term;
    }

    /** Who leads, as last seen in the Lease; null when nobody does or nothing is known. */
    public @Nullable String leader() {
        SeenLease lease = seen;
        return lease == null || lease.holder().isEmpty() ? null : lease.holder();
    }

    /** What keeps us from taking part, on one line, or null. */
    public @Nullable String problem() {
        return problems.current();
    }

    /**
     * Says that this process is about to end: who leads goes on, and tells the others to look at the Lease more often;
     * who does not lead will not any more.
     */
    public void announceEnd() {
        synchronized (lock) {
            ending = true;
            hurry = true;
            lock.notifyAll();
        }
    }

    /**
     * Steps down: the fence closes, and the Lease is released so that another replica leads at once; but it is left to
     * run out while a write may be on its way.
     *
     * @param isIdle asked behind the closed fence whether no write is on its way; may wait for that
     */
    public void close(BooleanSupplier isIdle) {
        boolean led;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            led = leading;
            leading = false;
            lock.notifyAll();
        }
        joinThread();
        if (led) {
            listener.onLost();
        }
        if (!led || isIdle.getAsBoolean()) {
            release();
        } else {
            LOG.warn("the Lease is not released, because a write may be on its way: others wait until it runs out");
        }
    }

    /** Steps down with no write on its way. */
    @Override
    public void close() {
        close(() -> true);
    }

    /** One attempt to gain or keep the lead; returns how long to wait before the next. */
    Duration attempt() {
        long now = nanoTime.getAsLong();
        boolean held;
        try {
            held = tryToHold(now);
            problems.clear();
        } catch (StoreException e) {
            problems.report(String.valueOf(e.getMessage()));
            // Whoever cannot ask keeps the lead as long as nobody else can have it.
            held = mayWrite();
        }
        if (held && !leading) {
            gain();
        } else if (leading && !held) {
            lose();
        } else if (!held) {
            standBy();
        }
        return pause();
    }

    private boolean tryToHold(long now) {
        if (ending && !leading) {
            return false;
        }
        SeenLease known = seen;
        if (!leading || known == null) {
            known = look();
        }
        if (known == null) {
            return stored(requests.create(SeenLease.first(KubernetesLease.NAMESPACE, settings.leaseName(),
                    settings.identity(), unusedTerm, settings.leaseDuration(), clock.instant())), now);
        }
        if (!isOurs(known) && !known.isFree(nanoTime.getAsLong(), settings.leaseDuration())) {
            return false;
        }
        V1Lease stored = requests.replace(claimed(known));
        if (stored == null && leading) {
            // Another tool may have labelled the Lease, or somebody took it: the Lease itself tells which.
            SeenLease fresh = look();
            if (fresh == null || !isOurs(fresh)) {
                return false;
            }
            stored = requests.replace(claimed(fresh));
        }
        return stored(stored, now);
    }

    /** The time of a renewal is when it was asked for, which is never later than when others see it. */
    private boolean stored(@Nullable V1Lease lease, long askedAt) {
        if (lease == null) {
            // Somebody was faster: the next attempt sees who. A leader's last renewal still holds.
            return mayWrite();
        }
        if (leading && !mayWrite()) {
            // The fence closed on the way, and who stood before it waits to hear that it opens again.
            lose();
        }
        SeenLease ours = SeenLease.after(seen, lease, nanoTime.getAsLong());
        seen = ours;
        unusedTerm = Math.max(unusedTerm, ours.transitions() + 1);
        renewedAt = askedAt;
        term = ours.transitions();
        return true;
    }

    private @Nullable SeenLease look() {
        V1Lease lease = requests.get();
        SeenLease now = lease == null ? null : SeenLease.after(seen, lease, nanoTime.getAsLong());
        if (now != null) {
            unusedTerm = Math.max(unusedTerm, now.transitions() + 1);
        }
        seen = now;
        return now;
    }

    private boolean isOurs(SeenLease lease) {
        return lease.holder().equals(settings.identity());
    }

    private V1Lease claimed(SeenLease lease) {
        int transitions = isOurs(lease) ? lease.transitions() : lease.transitions() + 1;
        V1Lease claim = lease.heldBy(settings.identity(), transitions, settings.leaseDuration(), clock.instant());
        return ending ? SeenLease.ending(claim, settings.identity()) : SeenLease.staying(claim);
    }

    /** Said once for each leader: who starts a second process should not think that it hangs. */
    private void standBy() {
        String leader = leader();
        if (leader != null && !leader.equals(settings.identity()) && !leader.equals(followed)) {
            LOG.info("standing by as {}: {} leads by the Lease kube-system/{}", settings.identity(), leader,
                    settings.leaseName());
            followed = leader;
        }
    }

    private void gain() {
        followed = null;
        synchronized (lock) {
            if (closed) {
                return;
            }
            leading = true;
        }
        LOG.info("leading, term {}, as {}", term, settings.identity());
        listener.onGained(term);
    }

    private void lose() {
        synchronized (lock) {
            if (!leading) {
                return;
            }
            leading = false;
        }
        String leader = leader();
        LOG.warn("no longer leading: {}", leader == null || leader.equals(settings.identity())
                ? "the Lease could not be renewed in time"
                : leader + " holds the Lease");
        listener.onLost();
    }

    /** Followers spread their attempts; a leader looks again when its time is up, if that comes first. */
    private Duration pause() {
        long period = settings.retryPeriod().toNanos();
        SeenLease lease = seen;
        // A holder that says so and stays is no reason to ask for ever, nor is an API server that does not answer.
        if (!leading && !ending && lease != null && problems.current() == null && lease.isEnding()
                && nanoTime.getAsLong() - lease.changedAt() < settings.leaseDuration().toNanos()) {
            return WHILE_ENDING;
        }
        if (!leading) {
            return Duration.ofNanos(period + random.nextLong(period));
        }
        long left = settings.renewDeadline().toNanos() - (nanoTime.getAsLong() - renewedAt);
        return Duration.ofNanos(Math.clamp(left, 1_000_000, period));
    }

    private void release() {
        SeenLease lease = seen;
        if (lease == null || !isOurs(lease)) {
            return;
        }
        try {
            V1Lease released = requests.replace(lease.released(clock.instant()));
            if (released == null) {
                LOG.info("the Lease could not be released, because somebody else wrote it meanwhile: others wait until"
                        + " it runs out");
            } else {
                seen = SeenLease.after(lease, released, nanoTime.getAsLong());
            }
        } catch (StoreException e) {
            LOG.info("the Lease could not be released, so others wait until it runs out: {}", e.getMessage());
        }
    }

    private void run() {
        Duration pause = Duration.ZERO;
        while (waitFor(pause)) {
            try {
                pause = attempt();
            } catch (RuntimeException e) {
                // A bug, ours or the listener's: an elector that stops would leave the cluster without a leader.
                LOG.error("leader election met the unexpected", e);
                pause = settings.retryPeriod();
            }
        }
    }

    /** Waits, and returns false when closed. */
    private boolean waitFor(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        synchronized (lock) {
            try {
                for (long left = pause.toNanos(); left > 0 && !closed && !hurry; left = end - System.nanoTime()) {
                    lock.wait(Math.max(1, Duration.ofNanos(left).toMillis()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            hurry = false;
            return !closed;
        }
    }

    private void joinThread() {
        try {
            if (thread.isAlive() && thread != Thread.currentThread()) {
                thread.join(settings.renewDeadline());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
