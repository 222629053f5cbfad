package dev.iammapper.store;

import dev.iammapper.store.ObjectWatch.Listener;
import io.kubernetes.client.common.KubernetesObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects as a watch knows them, by name. One thread changes it and tells the listener; any thread reads it.
 *
 * @param <T> the kind of object
 */
final class ObjectCopy<T extends KubernetesObject> {
    private final Listener<T> listener;
    private final Object lock = new Object();
    private Map<String, T> objects = new TreeMap<>();
    private boolean synced;
    private long doubts;

    ObjectCopy(Listener<T> listener) {
        this.listener = listener;
    }

    /** The objects in the order of their names. */
    List<T> snapshot() {
        synchronized (lock) {
            return List.copyOf(objects.values());
        }
    }

    /** The cluster-scoped object of that name, or null. */
    @Nullable
    T get(String name) {
        synchronized (lock) {
            return objects.get(name);
        }
    }

    /** Whether a whole list was taken over; what is seen then holds all of it. */
    boolean synced() {
        synchronized (lock) {
            return synced;
        }
    }

    /** There is no list any more that this could be a copy of. */
    void noLongerSynced() {
        synchronized (lock) {
            synced = false;
        }
    }

    /** What is held is no longer believed: only a list that begins after this makes it synced again. */
    void doubt() {
        synchronized (lock) {
            synced = false;
            doubts++;
        }
    }

    /** How often it was doubted; to be asked before a list begins. */
    long doubts() {
        synchronized (lock) {
            return doubts;
        }
    }

    /**
     * Takes over a whole list in one step, so that nothing that is not in it stays behind.
     *
     * @param doubtsBefore {@link #doubts} from before the list began
     * @return false, with nothing taken over, when the copy was doubted since: the list may be what is not believed
     */
    boolean replaceAll(List<T> listed, long doubtsBefore) {
        Map<String, T> after = new TreeMap<>();
        listed.forEach(object -> after.put(name(object), object));
        Map<String, T> before;
        synchronized (lock) {
            if (doubts != doubtsBefore) {
                return false;
            }
            before = objects;
            objects = new TreeMap<>(after);
            synced = true;
        }
        before.forEach((name, old) -> {
            if (!after.containsKey(name)) {
                listener.onChange(old, null);
            }
        });
        after.forEach((name, object) -> {
            T old = before.get(name);
            if (old == null || !Objects.equals(version(old), version(object))) {
                listener.onChange(old, object);
            }
        });
        listener.onRelist();
        return true;
    }

    /** An object appeared or changed. */
    void put(T object) {
        T before;
        synchronized (lock) {
            before = objects.put(name(object), object);
        }
        listener.onChange(before, object);
    }

    /** An object went away; {@code last} is how it was then. */
    void remove(T last) {
        T before;
        synchronized (lock) {
            before = objects.remove(name(last));
        }
        listener.onChange(before == null ? last : before, null);
    }

    private static String name(KubernetesObject object) {
        String name = Objects.requireNonNull(object.getMetadata().getName(), "stored objects have names");
        String namespace = object.getMetadata().getNamespace();
        return namespace == null ? name : namespace + "/" + name;
    }

    private static @Nullable String version(KubernetesObject object) {
        return object.getMetadata().getResourceVersion();
    }
}
