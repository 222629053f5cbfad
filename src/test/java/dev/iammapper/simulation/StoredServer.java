package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.MappingStatusWriter;
import dev.iammapper.store.ObjectWatch;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoreModels;
import dev.iammapper.store.WriteResult;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A real API server in the place of the model: whatever is done here is done there, and what is known here was read
 * there. Only the times are the simulation's, since nobody can choose the creationTimestamp of an object.
 */
final class StoredServer extends ApiServerModel implements AutoCloseable {
    /** For any request; the time of the simulation says nothing about how long a real one takes. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String CONTROLLER = AwsAuthStore.FIELD_MANAGER;

    private final StoredGround ground;
    private final MappingReads reads;
    private final SnapshotStore snapshots;
    private final MappingStatusWriter statuses;
    private final Map<String, OffsetDateTime> created = new HashMap<>();

    /** A server on which nothing is stored but the definition. */
    StoredServer(StoredGround ground, Supplier<Instant> clock) {
        super(clock);
        this.ground = ground;
        this.reads = new MappingReads(ground.access());
        this.snapshots = new SnapshotStore(ground.access());
        this.statuses = StoreModels.unhurriedStatuses(ground.access());
        define(reads.definition());
    }

    @Override
    ModelCluster way(ObjectWatch.Listener<IamIdentityMapping> listener) {
        return new StoredWay(this, ground.access(), reads, listener);
    }

    // ---- ConfigMaps

    /** The controller wrote, or others did: looks at what there is now. */
    @Nullable
    ConfigMap looksAt(String name, String manager) {
        holds(name, manager, storedConfigMap(name));
        return configMap(name);
    }

    @Override
    @Nullable
    ConfigMap storedConfigMap(String name) {
        V1ConfigMap map = ground.configMap(name);
        if (map == null) {
            return null;
        }
        V1ObjectMeta metadata = Objects.requireNonNull(map.getMetadata());
        Map<String, String> binary = new HashMap<>();
        orEmpty(map.getBinaryData())
                .forEach((key, bytes) -> binary.put(key, Base64.getEncoder().encodeToString(bytes)));
        return new ConfigMap(metadata.getUid(), metadata.getResourceVersion(),
                name.equals(SnapshotStore.NAME) ? latestSnapshot() : orEmpty(map.getData()), binary,
                orEmpty(metadata.getLabels()), orEmpty(metadata.getAnnotations()),
                Boolean.TRUE.equals(map.getImmutable()), AwsAuthStore.stored(map).writers());
    }

    /** As the model keeps it. */
    private Map<String, String> latestSnapshot() {
        List<SnapshotStore.Revision> kept = snapshots.list();
        return kept.isEmpty()
                ? Map.of()
                : Map.of(ModelCluster.SNAPSHOT, String.valueOf(kept.getFirst().snapshot()));
    }

    private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : map;
    }

    @Override
    public WriteResult<ConfigMap> create(String name, String manager, Map<String, String> data,
            Map<String, String> binaryData, Map<String, String> labels) {
        throw new UnsupportedOperationException("the controller creates through its stores");
    }

    @Override
    public WriteResult<ConfigMap> patch(String name, String manager, String resourceVersion,
            Map<String, @Nullable String> data, Map<String, @Nullable String> binaryData) {
        throw new UnsupportedOperationException("the controller writes through its stores");
    }

    @Override
    public void put(String name, String manager, Map<String, String> data) {
        ground.put(name, manager, data);
        looksAt(name, manager);
    }

    @Override
    public void describe(String name, String manager, Map<String, String> labels, Map<String, String> annotations) {
        ground.describeConfigMap(name, manager, labels, annotations);
        looksAt(name, manager);
    }

    @Override
    public void freeze(String name) {
        ground.freeze(name);
        looksAt(name, CONTROLLER);
    }

    @Override
    public void delete(String name, String manager) {
        ground.deleteConfigMap(name);
        looksAt(name, manager);
    }

    // ---- objects

    /** The objects as the quorum has them, with the times of the simulation. */
    @Override
    public @Nullable List<IamIdentityMapping> list() {
        return reads.quorumList(this::dated) instanceof MappingListing.Read(List<IamIdentityMapping> objects)
                ? objects
                : null;
    }

    private IamIdentityMapping dated(IamIdentityMapping object) {
        V1ObjectMeta metadata = meta(object);
        metadata.setCreationTimestamp(Objects.requireNonNull(created.get(metadata.getUid())));
        IamIdentityMapping known = objects().get(metadata.getName());
        return object.equals(known) ? known : object;
    }

    private IamIdentityMapping looksAtObject(String name) {
        IamIdentityMapping now = dated(Objects.requireNonNull(reads.get(name, LIMIT)));
        if (!now.equals(objects().get(name))) {
            holds(name, now);
        }
        return now;
    }

    @Override
    public IamIdentityMapping create(String name, IamIdentityMappingSpec spec, Map<String, String> labels,
            Map<String, String> annotations, Instant since) {
        ground.create(name, spec, labels, annotations, since);
        created.put(Objects.requireNonNull(meta(Objects.requireNonNull(reads.get(name, LIMIT))).getUid()),
                OffsetDateTime.ofInstant(since, ZoneOffset.UTC));
        return looksAtObject(name);
    }

    @Override
    public IamIdentityMapping change(String name, UnaryOperator<IamIdentityMappingSpec> change) {
        ground.change(name, change.apply(Objects.requireNonNull(objects().get(name).spec())));
        return looksAtObject(name);
    }

    @Override
    public void describe(String name, Map<String, String> labels, Map<String, String> annotations) {
        ground.describe(name, labels, annotations);
        looksAtObject(name);
    }

    /** The real writer keeps the status from another object of that name; it is asked even when there is none. */
    @Override
    boolean patchStatus(String name, String uid, IamIdentityMappingStatus status) {
        IamIdentityMapping old = objects().get(name);
        if (old != null && uid.equals(meta(old).getUid()) && status.equals(old.status())) {
            return false;
        }
        long before = statuses.written();
        statuses.want(new IamIdentityMapping(IamIdentityMapping.API_VERSION, IamIdentityMapping.KIND,
                new V1ObjectMeta().name(name).uid(uid), null, old == null ? null : old.status()), status);
        awaitStatuses();
        if (statuses.written() == before) {
            return false;
        }
        looksAtObject(name);
        return true;
    }

    private void awaitStatuses() {
        try {
            if (!statuses.awaitIdle(LIMIT)) {
                throw new AssertionError("a status is not written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void delete(String name) {
        if (objects().containsKey(name)) {
            ground.delete(name);
            holds(name, null);
        }
    }

    @Override
    public void close() {
        statuses.close();
    }
}
