package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.AwsAuthRenderer;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RenderInput;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.render.RenderPlan.RowChange;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
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

    private final Cluster cluster;
    private final Leadership leadership;
    private final long term;
    private final PassMemory memory;
    private final PassListener listener;
    private final Instant now;
    private Wishes wishes = new Wishes(List.of(), List.of(), Instant.MAX);
    private boolean listed;
    private boolean probed;

    Pass(Cluster cluster, Leadership leadership, PassMemory memory, PassListener listener, Instant now) {
        this.cluster = cluster;
        this.leadership = leadership;
        this.term = leadership.term();
        this.memory = memory;
        this.listener = listener;
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
        return end instanceof PassEnd.Refused refused ? isolate(refused) : end;
    }

    /** Reads, plans and writes until nobody writes in between. */
    private PassEnd attempt(Set<PrincipalKey> withheld) {
        for (int attempt = 1;; attempt++) {
            StoredLedger stored = cluster.ledger();
            if (stored instanceof StoredLedger.Malformed(String message)) {
                return new PassEnd.Held(Hold.LEDGER, message, wishes);
            }
            Ledger ledger = ledger(stored);
            if (leadership.contested() && memory.doubtsLeadership(ledger.term(), term)) {
                return new PassEnd.SteppedBack("the ledger was written in term " + ledger.term()
                        + ", later than ours, " + term);
            }
            // Read last: others write it, and the shorter the time until our write, the fewer races.
            StoredAwsAuth awsAuth = cluster.awsAuth();
            RenderPlan plan = plan(awsAuth, stored, withheld);
            while (changes(plan, awsAuth, stored) && !restsOnFirmGround(plan, ledger)) {
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
            if (!changes(plan, awsAuth, stored)) {
                return new PassEnd.Agreed(wishes, awsAuth, plan);
            }
            PassEnd end = write(plan, awsAuth, stored);
            if (end != null) {
                return end;
            }
            listener.raced(attempt);
            if (attempt == ATTEMPTS) {
                return new PassEnd.Unwritten(wishes, awsAuth, plan,
                        "others write aws-auth or the ledger all the time; it was read anew " + ATTEMPTS + " times");
            }
        }
    }

    // ---- read

    private void read(List<IamIdentityMapping> objects) {
        wishes = Wishes.of(objects, now);
        memory.witness(wishes.asked());
    }

    /** The objects first and their definition after them: only so does the definition speak of that list. */
    private @Nullable String listAndProbe() {
        switch (cluster.listMappings()) {
            case MappingListing.Read(List<IamIdentityMapping> objects) -> {
                // What a watch that lags still holds must not come back into aws-auth in a later pass.
                if (!objects.equals(cluster.watchedMappings())) {
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

    private @Nullable String probe() {
        probed = true;
        return memory.guard().judge(cluster.definition());
    }

    // ---- plan

    private RenderPlan plan(StoredAwsAuth awsAuth, StoredLedger stored, Set<PrincipalKey> withheld) {
        Set<PrincipalKey> recoverable = stored instanceof StoredLedger.Absent ? wishes.recoverable() : Set.of();
        RenderInput.Objects objects = new RenderInput.Objects(
                Objects.requireNonNullElse(memory.guard().uid(), ""), wishes.present(), wishes.invalid(),
                memory.witnessed(), true);
        return AwsAuthRenderer.render(new RenderInput(awsAuth.data(), awsAuth.uid(), ledger(stored), wishes.wanted(),
                objects, recoverable, withheld));
    }

    private boolean restsOnFirmGround(RenderPlan plan, Ledger ledger) {
        return probed && (listed || !needsList(plan, ledger));
    }

    private boolean needsList(RenderPlan plan, Ledger ledger) {
        return plan.removesRows() || !plan.confirmed().claims().keySet().containsAll(ledger.claims().keySet())
                || !memory.hasListedIn(term) || memory.guard().watchDoubted();
    }

    private static boolean changes(RenderPlan plan, StoredAwsAuth awsAuth, StoredLedger stored) {
        return !plan.next().equals(awsAuth.data()) || differs(plan.ahead(), stored)
                || differs(plan.confirmed(), stored);
    }

    private static boolean differs(Ledger next, StoredLedger stored) {
        Ledger now = ledger(stored);
        if (next.claims().equals(now.claims()) && next.emptyForms().equals(now.emptyForms())) {
            return !next.claims().isEmpty() && !Objects.equals(next.awsAuthUid(), now.awsAuthUid());
        }
        return true;
    }

    private static Ledger ledger(StoredLedger stored) {
        return stored instanceof StoredLedger.Present(Ledger ledger, String _) ? ledger : Ledger.EMPTY;
    }

    private Map<PrincipalKey, IdentityMapping> wantedByPrincipal() {
        Map<PrincipalKey, IdentityMapping> wanted = new HashMap<>();
        wishes.wanted().forEach(mapping -> wanted.put(mapping.principal().key(), mapping));
        return wanted;
    }

    // ---- write

    /** What was read and listed belongs to one term: a leader that lost its Lease and won it again starts anew. */
    private boolean mayStillWrite() {
        return leadership.mayWrite() && leadership.term() == term;
    }

    /** Claims, rows, confirmation, in this order; null when somebody else wrote in between. */
    private @Nullable PassEnd write(RenderPlan plan, StoredAwsAuth awsAuth, StoredLedger stored) {
        try {
            StoredLedger base = stored;
            if (differs(plan.ahead(), base)) {
                LedgerWrite claimed = writeLedger(base, plan.ahead(), null);
                if (!(claimed instanceof LedgerWrite.Stored(StoredLedger.Present after))) {
                    return end(claimed, plan, awsAuth);
                }
                base = after;
            }
            StoredAwsAuth written = awsAuth;
            if (!plan.next().equals(awsAuth.data())) {
                if (!mayStillWrite()) {
                    return new PassEnd.SteppedBack("the Lease ran out before aws-auth was written");
                }
                switch (cluster.writeAwsAuth(awsAuth, plan.next())) {
                    case WriteResult.Written<StoredAwsAuth>(StoredAwsAuth after) -> {
                        written = after;
                        listener.wrote(plan.changes(), awsAuth, after);
                    }
                    case WriteResult.Unchanged<StoredAwsAuth> _ -> {
                    }
                    case WriteResult.Conflict<StoredAwsAuth> _ -> {
                        return null;
                    }
                    case WriteResult.Rejected<StoredAwsAuth>(String message) -> {
                        listener.rejected();
                        return new PassEnd.Refused(wishes, awsAuth, plan, message);
                    }
                    case WriteResult.MissingPermission<StoredAwsAuth> missing -> {
                        return new PassEnd.Unwritten(wishes, awsAuth, plan, missing.message());
                    }
                }
            }
            if (differs(withUid(plan.confirmed(), written.uid()), base)) {
                return end(writeLedger(base, plan.confirmed(), written.uid()), plan, written);
            }
            return new PassEnd.Agreed(wishes, written, plan);
        } catch (StoreException failure) {
            return new PassEnd.Unwritten(wishes, awsAuth, plan, String.valueOf(failure.getMessage()));
        }
    }

    /** What came of a ledger write. */
    private sealed interface LedgerWrite {
        /** It is stored; the base of the next write. */
        record Stored(StoredLedger.Present base) implements LedgerWrite {}

        /** Somebody else wrote in between. */
        record Raced() implements LedgerWrite {}

        /** The Lease ran out. */
        record Fenced() implements LedgerWrite {}

        /** It cannot be stored. */
        record Failed(String why) implements LedgerWrite {}
    }

    private LedgerWrite writeLedger(StoredLedger base, Ledger next, @Nullable String awsAuthUid) {
        if (!mayStillWrite()) {
            return new LedgerWrite.Fenced();
        }
        Ledger signed = withTerm(withUid(next, awsAuthUid), Math.max(term, ledger(base).term()));
        return switch (cluster.writeLedger(base, signed)) {
            case WriteResult.Written<StoredLedger.Present>(StoredLedger.Present after) -> {
                listener.wroteLedger();
                yield new LedgerWrite.Stored(after);
            }
            // Only an absent ledger could be left unwritten without being the base of anything; look again then.
            case WriteResult.Unchanged<StoredLedger.Present> _ -> base instanceof StoredLedger.Present present
                    ? new LedgerWrite.Stored(present)
                    : new LedgerWrite.Raced();
            case WriteResult.Conflict<StoredLedger.Present> _ -> new LedgerWrite.Raced();
            case WriteResult.Rejected<StoredLedger.Present>(String message) -> new LedgerWrite.Failed(
                    "the API server refuses the ledger: " + message);
            case WriteResult.MissingPermission<StoredLedger.Present> missing -> new LedgerWrite.Failed(
                    missing.message());
        };
    }

    private @Nullable PassEnd end(LedgerWrite write, RenderPlan plan, StoredAwsAuth awsAuth) {
        return switch (write) {
            case LedgerWrite.Stored _ -> new PassEnd.Agreed(wishes, awsAuth, plan);
            case LedgerWrite.Raced _ -> null;
            case LedgerWrite.Fenced _ -> new PassEnd.SteppedBack("the Lease ran out before the ledger was written");
            case LedgerWrite.Failed(String why) -> new PassEnd.Unwritten(wishes, awsAuth, plan, why);
        };
    }

    private static Ledger withUid(Ledger ledger, @Nullable String awsAuthUid) {
        return awsAuthUid == null || ledger.claims().isEmpty()
                ? ledger
                : new Ledger(ledger.term(), awsAuthUid, ledger.claims(), ledger.emptyForms());
    }

    private static Ledger withTerm(Ledger ledger, long term) {
        return new Ledger(term, ledger.awsAuthUid(), ledger.claims(), ledger.emptyForms());
    }

    // ---- isolate

    /** Writes the changes in halves, to find those that the API server refuses and to keep them from the others. */
    private PassEnd isolate(PassEnd.Refused whole) {
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
