package dev.iammapper.store;

import com.google.gson.JsonPrimitive;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.iammapper.api.IamIdentityMapping;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live copy of some objects, kept by a consistent list and a watch, on one thread, for ever: it recovers from
 * outages, expired versions, silent connections and a missing definition by itself.
 *
 * @param <T> the kind of object
 */
public final class ObjectWatch<T extends KubernetesObject> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectWatch.class);

    /** A watch that lives this long shows that the way to the server is sound. */
    private static final Duration SOUND = Duration.ofSeconds(10);

    private static final Duration WHILE_NOT_SERVED = Duration.ofSeconds(3);
    private static final int GONE = 410;
    private static final int NOT_FOUND = 404;
    private static final long LONGEST_LINE = 16L << 20;

    private final WatchedResource<T> resource;
    private final ApiCalls calls;
    private final KubernetesAccess access;
    private final ObjectCopy<T> copy;
    private final Timing timing;
    private final LongSupplier nanoTime;
    private final ProblemLog problems;
    private final Backoff backoff = Backoff.usual();
    private final Thread thread;

    private final Object lock = new Object();
    private @Nullable Call running;
    private boolean closed;

    /** The doubts that the latest list answers; written by the watch's thread only. */
    private volatile long doubtsAnswered;

    private volatile long lastContact;

    ObjectWatch(KubernetesAccess access, WatchedResource<T> resource, Listener<T> listener, Timing timing,
            LongSupplier nanoTime) {
        this.resource = resource;
        this.calls = new ApiCalls(access);
        this.access = access;
        this.copy = new ObjectCopy<>(listener);
        this.timing = timing;
        this.nanoTime = nanoTime;
        this.problems = new ProblemLog(LOG, "watch of " + resource.resource(), nanoTime);
        this.thread = Thread.ofPlatform().daemon().name("watch-" + resource.resource()).unstarted(this::run);
        this.lastContact = nanoTime.getAsLong();
    }

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

        /** Tells two listeners, one after the other. */
        static <T> Listener<T> both(Listener<T> first, Listener<T> second) {
            return new Listener<>() {
                @Override
                public void onChange(@Nullable T before, @Nullable T after) {
                    first.onChange(before, after);
                    second.onChange(before, after);
                }

                @Override
                public void onRelist() {
                    first.onRelist();
                    second.onRelist();
                }
            };
        }
    }

    /**
     * How long a watch may last.
     *
     * @param atServer after which the server ends it, shortened at random by up to a fifth
     * @param silence how much longer nothing at all may arrive before it is cut
     */
    record Timing(Duration atServer, Duration silence) {
        static final Timing USUAL = new Timing(Duration.ofMinutes(5), Duration.ofSeconds(30));
    }

    /** All mappings. */
    public static ObjectWatch<IamIdentityMapping> mappings(KubernetesAccess access,
            Listener<IamIdentityMapping> listener) {
        return new ObjectWatch<>(access, WatchedResource.MAPPINGS, listener, Timing.USUAL, System::nanoTime);
    }

    /** The ConfigMap {@code kube-system/aws-auth}, alone. */
    public static ObjectWatch<V1ConfigMap> awsAuth(KubernetesAccess access, Listener<V1ConfigMap> listener) {
        return new ObjectWatch<>(access, WatchedResource.AWS_AUTH, listener, Timing.USUAL, System::nanoTime);
    }

    /** All ClusterRoles, without labels and annotations. */
    public static ObjectWatch<V1ClusterRole> clusterRoles(KubernetesAccess access, Listener<V1ClusterRole> listener) {
        return new ObjectWatch<>(access, WatchedResource.CLUSTER_ROLES, listener, Timing.USUAL, System::nanoTime);
    }

    /** The Roles of all namespaces, without labels and annotations. */
    public static ObjectWatch<V1Role> roles(KubernetesAccess access, Listener<V1Role> listener) {
        return new ObjectWatch<>(access, WatchedResource.ROLES, listener, Timing.USUAL, System::nanoTime);
    }

    /** All ClusterRoleBindings, without labels and annotations. */
    public static ObjectWatch<V1ClusterRoleBinding> clusterRoleBindings(KubernetesAccess access,
            Listener<V1ClusterRoleBinding> listener) {
        return new ObjectWatch<>(access, WatchedResource.CLUSTER_ROLE_BINDINGS, listener, Timing.USUAL,
                System::nanoTime);
    }

    /** The RoleBindings of all namespaces, without labels and annotations. */
    public static ObjectWatch<V1RoleBinding> roleBindings(KubernetesAccess access, Listener<V1RoleBinding> listener) {
        return new ObjectWatch<>(access, WatchedResource.ROLE_BINDINGS, listener, Timing.USUAL, System::nanoTime);
    }

    /** Starts the thread; once. */
    public void start() {
        lastContact = nanoTime.getAsLong();
        thread.start();
    }

    /** The objects as last seen, in the order of their names. Empty before the first list. */
    public List<T> snapshot() {
        return copy.snapshot();
    }

    /** The object of the snapshot with that name, or null. */
    public @Nullable T get(String name) {
        return copy.get(name);
    }

    /**
     * Whether the objects were listed, and the API server serves the resource. An outage does not change it: see
     * {@link #problem} and {@link #sinceLastContact}.
     */
    public boolean synced() {
        return copy.synced();
    }

    /** How long ago the API server was last heard: a list, an event, a bookmark. From the start before the first. */
    public Duration sinceLastContact() {
        return Duration.ofNanos(nanoTime.getAsLong() - lastContact);
    }

    /** What is in the way at the moment, on one line, or null. */
    public @Nullable String problem() {
        return problems.current();
    }

    /** Lists anew, whatever the watch knows; until then {@link #synced} is false. */
    public void relist() {
        copy.doubt();
        synchronized (lock) {
            if (running != null) {
                running.cancel();
            }
            lock.notifyAll();
        }
    }

    /** Ends the thread and its request; the snapshot stays. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            if (running != null) {
                running.cancel();
            }
            lock.notifyAll();
        }
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            if (thread != Thread.currentThread()) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!isClosed()) {
            Duration pause;
            try {
                String version = list();
                while (!isClosed()) {
                    version = watch(version);
                }
                return;
            } catch (NotServed _) {
                copy.noLongerSynced();
                problems.report(resource.resource() + (resource.group().isEmpty() ? "" : "." + resource.group())
                        + " is not served by " + access.server() + "; install the CustomResourceDefinition");
                pause = WHILE_NOT_SERVED;
            } catch (RelistWanted _) {
                continue;
            } catch (VersionExpired _) {
                pause = backoff.next();
            } catch (StoreException e) {
                report(String.valueOf(e.getMessage()));
                pause = backoff.next();
            } catch (RuntimeException e) {
                // A bug, ours or the listener's: the watch goes on all the same, and the trace is worth its lines.
                if (!isClosed()) {
                    LOG.error("watch of {} met the unexpected", resource.resource(), e);
                    problems.report("unexpected " + e);
                }
                pause = backoff.next();
            }
            pause(pause);
        }
    }

    private String list() {
        List<T> listed = new ArrayList<>();
        // A wish from here on is not answered by this list: it may be what is no longer believed.
        doubtsAnswered = copy.doubts();
        try {
            String version = resource.list(calls, object -> {
                lastContact = nanoTime.getAsLong();
                listed.add(object);
            });
            lastContact = nanoTime.getAsLong();
            if (!copy.replaceAll(listed, doubtsAnswered)) {
                throw new RelistWanted();
            }
            return version;
        } catch (ApiException e) {
            throw answer(e, "list");
        }
    }

    /** Watches until the server ends it in good order, and returns the version to go on from. */
    private String watch(String from) {
        long seconds = timing.atServer().toSeconds();
        int atServer = (int) (seconds - RandomGenerator.getDefault().nextLong(Math.max(1, seconds / 5)));
        // Bytes that fail to arrive for so long mean a connection that nobody has closed.
        OkHttpClient http = access.watch().getHttpClient().newBuilder()
                .readTimeout(Duration.ofSeconds(atServer).plus(timing.silence())).build();
        long started = nanoTime.getAsLong();
        String version = from;
        boolean heard = false;
        try (Response response = open(http, from, atServer)) {
            BufferedSource source = body(response).source();
            problems.clear();
            lastContact = nanoTime.getAsLong();
            while (!source.exhausted()) {
                version = take(source.readUtf8LineStrict(LONGEST_LINE), version);
                lastContact = nanoTime.getAsLong();
                heard = true;
            }
        } catch (ApiException e) {
            throw answer(e, "watch");
        } catch (IOException e) {
            if (relistWanted()) {
                throw new RelistWanted();
            }
            throw ApiFailure.of(resource.action("watch"), new ApiException(e), access.server());
        } finally {
            if (nanoTime.getAsLong() - started > SOUND.toNanos()) {
                backoff.reset();
            }
        }
        if (!heard && nanoTime.getAsLong() - started < Duration.ofSeconds(1).toNanos()) {
            // A server that is going down, or a proxy, ends watches at once: not in a tight loop.
            pause(backoff.next());
        }
        return version;
    }

    private Response open(OkHttpClient http, String from, int atServer) throws ApiException, IOException {
        Call call = http.newCall(resource.watch(access.watch(), from, atServer).request());
        synchronized (lock) {
            if (closed || relistWanted()) {
                throw new IOException("closed");
            }
            running = call;
        }
        Response response = call.execute();
        if (response.isSuccessful()) {
            return response;
        }
        try (response) {
            throw new ApiException(response.message(), response.code(), Map.of(), body(response).string());
        }
    }

    private static ResponseBody body(Response response) {
        return Objects.requireNonNull(response.body(), "answers of calls have a body");
    }

    /** Takes one line in and returns the version that it brings. */
    private String take(String line, String version) throws ApiException {
        JsonObject object;
        String type;
        try {
            JsonObject event = JsonParser.parseString(line).getAsJsonObject();
            type = event.get("type").getAsString();
            object = event.getAsJsonObject("object");
        } catch (JsonParseException | IllegalStateException | ClassCastException | NullPointerException e) {
            throw calls.unreadable(resource.action("watch"), e);
        }
        switch (type) {
            case "ERROR" -> throw new ApiException(object.has("code") ? object.get("code").getAsInt() : 500, Map.of(),
                    object.toString());
            case "ADDED", "MODIFIED" -> copy.put(resource.decoder().apply(object));
            case "DELETED" -> copy.remove(resource.decoder().apply(object));
            default -> {
                // BOOKMARK, and what later servers may add: only its version counts.
            }
        }
        return object.get("metadata") instanceof JsonObject metadata
                && metadata.get("resourceVersion") instanceof JsonPrimitive newer ? newer.getAsString() : version;
    }

    private RuntimeException answer(ApiException e, String verb) {
        return switch (e.getCode()) {
            case GONE -> new VersionExpired();
            case NOT_FOUND -> new NotServed();
            default -> calls.failure(resource.action(verb), e);
        };
    }

    private void report(String problem) {
        if (!isClosed()) {
            problems.report(problem);
        }
    }

    private boolean relistWanted() {
        return copy.doubts() != doubtsAnswered;
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /** Waits, but not when somebody wants a list. */
    private void pause(Duration duration) {
        long end = nanoTime.getAsLong() + duration.toNanos();
        synchronized (lock) {
            try {
                for (long left = duration.toNanos(); left > 0 && !closed
                        && !relistWanted(); left = end - nanoTime.getAsLong()) {
                    lock.wait(Math.max(1, Duration.ofNanos(left).toMillis()));
                }
            } catch (InterruptedException e) {
                // Only close() interrupts this thread, and the loop looks at that.
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The version from which to watch is no longer kept: list anew. */
    private static final class VersionExpired extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Somebody does not believe what is held: list anew, at once, for nothing has failed. */
    private static final class RelistWanted extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The resource does not exist at this server. */
    private static final class NotServed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
