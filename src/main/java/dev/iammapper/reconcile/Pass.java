package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.render.RenderPlan.RowChange;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass: read, plan, make sure, write. It is made for one run and remembers nothing but what {@link PassMemory}
 * keeps.
 */
final class Pass {
    /** Others may write aws-auth all the time; this often we read and plan anew before the loop backs off. */
    static final int ATTEMPTS = 20;

    /** The most writes that may be spent on finding what the API server refuses. */
    static final int ISOLATION_WRITES = 48;

    /** Clocks that are further apart than this are not both right. */
    static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private final Cluster cluster;
    private final Leadership leadership;
    private final long term;
    private final PassMemory memory;
    private final PassListener listener;
    private final PlanWriter writer;
    private final ReconcileSettings settings;
    private final Clock clock;
    private final Instant now;
    private Wishes wishes;
    private boolean listed;
    private boolean probed;

    /** Whose changes the latest plan leaves out, because the ledger has no room for them. */
    private Set<PrincipalKey> roomless = Set.of();

    Pass(Cluster cluster, Leadership leadership, PassMemory memory, PassListener listener, ReconcileSettings settings,
            Clock clock, Instant now) {
        this.cluster = cluster;
        this.leadership = leadership;
        this.term = leadership.term();
        this.memory = memory;
        this.wishes = memory.wishes();
        this.listener = listener;
        this.writer = new PlanWriter(cluster, leadership, term, listener, memory.agreed(), now);
        this.clock = clock;
        this.settings = settings;
        this.now = now;
    }

    /** Runs; {@code thorough} looks at the definition, and tries refused changes again, even if nothing changed. */
    PassEnd run(boolean thorough) {
        String cutOff = cluster.watchProblem();
        if (cutOff != null) {
            String hold = probe();
            return hold == null ? new PassEnd.Held(Hold.WATCHES, cutOff, wishes)
                    : new PassEnd.Held(Hold.DEFINITION, hold, wishes);
        }
        read(cluster.watchedMappings());
        if (thorough) {
            memory.refused().forgetAll();
        }
        memory.refused().forgetChanged(wantedByPrincipal());
        if (thorough || memory.guard().needsLook()) {
            boolean doubted = memory.guard().watchDoubted();
            String hold = doubted ? listAndProbe() : probe();
            if (hold != null) {
                return new PassEnd.Held(Hold.DEFINITION, hold, wishes);
            }
            if (doubted) {
                memory.guard().watchAgreesWithList();
            }
        }
        PassEnd end = attempt(memory.refused().principals());
        if (end instanceof PassEnd.Refused refused) {
            end = isolate(refused);
        }
        if (end instanceof PassEnd.Agreed(Wishes _, StoredAwsAuth awsAuth, RenderPlan _)) {
            memory.agreeOn(awsAuth.data());
        }
        return end;
    }

    /** Reads, plans and writes until nobody writes in between. */
    private PassEnd attempt(Set<PrincipalKey> withheld) {
        for (int attempt = 1;; attempt++) {
            StoredLedger stored = cluster.ledger();
            if (stored instanceof StoredLedger.Malformed(String message)) {
                return new PassEnd.Held(Hold.LEDGER, message, wishes);
            }
            Ledger ledger = PlanWriter.ledger(stored);
            if (ledger.pause() != null) {
                return new PassEnd.Held(Hold.PAUSE, paused(ledger.pause()), wishes);
            }
            if (leadership.contested() && memory.doubtsLeadership(ledger.term(), term)) {
                return new PassEnd.SteppedBack("the ledger was written in term " + ledger.term()
                        + ", later than ours, " + term);
            }
            if (memory.mustListFor(stored, term)) {
                // What the statuses say is all there is to rebuild it from, and a watch may not have seen the latest.
                String hold = listAndProbe();
                if (hold != null) {
                    return new PassEnd.Held(Hold.DEFINITION, hold, wishes);
                }
            }
            // Read last: others write it, and the shorter the time until our write, the fewer races.
            StoredAwsAuth awsAuth = cluster.awsAuth();
            RenderPlan plan = plan(awsAuth, stored, withheld);
            while (PlanWriter.changes(plan, awsAuth, stored) && !restsOnFirmGround(plan, ledger)) {
                boolean lists = needsList(plan, ledger) && !listed;
                String definition = memory.guard().uid();
                String hold = lists ? listAndProbe() : probe();
                if (hold != null) {
                    return new PassEnd.Held(Hold.DEFINITION, hold, wishes);
                }
                if (lists || !Objects.equals(definition, memory.guard().uid())) {
                    plan = plan(awsAuth, stored, withheld);
                }
            }
            String unrecovered = planner().hold(plan, stored);
            if (unrecovered != null) {
                return new PassEnd.Held(Hold.LEDGER, unrecovered, wishes);
            }
            if (!PlanWriter.changes(plan, awsAuth, stored)) {
                return new PassEnd.Agreed(wishes, awsAuth, plan);
            }
            if (settings.mode() == Mode.OBSERVE) {
                return new PassEnd.Observed(wishes, awsAuth, plan, ledger);
            }
            PlanWriter.Written written = writer.write(plan, awsAuth, stored);
            // What went, and what is no longer pending, may have made room for those that were left out; and how long a
            // row becomes is known for certain only when it is there.
            boolean waiting = !roomless.isEmpty()
                    || plan.outcomes().values().stream().anyMatch(RenderPlan.Outcome.Full.class::isInstance);
            if (written instanceof PlanWriter.Written.Whole && waiting && attempt < ATTEMPTS) {
                continue;
            }
            if (!(written instanceof PlanWriter.Written.Raced)) {
                return end(written, plan, awsAuth);
            }
            listener.raced(attempt);
            if (attempt == ATTEMPTS) {
                return new PassEnd.Unwritten(wishes, awsAuth, plan,
                        "others write aws-auth or the ledger all the time; it was read anew " + ATTEMPTS + " times");
            }
        }
    }

    private PassEnd end(PlanWriter.Written written, RenderPlan plan, StoredAwsAuth before) {
        return switch (written) {
            case PlanWriter.Written.Whole(StoredAwsAuth after) -> new PassEnd.Agreed(wishes, after, plan);
            case PlanWriter.Written.Unconfirmed(StoredAwsAuth after, String why) -> new PassEnd.Unconfirmed(wishes,
                    after, plan, why);
            case PlanWriter.Written.Not(String why) -> new PassEnd.Unwritten(wishes, before, plan, why);
            case PlanWriter.Written.Raced _ -> new PassEnd.Unwritten(wishes, before, plan, "somebody else wrote");
            case PlanWriter.Written.Refused(String message) -> new PassEnd.Refused(wishes, before, plan, message);
            case PlanWriter.Written.Fenced _ -> new PassEnd.SteppedBack(
                    "the Lease ran out before everything was written");
        };
    }

    // ---- read

    private void read(List<IamIdentityMapping> objects) {
        wishes = Wishes.of(memory.readings().of(objects, now), now);
        memory.heard(wishes);
        memory.witness(wishes.asked());
    }

    /** The objects first and their definition after them: only so does the definition speak of that list. */
    private @Nullable String listAndProbe() {
        switch (cluster.listMappings()) {
            case MappingListing.Read(List<IamIdentityMapping> objects) -> {
                // What a watch that lags still holds must not come back into aws-auth in a later pass.
                if (!askTheSame(objects, cluster.watchedMappings())) {
                    cluster.relistWatchedMappings();
                }
                read(objects);
            }
            case MappingListing.NotServed _ -> {
                String hold = probe();
                return hold == null ? "the API server does not serve IAMIdentityMappings yet" : hold;
            }
        }
        listed = true;
        memory.listedIn(term);
        return probe();
    }

    /** Both are in the order of names. Statuses may differ: they are ours, and on their way all the time. */
    private static boolean askTheSame(List<IamIdentityMapping> listed, List<IamIdentityMapping> watched) {
        if (listed.size() != watched.size()) {
            return false;
        }
        for (int i = 0; i < listed.size(); i++) {
            // Under another definition the same generation may be served with other fields.
            if (WatchBells.asksForSomethingElse(listed.get(i), watched.get(i))
                    || !Objects.equals(listed.get(i).spec(), watched.get(i).spec())) {
                return false;
            }
        }
        return true;
    }

    private @Nullable String probe() {
        probed = true;
        return memory.guard().judge(cluster.definition());
    }

    // ---- plan

    private RenderPlan plan(StoredAwsAuth awsAuth, StoredLedger stored, Set<PrincipalKey> withheld) {
        Planner.Planned planned = planner().plan(awsAuth, stored, withheld);
        roomless = planned.roomless();
        return planned.plan();
    }

    private Planner planner() {
        return new Planner(wishes,
                new Planner.Circumstances(Objects.requireNonNullElse(memory.guard().uid(), ""), memory.witnessed(),
                        memory.fights().resting(), settings.brake().at(now.minus(clockAhead(cluster, clock))),
                        clockDoubt(cluster, clock) != null),
                cluster::fits, memory.lastReading());
    }

    /** How far the clocks of this machine and of the API server are apart, or null when both may be right. */
    static @Nullable Duration clockDoubt(Cluster cluster, Clock clock) {
        Duration apart = clockAhead(cluster, clock).abs();
        return apart.compareTo(CLOCK_TOLERANCE) > 0 ? apart : null;
    }

    /** Both asked at one instant: a pass may last. What was removed when, all replicas count by the API server's. */
    private static Duration clockAhead(Cluster cluster, Clock clock) {
        return Duration.between(cluster.serverTime(), clock.instant());
    }

    static String paused(Ledger.Pause pause) {
        return "a person asked for that at " + pause.since() + ": " + pause.why()
                + ". Writing goes on after \"iam-identity-mapper release " + pause.digest() + "\"";
    }

    private boolean restsOnFirmGround(RenderPlan plan, Ledger ledger) {
        return probed && (listed || !needsList(plan, ledger));
    }

    private boolean needsList(RenderPlan plan, Ledger ledger) {
        return plan.removesRows() || !plan.held().equals(HeldRemovals.of(ledger))
                || !plan.confirmed().claims().keySet().containsAll(ledger.claims().keySet())
                || !memory.hasListedIn(term) || memory.guard().watchDoubted();
    }

    private Map<PrincipalKey, IdentityMapping> wantedByPrincipal() {
        Map<PrincipalKey, IdentityMapping> wanted = new HashMap<>();
        wishes.wanted().forEach(mapping -> wanted.put(mapping.principal().key(), mapping));
        return wanted;
    }

    // ---- isolate

    /** Writes the changes in halves, to find those that the API server refuses and to keep them from the others. */
    private PassEnd isolate(PassEnd.Refused whole) {
        // Whoever has no room beside all suspects must not come in their place while some of them are left out.
        Set<PrincipalKey> others = roomless;
        List<PrincipalKey> suspects = whole.plan().changes().stream().map(RowChange::principal).distinct().toList();
        Map<PrincipalKey, IdentityMapping> wanted = wantedByPrincipal();
        Set<PrincipalKey> written = new HashSet<>();
        Deque<List<PrincipalKey>> groups = new ArrayDeque<>();
        split(suspects, groups);
        if (suspects.size() == 1) {
            refuse(suspects, wanted, whole.message());
        }
        for (int writes = 1; !groups.isEmpty(); writes++) {
            List<PrincipalKey> group = groups.pop();
            Set<PrincipalKey> withheld = new HashSet<>(suspects);
            withheld.removeAll(written);
            group.forEach(withheld::remove);
            withheld.addAll(memory.refused().principals());
            withheld.addAll(others);
            PassEnd end = attempt(withheld);
            if (end instanceof PassEnd.Agreed) {
                written.addAll(group);
            } else if (!(end instanceof PassEnd.Refused(Wishes _, StoredAwsAuth _, RenderPlan _, String message))) {
                return end;
            } else if (group.size() == 1 || writes >= ISOLATION_WRITES) {
                refuse(group, wanted, message);
            } else {
                split(group, groups);
            }
        }
        return attempt(memory.refused().principals());
    }

    private void refuse(List<PrincipalKey> culprits, Map<PrincipalKey, IdentityMapping> wanted, String message) {
        culprits.forEach(culprit -> memory.refused().note(culprit, wanted, message));
        listener.refused(culprits, message);
    }

    private static void split(List<PrincipalKey> group, Deque<List<PrincipalKey>> into) {
        if (group.size() > 1) {
            into.push(group.subList(group.size() / 2, group.size()));
            into.push(group.subList(0, group.size() / 2));
        }
    }
}
