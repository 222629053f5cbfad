package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.EventRecorder;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.MappingStatusWriter;
import dev.iammapper.store.ObjectWatch;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.ServerTime;
import dev.iammapper.store.Snapshot;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;

/** The real cluster. */
@RequiredArgsConstructor
public final class StoredCluster implements Cluster {
    private final ObjectWatch<IamIdentityMapping> mappings;
    private final ObjectWatch<V1ConfigMap> awsAuthWatch;
    private final MappingReads reads;
    private final AwsAuthStore awsAuth;
    private final LedgerStore ledger;
    private final MappingStatusWriter statuses;
    private final EventRecorder events;
    private final SnapshotStore snapshots;
    private final ServerTime serverTime;

    @Override
    public @Nullable String watchProblem() {
        if (!mappings.synced()) {
            return Objects.requireNonNullElse(mappings.problem(), "the first list of mappings has not arrived yet");
        }
        if (!awsAuthWatch.synced()) {
            return Objects.requireNonNullElse(awsAuthWatch.problem(), "the first look at aws-auth has not arrived yet");
        }
        return null;
    }

    @Override
    public List<IamIdentityMapping> watchedMappings() {
        return mappings.snapshot();
    }

    @Override
    public void relistWatchedMappings() {
        mappings.relist();
    }

    @Override
    public MappingListing listMappings() {
        return reads.quorumList(this::shared);
    }

    /** Two copies of thousands of objects are most of what a pass would need. */
    private IamIdentityMapping shared(IamIdentityMapping listed) {
        IamIdentityMapping watched = listed.metadata() == null || listed.metadata().getName() == null
                ? null
                : mappings.get(listed.metadata().getName());
        return watched != null && watched.equals(listed) ? watched : listed;
    }

    @Override
    public ServedDefinition definition() {
        return reads.definition();
    }

    @Override
    public StoredAwsAuth awsAuth() {
        return awsAuth.read();
    }

    @Override
    public @Nullable AwsAuthData watchedAwsAuth() {
        if (!awsAuthWatch.synced()) {
            return null;
        }
        V1ConfigMap watched = awsAuthWatch.get(AwsAuthStore.NAME);
        return watched == null ? AwsAuthData.EMPTY : AwsAuthStore.stored(watched).data();
    }

    @Override
    public StoredLedger ledger() {
        return ledger.read();
    }

    @Override
    public Instant serverTime() {
        return serverTime.now();
    }

    @Override
    public @Nullable String keepSnapshot(Snapshot snapshot, Duration limit) {
        return snapshots.keep(snapshot, limit);
    }

    @Override
    public void snapshotUnused() {
        snapshots.discardNewest();
    }

    @Override
    public boolean fits(Ledger next) {
        return LedgerStore.fits(next);
    }

    @Override
    public WriteResult<StoredAwsAuth> writeAwsAuth(StoredAwsAuth base, AwsAuthData next, Duration limit) {
        return awsAuth.write(base, next, limit);
    }

    @Override
    public WriteResult<StoredLedger.Present> writeLedger(StoredLedger base, Ledger next, Duration limit) {
        return ledger.write(base, next, limit);
    }

    @Override
    public void wantStatus(IamIdentityMapping object, IamIdentityMappingStatus status) {
        statuses.want(object, status);
    }

    @Override
    public void recordEvent(EventRecorder.Subject subject, EventRecorder.Type type, String reason, String action,
            String note) {
        events.record(subject, type, reason, action, note);
    }
}
