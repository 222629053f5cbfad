package dev.iammapper.bench;

import dev.iammapper.admission.AdmissionEndpoint;
import dev.iammapper.cluster.ClusterException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Asks a webhook again and again over connections that stay open. It speaks HTTP/1.1 by itself: a client for everybody
 * would cost more of the machine than the webhook does.
 */
final class ReviewLoad {
    private final int port;
    private final SSLContext trust;
    private final List<byte[]> requests;

    ReviewLoad(int port, SSLContext trust, List<byte[]> bodies) {
        this.port = port;
        this.trust = trust;
        this.requests = bodies.stream().map(ReviewLoad::request).toList();
    }

    /** What was measured: how long each review took, in ascending order. */
    static final class Result {
        private final long[] nanos;
        private final Duration took;

        private Result(long[] nanos, Duration took) {
            this.nanos = nanos;
            this.took = took;
        }

        int count() {
            return nanos.length;
        }

        double perSecond() {
            return nanos.length / (took.toNanos() / 1e9);
        }

        double millisAt(double quantile) {
            return nanos[(int) Math.min(nanos.length - 1, Math.floor(nanos.length * quantile))] / 1e6;
        }
    }

    /** So many connections, each past its handshake. */
    Connections connect(int count) {
        Connections connections = new Connections();
        try {
            for (int i = 0; i < count; i++) {
                SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(),
                        port);
                connections.sockets.add(socket);
                socket.setTcpNoDelay(true);
                socket.startHandshake();
            }
            return connections;
        } catch (IOException e) {
            connections.close();
            throw new ClusterException("the webhook does not take a connection", e);
        }
    }

    /** Connections that stay open until they are closed together. */
    static final class Connections implements AutoCloseable {
        private final List<SSLSocket> sockets = new ArrayList<>();

        private Connections() {}

        @Override
        public void close() {
            for (SSLSocket socket : sockets) {
                try {
                    socket.close();
                } catch (IOException gone) {
                    // It is closed all the same.
                }
            }
        }
    }

    /**
     * Asks for so long, with one request at a time on each connection.
     *
     * @param perSecond how many requests over all connections, or 0 for as many as are answered; a request that could
     *            not be sent in time counts from when it should have been
     */
    Result run(Connections connections, int perSecond, Duration time) {
        long began = System.nanoTime();
        long end = began + time.toNanos();
        int count = connections.sockets.size();
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<long[]>> all = IntStream.range(0, count)
                    .mapToObj(number -> threads.submit(
                            () -> ask(connections.sockets.get(number), number, count, perSecond, began, end)))
                    .toList();
            List<long[]> parts = new ArrayList<>();
            for (Future<long[]> each : all) {
                parts.add(each.get());
            }
            long[] nanos = parts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            return new Result(nanos, Duration.ofNanos(System.nanoTime() - began));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        } catch (ExecutionException e) {
            throw new ClusterException("a review was not answered: " + e.getCause(), e);
        }
    }

    private long[] ask(SSLSocket socket, int number, int connections, int perSecond, long began, long end)
            throws IOException {
        long[] nanos = new long[1 << 10];
        int count = 0;
        OutputStream out = socket.getOutputStream();
        InputStream in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
        while (true) {
            long asked = System.nanoTime();
            if (perSecond > 0) {
                asked = began + (long) ((count * (long) connections + number) * 1e9 / perSecond);
                while (System.nanoTime() < asked) {
                    LockSupport.parkNanos(asked - System.nanoTime());
                }
            }
            if (asked >= end) {
                return Arrays.copyOf(nanos, count);
            }
            out.write(requests.get((number * 31 + count) % requests.size()));
            out.flush();
            readAnswer(in);
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = System.nanoTime() - asked;
        }
    }

    private static void readAnswer(InputStream in) throws IOException {
        int length = -1;
        String status = line(in);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException("the webhook answered " + status);
        }
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        if (length < 0 || in.readNBytes(length).length < length) {
            throw new IOException("the webhook's answer has no end");
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the webhook hung up");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static byte[] request(byte[] body) {
        byte[] head = ("POST " + AdmissionEndpoint.PATH + "?timeout=5s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "User-Agent: kube-apiserver-admission\r\nAccept: application/json, */*\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }
}
