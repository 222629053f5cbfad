package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Ledger;
import dev.iammapper.simulation.ApiServerModel.ConfigMap;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.ObjectWatch;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.Snapshot;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One process' way to a real API server, by the stores that the controller uses; the watch alone is the model's. */
final class StoredWay extends ModelCluster {
    private final StoredServer server;
    private final MappingReads reads;
    private final AwsAuthStore awsAuth;
    private final LedgerStore ledger;
    private final SnapshotStore snapshots;

    StoredWay(StoredServer server, KubernetesAccess access, MappingReads reads,
            ObjectWatch.Listener<IamIdentityMapping> listener) {
        super(server, listener);
        this.server = server;
        this.reads = reads;
        this.awsAuth = new AwsAuthStore(access);
        this.ledger = new LedgerStore(access);
        this.snapshots = new SnapshotStore(access);
    }

    @Override
    ServedDefinition askedDefinition() {
        return reads.definition();
    }

    @Override
    StoredAwsAuth askedAwsAuth() {
        return awsAuth.read();
    }

    @Override
    StoredLedger askedLedger() {
        return ledger.read();
    }

    @Override
    WriteResult<ConfigMap> kept(Snapshot snapshot) {
        String problem = snapshots.keep(snapshot, StoredServer.LIMIT);
        ConfigMap after = looksAt(SnapshotStore.NAME);
        return problem == null
                ? new WriteResult.Written<>(Objects.requireNonNull(after))
                : new WriteResult.Rejected<>(problem);
    }

    @Override
    WriteResult<StoredAwsAuth> stored(StoredAwsAuth base, AwsAuthData next) {
        WriteResult<StoredAwsAuth> result = awsAuth.write(base, next, StoredServer.LIMIT);
        looksAt(AwsAuthStore.NAME);
        return result;
    }

    @Override
    WriteResult<StoredLedger.Present> stored(StoredLedger base, Ledger next) {
        WriteResult<StoredLedger.Present> result = ledger.write(base, next, StoredServer.LIMIT);
        looksAt(LedgerStore.NAME);
        return result;
    }

    private @Nullable ConfigMap looksAt(String name) {
        return server.looksAt(name, AwsAuthStore.FIELD_MANAGER);
    }
}
