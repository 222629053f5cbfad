package dev.iammapper.reconcile;

import dev.iammapper.store.ServedDefinition;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether what objects say can be believed: while their definition is missing, going away, or lacks fields, the
 * absence of an object or of a field proves nothing.
 */
final class DefinitionGuard {
    /** After the definition changed, what watches deliver may still be cut to the fields of the old one. */
    static final Duration SETTLE = Duration.ofSeconds(5);

    private final LongSupplier nanoTime;
    private @Nullable String uid;
    private long generation = -1;
    private boolean held;
    private @Nullable Long settledAt;
    private boolean watchDoubted = true;

    DefinitionGuard(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Why nothing may be written, on one line, or null when writing is safe. */
    @Nullable
    String judge(ServedDefinition definition) {
        return switch (definition) {
            case ServedDefinition.Served served -> served(served);
            case ServedDefinition.LacksFields(String _, long _, java.util.List<String> missing) -> hold(
                    "the CustomResourceDefinition that is served lacks " + String.join(", ", missing)
                            + ": another tool applied its own over ours. Apply the one of this version again");
            case ServedDefinition.NotServed(String _, String message) -> hold(
                    "the CustomResourceDefinition is not served: " + message);
            case ServedDefinition.Terminating _ -> hold("the CustomResourceDefinition is being deleted, and all"
                    + " IAMIdentityMappings with it. To keep managing aws-auth, apply it and the objects again");
            case ServedDefinition.Missing _ -> hold("the CustomResourceDefinition is missing. Apply it again, and the"
                    + " objects; rows stay as they are until then");
        };
    }

    /** The uid of the definition last found good, or null before the first look. */
    @Nullable
    String uid() {
        return uid;
    }

    /** Whether the definition must be looked at whatever a pass is about: never seen, held, or settling. */
    boolean needsLook() {
        return uid == null || held || settledAt != null || watchDoubted;
    }

    /** Whether the watch may still hold objects that another definition cut short, so that only lists count. */
    boolean watchDoubted() {
        return watchDoubted;
    }

    /** The watch holds what a list showed under this definition, or lists anew before it is asked again. */
    void watchAgreesWithList() {
        watchDoubted = false;
    }

    /** How long until a definition that is good again may be relied upon; zero when there is nothing to wait for. */
    Duration settling() {
        return settledAt == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, settledAt - nanoTime.getAsLong()));
    }

    private @Nullable String served(ServedDefinition.Served served) {
        boolean changed = uid != null && !(served.uid().equals(uid) && served.generation() == generation);
        if (held || changed) {
            settledAt = nanoTime.getAsLong() + SETTLE.toNanos();
            watchDoubted = true;
        }
        held = false;
        uid = served.uid();
        generation = served.generation();
        if (!settling().isZero()) {
            return "the CustomResourceDefinition changed; waiting " + SETTLE.toSeconds()
                    + " s until objects are served with all their fields";
        }
        settledAt = null;
        return null;
    }

    private String hold(String reason) {
        held = true;
        return reason;
    }
}
