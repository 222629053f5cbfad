package dev.iammapper.cluster;

import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import okhttp3.Response;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** kube-apiserver and etcd as child processes on the loopback interface. */
final class LocalControlPlane implements ControlPlane {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final Path etcdProgram;
    private final Path apiServerProgram;
    private final String origin;
    private final String token = UUID.randomUUID().toString();
    private int etcdPort;
    private int etcdPeerPort;
    private int launched;
    private int port;
    private @Nullable ChildProcess etcd;
    private @Nullable ChildProcess apiServer;
    private @Nullable Access admin;

    private LocalControlPlane(Path folder, Path etcdProgram, Path apiServerProgram, String origin) {
        this.folder = folder;
        this.etcdProgram = etcdProgram;
        this.apiServerProgram = apiServerProgram;
        this.origin = origin;
    }

    /**
     * Starts both servers and returns when the API server is ready, usually after 4 seconds.
     *
     * @param folder where the servers keep their data
     * @param origin where the programs came from, for {@link #description()}
     */
    static LocalControlPlane start(Path folder, Path etcdProgram, Path apiServerProgram, String origin) {
        LocalControlPlane plane = new LocalControlPlane(folder, etcdProgram, apiServerProgram, origin);
        try {
            plane.writeSettings();
            plane.startEtcd();
            plane.startOnFreePort();
            return plane;
        } catch (RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    @Override
    public String description() {
        return "%s, on %s".formatted(origin, admin().server());
    }

    @Override
    public Access admin() {
        if (admin == null) {
            throw new IllegalStateException("the API server was never ready");
        }
        return admin;
    }

    @Override
    public byte[] auditLog(long from) {
        try (FileChannel channel = FileChannel.open(folder.resolve("audit.log"));
                InputStream text = Channels.newInputStream(channel.position(from))) {
            return text.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String hostFor(int port) {
        return "127.0.0.1";
    }

    @Override
    public boolean canStopApiServer() {
        return true;
    }

    @Override
    public void stopApiServer() {
        running().close();
    }

    @Override
    public void startApiServer() {
        if (running().isAlive()) {
            throw new IllegalStateException("the API server is running already");
        }
        apiServer = launchApiServer();
        awaitReady(apiServer);
    }

    @Override
    public void backUp() {
        whileStopped(() -> replace(backup(), etcdData()));
    }

    @Override
    public void restore() {
        whileStopped(() -> replace(etcdData(), backup()));
    }

    /** An API server remembers versions, so it is down as well while its data are others. */
    private void whileStopped(Runnable work) {
        stopApiServer();
        if (etcd != null) {
            etcd.close();
        }
        work.run();
        ChildProcess started = launchEtcd();
        if (!isServing(started)) {
            throw failure(started);
        }
        startApiServer();
    }

    private static void replace(Path old, Path by) {
        new DataFolder(old).close();
        DataFolder.copy(by, old);
    }

    private Path etcdData() {
        return folder.resolve("etcd");
    }

    private Path backup() {
        return folder.resolve("etcd-backup");
    }

    @Override
    public void pause() {
        running().signal("STOP");
    }

    @Override
    public void resume() {
        running().signal("CONT");
    }

    @Override
    public void close() {
        if (apiServer != null) {
            apiServer.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    private ChildProcess running() {
        if (apiServer == null) {
            throw new IllegalStateException("the API server was never started");
        }
        return apiServer;
    }

    private void writeSettings() {
        try {
            Files.writeString(folder.resolve("audit-policy.yaml"), AUDIT_POLICY);
            Files.createFile(folder.resolve("audit.log"));
            Files.writeString(folder.resolve("tokens.csv"), token + ",admin,admin,\"system:masters\"\n");
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair keys = generator.generateKeyPair();
            Files.writeString(folder.resolve("sa.key"), pem("PRIVATE KEY", keys.getPrivate()));
            Files.writeString(folder.resolve("sa.pub"), pem("PUBLIC KEY", keys.getPublic()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void startEtcd() {
        for (int attempt = 1;; attempt++) {
            etcdPort = freePort();
            etcdPeerPort = freePort();
            ChildProcess started = launchEtcd();
            if (isServing(started)) {
                return;
            }
            giveUpAfter(attempt, started);
        }
    }

    private ChildProcess launchEtcd() {
        String clients = "http://127.0.0.1:" + etcdPort;
        String peers = "http://127.0.0.1:" + etcdPeerPort;
        ChildProcess started = launch("etcd", etcdProgram, "--data-dir=" + etcdData(),
                "--listen-client-urls=" + clients, "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers, "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers, "--unsafe-no-fsync", "--log-level=info");
        etcd = started;
        return started;
    }

    /** Its own log, not an answer on the port: that could come from another server, which took the port. */
    private static boolean isServing(ChildProcess etcd) {
        return await(etcd, () -> etcd.output().contains("ready to serve client requests"));
    }

    private void startOnFreePort() {
        for (int attempt = 1;; attempt++) {
            port = freePort();
            ChildProcess started = launchApiServer();
            apiServer = started;
            Path certificate = folder.resolve("certs").resolve("apiserver.crt");
            if (await(started,
                    () -> Files.exists(certificate) && Files.exists(folder.resolve("certs/apiserver.key")))) {
                admin = new Access("https://127.0.0.1:" + port, read(certificate), token);
                if (becomesReady(started)) {
                    return;
                }
            }
            giveUpAfter(attempt, started);
        }
    }

    private ChildProcess launchApiServer() {
        return launch("kube-apiserver", apiServerProgram, //
                "--etcd-servers=http://127.0.0.1:" + etcdPort, //
                "--bind-address=127.0.0.1", "--secure-port=" + port, //
                // Without these two it needs a network interface other than loopback.
                "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none", //
                "--cert-dir=" + folder.resolve("certs"), //
                "--token-auth-file=" + folder.resolve("tokens.csv"), //
                "--authorization-mode=RBAC,Node", //
                "--service-account-issuer=https://kubernetes.default.svc", //
                "--service-account-key-file=" + folder.resolve("sa.pub"), //
                "--service-account-signing-key-file=" + folder.resolve("sa.key"), //
                // Nobody here gives each namespace its default ServiceAccount, which that plugin would wait for.
                "--disable-admission-plugins=ServiceAccount", //
                "--service-cluster-ip-range=10.0.0.0/24", //
                "--audit-policy-file=" + folder.resolve("audit-policy.yaml"), //
                "--audit-log-path=" + folder.resolve("audit.log"), "--audit-log-maxsize=10000");
    }

    private ChildProcess launch(String name, Path program, String... arguments) {
        ProcessBuilder launch = new ProcessBuilder(
                Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList()).directory(folder.toFile());
        return ChildProcess.start(name, launch, folder.resolve(name + "-" + ++launched + ".log"));
    }

    private void awaitReady(ChildProcess started) {
        if (!becomesReady(started)) {
            throw failure(started);
        }
    }

    /** TLS proves that it is our server that answers: no other has the key of the certificate. */
    private boolean becomesReady(ChildProcess started) {
        Access access = admin();
        ApiClient client = access.client();
        return await(started, () -> answers(access, client, "/readyz")
                && answers(access, client, "/api/v1/namespaces/kube-system")
                && answers(access, client, "/api/v1/namespaces/default"));
    }

    private static boolean answers(Access access, ApiClient client, String path) {
        try (Response response = access.get(client, path).execute()) {
            return response.isSuccessful();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Whether the condition comes true while the process lives. */
    private static boolean await(ChildProcess process, Condition condition) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(PATIENCE)
                    .until(() -> !process.isAlive() || condition.holds());
        } catch (ConditionTimeoutException e) {
            throw failure(process);
        }
        return process.isAlive();
    }

    private static void giveUpAfter(int attempt, ChildProcess process) {
        if (attempt == ATTEMPTS) {
            throw failure(process);
        }
    }

    private static ClusterException failure(ChildProcess process) {
        return new ClusterException("%s did not become ready%s; its last lines were:%n%s".formatted(process.name(),
                process.isAlive() ? " within " + PATIENCE.toSeconds() + " s" : "", process.lastWords(15)));
    }

    /**
     * A port below those that systems hand out to outgoing connections, so that it is still free when the API server
     * comes back to it.
     */
    private static int freePort() {
        for (int candidate = ThreadLocalRandom.current().nextInt(20_000, 32_000); candidate < 32_768; candidate++) {
            try (ServerSocket free = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // The next one, then.
            }
        }
        throw new ClusterException("no port between 20000 and 32768 is free on this machine");
    }

    private static String pem(String kind, Key key) {
        return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(kind,
                Base64.getMimeEncoder().encodeToString(key.getEncoded()));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }
}
