package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.reconcile.Cluster;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import dev.iammapper.simulation.ApiServerModel.ConfigMap;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.EventRecorder;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.ObjectWatch;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.Snapshot;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.StoreModels;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process' way to the {@link ApiServerModel}: its watch, which lags as far as it is told to, its statuses on their
 * way, and guarded writes as the real stores make them.
 */
public sealed class ModelCluster implements Cluster permits StoredWay {
    private static final Set<String> READ = Set.of("mapRoles", "mapUsers", "mapAccounts");

    /** The key of the version that was kept last. */
    static final String SNAPSHOT = "latest";

    private static final String NAME = "iam-identity-mapper";

    private final ApiServerModel server;
    private final ObjectWatch.Listener<IamIdentityMapping> listener;
    private Calls calls = new Calls() {};
    private Map<String, IamIdentityMapping> watched = new TreeMap<>();
    private @Nullable List<IamIdentityMapping> snapshot;
    private int position;
    private boolean synced;
    private final Map<String, Wish> statuses = new LinkedHashMap<>();
    private final Map<String, Wish> sent = new HashMap<>();
    private final List<String> events = new ArrayList<>();
    private @Nullable String decoded;
    private @Nullable StoredLedger ledger;

    private record Wish(String uid, IamIdentityMappingStatus status) {}

    /** What a process asks of the API server. */
    public enum Call {
        /** The objects, from the quorum. */
        LIST,
        /** The definition. */
        DEFINITION,
        /** aws-auth. */
        READ_AWS_AUTH,
        /** The ledger. */
        READ_LEDGER,
        /** A write of aws-auth. */
        WRITE_AWS_AUTH,
        /** A write of the ledger. */
        WRITE_LEDGER,
        /** A write of the versions that are kept. */
        WRITE_SNAPSHOT
    }

    /** Stands between the process and the server; may throw what a call that fails throws. */
    public interface Calls {
        /** The call, and the answer as the process gets it. */
        default <T> T made(Call call, Duration limit, Supplier<T> request) {
            return request.get();
        }
    }

    /** A way to the server whose watch has listed nothing yet. */
    public ModelCluster(ApiServerModel server, ObjectWatch.Listener<IamIdentityMapping> listener) {
        this.server = server;
        this.listener = listener;
    }

    void calls(Calls next) {
        calls = next;
    }

    // ---- the watch

    /** Lists anew, as a watch does that was dropped, and follows from there; not while nothing is served. */
    void relist() {
        List<IamIdentityMapping> listed = server.list();
        if (listed == null) {
            synced = false;
            return;
        }
        Map<String, IamIdentityMapping> before = watched;
        Map<String, IamIdentityMapping> after = new TreeMap<>();
        listed.forEach(object -> after.put(name(object), object));
        watched = after;
        snapshot = null;
        position = server.history().size();
        synced = true;
        before.forEach((name, old) -> {
            if (!after.containsKey(name)) {
                listener.onChange(old, null);
            }
        });
        after.forEach((name, object) -> {
            IamIdentityMapping old = before.get(name);
            if (old == null || !Objects.equals(version(old), version(object))) {
                listener.onChange(old, object);
            }
        });
        listener.onRelist();
    }

    /** The connection breaks: what comes is not seen until a list. */
    void dropWatch() {
        synced = false;
    }

    boolean synced() {
        return synced;
    }

    /** Whether everything that happened was seen. */
    boolean caughtUp() {
        return synced && position == server.history().size();
    }

    /** Sees the next few things that happened. */
    void follow(int changes) {
        for (int i = 0; i < changes && synced && position < server.history().size(); i++) {
            ApiServerModel.Change change = server.history().get(position++);
            IamIdentityMapping after = change.after() == null ? null : server.served(change.after());
            IamIdentityMapping before = after == null
                    ? watched.remove(change.name())
                    : watched.put(change.name(), after);
            snapshot = null;
            if (before != null || after != null) {
                listener.onChange(before, after);
            }
        }
    }

    // ---- statuses and Events

    /** Sends the statuses that wait, and returns how many changed an object. */
    int deliverStatuses() {
        int changed = 0;
        for (Map.Entry<String, Wish> wish : statuses.entrySet()) {
            if (server.patchStatus(wish.getKey(), wish.getValue().uid(), wish.getValue().status())) {
                changed++;
                sent.put(wish.getKey(), wish.getValue());
            }
        }
        statuses.clear();
        return changed;
    }

    /** Forgets the statuses that wait, as a process does that leads no more. */
    void dropStatuses() {
        statuses.clear();
        sent.clear();
    }

    boolean hasStatuses() {
        return !statuses.isEmpty();
    }

    /** What was told, one line each. */
    public List<String> events() {
        return events;
    }

    // ---- Cluster

    @Override
    public @Nullable String watchProblem() {
        return synced ? null : "the watch does not follow";
    }

    @Override
    public List<IamIdentityMapping> watchedMappings() {
        if (snapshot == null) {
            snapshot = List.copyOf(watched.values());
        }
        return snapshot;
    }

    @Override
    public void relistWatchedMappings() {
        synced = false;
    }

    @Override
    public MappingListing listMappings() {
        return calls.made(Call.LIST, Duration.ZERO, () -> {
            List<IamIdentityMapping> listed = server.list();
            return listed == null ? new MappingListing.NotServed() : new MappingListing.Read(listed);
        });
    }

    // ---- the requests themselves

    ServedDefinition askedDefinition() {
        return server.definition();
    }

    StoredAwsAuth askedAwsAuth() {
        return stored(server.configMap(AwsAuthStore.NAME));
    }

    @Override
    public ServedDefinition definition() {
        return calls.made(Call.DEFINITION, Duration.ZERO, this::askedDefinition);
    }

    @Override
    public StoredAwsAuth awsAuth() {
        return calls.made(Call.READ_AWS_AUTH, Duration.ZERO, this::askedAwsAuth);
    }

    @Override
    public @Nullable AwsAuthData watchedAwsAuth() {
        return synced ? askedAwsAuth().data() : null;
    }

    @Override
    public StoredLedger ledger() {
        return calls.made(Call.READ_LEDGER, Duration.ZERO, this::askedLedger);
    }

    StoredLedger askedLedger() {
        ConfigMap map = server.configMap(LedgerStore.NAME);
        if (map == null) {
            return new StoredLedger.Absent();
        }
        if (ledger == null || !map.resourceVersion().equals(decoded)) {
            decoded = map.resourceVersion();
            ledger = ledger(map);
        }
        return ledger;
    }

    /** What a stored ledger says. */
    static StoredLedger ledger(ConfigMap map) {
        Map<String, byte[]> binary = new HashMap<>();
        map.binaryData().forEach((key, base64) -> binary.put(key, Base64.getDecoder().decode(base64)));
        return LedgerStore.stored(new V1ConfigMap().data(map.data()).binaryData(binary)
                .metadata(new V1ObjectMeta().resourceVersion(map.resourceVersion())));
    }

    @Override
    public Instant serverTime() {
        return server.time();
    }

    /** One key for each version is enough for a model; what is kept is compared by its text. */
    @Override
    public @Nullable String keepSnapshot(Snapshot snapshot, Duration limit) {
        try {
            WriteResult<ConfigMap> result = calls.made(Call.WRITE_SNAPSHOT, limit, () -> kept(snapshot));
            return result instanceof WriteResult.Written<ConfigMap> ? null : String.valueOf(result);
        } catch (StoreException unanswered) {
            return String.valueOf(unanswered.getMessage());
        }
    }

    WriteResult<ConfigMap> kept(Snapshot snapshot) {
        ConfigMap before = server.configMap(SnapshotStore.NAME);
        return write(SnapshotStore.NAME, before == null ? null : before.resourceVersion(),
                Map.of(SNAPSHOT, String.valueOf(snapshot)), Map.of(), Map.of());
    }

    @Override
    public boolean fits(Ledger next) {
        return LedgerStore.fits(next);
    }

    @Override
    public WriteResult<StoredAwsAuth> writeAwsAuth(StoredAwsAuth base, AwsAuthData next, Duration limit) {
        return changes(base, next).isEmpty()
                ? new WriteResult.Unchanged<>()
                : calls.made(Call.WRITE_AWS_AUTH, limit, () -> stored(base, next));
    }

    private static Map<String, @Nullable String> changes(StoredAwsAuth base, AwsAuthData next) {
        Map<String, @Nullable String> data = new HashMap<>();
        for (Section section : Section.values()) {
            if (!Objects.equals(base.data().section(section), next.section(section))) {
                data.put(section.dataKey(), next.section(section));
            }
        }
        return data;
    }

    WriteResult<StoredAwsAuth> stored(StoredAwsAuth base, AwsAuthData next) {
        return mapped(write(AwsAuthStore.NAME, base.resourceVersion(), changes(base, next), Map.of(), Map.of()));
    }

    private static WriteResult<StoredAwsAuth> mapped(WriteResult<ConfigMap> result) {
        return switch (result) {
            case WriteResult.Written<ConfigMap>(ConfigMap after) -> new WriteResult.Written<>(stored(after));
            case WriteResult.Unchanged<ConfigMap> _ -> new WriteResult.Unchanged<>();
            case WriteResult.Conflict<ConfigMap> _ -> new WriteResult.Conflict<>();
            case WriteResult.Rejected<ConfigMap>(String message) -> new WriteResult.Rejected<>(message);
            case WriteResult.MissingPermission<ConfigMap>(var action, String message) -> new WriteResult.MissingPermission<>(
                    action, message);
        };
    }

    @Override
    public WriteResult<StoredLedger.Present> writeLedger(StoredLedger base, Ledger next, Duration limit) {
        if (base instanceof StoredLedger.Malformed) {
            throw new IllegalArgumentException("a ledger that cannot be read");
        }
        if (base instanceof StoredLedger.Present present && present.ledger().equals(next)) {
            return new WriteResult.Unchanged<>();
        }
        if (!fits(next)) {
            return new WriteResult.Rejected<>("the ledger is too large");
        }
        return calls.made(Call.WRITE_LEDGER, limit, () -> stored(base, next));
    }

    WriteResult<StoredLedger.Present> stored(StoredLedger base, Ledger next) {
        String guard = base instanceof StoredLedger.Present present ? present.resourceVersion() : null;
        Map<String, @Nullable String> keys = Objects.requireNonNull(StoreModels.encode(next));
        Map<String, @Nullable String> data = new HashMap<>();
        data.put(StoreModels.PLAIN, keys.get(StoreModels.PLAIN));
        Map<String, @Nullable String> binary = new HashMap<>();
        binary.put(StoreModels.COMPRESSED, keys.get(StoreModels.COMPRESSED));
        WriteResult<ConfigMap> result = write(LedgerStore.NAME, guard, data, binary, Map.of(
                "app.kubernetes.io/name", NAME, "app.kubernetes.io/component", "ledger",
                "app.kubernetes.io/managed-by", NAME));
        return switch (result) {
            case WriteResult.Written<ConfigMap>(ConfigMap after) -> new WriteResult.Written<>(
                    new StoredLedger.Present(next, after.resourceVersion()));
            case WriteResult.Unchanged<ConfigMap> _ -> new WriteResult.Unchanged<>();
            case WriteResult.Conflict<ConfigMap> _ -> new WriteResult.Conflict<>();
            case WriteResult.Rejected<ConfigMap>(String message) -> new WriteResult.Rejected<>(message);
            case WriteResult.MissingPermission<ConfigMap>(var action, String message) -> new WriteResult.MissingPermission<>(
                    action, message);
        };
    }

    private WriteResult<ConfigMap> write(String name, @Nullable String resourceVersion,
            Map<String, @Nullable String> data, Map<String, @Nullable String> binary, Map<String, String> labels) {
        return resourceVersion == null
                ? server.create(name, AwsAuthStore.FIELD_MANAGER, withoutNulls(data), withoutNulls(binary), labels)
                : server.patch(name, AwsAuthStore.FIELD_MANAGER, resourceVersion, data, binary);
    }

    private static Map<String, String> withoutNulls(Map<String, @Nullable String> keys) {
        Map<String, String> whole = new HashMap<>();
        keys.forEach((key, value) -> {
            if (value != null) {
                whole.put(key, value);
            }
        });
        return whole;
    }

    /** What the store makes of a ConfigMap. */
    static StoredAwsAuth stored(@Nullable ConfigMap map) {
        return map == null
                ? StoredAwsAuth.ABSENT
                : new StoredAwsAuth(map.uid(), map.resourceVersion(), data(map), otherBytes(map), map.writers());
    }

    private static int otherBytes(ConfigMap map) {
        int bytes = 0;
        for (Map.Entry<String, String> value : map.data().entrySet()) {
            if (!READ.contains(value.getKey())) {
                bytes += ApiServerModel.bytes(value.getValue());
            }
        }
        for (String value : map.binaryData().values()) {
            bytes += value.length() * 3 / 4;
        }
        return bytes;
    }

    static AwsAuthData data(@Nullable ConfigMap map) {
        return map == null
                ? AwsAuthData.EMPTY
                : new AwsAuthData(map.data().get("mapRoles"), map.data().get("mapUsers"),
                        map.data().get("mapAccounts"));
    }

    /** As the real writer: what was sent and not seen since counts as what is stored. */
    @Override
    public void wantStatus(IamIdentityMapping object, IamIdentityMappingStatus status) {
        String name = name(object);
        Wish wish = new Wish(Objects.requireNonNull(ApiServerModel.meta(object).getUid()), status);
        Wish known = sent.get(name);
        if (known != null && (!known.uid().equals(wish.uid()) || known.status().equals(object.status()))) {
            sent.remove(name);
            known = null;
        }
        if (known == null ? status.equals(object.status()) : wish.equals(known)) {
            statuses.remove(name);
        } else {
            statuses.put(name, wish);
        }
    }

    @Override
    public void recordEvent(EventRecorder.Subject subject, EventRecorder.Type type, String reason, String action,
            String note) {
        events.add(subject.name() + " " + reason + ": " + note);
    }

    static String name(IamIdentityMapping object) {
        return Objects.requireNonNull(ApiServerModel.meta(object).getName());
    }

    private static @Nullable String version(IamIdentityMapping object) {
        return ApiServerModel.meta(object).getResourceVersion();
    }
}
