package dev.iammapper.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.ClusterException;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Which mappings there are, which of them have a status, and when the last one got it. */
final class StatusFeed implements AutoCloseable {
    private static final int LONGEST_WATCH_SECONDS = 2 * 60 * 60;

    private final Object lock = new Object();
    private final Set<String> present = new HashSet<>();
    private final Set<String> judged = new HashSet<>();
    private final Feed feed;
    private long lastChange = System.nanoTime();

    StatusFeed(ApiClient client) {
        this.feed = new Feed("feed-mappings", client,
                version -> new CustomObjectsApi(client)
                        .listClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                                IamIdentityMapping.PLURAL)
                        .watch(true).resourceVersion(version).timeoutSeconds(LONGEST_WATCH_SECONDS).buildCall(null),
                this::take);
    }

    private void take(String line) {
        long now = System.nanoTime();
        JsonObject event = JsonParser.parseString(line).getAsJsonObject();
        JsonObject object = event.getAsJsonObject("object");
        String name = object.getAsJsonObject("metadata").get("name").getAsString();
        synchronized (lock) {
            if (event.get("type").getAsString().equals("DELETED")) {
                present.remove(name);
                judged.remove(name);
            } else {
                present.add(name);
                if (object.get("status") instanceof JsonObject status && status.has("conditions")
                        && judged.add(name)) {
                    lastChange = now;
                }
            }
            lock.notifyAll();
        }
    }

    /** Returns, once so many mappings exist and all have a status, when the last one got it. */
    long awaitJudged(int mappings) {
        return await(mappings, mappings);
    }

    /** Waits until no mapping is left. */
    void awaitNone() {
        await(0, 0);
    }

    private long await(int wantedPresent, int wantedJudged) {
        long deadline = System.nanoTime() + BenchCluster.PATIENCE.toNanos();
        synchronized (lock) {
            while (present.size() != wantedPresent || judged.size() != wantedJudged) {
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new ClusterException(judged.size() + " of " + present.size()
                            + " mappings have a status; expected were " + wantedJudged + " of " + wantedPresent);
                }
                try {
                    lock.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new ClusterException("interrupted", e);
                }
            }
            return lastChange;
        }
    }

    @Override
    public void close() {
        feed.close();
    }
}
