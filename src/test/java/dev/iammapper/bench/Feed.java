package dev.iammapper.bench;

import dev.iammapper.cluster.ClusterException;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** A watch of our own, so that the moment of a change is known to the millisecond and costs the API server little. */
final class Feed implements AutoCloseable {
    private static final String VERSION = "\"resourceVersion\":\"";

    private final OkHttpClient http;
    private final Source source;
    private final Consumer<String> each;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Call call;

    /** The request of a watch. */
    interface Source {
        /** The call, not yet sent; from the beginning when there is no version. */
        Call build(@Nullable String fromVersion) throws ApiException;
    }

    /** Follows until it is closed; {@code each} gets every line as soon as it is there. */
    Feed(String name, ApiClient client, Source source, Consumer<String> each) {
        this.http = client.getHttpClient().newBuilder().readTimeout(Duration.ZERO).build();
        this.source = source;
        this.each = each;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::follow);
    }

    private void follow() {
        AtomicLong version = new AtomicLong();
        // The API server ends watches whose reader does not keep up, as this one on a busy machine.
        while (!closed) {
            try {
                watch(version);
            } catch (ApiException | IOException e) {
                if (!closed) {
                    throw new ClusterException("a watch of the benchmark broke: " + e.getMessage(), e);
                }
            }
        }
    }

    private void watch(AtomicLong version) throws ApiException, IOException {
        Call next = http.newCall(source.build(version.get() == 0 ? null : Long.toString(version.get())).request());
        call = next;
        try (Response response = next.execute()) {
            BufferedSource lines = response.body().source();
            while (!lines.exhausted()) {
                String line = lines.readUtf8LineStrict();
                if (line.startsWith("{\"type\":\"ERROR\"")) {
                    throw new IOException(line);
                }
                version.accumulateAndGet(version(line), Math::max);
                each.accept(line);
            }
        }
    }

    private static long version(String line) {
        int from = line.indexOf(VERSION) + VERSION.length();
        return Long.parseLong(line.substring(from, line.indexOf('"', from)));
    }

    @Override
    public void close() {
        closed = true;
        Call running = call;
        if (running != null) {
            running.cancel();
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
