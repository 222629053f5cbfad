package dev.iammapper.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings statuses to the API server, on a thread of its own: the latest wanted status of an object wins, at most 50
 * patches a second are sent, and failures are retried until the object or the wish is gone.
 */
public final class MappingStatusWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MappingStatusWriter.class);
    private static final int PER_SECOND = 50;
    private static final int MOST_REMEMBERED = 20_000;

    /** Watches lag by seconds. */
    private static final Duration LONGEST_UNSEEN = Duration.ofMinutes(1);

    private final ApiCalls calls;
    private final CustomObjectsApi api;
    private final BooleanSupplier mayWrite;
    private final TokenBucket bucket;
    private final ProblemLog problems;
    private final LongSupplier nanoTime;
    private final Backoff backoff = Backoff.usual();
    private final Thread thread;

    private final Object lock = new Object();
    private final Map<String, Wish> waiting = new LinkedHashMap<>();

    /**
     * What was sent and has not been seen in an object since: until then, a status that equals what was read may all
     * the same differ from what is stored.
     */
    private final Map<String, Sent> unseen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sent> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };
    private @Nullable Wish sending;
    private boolean closed;
    private long written;

    /**
     * A writer; its thread starts at once.
     *
     * @param mayWrite asked before each patch; while false nothing is sent and wishes are dropped
     */
    public MappingStatusWriter(KubernetesAccess access, BooleanSupplier mayWrite) {
        this(access, mayWrite, System::nanoTime);
    }

    MappingStatusWriter(KubernetesAccess access, BooleanSupplier mayWrite, LongSupplier nanoTime) {
        this.calls = new ApiCalls(access);
        this.api = new CustomObjectsApi(calls.client());
        this.mayWrite = mayWrite;
        this.nanoTime = nanoTime;
        this.bucket = new TokenBucket(PER_SECOND, PER_SECOND, nanoTime);
        this.problems = new ProblemLog(LOG, "status of mappings", nanoTime);
        this.thread = Thread.ofPlatform().daemon().name("mapping-status").start(this::run);
    }

    /**
     * One status to write.
     *
     * @param uid of the object that was looked at: another one of the same name is left alone
     */
    private record Wish(String name, String uid, IamIdentityMappingStatus status) {

        /**
         * Whether both say the same about the same object. The times of transitions do not count: whoever computes a
         * status before its watch has shown the one just sent takes a new time for the same transition.
         */
        boolean saysTheSameAs(Wish other) {
            return uid.equals(other.uid) && timeless(status).equals(timeless(other.status));
        }

        private static IamIdentityMappingStatus timeless(IamIdentityMappingStatus status) {
            List<MappingCondition> conditions = status.conditions() == null ? List.of() : status.conditions();
            return new IamIdentityMappingStatus(status.canonicalARN(), status.userID(), status.observedGeneration(),
                    conditions.stream().map(condition -> new MappingCondition(condition.type(), condition.status(),
                            condition.reason(), condition.message(), null, condition.observedGeneration())).toList());
        }
    }

    /** A wish that was stored, and when, on the monotonic clock. */
    private record Sent(Wish wish, long at) {}

    /**
     * Asks for a status.
     *
     * @param object as it was read; nothing is sent when its status is already equal
     */
    public void want(IamIdentityMapping object, IamIdentityMappingStatus status) {
        V1ObjectMeta metadata = Objects.requireNonNull(object.metadata(), "stored objects have metadata");
        Wish wish = new Wish(Objects.requireNonNull(metadata.getName(), "stored objects have names"),
                Objects.requireNonNull(metadata.getUid(), "stored objects have uids"), status);
        synchronized (lock) {
            Sent sent = unseen.get(wish.name());
            if (sent != null && (!sent.wish().uid().equals(wish.uid())
                    || sent.wish().status().equals(object.status()))) {
                unseen.remove(wish.name());
                sent = null;
            }
            if (isSettled(wish, object, sent)) {
                waiting.remove(wish.name());
            } else {
                waiting.put(wish.name(), wish);
            }
            lock.notifyAll();
        }
    }

    /** What was sent long ago and still is not there was taken away again: by a backup that was restored, by a hand. */
    private boolean isSettled(Wish wish, IamIdentityMapping object, @Nullable Sent sent) {
        if (sending != null && sending.name().equals(wish.name())) {
            return wish.saysTheSameAs(sending);
        }
        if (sent == null) {
            return wish.status().equals(object.status());
        }
        return wish.saysTheSameAs(sent.wish()) && nanoTime.getAsLong() - sent.at() < LONGEST_UNSEEN.toNanos();
    }

    /** How many objects wait for their status, the one on its way included. */
    public int pending() {
        synchronized (lock) {
            return waiting.size() + (sending == null ? 0 : 1);
        }
    }

    /** How many statuses were stored since the start. */
    public long written() {
        synchronized (lock) {
            return written;
        }
    }

    /** Waits until nothing is pending; false when the time is up first. */
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        synchronized (lock) {
            while (!waiting.isEmpty() || sending != null) {
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    return false;
                }
                lock.wait(left);
            }
            return true;
        }
    }

    /** Ends the thread; what is pending is dropped. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            waiting.clear();
            lock.notifyAll();
        }
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                awaitWish();
                Duration wait = bucket.take();
                if (!wait.isZero()) {
                    Thread.sleep(wait);
                    continue;
                }
                Wish wish = next();
                if (wish != null) {
                    Thread.sleep(deliver(wish));
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitWish() throws InterruptedException {
        synchronized (lock) {
            while (waiting.isEmpty()) {
                if (closed) {
                    throw new InterruptedException("closed");
                }
                lock.wait();
            }
        }
    }

    private @Nullable Wish next() {
        boolean allowed = mayWrite.getAsBoolean();
        synchronized (lock) {
            if (!allowed) {
                waiting.clear();
                unseen.clear();
                lock.notifyAll();
            }
            Iterator<Wish> wishes = waiting.values().iterator();
            if (!wishes.hasNext()) {
                return null;
            }
            Wish wish = wishes.next();
            wishes.remove();
            sending = wish;
            return wish;
        }
    }

    /** Sends one wish and returns how long to wait before the next. */
    private Duration deliver(Wish wish) {
        boolean again = false;
        boolean stored = false;
        try {
            stored = patch(wish);
            backoff.reset();
            problems.clear();
        } catch (StoreException e) {
            again = true;
            problems.report(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("the status of mapping {} met the unexpected", wish.name(), e);
        } finally {
            settle(wish, stored, again);
        }
        return again ? backoff.next() : Duration.ZERO;
    }

    private void settle(Wish wish, boolean stored, boolean again) {
        synchronized (lock) {
            sending = null;
            if (stored) {
                written++;
                unseen.put(wish.name(), new Sent(wish, nanoTime.getAsLong()));
            }
            if (again && !closed) {
                waiting.putIfAbsent(wish.name(), wish);
            }
            lock.notifyAll();
        }
    }

    /** True when it is stored, false when the object is gone or the server refuses this status for good. */
    private boolean patch(Wish wish) {
        ApiAction action = new ApiAction("patch", IamIdentityMapping.GROUP, IamIdentityMapping.PLURAL + "/status", null,
                null);
        V1Patch body = new V1Patch(json(wish).toString());
        try {
            calls.sendPatch(action, V1Patch.PATCH_FORMAT_JSON_PATCH, JsonObject.class,
                    () -> api
                            .patchClusterCustomObjectStatus(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                                    IamIdentityMapping.PLURAL, wish.name(), body)
                            .fieldManager(AwsAuthStore.FIELD_MANAGER)
                            .buildCall(null));
            return true;
        } catch (ApiException e) {
            if (e.getCode() == 404 || e.getCode() == 409 || isOfAnother(wish, e)) {
                // Gone, or another object of that name: the next pass knows.
                return false;
            }
            if (ApiFailure.isRejection(e)) {
                problems.report("the API server refuses the status of mapping " + wish.name() + ": "
                        + ApiFailure.message(e));
                return false;
            }
            throw calls.failure(action, e);
        }
    }

    /** A failed test of a JSON patch is answered like invalid content. */
    private boolean isOfAnother(Wish wish, ApiException refusal) {
        if (refusal.getCode() != 422) {
            return false;
        }
        ApiAction get = new ApiAction("get", IamIdentityMapping.GROUP, IamIdentityMapping.PLURAL, null, null);
        try {
            JsonObject now = calls.send(get, JsonObject.class,
                    () -> api
                            .getClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                                    IamIdentityMapping.PLURAL, wish.name())
                            .buildCall(null));
            return !(now.get("metadata") instanceof JsonObject metadata
                    && new JsonPrimitive(wish.uid()).equals(metadata.get("uid")));
        } catch (ApiException e) {
            return e.getCode() == 404;
        }
    }

    /**
     * A JSON patch, because only its test keeps the status from another object of the same name: the status subresource
     * of a custom resource ignores a uid in the metadata of a merge patch.
     */
    private static JsonArray json(Wish wish) {
        JsonArray patch = new JsonArray();
        patch.add(operation("test", "/metadata/uid", new JsonPrimitive(wish.uid())));
        patch.add(operation("add", "/status", LenientJson.gson().toJsonTree(wish.status())));
        return patch;
    }

    private static JsonObject operation(String name, String path, JsonElement value) {
        JsonObject operation = new JsonObject();
        operation.addProperty("op", name);
        operation.addProperty("path", path);
        operation.add("value", value);
        return operation;
    }
}
