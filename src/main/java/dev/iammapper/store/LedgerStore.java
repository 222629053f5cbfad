package dev.iammapper.store;

import com.google.gson.JsonObject;
import dev.iammapper.render.Ledger;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ConfigMap {@code kube-system/iam-identity-mapper-ledger}, guarded by its own resourceVersion. */
public final class LedgerStore {
    /** The ConfigMap's name; its namespace is {@code kube-system}. */
    public static final String NAME = "iam-identity-mapper-ledger";

    private static final String PLAIN_KEY = "ledger.json";
    private static final String COMPRESSED_KEY = "ledger.json.gz";
    private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", "iam-identity-mapper",
            "app.kubernetes.io/component", "ledger", "app.kubernetes.io/managed-by", "iam-identity-mapper");

    private final GuardedConfigMap configMap;

    /** The store of one cluster. */
    public LedgerStore(KubernetesAccess access) {
        this.configMap = new GuardedConfigMap(new ApiCalls(access), NAME, LABELS);
    }

    /**
     * Reads it now, from the API server.
     *
     * @throws StoreException if the answer is not to be had
     */
    public StoredLedger read() {
        V1ConfigMap read = configMap.read();
        return read == null ? new StoredLedger.Absent() : stored(read);
    }

    /** Whether the ledger is small enough to be stored. */
    public static boolean fits(Ledger ledger) {
        return LedgerCodec.fits(ledger);
    }

    /**
     * Stores {@code next} if nobody wrote since {@code base} was read.
     *
     * @param base present or absent
     * @param limit after which the write is given up; the usual limit holds beside it
     * @throws IllegalArgumentException if {@code base} is malformed: such a ledger is for a person to look at
     * @throws StoreException if the answer is not to be had; the write may have happened all the same
     */
    public WriteResult<StoredLedger.Present> write(StoredLedger base, Ledger next, Duration limit) {
        return switch (base) {
            case StoredLedger.Malformed _ -> throw new IllegalArgumentException(
                    "a ledger that cannot be read is not written over");
            case StoredLedger.Absent _ -> store(null, next, limit);
            case StoredLedger.Present present when present.ledger().equals(next) -> new WriteResult.Unchanged<>();
            case StoredLedger.Present present -> store(present.resourceVersion(), next, limit);
        };
    }

    private WriteResult<StoredLedger.Present> store(@Nullable String resourceVersion, Ledger next, Duration limit) {
        JsonObject data = new JsonObject();
        JsonObject binaryData = new JsonObject();
        switch (LedgerCodec.encode(next)) {
            case LedgerCodec.TooLarge tooLarge -> {
                return new WriteResult.Rejected<>(tooLarge.message());
            }
            case LedgerCodec.Plain plain -> {
                GuardedConfigMap.set(data, PLAIN_KEY, plain.json());
                GuardedConfigMap.set(binaryData, COMPRESSED_KEY, null);
            }
            case LedgerCodec.Compressed compressed -> {
                GuardedConfigMap.set(data, PLAIN_KEY, null);
                GuardedConfigMap.set(binaryData, COMPRESSED_KEY, compressed.base64());
            }
        }
        JsonObject changes = new JsonObject();
        changes.add("data", data);
        changes.add("binaryData", binaryData);
        return configMap.write(resourceVersion, changes, limit,
                stored -> new StoredLedger.Present(next, resourceVersion(stored)));
    }

    /** What {@link #read} would make of this object, as a file holds it. */
    public static StoredLedger stored(V1ConfigMap configMap) {
        String plain = configMap.getData() == null ? null : configMap.getData().get(PLAIN_KEY);
        byte[] gzip = configMap.getBinaryData() == null ? null : configMap.getBinaryData().get(COMPRESSED_KEY);
        try {
            if (plain != null && gzip != null) {
                throw new LedgerCodec.MalformedLedgerException(
                        "it holds both " + PLAIN_KEY + " and " + COMPRESSED_KEY + ", so which one counts is unclear");
            }
            if (plain != null) {
                return new StoredLedger.Present(LedgerCodec.decode(plain), resourceVersion(configMap));
            }
            if (gzip != null) {
                return new StoredLedger.Present(LedgerCodec.decode(gzip), resourceVersion(configMap));
            }
            throw new LedgerCodec.MalformedLedgerException("it holds neither " + PLAIN_KEY + " nor " + COMPRESSED_KEY);
        } catch (LedgerCodec.MalformedLedgerException e) {
            return new StoredLedger.Malformed("the ledger, ConfigMap " + GuardedConfigMap.NAMESPACE + "/" + NAME
                    + ", cannot be read: " + e.getMessage()
                    + ". Restore it from a backup, or delete it: then rows whose objects say that they are owned are"
                    + " claimed again, and rows of objects deleted meanwhile stay");
        }
    }

    private static String resourceVersion(V1ConfigMap configMap) {
        return Objects.requireNonNull(
                Objects.requireNonNull(configMap.getMetadata(), "stored objects have metadata").getResourceVersion(),
                "stored objects have a version");
    }
}
