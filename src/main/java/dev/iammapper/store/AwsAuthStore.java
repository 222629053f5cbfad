package dev.iammapper.store;

import com.google.gson.JsonObject;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Section;
import dev.iammapper.store.StoredAwsAuth.Writer;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ManagedFieldsEntry;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The ConfigMap {@code kube-system/aws-auth}: live reads, and writes that touch nothing but the rows' two keys. */
public final class AwsAuthStore {
    /** The ConfigMap's name. */
    public static final String NAME = "aws-auth";

    /** The ConfigMap's namespace. */
    public static final String NAMESPACE = GuardedConfigMap.NAMESPACE;

    /** The name under which our writes stand in {@code managedFields}. */
    public static final String FIELD_MANAGER = "iam-identity-mapper";

    /**
     * The name under which a rollback stands there: to the controller it is somebody else, whose changes of its rows are
     * drift and are told as that.
     */
    public static final String ROLLBACK_FIELD_MANAGER = "iam-identity-mapper-rollback";

    private static final String ACCOUNTS = "mapAccounts";
    private static final Set<String> KEYS = Set.of(Section.ROLES.dataKey(), Section.USERS.dataKey(), ACCOUNTS);
    private static final String OWNED_KEY_PREFIX = "f:";

    private final GuardedConfigMap configMap;
    private final GuardedConfigMap rollback;

    /** The store of one cluster. */
    public AwsAuthStore(KubernetesAccess access) {
        this.configMap = new GuardedConfigMap(new ApiCalls(access), NAME, Map.of());
        this.rollback = new GuardedConfigMap(new ApiCalls(access), NAME, Map.of(), ROLLBACK_FIELD_MANAGER);
    }

    /**
     * Reads it now, from the API server.
     *
     * @throws StoreException if the answer is not to be had
     */
    public StoredAwsAuth read() {
        V1ConfigMap read = configMap.read();
        return read == null ? StoredAwsAuth.ABSENT : stored(read);
    }

    /**
     * Stores {@code next} if nobody wrote since {@code base} was read: {@code mapRoles} and {@code mapUsers} as far as
     * they differ; everything else stays byte for byte. Creates the ConfigMap where there was none.
     *
     * @param limit after which the write is given up; the usual limit holds beside it
     * @throws StoreException if the answer is not to be had; the write may have happened all the same
     */
    public WriteResult<StoredAwsAuth> write(StoredAwsAuth base, AwsAuthData next, Duration limit) {
        return write(configMap, base, rows(base, next), limit);
    }

    /**
     * Stores an earlier version if nobody wrote since {@code base} was read: as {@link #write}, but {@code mapAccounts}
     * too, and under the name {@link #ROLLBACK_FIELD_MANAGER}.
     *
     * @param limit after which the write is given up; the usual limit holds beside it
     * @throws StoreException if the answer is not to be had; the write may have happened all the same
     */
    public WriteResult<StoredAwsAuth> restore(StoredAwsAuth base, AwsAuthData next, Duration limit) {
        JsonObject data = rows(base, next);
        if (!Objects.equals(base.data().mapAccounts(), next.mapAccounts())) {
            GuardedConfigMap.set(data, ACCOUNTS, next.mapAccounts());
        }
        return write(rollback, base, data, limit);
    }

    private static JsonObject rows(StoredAwsAuth base, AwsAuthData next) {
        JsonObject data = new JsonObject();
        for (Section section : Section.values()) {
            if (!Objects.equals(base.data().section(section), next.section(section))) {
                GuardedConfigMap.set(data, section.dataKey(), next.section(section));
            }
        }
        return data;
    }

    private static WriteResult<StoredAwsAuth> write(GuardedConfigMap as, StoredAwsAuth base, JsonObject data,
            Duration limit) {
        if (data.isEmpty()) {
            return new WriteResult.Unchanged<>();
        }
        JsonObject changes = new JsonObject();
        changes.add("data", data);
        return as.write(base.resourceVersion(), changes, limit, AwsAuthStore::stored);
    }

    /** What {@link #read} would make of this object, as a watch delivers it. */
    public static StoredAwsAuth stored(V1ConfigMap configMap) {
        V1ObjectMeta metadata = Objects.requireNonNull(configMap.getMetadata(), "stored objects have metadata");
        Map<String, String> data = configMap.getData() == null ? Map.of() : configMap.getData();
        return new StoredAwsAuth(metadata.getUid(), metadata.getResourceVersion(),
                new AwsAuthData(data.get(Section.ROLES.dataKey()), data.get(Section.USERS.dataKey()),
                        data.get(ACCOUNTS)),
                otherBytes(configMap), writers(metadata.getManagedFields()));
    }

    /** As the API server counts them: the values of both maps, text in UTF-8. */
    private static int otherBytes(V1ConfigMap configMap) {
        long bytes = 0;
        if (configMap.getData() != null) {
            for (Map.Entry<String, String> value : configMap.getData().entrySet()) {
                if (!KEYS.contains(value.getKey()) && value.getValue() != null) {
                    bytes += value.getValue().getBytes(StandardCharsets.UTF_8).length;
                }
            }
        }
        if (configMap.getBinaryData() != null) {
            bytes += configMap.getBinaryData().values().stream().mapToLong(value -> value.length).sum();
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    private static List<Writer> writers(@Nullable List<V1ManagedFieldsEntry> entries) {
        if (entries == null) {
            return List.of();
        }
        return entries.stream()
                .map(entry -> new Writer(Objects.requireNonNullElse(entry.getManager(), "unknown"),
                        entry.getTime() == null ? null : entry.getTime().toInstant(), dataKeys(entry.getFieldsV1())))
                .toList();
    }

    /** The keys of {@code data} in the server's notation, {@code {"f:data":{".":{},"f:mapRoles":{}}}}. */
    private static Set<String> dataKeys(@Nullable Object fieldsV1) {
        Set<String> keys = new TreeSet<>();
        if (LenientJson.gson().toJsonTree(fieldsV1) instanceof JsonObject fields
                && fields.get(OWNED_KEY_PREFIX + "data") instanceof JsonObject data) {
            data.keySet().stream().filter(key -> key.startsWith(OWNED_KEY_PREFIX))
                    .forEach(key -> keys.add(key.substring(OWNED_KEY_PREFIX.length())));
        }
        return keys;
    }
}
