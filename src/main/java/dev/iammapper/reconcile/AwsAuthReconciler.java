package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingReason;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.policy.Judge;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.render.RenderPlan.Notice;
import dev.iammapper.render.RenderPlan.RowChange;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.StoredAwsAuth;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import lombok.extern.slf4j.Slf4j;
import org.jspecify.annotations.Nullable;

/** Runs a pass and tells everybody concerned what came of it. Used by one thread. */
@Slf4j
public final class AwsAuthReconciler {
    private static final Duration LOOK_AGAIN_WHILE_HELD = Duration.ofSeconds(10);
    private static final Duration REPEAT_COMPLAINT = Duration.ofMinutes(5);
    private static final int RACE_PAUSE_MILLIS = 5;

    private final Cluster cluster;
    private final Leadership leadership;
    private final Bell bell;
    private final ReconcileMetrics metrics;
    private final ReconcileSettings settings;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Announcements announcements;
    private final PassMemory memory;
    private final WantedStatuses statuses = new WantedStatuses();
    private @Nullable String complaint;
    private long complainedAt;
    private volatile @Nullable String trouble;

    /** A reconciler that has seen nothing yet; {@code nanoTime} is monotonic, {@code clock} is the wall's. */
    public AwsAuthReconciler(Cluster cluster, Leadership leadership, Judge judge, Bell bell, ReconcileMetrics metrics,
            ReconcileSettings settings, Clock clock, LongSupplier nanoTime, RandomGenerator random) {
        this.cluster = cluster;
        this.leadership = leadership;
        this.bell = bell;
        this.metrics = metrics;
        this.settings = settings;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.random = random;
        this.announcements = new Announcements(cluster);
        this.memory = new PassMemory(judge, nanoTime);
    }

    /** One pass. */
    public PassResult pass(Set<Trigger> triggers) {
        if (!leadership.mayWrite()) {
            trouble = null;
            metrics.standby();
            return new PassResult.Standby();
        }
        long start = nanoTime.getAsLong();
        log.debug("Pass because of {}", triggers);
        PassResult result = tried(triggers.contains(Trigger.PERIOD) || triggers.contains(Trigger.LEADERSHIP));
        metrics.passed(Duration.ofNanos(nanoTime.getAsLong() - start), result instanceof PassResult.Settled);
        return result;
    }

    /** What keeps this process from doing its work, on one line, or null; readable from any thread. */
    public @Nullable String trouble() {
        return trouble;
    }

    private PassResult tried(boolean thorough) {
        Instant now = clock.instant();
        try {
            return told(new Pass(cluster, leadership, memory, new Telling(), settings, clock, now).run(thorough),
                    now);
        } catch (StoreException unanswered) {
            countWithoutPlan(now);
            return failed(String.valueOf(unanswered.getMessage()));
        }
    }

    private PassResult told(PassEnd end, Instant now) {
        return switch (end) {
            case PassEnd.Agreed(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan) -> {
                tell(wishes, awsAuth, plan, null, null, now);
                yield settled(wishes, plan, now);
            }
            case PassEnd.Observed(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan, Ledger ledger) -> {
                tell(wishes, awsAuth, plan, null, ledger, now);
                yield settled(wishes, plan, now);
            }
            case PassEnd.Unconfirmed(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan, String why) -> {
                tell(wishes, awsAuth, plan, null, null, now);
                yield failed(why);
            }
            case PassEnd.Unwritten(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan, String why) -> {
                metrics.failed();
                tell(wishes, awsAuth, plan, why, null, now);
                yield failed(why);
            }
            case PassEnd.Refused(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan, String message) -> {
                tell(wishes, awsAuth, plan, message, null, now);
                yield failed("the API server refuses aws-auth: " + message);
            }
            case PassEnd.Held(Hold hold, String why, Wishes wishes) -> held(hold, why, wishes, now);
            case PassEnd.SteppedBack(String why) -> steppedBack(why);
        };
    }

    private void tell(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan, @Nullable String unwritten,
            @Nullable Ledger observed, Instant now) {
        metrics.hold(null);
        announcements.released();
        Outcomes outcomes = new Outcomes(wishes, plan, unwritten, observed, memory.refused(), memory.fights(),
                memory.remainingAccess(plan.next(), wishes.resting()));
        Map<MappingReason, Integer> counts = new EnumMap<>(MappingReason.class);
        Map<String, IdentityMapping> satisfied = new HashMap<>();
        for (Wishes.Asked asked : wishes.asked()) {
            MappingOutcome outcome = outcomes.of(asked);
            IamIdentityMappingStatus status = statuses.next(asked, outcome, now);
            counts.merge(outcome.reason(), 1, Integer::sum);
            if (outcome instanceof MappingOutcome.AlreadyPresent(IdentityMapping mapping)) {
                satisfied.put(asked.uid(), mapping);
            }
            announcements.transition(asked.object(), outcome, status);
            cluster.wantStatus(asked.object(), status);
        }
        statuses.keepOnly(wishes);
        metrics.mappings(counts);
        metrics.expiries(wishes, now);
        HeldRemovals held = plan.held();
        metrics.held(held);
        announcements.heldRemovals(held, observed == null || HeldRemovals.of(observed).equals(held), awsAuth);
        if (settings.mode() == Mode.OBSERVE) {
            List<RowChange> changes = observed == null ? List.of() : plan.changes();
            metrics.observed(changes);
            announcements.observed(changes, awsAuth);
        }
        announcements.clockDoubt(Pass.clockDoubt(cluster, clock));
        metrics.rows(plan.owned(), plan.foreign());
        metrics.problems(plan.problems());
        announcements.problems(plan.problems(), awsAuth);
        announcements.roomless(plan.outcomes().values().stream()
                .filter(outcome -> outcome instanceof RenderPlan.Outcome.Roomless).count(), awsAuth);
        // A plan that was not written tells only what keeps it from being made.
        announcements.notices(unwritten == null && observed == null
                ? plan.notices()
                : plan.notices().stream().filter(notice -> notice.topic() == Notice.Topic.REMOVAL_HELD).toList(),
                wishes.asked(), awsAuth);
        announcements.satisfied(satisfied, wishes, awsAuth);
    }

    /** aws-auth may break, and be mended, and grants come near their ends, while nothing can be planned. */
    private void countWithoutPlan(Instant now) {
        metrics.expiries(memory.wishes(), now);
        AwsAuthData awsAuth = cluster.watchedAwsAuth();
        if (awsAuth != null) {
            metrics.problems(memory.lastReading().problems(awsAuth));
        }
    }

    private PassResult settled(Wishes wishes, RenderPlan plan, Instant now) {
        if (complaint != null) {
            log.info("All is well again; before: {}", complaint);
            complaint = null;
        }
        trouble = null;
        Instant again = now.plus(LOOK_AGAIN_WHILE_HELD);
        // Nobody rings when a person lets removals go.
        boolean sooner = !plan.held().isEmpty() && again.isBefore(wishes.nextChange());
        return new PassResult.Settled(sooner ? again : wishes.nextChange());
    }

    private PassResult held(Hold hold, String why, Wishes wishes, Instant now) {
        trouble = why;
        metrics.hold(hold);
        countWithoutPlan(now);
        switch (hold) {
            // The watch itself says what it waits for; at the start it is nothing that anybody should know.
            case WATCHES -> log.debug("Waiting for the watches: {}", why);
            // What a definition that is not ours makes of a status, nobody knows: statuses stay as they are.
            case DEFINITION -> announcements.held(why);
            case LEDGER, PAUSE -> {
                announcements.held(why);
                tellThoseThatWait(wishes, why, now);
            }
        }
        Duration settling = memory.guard().settling();
        return new PassResult.Again(settling.isZero() ? LOOK_AGAIN_WHILE_HELD : settling);
    }

    /**
     * What was told about an object stays true while nothing is written, unless it asks for something else now. A status
     * that calls the row ours stays in any case: a ledger that is lost is rebuilt from it.
     */
    private void tellThoseThatWait(Wishes wishes, String why, Instant now) {
        MappingOutcome waits = new MappingOutcome.Pending(null, "Nothing is written to aws-auth: " + why);
        for (Wishes.Asked asked : wishes.asked()) {
            if (!MappingStatuses.isCurrent(asked.object()) && !MappingStatuses.saysOwned(asked.object().status())) {
                cluster.wantStatus(asked.object(), statuses.next(asked, waits, now));
            }
        }
    }

    /** A Lease that ran out is the elector's to tell, and what another leader leaves behind passes by itself. */
    private PassResult steppedBack(String why) {
        if (leadership.mayWrite()) {
            return failed(why);
        }
        log.debug("Stepped back: {}", why);
        return new PassResult.Standby();
    }

    /** Said once, and again when it lasts or becomes something else: an outage is no reason for a flood. */
    private PassResult failed(String why) {
        trouble = why;
        long now = nanoTime.getAsLong();
        if (!why.equals(complaint) || now - complainedAt >= REPEAT_COMPLAINT.toNanos()) {
            complaint = why;
            complainedAt = now;
            log.warn("The pass did not get through and is retried: {}", why);
        }
        return new PassResult.Failed();
    }

    private final class Telling implements PassListener {
        @Override
        public void wrote(List<RowChange> changes, StoredAwsAuth before, StoredAwsAuth after) {
            if (after.resourceVersion() != null) {
                bell.awsAuthWritten(after.resourceVersion());
            }
            metrics.wrote(changes);
            // A tool that adds its row again and again is fought by taking that over again and again.
            changes.stream().filter(change -> change.cause() != RowChange.Cause.SPEC)
                    .forEach(change -> memory.fights().repaired(change.principal(),
                            Announcements.culprit(before, change.section().dataKey())));
            announcements.wrote(changes, before, after);
        }

        @Override
        public void keptSnapshot(@Nullable String failure) {
            metrics.keptSnapshot(failure == null);
            announcements.snapshots(failure);
        }

        @Override
        public void rejected() {
            metrics.rejected();
        }

        @Override
        public void refused(List<PrincipalKey> culprits, String message) {
            log.warn("The API server refuses aws-auth with the change of {}: {}; it is left out until the object"
                    + " changes, and tried again every few minutes", culprits, message);
        }

        @Override
        public void wroteLedger() {
            memory.ledgerIsThere();
            metrics.wroteLedger();
        }

        /** Whoever writes in step with us gets out of it by chance. */
        @Override
        public void raced(int attempt) {
            metrics.raced();
            try {
                Thread.sleep(random.nextInt(RACE_PAUSE_MILLIS * Math.min(attempt, 10)));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
