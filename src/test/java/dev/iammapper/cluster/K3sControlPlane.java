package dev.iammapper.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testcontainers.Testcontainers;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** k3s in Docker: a whole cluster, with controllers, a kubelet and a scheduler. Testcontainers ends it with the JVM. */
final class K3sControlPlane implements ControlPlane {

    private static final String IMAGE = "rancher/k3s:v1.35.4-k3s1";
    private static final String POLICY = "/etc/audit-policy.yaml";
    private static final String LOG = "/var/log/audit.log";

    private final K3sContainer container;
    private final Access admin;

    private K3sControlPlane(K3sContainer container, Access admin) {
        this.container = container;
        this.admin = admin;
    }

    /** Whether a Docker daemon answers. */
    static boolean isPossible() {
        return dockerSocketAnswers() && DockerClientFactory.instance().isDockerAvailable();
    }

    /**
     * Starts k3s and returns when its node is ready.
     *
     * @throws ClusterException saying what to do when it does not start
     */
    static K3sControlPlane start(Consumer<String> progress) {
        if (!isPossible()) {
            throw new ClusterException(
                    "-Dcluster=k3s needs Docker, and no daemon answers: start one (`docker info` tells"
                            + " whether it runs), or write -Dcluster=local to build and run kube-apiserver and etcd instead");
        }
        progress.accept("Starting " + IMAGE + " in Docker; the first time, its image is pulled");
        K3sContainer container = new K3sContainer(DockerImageName.parse(IMAGE));
        List<String> command = new ArrayList<>(List.of(container.getCommandParts()));
        command.add("--kube-apiserver-arg=audit-policy-file=" + POLICY);
        command.add("--kube-apiserver-arg=audit-log-path=" + LOG);
        command.add("--kube-apiserver-arg=audit-log-maxsize=10000");
        container.setCommandParts(command.toArray(String[]::new));
        container.withAccessToHost(true);
        container.withCopyToContainer(Transferable.of(AUDIT_POLICY), POLICY);
        try {
            container.start();
            return new K3sControlPlane(container, adminOf(container));
        } catch (RuntimeException e) {
            container.close();
            throw new ClusterException("k3s did not start in Docker (" + e.getMessage()
                    + "): with -Dcluster=local, kube-apiserver and etcd are built and run without Docker", e);
        }
    }

    @Override
    public String description() {
        return "Kubernetes cluster of k3s in Docker (%s), on %s".formatted(IMAGE, admin.server());
    }

    @Override
    public Access admin() {
        return admin;
    }

    @Override
    public byte[] auditLog(long from) {
        return container.copyFileFromContainer(LOG, log -> {
            log.skipNBytes(from);
            return log.readAllBytes();
        });
    }

    @Override
    public String hostFor(int port) {
        Testcontainers.exposeHostPorts(port);
        return "host.testcontainers.internal";
    }

    @Override
    public boolean canStopApiServer() {
        return false;
    }

    @Override
    public void stopApiServer() {
        throw new UnsupportedOperationException("k3s comes back from a stop under another port of this machine:"
                + " what needs the API server to stop and start runs with -Dcluster=local");
    }

    @Override
    public void startApiServer() {
        stopApiServer();
    }

    @Override
    public void backUp() {
        stopApiServer();
    }

    @Override
    public void restore() {
        stopApiServer();
    }

    @Override
    public void pause() {
        container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void resume() {
        container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void close() {
        container.close();
    }

    /**
     * k3s gives its administrator a client certificate, which this project's Kubernetes client cannot use without a
     * cryptography library that it leaves out: a ServiceAccount with the same rights has a token instead.
     */
    private static Access adminOf(K3sContainer container) {
        String kubeconfig = container.getKubeConfigYaml();
        String authority = new String(Base64.getDecoder().decode(field(kubeconfig, "certificate-authority-data")),
                StandardCharsets.UTF_8);
        kubectl(container, "create", "serviceaccount", "test-admin", "--namespace=kube-system");
        kubectl(container, "create", "clusterrolebinding", "test-admin", "--clusterrole=cluster-admin",
                "--serviceaccount=kube-system:test-admin");
        String token = kubectl(container, "create", "token", "test-admin", "--namespace=kube-system", "--duration=24h");
        return new Access(field(kubeconfig, "server"), authority, token.strip());
    }

    private static String field(String kubeconfig, String name) {
        Matcher found = Pattern.compile("(?m)^\\s*" + name + ":\\s*\"?([^\"\\s]+)").matcher(kubeconfig);
        if (!found.find()) {
            throw new ClusterException("the kubeconfig of k3s has no " + name);
        }
        return found.group(1);
    }

    private static String kubectl(K3sContainer container, String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        try {
            ExecResult result = container.execInContainer(command.toArray(String[]::new));
            if (result.getExitCode() != 0) {
                throw new ClusterException(String.join(" ", command) + " failed in k3s: " + result.getStderr());
            }
            return result.getStdout();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while setting up k3s", e);
        }
    }

    /** Asks the sockets first: Testcontainers reports a missing daemon with several stack traces. */
    private static boolean dockerSocketAnswers() {
        String home = System.getProperty("user.home");
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        return System.getenv("DOCKER_HOST") != null || Stream
                .of("/var/run/docker.sock", home + "/.docker/run/docker.sock", home + "/.docker/desktop/docker.sock",
                        home + "/.rd/docker.sock", home + "/.colima/default/docker.sock",
                        (runtime == null ? "/nowhere" : runtime) + "/docker.sock")
                .anyMatch(K3sControlPlane::listens);
    }

    private static boolean listens(String socket) {
        if (!Files.exists(Path.of(socket))) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException nobodyListens) {
            return false;
        }
    }
}
