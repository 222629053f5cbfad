package dev.iammapper.store;

import dev.iammapper.api.IamIdentityMapping;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A live copy of some objects, kept by a consistent list and a watch, on one thread, for ever: it recovers from
 * outages,
 * expired versions, silent connections and a missing definition by itself.
 *
 * @param <T> the kind of object
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ObjectWatch<T extends KubernetesObject> implements AutoCloseable {

    /**
     * Told about changes, on the watch's thread; must return quickly and must not throw.
     *
     * @param <T> the kind of object
     */
    public interface Listener<T> {
        /** One object appeared ({@code before} null), changed, or went away ({@code after} null). */
        void onChange(@Nullable T before, @Nullable T after);

        /** Everything was listed anew; changes were told one by one before. */
        default void onRelist() {}
    }

    /** All mappings. */
    public static ObjectWatch<IamIdentityMapping> mappings(KubernetesAccess access,
            Listener<IamIdentityMapping> listener) {
        throw new UnsupportedOperationException();
    }

    /** The ConfigMap {@code kube-system/aws-auth}, alone. */
    public static ObjectWatch<V1ConfigMap> awsAuth(KubernetesAccess access, Listener<V1ConfigMap> listener) {
        throw new UnsupportedOperationException();
    }

    /** Starts the thread; once. */
    public void start() {}

    /** The objects as last seen, in the order of their names. Empty before the first list. */
    public List<T> snapshot() {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether the copy follows the API server: listed, and not known to be cut off since. False again while the
     * resource
     * is not served.
     */
    public boolean synced() {
        throw new UnsupportedOperationException();
    }

    /** How long ago the API server was last heard: a list, an event, a bookmark. From the start before the first. */
    public Duration sinceLastContact() {
        throw new UnsupportedOperationException();
    }

    /** What is in the way at the moment, on one line, or null. */
    public @Nullable String problem() {
        throw new UnsupportedOperationException();
    }

    /** Ends the thread and its request; the snapshot stays. */
    @Override
    public void close() {}
}
