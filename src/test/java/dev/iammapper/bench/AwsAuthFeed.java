package dev.iammapper.bench;

import dev.iammapper.cluster.ClusterException;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Every version of aws-auth, with the moment at which it was seen. */
final class AwsAuthFeed implements AutoCloseable {
    private static final int LONGEST_WATCH_SECONDS = 2 * 60 * 60;

    private final List<Version> versions = new ArrayList<>();
    private final Feed feed;

    AwsAuthFeed(ApiClient client) {
        this.feed = new Feed("feed-aws-auth", client,
                version -> new CoreV1Api(client).listNamespacedConfigMap("kube-system")
                        .fieldSelector("metadata.name=aws-auth").watch(true).resourceVersion(version)
                        .timeoutSeconds(LONGEST_WATCH_SECONDS)
                        .buildCall(null),
                this::take);
    }

    /**
     * One version.
     *
     * @param at when it was seen, on the monotonic clock
     * @param event the JSON of the watch event, in which the rows' quotes are escaped
     */
    record Version(long at, String event) {
        /** How many rows of the benchmark's mappings it holds. */
        int rows() {
            int rows = 0;
            for (int at = event.indexOf(BenchCluster.ROW_END); at >= 0; at = event.indexOf(BenchCluster.ROW_END,
                    at + 1)) {
                rows++;
            }
            return rows;
        }

        boolean holds(String mapping) {
            return event.contains("role/" + mapping + BenchCluster.ROW_END);
        }
    }

    private void take(String event) {
        Version version = new Version(System.nanoTime(), event);
        synchronized (versions) {
            versions.add(version);
            versions.notifyAll();
        }
    }

    /** Forgets all versions but the last. */
    void forget() {
        synchronized (versions) {
            if (versions.size() > 1) {
                versions.subList(0, versions.size() - 1).clear();
            }
        }
    }

    /** Forgets all versions before that moment. */
    void forgetUntil(long moment) {
        synchronized (versions) {
            versions.removeIf(version -> version.at() < moment);
        }
    }

    /** The moment of the first version since {@link #forget}, the one of then included, that is as wanted. */
    long await(String what, Predicate<Version> wanted) {
        long deadline = System.nanoTime() + BenchCluster.PATIENCE.toNanos();
        int looked = 0;
        synchronized (versions) {
            while (true) {
                for (; looked < versions.size(); looked++) {
                    if (wanted.test(versions.get(looked))) {
                        return versions.get(looked).at();
                    }
                }
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new ClusterException("aws-auth did not come to hold " + what);
                }
                pause(left);
            }
        }
    }

    private void pause(long millis) {
        try {
            versions.wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        }
    }

    @Override
    public void close() {
        feed.close();
    }
}
