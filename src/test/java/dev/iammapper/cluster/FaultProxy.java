package dev.iammapper.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * A way to the API server on which things go wrong as they do on real ones: replies come late, in part or never,
 * watches fall silent, and requests are refused by whoever stands in between. What no {@link Fault} speaks of passes
 * unchanged.
 *
 * <p>It takes plain HTTP on the loopback interface, so a client finds it by a kubeconfig of its own. In the audit log,
 * the user agent of what came through it ends with the proxy's label.
 */
public final class FaultProxy implements AutoCloseable {
    private static final List<String> HEADERS_TO_SERVER = List.of("Authorization", "Accept", "Accept-Encoding");
    private static final List<String> HEADERS_TO_CLIENT = List.of("Content-Type", "Content-Encoding", "Date",
            "Retry-After", "Warning");

    static {
        // Otherwise the server of the JDK waits for acknowledgements between the head and the body of an answer.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Access upstream;
    private final String label;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final OkHttpClient http;
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final Map<Call, Asked> open = new ConcurrentHashMap<>();
    private final List<Asked> forwarded = new CopyOnWriteArrayList<>();

    private FaultProxy(Access upstream, String label, HttpServer server) {
        this.upstream = upstream;
        this.label = label;
        this.server = server;
        this.http = upstream.client().getHttpClient().newBuilder().readTimeout(Duration.ZERO)
                .callTimeout(Duration.ZERO).retryOnConnectionFailure(false).build();
    }

    static FaultProxy start(Access upstream, String label) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            FaultProxy proxy = new FaultProxy(upstream, label, server);
            server.createContext("/", proxy::serve);
            server.setExecutor(proxy.threads);
            server.start();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a proxy on the loopback interface", e);
        }
    }

    /**
     * A request of a client.
     *
     * @param query as sent, empty when there is none
     * @param token the bearer token, empty when there is none
     */
    public record Asked(String method, String path, String query, String token, String body) {
        /** Whether it is a watch. */
        public boolean isWatch() {
            return query.contains("watch=true");
        }

        /** Whether it could change something. */
        public boolean isWrite() {
            return !method.equals("GET");
        }

        /** Whether it is a write of that object, or of its status, or its creation in a collection. */
        public boolean writes(String object) {
            return isWrite() && (path.endsWith("/" + object) || path.endsWith("/" + object + "/status")
                    || (method.equals("POST") && body.contains("\"name\":\"" + object + "\"")));
        }
    }

    /** What happens to a request. */
    public sealed interface Behaviour {
        /** It is forwarded after that time, or when the fault ends. */
        record Late(Duration delay) implements Behaviour {}

        /** It never reaches the API server: somebody on the way answers. */
        record Refused(int status, Map<String, String> headers, String body) implements Behaviour {}

        /** The connection is closed before the request reaches the API server. */
        record Dropped() implements Behaviour {}

        /** The API server does what it is asked to, and the connection is closed before it can say so. */
        record Lost() implements Behaviour {}

        /** Half of the answer arrives. */
        record Cut() implements Behaviour {}

        /** A watch that is opened, and on which nothing arrives any more. */
        record Silent() implements Behaviour {}

        /** The request waits at the gate before it is forwarded. */
        record HeldBefore(Gate gate) implements Behaviour {}

        /** The API server does what it is asked to, and its answer waits at the gate. */
        record HeldAfter(Gate gate) implements Behaviour {}
    }

    /** Where one request waits until it is let on. */
    public static final class Gate {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);
        private volatile boolean dropped;

        /** Whether a request came within the time. */
        public boolean awaitArrival(Duration atMost) {
            return await(arrived, atMost);
        }

        /** Lets it on. */
        public void open() {
            opened.countDown();
        }

        /** Lets it vanish: a request that was not forwarded never is, an answer does not arrive. */
        public void drop() {
            dropped = true;
            opened.countDown();
        }

        private void pass() throws IOException {
            arrived.countDown();
            if (!await(opened, Duration.ofMinutes(5)) || dropped) {
                throw new IOException("dropped");
            }
        }
    }

    /** Something that goes wrong, until it is ended. */
    public static final class Fault implements AutoCloseable {
        private final Predicate<Asked> concerned;
        private final Behaviour behaviour;
        private final AtomicInteger left;
        private final AtomicInteger hits = new AtomicInteger();
        private final CountDownLatch ended = new CountDownLatch(1);

        private Fault(int times, Predicate<Asked> concerned, Behaviour behaviour) {
            this.left = new AtomicInteger(times);
            this.concerned = concerned;
            this.behaviour = behaviour;
        }

        /** How many requests it befell. */
        public int hits() {
            return hits.get();
        }

        /** From now on everything passes, also what is being delayed. */
        @Override
        public void close() {
            left.set(0);
            ended.countDown();
        }

        private boolean befalls(Asked asked) {
            if (left.get() <= 0 || !concerned.test(asked) || left.getAndDecrement() <= 0) {
                return false;
            }
            hits.incrementAndGet();
            return true;
        }
    }

    /** Lets something go wrong for every request that is concerned, until the fault is closed. */
    public Fault inject(Predicate<Asked> concerned, Behaviour behaviour) {
        return inject(Integer.MAX_VALUE, concerned, behaviour);
    }

    /** Lets something go wrong so many times. Of two faults that concern a request, the later one befalls it. */
    public Fault inject(int times, Predicate<Asked> concerned, Behaviour behaviour) {
        Fault fault = new Fault(times, concerned, behaviour);
        faults.addFirst(fault);
        return fault;
    }

    /** Ends every watch that is open, as a load balancer does. */
    public void cutWatches() {
        open.forEach((call, asked) -> {
            if (asked.isWatch()) {
                call.cancel();
            }
        });
    }

    /** The requests that reached the API server, in the order in which they were forwarded. */
    public List<Asked> forwarded() {
        return List.copyOf(forwarded);
    }

    /** The same kubeconfig, by this way. */
    public Path kubeconfig(Path original, Path target) {
        try {
            Files.writeString(target, Files.readString(original).replaceAll("server: https://\\S+",
                    "server: http://127.0.0.1:" + server.getAddress().getPort()));
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes every connection. */
    @Override
    public void close() {
        faults.forEach(Fault::close);
        server.stop(0);
        open.keySet().forEach(Call::cancel);
        threads.shutdownNow();
        http.connectionPool().evictAll();
    }

    private void serve(HttpExchange exchange) {
        try (exchange) {
            Asked asked = asked(exchange);
            Fault fault = faults.stream().filter(each -> each.befalls(asked)).findFirst().orElse(null);
            if (fault == null) {
                pass(exchange, asked);
                return;
            }
            switch (fault.behaviour) {
                case Behaviour.Late(Duration delay) -> {
                    await(fault.ended, delay);
                    pass(exchange, asked);
                }
                case Behaviour.Refused(int status, Map<String, String> headers, String body) -> {
                    headers.forEach(exchange.getResponseHeaders()::set);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
                }
                case Behaviour.Dropped _ -> {
                    // Closed without a word.
                }
                case Behaviour.Lost _ -> {
                    try (Response answer = forward(exchange, asked)) {
                        answer.body().bytes();
                    }
                }
                case Behaviour.Cut _ -> {
                    try (Response answer = forward(exchange, asked)) {
                        cut(exchange, answer);
                    }
                }
                case Behaviour.Silent _ -> {
                    try (Response answer = forward(exchange, asked)) {
                        copyHead(exchange, answer);
                        exchange.sendResponseHeaders(answer.code(), 0);
                        exchange.getResponseBody().flush();
                        await(fault.ended, Duration.ofMinutes(30));
                    }
                }
                case Behaviour.HeldBefore(Gate gate) -> {
                    gate.pass();
                    pass(exchange, asked);
                }
                case Behaviour.HeldAfter(Gate gate) -> {
                    try (Response answer = forward(exchange, asked)) {
                        byte[] body = answer.body().bytes();
                        gate.pass();
                        copyHead(exchange, answer);
                        send(exchange, answer.code(), body);
                    }
                }
            }
        } catch (IOException e) {
            // Either side hung up: the exchange is closed, which tells the other one.
        }
    }

    private static Asked asked(HttpExchange exchange) throws IOException {
        String authorization = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
        return new Asked(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(),
                Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), ""),
                authorization.replaceFirst("^Bearer ", ""),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    private void pass(HttpExchange exchange, Asked asked) throws IOException {
        Call call = call(exchange, asked);
        open.put(call, asked);
        try (Response answer = call.execute()) {
            if (asked.isWatch()) {
                stream(exchange, answer);
            } else {
                byte[] body = answer.body().bytes();
                copyHead(exchange, answer);
                send(exchange, answer.code(), body);
            }
        } finally {
            open.remove(call);
        }
    }

    private Response forward(HttpExchange exchange, Asked asked) throws IOException {
        return call(exchange, asked).execute();
    }

    private Call call(HttpExchange exchange, Asked asked) {
        Request.Builder request = new Request.Builder()
                .url(upstream.server() + asked.path() + (asked.query().isEmpty() ? "" : "?" + asked.query()))
                .method(asked.method(), asked.isWrite() ? body(exchange, asked) : null)
                .header("User-Agent", exchange.getRequestHeaders().getFirst("User-Agent") + " " + label);
        HEADERS_TO_SERVER.forEach(name -> {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        });
        forwarded.add(asked);
        return http.newCall(request.build());
    }

    private static RequestBody body(HttpExchange exchange, Asked asked) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        return RequestBody.create(asked.body().getBytes(StandardCharsets.UTF_8),
                type == null ? null : MediaType.get(type));
    }

    private static void copyHead(HttpExchange exchange, Response answer) {
        HEADERS_TO_CLIENT.forEach(name -> {
            String value = answer.header(name);
            if (value != null) {
                exchange.getResponseHeaders().set(name, value);
            }
        });
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().close();
        }
    }

    private static void cut(HttpExchange exchange, Response answer) throws IOException {
        byte[] body = answer.body().bytes();
        copyHead(exchange, answer);
        exchange.sendResponseHeaders(answer.code(), body.length);
        exchange.getResponseBody().write(Arrays.copyOf(body, body.length / 2));
        exchange.getResponseBody().flush();
    }

    private static void stream(HttpExchange exchange, Response answer) throws IOException {
        copyHead(exchange, answer);
        exchange.sendResponseHeaders(answer.code(), 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        InputStream in = answer.body().byteStream();
        byte[] piece = new byte[16 << 10];
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            out.write(piece, 0, read);
            out.flush();
        }
        out.close();
    }

    private static boolean await(CountDownLatch latch, Duration atMost) {
        try {
            return latch.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
