package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.Manifests;
import io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A rollout, as a Deployment does it: a new replica, and when it is ready, an old one is told to end. Whoever applies
 * mappings meanwhile notices nothing. {@code -Drollouts=5} takes so many and prints what was measured.
 */
class RolloutIT extends Scenario {
    private static final int ROLLOUTS = Integer.getInteger("rollouts", 1);
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration END = Duration.ofSeconds(30);

    /** Others may take the Lease of a leader that died after so long. */
    private static final Duration LEASE = Duration.ofSeconds(15);

    private final List<Replica> replicas = new ArrayList<>();

    /** A replica with a webhook. */
    private record Replica(ControllerProcess process, int port) {}

    @AfterEach
    void clear() {
        stage.stopControllers();
        Hands.orNull(() -> new AdmissionregistrationV1Api(cluster().adminClient())
                .deleteValidatingWebhookConfiguration("iam-identity-mapper").execute());
        Hands.orNull(() -> new CoreV1Api(cluster().adminClient())
                .deleteNamespacedSecret("iam-identity-mapper-webhook", "iam-identity-mapper").execute());
    }

    @Test
    void noReviewIsLostAndTheNextLeaderWritesLongBeforeTheLeaseWouldHaveRunOut() {
        stage.stopControllers();
        Manifests.create(cluster().adminClient(), """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: iam-identity-mapper}
                webhooks:
                - name: nothing.iammapper.dev
                  admissionReviewVersions: [v1]
                  clientConfig: {url: "https://127.0.0.1:1/nothing"}
                  rules: [{apiGroups: [nothing.iammapper.dev], apiVersions: [v1], resources: [nothings],
                    operations: [CREATE]}]
                  sideEffects: None
                """);
        try (ServiceTraffic traffic = new ServiceTraffic(); Clockwork clockwork = new Clockwork()) {
            start(traffic);
            start(traffic);
            eventually(() -> assertThat(traffic.answered()).isPositive());
            clockwork.begin();
            for (int rollout = 0; rollout < ROLLOUTS; rollout++) {
                for (int replaced = 0; replaced < 2; replaced++) {
                    start(traffic);
                    Replica old = replicas.removeFirst();
                    assertThat(old.process().stop(END)).as("ends").isTrue();
                }
            }
            eventually(() -> assertThat(clockwork.pending()).isEmpty());
            int answered = traffic.answered();
            clockwork.end();
            if (System.getProperty("rollouts") != null) {
                System.out.printf(
                        "%d rollouts of two replicas: %d reviews answered, %d lost; rows written %d, slowest after"
                                + " %d ms; nobody held the Lease for at most %d ms%n",
                        ROLLOUTS, answered, traffic.lost().size(),
                        clockwork.delays.size(), clockwork.slowest(), clockwork.longestGap());
            }

            assertThat(traffic.lost()).isEmpty();
            assertThat(answered).isGreaterThan(200);
            assertThat(clockwork.delays).hasSizeGreaterThan(20);
            assertThat(Duration.ofMillis(clockwork.slowest())).isLessThan(LEASE);
            assertThat(Duration.ofMillis(clockwork.longestGap())).isLessThan(LEASE);
        }
    }

    private void start(ServiceTraffic traffic) {
        int port = ControllerProcess.freePort();
        ControllerProcess process = stage.launchReplica("--mapper.webhook.enabled=true",
                "--mapper.webhook.host=127.0.0.1", "--server.port=" + port, "--mapper.webhook.drain=5s");
        replicas.add(new Replica(process, port));
        traffic.add(process, port);
        process.awaitReady(START);
    }

    /** Creates a mapping now and then, and measures when its row is there and for how long nobody held the Lease. */
    private final class Clockwork implements AutoCloseable {
        private final Map<String, Long> created = new ConcurrentHashMap<>();
        private final ConcurrentLinkedQueue<Long> delays = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Long> gaps = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean creating = new AtomicBoolean();
        private final AtomicBoolean running = new AtomicBoolean(true);
        private final List<Thread> threads = new ArrayList<>();

        void begin() {
            creating.set(true);
            threads.add(Thread.ofVirtual().start(this::create));
            threads.add(Thread.ofVirtual().start(this::watchRows));
            threads.add(Thread.ofVirtual().start(this::watchLease));
        }

        private void create() {
            for (int number = 0; creating.get(); number++) {
                String name = "rollout-%04d".formatted(number);
                created.put(name, System.nanoTime());
                hands.create(role(name));
                pause(Duration.ofMillis(400));
            }
        }

        private void watchRows() {
            while (running.get()) {
                String rows = awsAuth().mapRoles();
                long now = System.nanoTime();
                created.forEach((name, at) -> {
                    if (rows.contains("role/" + name + "\"")) {
                        created.remove(name);
                        delays.add((now - at) / 1_000_000);
                    }
                });
                pause(Duration.ofMillis(20));
            }
        }

        private void watchLease() {
            long free = 0;
            while (running.get()) {
                boolean held = !hands.leader().isEmpty();
                long now = System.nanoTime();
                if (!held && free == 0) {
                    free = now;
                } else if (held && free != 0) {
                    gaps.add((now - free) / 1_000_000);
                    free = 0;
                }
                pause(Duration.ofMillis(20));
            }
        }

        private static void pause(Duration time) {
            try {
                Thread.sleep(time);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        List<String> pending() {
            creating.set(false);
            return List.copyOf(created.keySet());
        }

        long slowest() {
            return delays.stream().mapToLong(Long::longValue).max().orElse(0);
        }

        long longestGap() {
            return gaps.stream().mapToLong(Long::longValue).max().orElse(0);
        }

        void end() {
            creating.set(false);
            running.set(false);
        }

        @Override
        public void close() {
            end();
            for (Thread thread : threads) {
                try {
                    thread.join(Duration.ofSeconds(10));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
