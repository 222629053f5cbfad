package dev.iammapper.store;

import com.google.gson.JsonObject;
import dev.iammapper.api.IamIdentityMapping;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.EventsV1Api;
import io.kubernetes.client.openapi.models.EventsV1Event;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ObjectReference;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people, through Events, what happened to an object: in the background, rate limited, and the same thing about
 * the same object once an hour. An Event that cannot be stored is lost.
 */
public final class EventRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final String CONTROLLER = "iammapper.dev/controller";
    private static final int PER_SECOND = 20;
    private static final int MOST_WAITING = 1000;
    private static final int MOST_REMEMBERED = 8192;
    private static final Duration ONCE_IN = Duration.ofHours(1);
    private static final int LONGEST_NOTE = 1024;
    private static final int LONGEST_INSTANCE = 128;
    private static final int LONGEST_NAME_PART = 200;

    private final ApiCalls calls;
    private final EventsV1Api api;
    private final String instance;
    private final Clock clock;
    private final ProblemLog problems = new ProblemLog(LOG, "events", System::nanoTime);
    private final BlockingQueue<Outgoing> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong sequence;
    private final Thread thread;
    private final Map<Told, Instant> told = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Told, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /**
     * A recorder; its thread starts at once.
     *
     * @param instance which replica reports, as the Pod's name
     */
    public EventRecorder(KubernetesAccess access, String instance, Clock clock) {
        this.calls = new ApiCalls(access);
        this.api = new EventsV1Api(calls.client());
        this.instance = instance.length() <= LONGEST_INSTANCE ? instance : instance.substring(0, LONGEST_INSTANCE);
        this.clock = clock;
        this.sequence = new AtomicLong(clock.millis() << 20);
        this.thread = Thread.ofPlatform().daemon().name("events").start(this::run);
    }

    /** How an Event is shown. */
    public enum Type {
        /** All is well. */
        NORMAL("Normal"),
        /** A person should look. */
        WARNING("Warning");

        private final String word;

        Type(String word) {
            this.word = word;
        }
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
            return new Subject(IamIdentityMapping.API_VERSION, IamIdentityMapping.KIND, null, name, uid);
        }

        /** The ConfigMap aws-auth. */
        public static Subject awsAuth(@Nullable String uid) {
            return new Subject("v1", "ConfigMap", AwsAuthStore.NAMESPACE, AwsAuthStore.NAME, uid);
        }
    }

    private record Outgoing(String namespace, EventsV1Event event) {}

    private record Told(Subject subject, String reason, String note) {}

    /**
     * Records one Event; returns at once and never throws.
     *
     * @param reason stable CamelCase word
     * @param action CamelCase verb: what the controller did, as {@code WriteAwsAuth}
     * @param note a sentence, cut at 1 kB
     */
    public void record(Subject subject, Type type, String reason, String action, String note) {
        if (toldLately(new Told(subject, reason, note))) {
            return;
        }
        if (!waiting.offer(event(subject, type, reason, action, note))) {
            problems.report("more than " + MOST_WAITING + " wait; some are lost");
        }
    }

    /** Ends the thread; what still waits is lost. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private boolean toldLately(Told about) {
        Instant now = clock.instant();
        synchronized (told) {
            Instant last = told.remove(about);
            boolean lately = last != null && now.isBefore(last.plus(ONCE_IN));
            told.put(about, lately ? last : now);
            return lately;
        }
    }

    private Outgoing event(Subject subject, Type type, String reason, String action, String note) {
        // Events about cluster-scoped objects live in the namespace default: the API server insists.
        String namespace = subject.namespace() == null ? "default" : subject.namespace();
        String stem = subject.name().length() <= LONGEST_NAME_PART
                ? subject.name()
                : subject.name().substring(0, LONGEST_NAME_PART);
        return new Outgoing(namespace, new EventsV1Event()
                .metadata(new V1ObjectMeta().name(stem + "." + Long.toHexString(sequence.incrementAndGet()))
                        .namespace(namespace))
                .eventTime(OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)).type(type.word).reason(reason)
                .action(action).note(cut(note)).reportingController(CONTROLLER).reportingInstance(instance)
                .regarding(new V1ObjectReference().apiVersion(subject.apiVersion()).kind(subject.kind())
                        .namespace(subject.namespace()).name(subject.name()).uid(subject.uid())));
    }

    private void run() {
        TokenBucket bucket = new TokenBucket(PER_SECOND, PER_SECOND, System::nanoTime);
        try {
            while (true) {
                Outgoing next = waiting.take();
                for (Duration wait = bucket.take(); !wait.isZero(); wait = bucket.take()) {
                    Thread.sleep(wait);
                }
                send(next);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Outgoing outgoing) {
        ApiAction action = new ApiAction("create", "events.k8s.io", "events", outgoing.namespace(), null);
        try {
            calls.send(action, JsonObject.class,
                    () -> api.createNamespacedEvent(outgoing.namespace(), outgoing.event()).buildCall(null));
            problems.clear();
        } catch (ApiException e) {
            problems.report(String.valueOf(calls.failure(action, e).getMessage()));
        } catch (StoreException e) {
            problems.report(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            problems.report("unexpected " + e);
        }
    }

    /** The API server counts bytes. */
    private static String cut(String note) {
        if (note.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NOTE) {
            return note;
        }
        StringBuilder kept = new StringBuilder();
        int bytes = 0;
        for (int codePoint : note.codePoints().toArray()) {
            bytes += Character.toString(codePoint).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > LONGEST_NOTE - "…".getBytes(StandardCharsets.UTF_8).length) {
                break;
            }
            kept.appendCodePoint(codePoint);
        }
        return kept.append('…').toString();
    }
}
