package dev.iammapper.scenario;

import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.FaultProxy;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with the controller in it, kept for all scenarios of this JVM because both take seconds to start. It is not
 * the cluster of the other tests: here everything in it is taken away and put back.
 */
final class Stage {
    private static final Path LOGS = Path.of("target", "scenario");
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration CALM = Duration.ofMillis(500);

    private static @Nullable Stage shared;

    private final TestCluster cluster;
    private final Hands hands;
    private final Path kubeconfig;
    private final List<ControllerProcess> replicas = new ArrayList<>();
    private int starts;

    private Stage(TestCluster cluster) {
        this.cluster = cluster;
        this.hands = new Hands(cluster.adminClient());
        this.kubeconfig = cluster.kubeconfigFor("iam-identity-mapper", "controller");
    }

    static synchronized Stage shared() {
        if (shared == null) {
            clearLogs();
            TestCluster cluster = TestCluster.start();
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "stop-scenario-cluster"));
            shared = new Stage(cluster);
        }
        return shared;
    }

    TestCluster cluster() {
        return cluster;
    }

    Hands hands() {
        return hands;
    }

    /** The kubeconfig of the controller's ServiceAccount. */
    Path kubeconfig() {
        return kubeconfig;
    }

    // ---- the controller

    /** The only controller there is, started if there is none. */
    ControllerProcess controller() {
        replicas.removeIf(replica -> !replica.isAlive());
        while (replicas.size() > 1) {
            replicas.removeLast().stop(STOP);
        }
        return replicas.isEmpty() ? startReplica() : replicas.getFirst();
    }

    /** One more controller, ready. */
    ControllerProcess startReplica(String... settings) {
        ControllerProcess replica = launchReplica(settings);
        replica.awaitReady(START);
        return replica;
    }

    /** One more controller, on its way. */
    ControllerProcess launchReplica(String... settings) {
        Path log = LOGS.resolve("controller-" + ++starts + ".log");
        ControllerProcess replica = ControllerProcess.start(kubeconfig, log, Arrays.asList(settings));
        replicas.add(replica);
        return replica;
    }

    /** One more controller, on its way, whose requests go by the proxy. */
    ControllerProcess launchReplica(FaultProxy proxy, String... settings) {
        return launchReplica(proxy, kubeconfig, settings);
    }

    /** Likewise, with other credentials. */
    ControllerProcess launchReplica(FaultProxy proxy, Path credentials, String... settings) {
        Path log = LOGS.resolve("controller-" + ++starts + ".log");
        Path way = proxy.kubeconfig(credentials, LOGS.resolve("controller-" + starts + ".kubeconfig"));
        ControllerProcess replica = ControllerProcess.start(way, log, Arrays.asList(settings));
        replicas.add(replica);
        return replica;
    }

    /** Kills every controller, and takes the Lease away from whoever held it. */
    void killControllers() {
        replicas.forEach(ControllerProcess::kill);
        replicas.clear();
        hands.releaseLease();
    }

    /** Stops every controller as a rollout would: each releases its Lease. */
    void stopControllers() {
        replicas.forEach(replica -> {
            if (replica.isAlive() && !replica.stop(STOP)) {
                throw new IllegalStateException("a controller did not stop within " + STOP + ":\n" + replica.output());
            }
        });
        replicas.clear();
    }

    // ---- between scenarios

    /** An aws-auth as usual, no mappings, no ledger, one controller, and nobody who writes. */
    void reset() {
        cluster.applyCrds();
        Manifests.create(cluster.adminClient(), Path.of("docs", "rbac.yaml"));
        ControllerProcess controller = controller();
        hands.deleteAllMappings();
        // Made anew: the API server stops recording who wrote what in an object that was empty once.
        hands.deleteAwsAuth();
        Awaitility.await("a clean aws-auth that stays so; last words of the controller: " + lastWords(controller))
                .pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(40)).during(CALM).until(this::isClean);
    }

    private boolean isClean() {
        AwsAuth now = hands.awsAuth();
        boolean clean = now.data().equals(AwsAuth.USUAL) && hands.ledger() == null;
        if (!clean) {
            if (!now.data().equals(AwsAuth.USUAL)) {
                hands.putAwsAuth("scenario", AwsAuth.USUAL);
            }
            hands.deleteLedger();
        }
        return clean;
    }

    static String lastWords(ControllerProcess controller) {
        List<String> lines = controller.output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    private static void clearLogs() {
        try {
            Files.createDirectories(LOGS);
            try (var logs = Files.list(LOGS)) {
                for (Path log : logs.toList()) {
                    Files.delete(log);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
