package dev.iammapper.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The controller as a process of its own, started by its main class as a user would start the jar, with the flags that
 * suit a small container. It never outlives this JVM.
 */
public final class ControllerProcess implements AutoCloseable {
    /** The flags of Java with which the controller runs. */
    public static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
            "-XX:+ExitOnOutOfMemoryError");

    private static final Duration POLL = Duration.ofMillis(50);

    private final ChildProcess process;
    private final int managementPort;

    private ControllerProcess(ChildProcess process, int managementPort) {
        this.process = process;
        this.managementPort = managementPort;
    }

    /**
     * Starts a controller.
     *
     * @param kubeconfig the cluster, and as whom
     * @param log gets everything that the controller prints
     * @param settings more arguments, as {@code --mapper.leader-election.enabled=false}
     */
    public static ControllerProcess start(Path kubeconfig, Path log, List<String> settings) {
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.iammapper.app.Main", "controller", "--kubeconfig", kubeconfig.toString(),
                "--management.server.port=" + port));
        command.addAll(settings);
        return new ControllerProcess(ChildProcess.start("controller", new ProcessBuilder(command), log), port);
    }

    /** A port of this machine that nobody listens on at the moment. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ClusterException("no port is free", e);
        }
    }

    /** Where health and metrics are served. */
    public URI management() {
        return URI.create("http://127.0.0.1:" + managementPort + "/actuator/");
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process lives. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** What the controller has printed so far. */
    public String output() {
        return process.output();
    }

    /**
     * Returns when the controller calls itself ready.
     *
     * @throws ClusterException with its last words when it ends or when the time is over
     */
    public void awaitReady(Duration atMost) {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(management().resolve("health/readiness")).timeout(atMost).build();
        long deadline = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // Nobody listens before the web server is up.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClusterException("interrupted while waiting for the controller", e);
            }
            process.waitFor(POLL);
        }
        throw new ClusterException("the controller is not ready; its last words:\n" + process.lastWords(20));
    }

    /** Ends the process without a word, as a node failure would. */
    public void kill() {
        process.close();
    }

    /** Asks the process to stop, and says whether it did within the time. */
    public boolean stop(Duration atMost) {
        process.signal("TERM");
        return process.waitFor(atMost);
    }

    /** Waits for the process to end by itself, and says whether it did within the time. */
    public boolean awaitEnd(Duration atMost) {
        return process.waitFor(atMost);
    }

    /** The exit status of a process that has ended; 128 and the signal's number when a signal ended it. */
    public int exitCode() {
        return process.exitCode();
    }

    /** Freezes the process. */
    public void pause() {
        process.signal("STOP");
    }

    /** Ends a {@link #pause()}. */
    public void resume() {
        process.signal("CONT");
    }

    @Override
    public void close() {
        process.close();
    }
}
