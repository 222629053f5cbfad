package dev.iammapper.store;

import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Tells people, through Events, what happened to an object: in the background, rate limited, and the same thing about
 * the same object once an hour. An Event that cannot be stored is lost.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class EventRecorder implements AutoCloseable {

    /** How an Event is shown. */
    public enum Type {
        /** All is well. */
        NORMAL,
        /** A person should look. */
        WARNING
    }

    /**
     * What an Event is about.
     *
     * @param kind {@code IAMIdentityMapping} or {@code ConfigMap}
     * @param namespace of the object, or null when it is cluster-scoped
     * @param uid null when it is not known, as of an object that is gone
     */
    public record Subject(String apiVersion, String kind, @Nullable String namespace, String name,
            @Nullable String uid) {
        /** A mapping, which may be gone. */
        public static Subject mapping(String name, @Nullable String uid) {
            throw new UnsupportedOperationException();
        }

        /** The ConfigMap aws-auth. */
        public static Subject awsAuth(@Nullable String uid) {
            throw new UnsupportedOperationException();
        }
    }

    /**
     * A recorder; its thread starts at once.
     *
     * @param instance which replica reports, as the Pod's name
     */
    public EventRecorder(KubernetesAccess access, String instance, Clock clock) {}

    /**
     * Records one Event; returns at once and never throws.
     *
     * @param reason stable CamelCase word
     * @param action CamelCase verb: what the controller did, as {@code WriteAwsAuth}
     * @param note a sentence, cut at 1 kB
     */
    public void record(Subject subject, Type type, String reason, String action, String note) {}

    /** Ends the thread; what still waits is lost. */
    @Override
    public void close() {}
}
