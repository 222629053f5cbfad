package dev.iammapper.demo;

import dev.iammapper.cluster.ClusterException;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.demo.DemoCluster.AwsAuth;
import dev.iammapper.demo.DemoCluster.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code mvn spring-boot:test-run}: a real API server, the controller under a ServiceAccount with its own permissions,
 * and a handful of mappings. With {@code -Ddemo.once=true} it ends after the first convergence: exit status 0, or 1
 * when the mappings did not become what they should.
 */
public final class Demo {
    private static final Path FOLDER = Path.of("target", "demo");
    private static final Path REFUSED = Path.of("src", "test", "resources", "demo", "refused.yaml");
    private static final Duration CONVERGENCE = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(300);

    /** What each sample is there to show. */
    private static final Map<String, String> EXPECTED = Map.of("platform-admins", "Applied", "ci-deployer", "Applied",
            "developers", "Applied", "auditors", "Applied", "auditors-copied", "Conflict", "data-science",
            "ForeignEntry", "session-arn", "Invalid", "contractor", "Applied");

    private final Screen screen = new Screen();

    private Demo() {}

    /** Runs the demo. */
    public static void main(String[] args) {
        System.exit(new Demo().run());
    }

    private int run() {
        screen.title("iam-identity-mapper, on a real Kubernetes API server");
        try (TestCluster cluster = TestCluster.start(screen::fact)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> screen.line("\nStopping what the demo started.")));
            return run(cluster);
        } catch (ClusterException | UncheckedIOException e) {
            screen.line("\n" + e.getMessage());
            return 1;
        }
    }

    private int run(TestCluster cluster) {
        Path kubeconfig = prepared(FOLDER).resolve("kubeconfig");
        cluster.writeKubeconfig(kubeconfig);
        DemoCluster demo = new DemoCluster(cluster);
        int mappings = demo.fill(Clock.systemUTC());
        screen.fact("installed crds/, an aws-auth as clusters have it, and " + mappings + " mappings");
        AwsAuth before = demo.awsAuth();
        Path log = FOLDER.resolve("controller.log");
        int webhook = ControllerProcess.freePort();
        String host = cluster.hostFor(webhook);
        try (ControllerProcess controller = ControllerProcess.start(
                cluster.kubeconfigFor("iam-identity-mapper", "controller"), log,
                List.of("--mapper.webhook.enabled=true", "--mapper.webhook.host=" + host,
                        "--server.port=" + webhook))) {
            screen.fact(
                    "controller started as ServiceAccount iam-identity-mapper/controller; its log: " + log);
            demo.askWebhook(host, webhook);
            boolean converged = converged(demo, controller);
            report(demo, before);
            if (!converged) {
                screen.line("\nThe mappings did not become what they should within " + CONVERGENCE.toSeconds()
                        + " s. Look into " + log + ".");
                return 1;
            }
            controller.awaitReady(CONVERGENCE);
            String refusal = demo.refusal(REFUSED);
            screen.heading("What admission says to " + REFUSED);
            screen.paragraph(refusal);
            if (!refusal.contains("MastersGrant")) {
                screen.line("\nThe grant should have been refused by the webhook. Look into " + log + ".");
                return 1;
            }
            if (Boolean.getBoolean("demo.once")) {
                return 0;
            }
            invite(kubeconfig, controller);
            follow(demo, controller);
            screen.line("\nThe controller ended, or whoever started the demo; its log: " + log);
            return 1;
        }
    }

    private static Path prepared(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve("controller.log"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean converged(DemoCluster demo, ControllerProcess controller) {
        long deadline = System.nanoTime() + CONVERGENCE.toNanos();
        while (System.nanoTime() < deadline && controller.isAlive()) {
            Map<String, Verdict> verdicts = demo.verdicts();
            boolean all = EXPECTED.entrySet().stream().allMatch(expected -> verdicts.containsKey(expected.getKey())
                    && expected.getValue().equals(verdicts.get(expected.getKey()).reason()));
            if (all) {
                return true;
            }
            pause();
        }
        return false;
    }

    private void report(DemoCluster demo, AwsAuth before) {
        screen.heading("What became of each mapping");
        demo.verdicts().forEach(screen::verdict);
        AwsAuth after = demo.awsAuth();
        screen.heading("What changed in aws-auth; every other byte is as it was");
        diff(before, after);
    }

    private void diff(AwsAuth before, AwsAuth after) {
        if (!before.mapRoles().equals(after.mapRoles())) {
            screen.diff("mapRoles", LineDiff.of(before.mapRoles(), after.mapRoles()));
        }
        if (!before.mapUsers().equals(after.mapUsers())) {
            screen.diff("mapUsers", LineDiff.of(before.mapUsers(), after.mapUsers()));
        }
    }

    private void invite(Path kubeconfig, ControllerProcess controller) {
        screen.heading("Try next, in another terminal");
        screen.line("  export KUBECONFIG=" + kubeconfig.toAbsolutePath());
        screen.line("  kubectl get iim");
        screen.line("  kubectl describe iim data-science                            # why not, and what to do");
        screen.line("  kubectl annotate iim data-science iammapper.dev/adopt=true   # takes the row over");
        screen.line("  kubectl delete iim platform-admins                           # its row goes");
        screen.line("  kubectl apply -f " + REFUSED + "          # give the cluster away: refused");
        screen.line("  kubectl -n kube-system edit configmap aws-auth               # break a row of ours");
        screen.line("");
        screen.line("  Health and metrics: " + controller.management() + "prometheus");
        screen.line("  In two minutes the contractor's access ends by itself. Ctrl-C stops everything.");
    }

    private void follow(DemoCluster demo, ControllerProcess controller) {
        screen.heading("What happens from here on");
        Map<String, Verdict> known = demo.verdicts();
        AwsAuth before = demo.awsAuth();
        // Maven, or whoever started the demo: nobody could stop it any more when that is gone.
        Optional<ProcessHandle> starter = ProcessHandle.current().parent();
        while (controller.isAlive() && starter.map(ProcessHandle::isAlive).orElse(true)) {
            pause();
            Map<String, Verdict> verdicts;
            AwsAuth after;
            try {
                verdicts = demo.verdicts();
                after = demo.awsAuth();
            } catch (ClusterException unanswered) {
                continue;
            }
            if (!after.equals(before)) {
                screen.line(now() + "aws-auth changed");
                diff(before, after);
            }
            for (Map.Entry<String, Verdict> verdict : verdicts.entrySet()) {
                if (!verdict.getValue().reason().isEmpty()
                        && !verdict.getValue().equals(known.get(verdict.getKey()))) {
                    screen.verdict(now() + verdict.getKey(), verdict.getValue());
                }
            }
            known.keySet().stream().filter(name -> !verdicts.containsKey(name))
                    .forEach(name -> screen.line(now() + name + " was deleted"));
            known = verdicts;
            before = after;
        }
    }

    private static String now() {
        return LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + "  ";
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
