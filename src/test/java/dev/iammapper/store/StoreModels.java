package dev.iammapper.store;

import dev.iammapper.render.Ledger;
import dev.iammapper.store.StoreException.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a model of the cluster needs of the stores: their failures, and the form in which they keep the ledger. */
public final class StoreModels {
    /** The key of a ledger that is kept as text. */
    public static final String PLAIN = "ledger.json";

    /** The key of a ledger that is kept compressed, in base64. */
    public static final String COMPRESSED = "ledger.json.gz";

    private StoreModels() {}

    /** The failure of a call that nobody answered. */
    public static StoreException unanswered(String action) {
        return new StoreException(Kind.UNREACHABLE, "cannot " + action + ": no answer in time", null);
    }

    /** The real writer of statuses, on a clock by which its budget is never used up. */
    public static MappingStatusWriter unhurriedStatuses(KubernetesAccess access) {
        AtomicLong nanos = new AtomicLong();
        return new MappingStatusWriter(access, () -> true, () -> nanos.addAndGet(1_000_000_000));
    }

    /** The two keys of a stored ledger, one of them null; or null when it is too large. */
    public static @Nullable Map<String, @Nullable String> encode(Ledger ledger) {
        Map<String, @Nullable String> keys = new HashMap<>();
        switch (LedgerCodec.encode(ledger)) {
            case LedgerCodec.TooLarge _ -> {
                return null;
            }
            case LedgerCodec.Plain(String json) -> {
                keys.put(PLAIN, json);
                keys.put(COMPRESSED, null);
            }
            case LedgerCodec.Compressed(String base64) -> {
                keys.put(PLAIN, null);
                keys.put(COMPRESSED, base64);
            }
        }
        return keys;
    }
}
