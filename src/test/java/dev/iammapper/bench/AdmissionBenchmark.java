package dev.iammapper.bench;

import dev.iammapper.admission.Reviews;
import dev.iammapper.bench.Figure.ToReach;
import dev.iammapper.cluster.ClusterException;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The webhook of a controller that is a process of its own, asked over HTTPS as an API server asks it. */
final class AdmissionBenchmark {
    private static final int FEW = 10;
    private static final int MANY = 5000;
    private static final int BODIES = 500;
    private static final int RATE = 500;
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration MEASURED = Duration.ofSeconds(8);

    private final Report report;
    private final Path log;

    AdmissionBenchmark(Report report, Path folder) {
        this.report = report;
        this.log = folder.resolve("webhook.log");
    }

    void run() {
        int port = ControllerProcess.freePort();
        try (BenchCluster cluster = new BenchCluster(TestCluster.start(report::say));
                StatusFeed statuses = cluster.followStatuses()) {
            cluster.registerWebhook();
            try (ControllerProcess controller = cluster.startController(log, "--mapper.webhook.enabled=true",
                    "--mapper.webhook.host=127.0.0.1", "--server.port=" + port)) {
                controller.awaitReady(BenchCluster.PATIENCE);
                SSLContext trust = cluster.trustInWebhook();
                cluster.createAll(0, FEW);
                statuses.awaitJudged(FEW);
                ReviewLoad load = new ReviewLoad(port, trust, bodies());
                warmUp(load);
                measure(load, controller, FEW, 1);
                measure(load, controller, FEW, 16);
                cluster.createAll(FEW, MANY);
                statuses.awaitJudged(MANY);
                warmUp(load);
                measure(load, controller, MANY, 1);
                measure(load, controller, MANY, 16);
                measure(load, controller, MANY, 64);
                paced(load, controller);
                memory(controller);
            }
        }
    }

    private static void warmUp(ReviewLoad load) {
        try (ReviewLoad.Connections connections = load.connect(16)) {
            load.run(connections, 0, WARM_UP);
        }
    }

    private void measure(ReviewLoad load, ControllerProcess controller, int mappings, int concurrency) {
        String work = String.format(Locale.ROOT, "admission at concurrency %d, %,d mappings", concurrency, mappings);
        ProcessUsage usage = new ProcessUsage(controller.pid());
        try (ReviewLoad.Connections connections = load.connect(concurrency)) {
            double cpu = usage.cpuSeconds();
            ReviewLoad.Result result = load.run(connections, 0, MEASURED);
            report.add(Figure.one(work, "reviews a second", "", result.perSecond(), null));
            latencies(work, result, null);
            report.add(Figure.one(work, "CPU of the controller for a review", "ms",
                    (usage.cpuSeconds() - cpu) * 1000 / result.count(), null));
        }
    }

    private void paced(ReviewLoad load, ControllerProcess controller) {
        String work = String.format(Locale.ROOT, "admission at %d reviews a second, %,d mappings", RATE, MANY);
        ProcessUsage usage = new ProcessUsage(controller.pid());
        try (ReviewLoad.Connections connections = load.connect(16)) {
            double cpu = usage.cpuSeconds();
            ReviewLoad.Result result = load.run(connections, RATE, MEASURED);
            report.add(Figure.one(work, "answered a second", "", result.perSecond(), null));
            latencies(work, result, ToReach.atMost(5));
            report.add(Figure.one(work, "CPU of the controller for a review", "ms",
                    (usage.cpuSeconds() - cpu) * 1000 / result.count(), ToReach.atMost(2)));
        }
    }

    private void latencies(String work, ReviewLoad.Result result, @Nullable ToReach toReach) {
        report.add(Figure.one(work, "p50", "ms", result.millisAt(0.50), null));
        report.add(Figure.one(work, "p99", "ms", result.millisAt(0.99), toReach));
    }

    private void memory(ControllerProcess controller) {
        ProcessUsage usage = new ProcessUsage(controller.pid());
        String work = String.format(Locale.ROOT, "memory with the webhook, %,d mappings", MANY);
        report.add(Figure.one(work, "resident after the load", "MiB", usage.residentMebibytes(), null));
        report.add(Figure.one(work, "resident at most", "MiB", usage.peakMebibytes(), ToReach.atMost(220)));
    }

    /** Four of five are admitted: new mappings and changed ones; the others ask for cluster-admin. */
    private static List<byte[]> bodies() {
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < BODIES; i++) {
            String name = "new-" + i;
            String arn = "arn:aws:iam::111122223333:role/" + name + "-developers";
            bodies.add(Reviews.bytes(switch (i % 5) {
                case 0 -> Reviews.creation(Reviews.mapping(name, arn, "x:{{SessionName}}", "system:masters"));
                case 1, 2 -> Reviews.creation(Reviews.mapping(name, arn, name + ":{{SessionName}}", "developers"));
                default -> Reviews.update(Reviews.mapping(name, arn, name + ":{{SessionName}}", "developers"),
                        Reviews.mapping(name, arn, name + ":{{SessionName}}", "developers", name + "-viewers"));
            }));
        }
        return bodies;
    }
}
