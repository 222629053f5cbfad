package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.EventRecorder;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.Snapshot;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that a pass reads from the cluster and writes to it. */
public interface Cluster {

    /** What keeps a watch from following the API server, on one line, or null when both follow it. */
    @Nullable
    String watchProblem();

    /** The mappings as the watch last saw them. */
    List<IamIdentityMapping> watchedMappings();

    /** Makes the watch list anew, because what it holds is not believed; until then it is a {@link #watchProblem}. */
    void relistWatchedMappings();

    /** The mappings as the quorum has them now. */
    MappingListing listMappings();

    /** The definition as it is served now. */
    ServedDefinition definition();

    /** aws-auth as it is now. */
    StoredAwsAuth awsAuth();

    /** The rows of aws-auth as the watch last saw them, or null while it does not follow the API server. */
    @Nullable
    AwsAuthData watchedAwsAuth();

    /** The ledger as it is now. */
    StoredLedger ledger();

    /** Whether the ledger is small enough to be stored. */
    boolean fits(Ledger ledger);

    /** What time it is for the API server, by its last answer. */
    Instant serverTime();

    /**
     * Keeps a version of aws-auth that is about to be written over.
     *
     * @return why it could not be kept, on one line, or null
     */
    @Nullable
    String keepSnapshot(Snapshot snapshot, Duration limit);

    /** Says that the write for which a version was kept last did not happen: the next version takes its place. */
    default void snapshotUnused() {}

    /** Stores aws-auth if nobody wrote since {@code base} was read; given up after {@code limit}. */
    WriteResult<StoredAwsAuth> writeAwsAuth(StoredAwsAuth base, AwsAuthData next, Duration limit);

    /** Stores the ledger if nobody wrote since {@code base} was read; given up after {@code limit}. */
    WriteResult<StoredLedger.Present> writeLedger(StoredLedger base, Ledger next, Duration limit);

    /** Asks for a status; it is written in the background, if it differs. */
    void wantStatus(IamIdentityMapping object, IamIdentityMappingStatus status);

    /** Records an Event in the background. */
    void recordEvent(EventRecorder.Subject subject, EventRecorder.Type type, String reason, String action, String note);
}
