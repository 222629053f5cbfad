package dev.iammapper.scenario;

import dev.iammapper.admission.Reviews;
import dev.iammapper.cluster.ControllerProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Reviews for several replicas, as API servers send them through a Service: to any replica that was ready a second ago,
 * over connections that are kept as long as the replica keeps them, also when the Service has forgotten it. A request
 * that gets no verdict is lost: nobody sends it again.
 */
final class ServiceTraffic implements AutoCloseable {
    /** How long the news that a replica is not ready take to every node. */
    private static final Duration PROPAGATION = Duration.ofSeconds(1);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final Duration BETWEEN_CALLS = Duration.ofMillis(20);
    /** Nothing is lost by being slow on a busy machine. */
    private static final Duration SLOW = Duration.ofSeconds(30);

    private static final int CALLERS = 4;
    private static final int CALLS_OF_A_CONNECTION = 500;
    private static final byte[] REVIEW = Reviews.bytes(Reviews.creation(Reviews.goodMapping()));

    private final List<Endpoint> endpoints = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final HttpClient client;
    private volatile boolean closed;

    /** One replica of the Service. */
    private static final class Endpoint {
        private final ControllerProcess replica;
        private final URI webhook;
        private volatile boolean known;
        private volatile boolean ready;
        private volatile long changedAt;

        private Endpoint(ControllerProcess replica, int port) {
            this.replica = replica;
            this.webhook = URI.create("https://127.0.0.1:" + port + "/validate/iamidentitymapping");
        }

        private void looked(boolean nowReady) {
            if (nowReady != ready) {
                changedAt = System.nanoTime();
                ready = nowReady;
                known = true;
            }
        }

        private boolean isCalled() {
            return ready || (known && System.nanoTime() - changedAt < PROPAGATION.toNanos());
        }
    }

    ServiceTraffic() {
        try {
            SSLContext trust = SSLContext.getInstance("TLS");
            trust.init(null, new TrustManager[] {new TrustsAnybody()}, null);
            client = HttpClient.newBuilder().sslContext(trust).version(HttpClient.Version.HTTP_1_1).build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        for (int caller = 0; caller < CALLERS; caller++) {
            start("service-caller-" + caller, new Caller(caller)::call, BETWEEN_CALLS);
        }
    }

    /** A replica that is called from when it is ready. */
    void add(ControllerProcess replica, int port) {
        Endpoint endpoint = new Endpoint(replica, port);
        endpoints.add(endpoint);
        start("service-endpoint-" + port, () -> look(endpoint), BETWEEN_LOOKS);
    }

    /** How many requests got a verdict. */
    int answered() {
        return answered.get();
    }

    /** What became of the others. */
    List<String> lost() {
        return List.copyOf(lost);
    }

    private void look(Endpoint endpoint) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint.replica.management().resolve("health/readiness"))
                .timeout(SLOW).build();
        try {
            endpoint.looked(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
        } catch (IOException noAnswer) {
            endpoint.looked(false);
        }
    }

    /** An API server: the Service only decides where a new connection leads. */
    private final class Caller {
        private final Random random;
        private @Nullable Endpoint connected;

        private Caller(int seed) {
            this.random = new Random(seed);
        }

        private void call() throws InterruptedException {
            if (connected == null || random.nextInt(CALLS_OF_A_CONNECTION) == 0) {
                List<Endpoint> called = endpoints.stream().filter(Endpoint::isCalled).toList();
                if (called.isEmpty()) {
                    if (answered.get() > 0) {
                        lost.add("no replica was ready");
                    }
                    return;
                }
                connected = called.get(random.nextInt(called.size()));
            }
            HttpRequest request = HttpRequest.newBuilder(connected.webhook).timeout(SLOW)
                    .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofByteArray(REVIEW))
                    .build();
            try {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200 && answer.body().contains("\"allowed\":true")) {
                    answered.incrementAndGet();
                } else {
                    lost.add(connected.webhook + " answered " + answer.statusCode() + " " + answer.body());
                }
                if (answer.headers().firstValue("Connection").filter("close"::equalsIgnoreCase).isPresent()) {
                    connected = null;
                }
            } catch (IOException noAnswer) {
                lost.add(connected.webhook + ": " + noAnswer);
                connected = null;
            }
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private void start(String name, Step step, Duration pause) {
        threads.add(Thread.ofVirtual().name(name).start(() -> {
            try {
                while (!closed) {
                    step.run();
                    Thread.sleep(pause);
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        client.close();
    }

    /** Certificates are others' to test. */
    private static final class TrustsAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
