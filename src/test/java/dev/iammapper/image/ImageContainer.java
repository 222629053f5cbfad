package dev.iammapper.image;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.iammapper.cluster.ClusterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The controller out of its image, on the network of this machine and with as little else as the chart gives it: no
 * capability, a root file system that cannot be written, 256 MiB, and a ServiceAccount where Pods have theirs.
 *
 * <p>The system property {@code image} names the image, {@code image.engine} the words that run a container, such as
 * {@code docker} or {@code podman --runtime runc}, and {@code image.options} more of them for its {@code run}.
 */
public final class ImageContainer implements AutoCloseable {
    /** The mebibytes that the chart's limit would have to be at the least. */
    public static final int MEBIBYTES = 256;

    private static final Duration POLL = Duration.ofMillis(10);

    private final List<String> engine;
    private final String name;
    private final Process process;
    private final Path log;
    private final URI management;

    private ImageContainer(List<String> engine, String name, Process process, Path log, URI management) {
        this.engine = engine;
        this.name = name;
        this.process = process;
        this.log = log;
        this.management = management;
    }

    /**
     * Starts a controller.
     *
     * @param serviceAccount as {@link #serviceAccount} makes it
     * @param server the URL of the API server, by its address
     * @param managementPort free
     * @param cpus how many, or null for all
     * @param javaOptions for JAVA_TOOL_OPTIONS, or empty
     * @param log gets what the controller prints
     * @param settings of the controller
     */
    public static ImageContainer start(Path serviceAccount, URI server, int managementPort, @Nullable String cpus,
            String javaOptions, Path log, List<String> settings) {
        List<String> engine = words(System.getProperty("image.engine", "docker"));
        String name = "iam-identity-mapper-" + UUID.randomUUID();
        List<String> command = new ArrayList<>(engine);
        command.addAll(List.of("run", "--name", name, "--network=host", "--pull=never", "--read-only", "--tmpfs",
                "/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--memory=" + MEBIBYTES + "m",
                "--memory-swap=" + MEBIBYTES + "m"));
        command.addAll(words(System.getProperty("image.options", "")));
        if (cpus != null) {
            command.add("--cpus=" + cpus);
        }
        if (!javaOptions.isEmpty()) {
            command.add("--env=JAVA_TOOL_OPTIONS=" + javaOptions);
        }
        command.addAll(List.of("--env=KUBERNETES_SERVICE_HOST=" + server.getHost(),
                "--env=KUBERNETES_SERVICE_PORT=" + server.getPort(),
                "--volume=" + serviceAccount + ":/var/run/secrets/kubernetes.io/serviceaccount:ro",
                System.getProperty("image"), "controller", "--management.server.port=" + managementPort));
        command.addAll(settings);
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                    .start();
            return new ImageContainer(engine, name, process, log,
                    URI.create("http://127.0.0.1:" + managementPort + "/actuator/"));
        } catch (IOException e) {
            throw new ClusterException("no container could be started with " + engine, e);
        }
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    /** Puts the token and the authority of a kubeconfig into a folder, as a Pod gets them. */
    public static Path serviceAccount(Path kubeconfig, String namespace) {
        try {
            Map<?, ?> config = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(kubeconfig));
            Path folder = Files.createTempDirectory("serviceaccount");
            Files.writeString(folder.resolve("token"), text(config, "users", "user", "token"));
            Files.write(folder.resolve("ca.crt"),
                    Base64.getDecoder().decode(text(config, "clusters", "cluster", "certificate-authority-data")));
            Files.writeString(folder.resolve("namespace"), namespace);
            // Read by another user, the image's; the token ends with the test.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The URL of the API server in a kubeconfig. */
    public static URI server(Path kubeconfig) {
        try {
            Map<?, ?> config = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(kubeconfig));
            return URI.create(text(config, "clusters", "cluster", "server"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Map<?, ?> kubeconfig, String list, String kind, String field) {
        Map<?, ?> entry = (Map<?, ?>) ((List<?>) kubeconfig.get(list)).getFirst();
        return String.valueOf(((Map<?, ?>) entry.get(kind)).get(field));
    }

    /**
     * Returns when the controller says that it is ready.
     *
     * @throws ClusterException with its last words, when it ends first or the time is over
     */
    public void awaitReady(Duration atMost) {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(management.resolve("health/readiness")).timeout(atMost).build();
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (System.nanoTime() < deadline && process.isAlive()) {
                try {
                    if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    // Nobody listens before the web server is up.
                }
                process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while waiting for the container", e);
        }
        throw new ClusterException("the container is not ready. It said:\n" + output());
    }

    /** Health and metrics. */
    public URI management() {
        return management;
    }

    /** What the engine knows about the container. */
    public JsonObject inspect() {
        return JsonParser.parseString(engine("inspect", name)).getAsJsonArray().get(0).getAsJsonObject();
    }

    /** The process on this machine. */
    public long pid() {
        return inspect().getAsJsonObject("State").get("Pid").getAsLong();
    }

    /** All that the controller printed until now. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the controller to stop, as a kubelet does, and returns its exit code. */
    public int stop(Duration atMost) {
        engine("kill", "--signal=TERM", name);
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ClusterException("the container did not stop. It said:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while waiting for the container", e);
        }
    }

    private String engine(String... arguments) {
        List<String> command = new ArrayList<>(engine);
        command.addAll(List.of(arguments));
        try {
            Process asked = new ProcessBuilder(command).start();
            String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (asked.waitFor() != 0) {
                throw new ClusterException(String.join(" ", command) + " failed: "
                        + new String(asked.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        }
    }

    @Override
    public void close() {
        engine("rm", "--force", name);
    }
}
