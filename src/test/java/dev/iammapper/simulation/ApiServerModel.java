package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.store.ObjectWatch;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoredAwsAuth.Writer;
import dev.iammapper.store.WriteResult;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the API server does with the objects that the controller reads and writes: versions, optimistic locking, merge
 * patches, size limits, field managers, and a CustomResourceDefinition that may go and come back. {@code ModelContract}
 * holds it against the real one.
 */
public sealed class ApiServerModel permits StoredServer {
    /** What the definition gives an object that has no status. */
    static final IamIdentityMappingStatus NOBODY_LOOKED = new IamIdentityMappingStatus(null, null, 0L, null);

    /** The most bytes that the values of a ConfigMap may have. */
    public static final int MOST_BYTES = 1 << 20;

    /** From this length on, a text is not worth reading. */
    static final int LONG = 10_000;
    private static final Map<String, Integer> LENGTHS = new WeakHashMap<>();

    private final Supplier<Instant> clock;
    private final Map<String, ConfigMap> configMaps = new TreeMap<>();
    private final Map<String, IamIdentityMapping> objects = new TreeMap<>();
    private final List<Change> history = new ArrayList<>();
    private final IdentityHashMap<IamIdentityMapping, IamIdentityMapping> cut = new IdentityHashMap<>();
    private ServedDefinition definition;
    private Predicate<ConfigMap> refusal = _ -> false;
    private Witness witness = (_, _, _, _) -> {};
    private long revision = 100;
    private int uids;

    /** An empty cluster with its definition; {@code clock} tells the server's time. */
    public ApiServerModel(Supplier<Instant> clock) {
        this.clock = clock;
        this.definition = new ServedDefinition.Served(uid("definition"), 1);
    }

    /** A stored ConfigMap of {@code kube-system}; binary data are in base64. */
    public record ConfigMap(String uid, String resourceVersion, Map<String, String> data,
            Map<String, String> binaryData, Map<String, String> labels, Map<String, String> annotations,
            boolean immutable, List<Writer> writers) {
        /** Copies the collections. */
        public ConfigMap {
            data = Map.copyOf(data);
            binaryData = Map.copyOf(binaryData);
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
            writers = List.copyOf(writers);
        }
    }

    /** One object appeared, changed ({@code after} is how it is then), or went away (null). */
    record Change(String name, @Nullable IamIdentityMapping after) {}

    /** Sees every ConfigMap that changes; null stands for none. */
    interface Witness {
        void changed(String name, String manager, @Nullable ConfigMap before, @Nullable ConfigMap after);
    }

    void witness(Witness next) {
        witness = next;
    }

    /** From now on contents are refused as an admission webhook refuses them. */
    public void refuse(Predicate<ConfigMap> contents) {
        refusal = contents;
    }

    /** The way of one process to this server. */
    ModelCluster way(ObjectWatch.Listener<IamIdentityMapping> listener) {
        return new ModelCluster(this, listener);
    }

    private String uid(String kind) {
        return kind + "-" + ++uids;
    }

    private String nextVersion() {
        return String.valueOf(++revision);
    }

    /** The server's time. */
    public Instant time() {
        return clock.get();
    }

    // ---- ConfigMaps

    /** The ConfigMap, or null. */
    public @Nullable ConfigMap configMap(String name) {
        return configMaps.get(name);
    }

    /** The ConfigMap as the server has it, whatever this object knows of it, or null. */
    @Nullable
    ConfigMap storedConfigMap(String name) {
        return configMap(name);
    }

    /** A create, answered with a conflict when there is one of that name. */
    public WriteResult<ConfigMap> create(String name, String manager, Map<String, String> data,
            Map<String, String> binaryData, Map<String, String> labels) {
        if (configMaps.containsKey(name)) {
            return new WriteResult.Conflict<>();
        }
        return store(name, manager, null, new ConfigMap(uid(name), "", data, binaryData, labels, Map.of(), false,
                List.of()));
    }

    /** A JSON merge patch of the data, in which null removes a key, guarded by a version. */
    public WriteResult<ConfigMap> patch(String name, String manager, String resourceVersion,
            Map<String, @Nullable String> data, Map<String, @Nullable String> binaryData) {
        ConfigMap before = configMaps.get(name);
        if (before == null || !before.resourceVersion().equals(resourceVersion)) {
            return new WriteResult.Conflict<>();
        }
        return store(name, manager, before, new ConfigMap(before.uid(), "", merged(before.data(), data),
                merged(before.binaryData(), binaryData), before.labels(), before.annotations(), before.immutable(),
                before.writers()));
    }

    /** A PUT without a version, or a create: the data are exactly these then. */
    public void put(String name, String manager, Map<String, String> data) {
        ConfigMap before = configMaps.get(name);
        store(name, manager, before, before == null
                ? new ConfigMap(uid(name), "", data, Map.of(), Map.of(), Map.of(), false, List.of())
                : new ConfigMap(before.uid(), "", data, before.binaryData(), before.labels(), before.annotations(),
                        before.immutable(), before.writers()));
    }

    /** A change of the metadata. */
    public void describe(String name, String manager, Map<String, String> labels, Map<String, String> annotations) {
        ConfigMap before = Objects.requireNonNull(configMaps.get(name));
        store(name, manager, before, new ConfigMap(before.uid(), "", before.data(), before.binaryData(), labels,
                annotations, before.immutable(), before.writers()));
    }

    /** Makes it immutable. */
    public void freeze(String name) {
        ConfigMap before = Objects.requireNonNull(configMaps.get(name));
        store(name, "kubectl", before, new ConfigMap(before.uid(), "", before.data(), before.binaryData(),
                before.labels(), before.annotations(), true, before.writers()));
    }

    /** A deletion. */
    public void delete(String name, String manager) {
        if (configMaps.containsKey(name)) {
            revision++;
            holds(name, manager, null);
        }
    }

    /** From now on the ConfigMap is this one, or none; the same version of it is no news. */
    void holds(String name, String manager, @Nullable ConfigMap after) {
        ConfigMap before = configMaps.get(name);
        if (before == null ? after == null
                : after != null && after.uid().equals(before.uid())
                        && after.resourceVersion().equals(before.resourceVersion())) {
            return;
        }
        if (after == null) {
            configMaps.remove(name);
        } else {
            configMaps.put(name, after);
        }
        witness.changed(name, manager, before, after);
    }

    private static Map<String, String> merged(Map<String, String> before, Map<String, @Nullable String> changes) {
        Map<String, String> after = new HashMap<>(before);
        changes.forEach((key, value) -> {
            if (value == null) {
                after.remove(key);
            } else {
                after.put(key, value);
            }
        });
        return after;
    }

    private WriteResult<ConfigMap> store(String name, String manager, @Nullable ConfigMap before, ConfigMap wanted) {
        boolean same = before != null && before.data().equals(wanted.data())
                && before.binaryData().equals(wanted.binaryData());
        if (before != null && before.immutable() && !same) {
            return new WriteResult.Rejected<>(name + ": field is immutable when `immutable` is set");
        }
        if (size(wanted) > MOST_BYTES) {
            return new WriteResult.Rejected<>(name + ": Too long: may not be more than " + MOST_BYTES + " bytes");
        }
        if (refusal.test(wanted)) {
            return new WriteResult.Rejected<>("admission webhook says no");
        }
        if (same && before.labels().equals(wanted.labels()) && before.annotations().equals(wanted.annotations())
                && before.immutable() == wanted.immutable()) {
            return new WriteResult.Written<>(before);
        }
        ConfigMap after = new ConfigMap(wanted.uid(), nextVersion(), wanted.data(), wanted.binaryData(),
                wanted.labels(), wanted.annotations(), wanted.immutable(), writers(manager, before, wanted));
        holds(name, manager, after);
        return new WriteResult.Written<>(after);
    }

    private static long size(ConfigMap map) {
        long bytes = 0;
        for (String value : map.data().values()) {
            bytes += bytes(value);
        }
        for (String value : map.binaryData().values()) {
            bytes += value.length() * 3L / 4;
        }
        return bytes;
    }

    /** The length in UTF-8, which is asked of long texts again and again. */
    static int bytes(String text) {
        if (text.length() < LONG) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
        synchronized (LENGTHS) {
            return LENGTHS.computeIfAbsent(text, each -> each.getBytes(StandardCharsets.UTF_8).length);
        }
    }

    /** Whoever changed a key owns it, alone. */
    private List<Writer> writers(String manager, @Nullable ConfigMap before, ConfigMap after) {
        Map<String, String> old = before == null ? Map.of() : before.data();
        Set<String> changed = new TreeSet<>();
        after.data().forEach((key, value) -> {
            if (!value.equals(old.get(key))) {
                changed.add(key);
            }
        });
        List<Writer> writers = new ArrayList<>();
        Set<String> own = new TreeSet<>(changed);
        for (Writer writer : after.writers()) {
            Set<String> keys = new TreeSet<>(writer.dataKeys());
            keys.retainAll(after.data().keySet());
            if (writer.manager().equals(manager)) {
                own.addAll(keys);
            } else {
                keys.removeAll(changed);
                writers.add(new Writer(writer.manager(), writer.time(), keys));
            }
        }
        if (!own.isEmpty()) {
            writers.add(new Writer(manager, clock.get(), own));
        }
        return writers;
    }

    // ---- the definition

    /** As it is served. */
    public ServedDefinition definition() {
        return definition;
    }

    /** Another state of the definition; nothing happens to the objects. */
    public void define(ServedDefinition next) {
        definition = next;
    }

    /** The definition is applied anew: with another uid if it was gone, with another generation otherwise. */
    void applyDefinition() {
        definition = switch (definition) {
            case ServedDefinition.Served(String uid, long generation) -> new ServedDefinition.Served(uid,
                    generation);
            case ServedDefinition.LacksFields(String uid, long generation, List<String> _) -> new ServedDefinition.Served(
                    uid, generation + 1);
            case ServedDefinition.NotServed(String uid, String _) -> new ServedDefinition.Served(uid, 2);
            case ServedDefinition.Terminating _,ServedDefinition.Missing _ -> new ServedDefinition.Served(
                    uid("definition"), 1);
        };
    }

    private boolean servesObjects() {
        return !(definition instanceof ServedDefinition.Missing || definition instanceof ServedDefinition.NotServed);
    }

    // ---- objects

    /** The objects as a quorum read serves them, or null when the resource is not served. */
    public @Nullable List<IamIdentityMapping> list() {
        return servesObjects() ? objects.values().stream().map(this::served).toList() : null;
    }

    /** An object cut to the fields that the definition has at the moment. */
    IamIdentityMapping served(IamIdentityMapping object) {
        IamIdentityMappingSpec spec = object.spec();
        if (!(definition instanceof ServedDefinition.LacksFields) || spec == null) {
            return object;
        }
        return cut.computeIfAbsent(object, whole -> new IamIdentityMapping(whole.apiVersion(), whole.kind(),
                whole.metadata(), new IamIdentityMappingSpec(spec.arn(), spec.username(), spec.groups(), null, null),
                null));
    }

    /** The objects as stored, by name. */
    public Map<String, IamIdentityMapping> objects() {
        return objects;
    }

    /** Everything that ever happened to objects, in order. */
    List<Change> history() {
        return history;
    }

    /** A create; whether the spec makes sense is not asked, as when it is stored before the schema. */
    public IamIdentityMapping create(String name, IamIdentityMappingSpec spec, Map<String, String> labels,
            Map<String, String> annotations, Instant created) {
        V1ObjectMeta metadata = new V1ObjectMeta().name(name).uid(uid("object")).generation(1L)
                .labels(new TreeMap<>(labels)).annotations(new TreeMap<>(annotations))
                .creationTimestamp(OffsetDateTime.ofInstant(created.truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC));
        return store(name, metadata, spec, NOBODY_LOOKED);
    }

    /** Another spec: the generation rises. */
    public IamIdentityMapping change(String name, UnaryOperator<IamIdentityMappingSpec> change) {
        IamIdentityMapping old = Objects.requireNonNull(objects.get(name));
        IamIdentityMappingSpec spec = change.apply(Objects.requireNonNull(old.spec()));
        if (spec.equals(old.spec())) {
            return old;
        }
        V1ObjectMeta metadata = copy(old);
        metadata.setGeneration(Objects.requireNonNull(metadata.getGeneration()) + 1);
        return store(name, metadata, spec, old.status());
    }

    /** Other labels and annotations. */
    public void describe(String name, Map<String, String> labels, Map<String, String> annotations) {
        IamIdentityMapping old = Objects.requireNonNull(objects.get(name));
        if (labels.equals(meta(old).getLabels()) && annotations.equals(meta(old).getAnnotations())) {
            return;
        }
        V1ObjectMeta metadata = copy(old).labels(new TreeMap<>(labels)).annotations(new TreeMap<>(annotations));
        store(name, metadata, Objects.requireNonNull(old.spec()), old.status());
    }

    /** A status, for the object with that uid only; returns whether it was stored and differs. */
    boolean patchStatus(String name, String uid, IamIdentityMappingStatus status) {
        IamIdentityMapping old = objects.get(name);
        if (old == null || !uid.equals(meta(old).getUid()) || status.equals(old.status()) || !servesObjects()) {
            return false;
        }
        store(name, copy(old), Objects.requireNonNull(old.spec()), status);
        return true;
    }

    /** A deletion. */
    public void delete(String name) {
        if (objects.containsKey(name)) {
            revision++;
            holds(name, null);
        }
    }

    /** From now on the object is this one, or none. */
    void holds(String name, @Nullable IamIdentityMapping after) {
        if (after == null) {
            objects.remove(name);
        } else {
            objects.put(name, after);
        }
        history.add(new Change(name, after));
    }

    private IamIdentityMapping store(String name, V1ObjectMeta metadata, IamIdentityMappingSpec spec,
            @Nullable IamIdentityMappingStatus status) {
        metadata.setResourceVersion(nextVersion());
        IamIdentityMapping object = new IamIdentityMapping(IamIdentityMapping.API_VERSION, IamIdentityMapping.KIND,
                metadata, spec, status);
        holds(name, object);
        return object;
    }

    private static V1ObjectMeta copy(IamIdentityMapping object) {
        V1ObjectMeta old = meta(object);
        return new V1ObjectMeta().name(old.getName()).uid(old.getUid()).generation(old.getGeneration())
                .labels(old.getLabels()).annotations(old.getAnnotations())
                .creationTimestamp(old.getCreationTimestamp());
    }

    static V1ObjectMeta meta(IamIdentityMapping object) {
        return Objects.requireNonNull(object.metadata());
    }
}
