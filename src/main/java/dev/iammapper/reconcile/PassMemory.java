package dev.iammapper.reconcile;

import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.policy.Judge;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.LastReading;
import dev.iammapper.render.RemainingAccess;
import dev.iammapper.store.StoredLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one pass leaves to the next. None of it is needed for safety: a process that forgot it all only looks again.
 */
final class PassMemory {
    /** A Lease that was deleted counts its terms anew; who still leads after this long is no leader of old. */
    static final Duration DOUBT = Duration.ofSeconds(30);

    private static final int MOST_WITNESSED = 50_000;
    private static final long NO_TERM = -1;

    private final DefinitionGuard guard;
    private final RefusedChanges refused = new RefusedChanges();
    private final Set<String> witnessed = new LinkedHashSet<>();
    private final LongSupplier nanoTime;
    private final ObjectReadings readings;
    private final Fights fights;
    private final LastReading lastReading = new LastReading();
    private Wishes wishes = new Wishes(List.of(), List.of(), Instant.MAX);
    private @Nullable AwsAuthData agreed;
    private long listedTerm = NO_TERM;
    private boolean sawLedger;
    private @Nullable Long doubtedSince;
    private @Nullable Resting knownResting;
    private Map<PrincipalKey, String> remaining = Map.of();

    private record Resting(AwsAuthData awsAuth, Set<PrincipalKey> principals) {}

    PassMemory(Judge judge, LongSupplier nanoTime) {
        this.readings = new ObjectReadings(judge);
        this.nanoTime = nanoTime;
        this.guard = new DefinitionGuard(nanoTime);
        this.fights = new Fights(nanoTime);
    }

    ObjectReadings readings() {
        return readings;
    }

    LastReading lastReading() {
        return lastReading;
    }

    DefinitionGuard guard() {
        return guard;
    }

    Fights fights() {
        return fights;
    }

    RefusedChanges refused() {
        return refused;
    }

    /** What the objects asked for when they were read last. */
    Wishes wishes() {
        return wishes;
    }

    void heard(Wishes latest) {
        wishes = latest;
    }

    /** aws-auth as the last pass left it that found or left everything in order, or null. */
    @Nullable
    AwsAuthData agreed() {
        return agreed;
    }

    void agreeOn(AwsAuthData awsAuth) {
        agreed = awsAuth;
    }

    /** The uids of objects that this process has seen, the latest of them when there were very many. */
    Set<String> witnessed() {
        return witnessed;
    }

    void witness(List<Wishes.Asked> asked) {
        asked.forEach(each -> witnessed.add(each.uid()));
        while (witnessed.size() > MOST_WITNESSED) {
            witnessed.remove(witnessed.iterator().next());
        }
    }

    /** Whether the objects were listed from the quorum in this term. */
    boolean hasListedIn(long term) {
        return listedTerm == term;
    }

    void listedIn(long term) {
        listedTerm = term;
    }

    /**
     * Whether statuses must be listed, because there is no ledger: in a new term, and when one that was there is gone.
     */
    boolean mustListFor(StoredLedger stored, long term) {
        boolean gone = stored instanceof StoredLedger.Absent;
        boolean must = gone && (sawLedger || !hasListedIn(term));
        sawLedger = !gone;
        return must;
    }

    /** This process wrote a ledger. */
    void ledgerIsThere() {
        sawLedger = true;
    }

    /** Which access there is for principals whose mappings ask for none; read again only when something differs. */
    Map<PrincipalKey, String> remainingAccess(AwsAuthData awsAuth, Set<PrincipalKey> resting) {
        Resting asked = new Resting(awsAuth, resting);
        if (!asked.equals(knownResting)) {
            remaining = resting.isEmpty() ? Map.of() : RemainingAccess.of(awsAuth, resting);
            knownResting = asked;
        }
        return remaining;
    }

    /** Whether a ledger that was written in a later term than ours means that another process leads. */
    boolean doubtsLeadership(long ledgerTerm, long ourTerm) {
        if (ledgerTerm <= ourTerm) {
            doubtedSince = null;
            return false;
        }
        long now = nanoTime.getAsLong();
        if (doubtedSince == null) {
            doubtedSince = now;
        }
        return now - doubtedSince < DOUBT.toNanos();
    }
}
