package dev.iammapper.bench;

import dev.iammapper.bench.Figure.ToReach;
import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The controller as a process of its own, under its ServiceAccount, against a real API server. */
final class ClusterBenchmark {
    private static final int MAPPINGS = 1000;
    private static final int MANY = 5000;
    private static final int BURSTS = 3;
    private static final int STARTS = 3;
    private static final int CHANGES = 50;
    private static final int FEW_CHANGES = 10;
    private static final Duration IDLE = Duration.ofSeconds(60);

    /** So long after the last pass, the next change is the first of a quiet period. */
    private static final Duration CALM = Duration.ofSeconds(1);

    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final Duration STOPPED = Duration.ofSeconds(30);

    private final Report report;
    private final Path log;

    ClusterBenchmark(Report report, Path folder) {
        this.report = report;
        this.log = folder.resolve("controller.log");
    }

    void run() {
        try (BenchCluster cluster = new BenchCluster(TestCluster.start(report::say));
                AwsAuthFeed awsAuth = cluster.followAwsAuth();
                StatusFeed statuses = cluster.followStatuses()) {
            new Run(cluster, awsAuth, statuses).all();
        }
    }

    private final class Run {
        private final BenchCluster cluster;
        private final AwsAuthFeed awsAuth;
        private final StatusFeed statuses;

        Run(BenchCluster cluster, AwsAuthFeed awsAuth, StatusFeed statuses) {
            this.cluster = cluster;
            this.awsAuth = awsAuth;
            this.statuses = statuses;
        }

        void all() {
            whileItRuns();
            starts(MAPPINGS, ToReach.atMost(1.7), null);
            starts(MANY, ToReach.atMost(3), ToReach.atMost(220));
        }

        // ---- one process, from no mapping to 1,000 and on

        private void whileItRuns() {
            long started = System.nanoTime();
            try (ControllerProcess controller = cluster.startController(log)) {
                controller.awaitReady(BenchCluster.PATIENCE);
                report.add(Figure.one("start", "ready, without a mapping", "s", seconds(started, System.nanoTime()),
                        null));
                pause(SETTLED);
                memory(controller, "memory", "no mapping", ToReach.atMost(214));
                bursts(controller);
                pause(SETTLED);
                memory(controller, "memory", "1,000 mappings", ToReach.atMost(214));
                idle(controller);
                changes("one change at 1,000 mappings", "created: its row is there", CHANGES, new ToReach(100, 200),
                        number -> cluster.create(MAPPINGS + number), number -> MAPPINGS + number, true);
                statuses.awaitJudged(MAPPINGS + CHANGES);
                changes("one change at 1,000 mappings", "deleted: its row is gone", FEW_CHANGES, ToReach.atMost(200),
                        number -> cluster.delete(MAPPINGS + number), number -> MAPPINGS + number, false);
                drift();
                stop(controller);
            }
        }

        private void bursts(ControllerProcess controller) {
            Map<String, List<Double>> values = new TreeMap<>();
            report.say("Bursts of 1,000 creations");
            for (int burst = 0; burst < BURSTS; burst++) {
                if (burst > 0) {
                    cluster.deleteAll();
                    statuses.awaitNone();
                    awsAuth.forget();
                    awsAuth.await("no row", version -> version.rows() == 0);
                    pause(SETTLED);
                }
                burst(controller, values);
            }
            String work = "burst of 1,000";
            add(work, "last create until aws-auth holds all", "s", values, ToReach.atMost(1));
            add(work, "last create until all statuses are written", "s", values, null);
            add(work, "first create until the last", "s", values, null);
            add(work, "writes of aws-auth", "", values, ToReach.atMost(10));
            add(work, "writes of the ledger", "", values, null);
            add(work, "status patches", "", values, ToReach.atMost(MAPPINGS));
            add(work, "Events", "", values, null);
            add(work, "requests in all", "", values, null);
            add(work, "sent by the controller", "MiB", values, null);
            add(work, "CPU of the controller until all rows are there", "s", values, null);
            add(work, "CPU of the controller until quiet", "s", values, ToReach.atMost(3));
        }

        private void burst(ControllerProcess controller, Map<String, List<Double>> values) {
            ProcessUsage usage = new ProcessUsage(controller.pid());
            awsAuth.forget();
            AuditLog.Mark mark = cluster.mark();
            double cpu = usage.cpuSeconds();
            double written = usage.writtenMebibytes();
            long first = System.nanoTime();
            cluster.createAll(0, MAPPINGS);
            long last = System.nanoTime();
            long rows = awsAuth.await("all rows", version -> version.rows() == MAPPINGS);
            double cpuOfRows = usage.cpuSeconds() - cpu;
            long judged = statuses.awaitJudged(MAPPINGS);
            pause(Duration.ofSeconds(2));
            List<AuditEvent> requests = cluster.requests(mark);
            put(values, "first create until the last", seconds(first, last));
            put(values, "last create until aws-auth holds all", Math.max(0, seconds(last, rows)));
            put(values, "last create until all statuses are written", seconds(last, judged));
            put(values, "writes of aws-auth", writes(requests, "aws-auth"));
            put(values, "writes of the ledger", writes(requests, "iam-identity-mapper-ledger"));
            put(values, "status patches",
                    count(requests, each -> each.is("patch", "iamidentitymappings", "status")));
            put(values, "Events", count(requests, each -> each.resource().equals("events")));
            put(values, "requests in all", requests.size());
            put(values, "sent by the controller", usage.writtenMebibytes() - written);
            put(values, "CPU of the controller until all rows are there", cpuOfRows);
            put(values, "CPU of the controller until quiet", usage.cpuSeconds() - cpu);
        }

        private void idle(ControllerProcess controller) {
            report.say("Idle, " + IDLE.toSeconds() + " s");
            AuditLog.Mark mark = cluster.mark();
            double cpu = new ProcessUsage(controller.pid()).cpuSeconds();
            pause(IDLE);
            String work = "idle for " + IDLE.toSeconds() + " s at 1,000 mappings";
            List<AuditEvent> requests = cluster.requests(mark);
            report.add(Figure.one(work, "requests in all", "", requests.size(), null));
            requests.stream()
                    .collect(Collectors.groupingBy(each -> each.verb() + " " + each.resource(), TreeMap::new,
                            Collectors.counting()))
                    .forEach((kind, count) -> report.add(Figure.one(work, kind, "", count, null)));
            report.add(Figure.one(work, "CPU of the controller", "s",
                    new ProcessUsage(controller.pid()).cpuSeconds() - cpu, null));
        }

        /** Single changes, each the first of a quiet period; from before the request until a watch shows the row. */
        private void changes(String work, String name, int count, ToReach toReach, IntConsumer change,
                IntUnaryOperator mapping, boolean there) {
            report.say("Single changes");
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String of = BenchCluster.name(mapping.applyAsInt(i));
                pause(CALM);
                awsAuth.forget();
                long asked = System.nanoTime();
                change.accept(i);
                millis.add(seconds(asked, awsAuth.await("the change of " + of, version -> version.holds(of) == there))
                        * 1000);
            }
            report.add(new Figure(work, name, "ms", millis, toReach));
        }

        private void drift() {
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < FEW_CHANGES; i++) {
                int number = i * 97;
                String name = BenchCluster.name(number);
                pause(CALM);
                awsAuth.forget();
                cluster.removeRow(number);
                long gone = awsAuth.await("no row of " + name, version -> !version.holds(name));
                awsAuth.forgetUntil(gone);
                long back = awsAuth.await("the row of " + name, version -> version.holds(name));
                millis.add(seconds(gone, back) * 1000);
            }
            report.add(new Figure("one change at 1,000 mappings", "row removed by another tool: it is back", "ms",
                    millis, ToReach.atMost(500)));
        }

        // ---- starts

        private void starts(int mappings, ToReach complete, @Nullable ToReach memory) {
            String work = String.format(Locale.ROOT, "start with %,d mappings", mappings);
            report.say("Starts with " + mappings + " mappings");
            cluster.deleteAll();
            statuses.awaitNone();
            cluster.forgetRows();
            cluster.createAll(0, mappings);
            List<Double> completes = new ArrayList<>();
            completes.add(firstStart(work, mappings, memory));
            for (int i = 0; i < STARTS; i++) {
                cluster.forgetRows();
                completes.add(startAnew(work, mappings));
            }
            report.add(new Figure(work, "exec until aws-auth holds all", "s", completes, complete));
            restart(work);
        }

        /** Nobody has seen the mappings before. */
        private double firstStart(String work, int mappings, @Nullable ToReach memory) {
            awsAuth.forget();
            AuditLog.Mark mark = cluster.mark();
            long exec = System.nanoTime();
            try (ControllerProcess controller = cluster.startController(log)) {
                long rows = awsAuth.await("all rows", version -> version.rows() == mappings);
                long judged = statuses.awaitJudged(mappings);
                pause(Duration.ofSeconds(3));
                List<AuditEvent> requests = cluster.requests(mark);
                report.add(Figure.one(work, "exec until all statuses are written", "s", seconds(exec, judged), null));
                report.add(Figure.one(work, "writes of aws-auth", "", writes(requests, "aws-auth"),
                        ToReach.atMost(1)));
                report.add(Figure.one(work, "writes of the ledger", "",
                        writes(requests, "iam-identity-mapper-ledger"), null));
                report.add(Figure.one(work, "requests in all", "", requests.size(), null));
                pause(SETTLED);
                report.add(Figure.one(work, "CPU of the controller until quiet", "s",
                        new ProcessUsage(controller.pid()).cpuSeconds(), null));
                memory(controller, work, "settled", memory);
                stop(controller);
                return seconds(exec, rows);
            }
        }

        /** The mappings have their statuses, and somebody restored an old aws-auth. */
        private double startAnew(String work, int mappings) {
            awsAuth.forget();
            AuditLog.Mark mark = cluster.mark();
            Instant wall = Instant.now();
            long exec = System.nanoTime();
            try (ControllerProcess controller = cluster.startController(log)) {
                long rows = awsAuth.await("all rows", version -> version.rows() == mappings);
                pause(Duration.ofSeconds(5));
                quiet(work, "restored: exec until the last request", wall, cluster.requests(mark));
                stop(controller);
                return seconds(exec, rows);
            }
        }

        /** Nothing is to be done. */
        private void restart(String work) {
            AuditLog.Mark mark = cluster.mark();
            Instant wall = Instant.now();
            long exec = System.nanoTime();
            try (ControllerProcess controller = cluster.startController(log)) {
                controller.awaitReady(BenchCluster.PATIENCE);
                report.add(Figure.one(work, "nothing to do: exec until ready", "s", seconds(exec, System.nanoTime()),
                        null));
                pause(Duration.ofSeconds(5));
                List<AuditEvent> requests = cluster.requests(mark);
                quiet(work, "nothing to do: exec until the last request", wall, requests);
                report.add(Figure.one(work, "nothing to do: writes but for the Lease", "",
                        count(requests, each -> each.isWrite() && !each.resource().equals("leases")),
                        ToReach.atMost(0)));
                stop(controller);
            }
        }

        private void quiet(String work, String name, Instant exec, List<AuditEvent> requests) {
            Instant last = requests.stream().filter(each -> !each.resource().equals("leases"))
                    .filter(each -> !each.verb().equals("watch")).map(AuditEvent::received)
                    .max(Instant::compareTo).orElse(exec);
            report.add(Figure.one(work, name, "s", Duration.between(exec, last).toMillis() / 1000.0, null));
        }

        // ---- common

        private void memory(ControllerProcess controller, String work, String name, @Nullable ToReach toReach) {
            ProcessUsage usage = new ProcessUsage(controller.pid());
            report.add(Figure.one(work, name + ": resident", "MiB", usage.residentMebibytes(), toReach));
            report.add(Figure.one(work, name + ": resident at the peak", "MiB", usage.peakMebibytes(), null));
        }

        private void stop(ControllerProcess controller) {
            if (!controller.stop(STOPPED)) {
                report.say("The controller did not stop within " + STOPPED.toSeconds() + " s.");
            }
        }

        private void add(String work, String name, String unit, Map<String, List<Double>> values,
                @Nullable ToReach toReach) {
            report.add(new Figure(work, name, unit, values.get(name), toReach));
        }
    }

    private static void put(Map<String, List<Double>> values, String name, double value) {
        values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    /** Also those that were refused: they cost the same. */
    private static int writes(List<AuditEvent> requests, String configMap) {
        return count(requests, each -> each.resource().equals("configmaps") && each.isWrite()
                && each.name().equals(configMap));
    }

    private static int count(List<AuditEvent> requests, Predicate<AuditEvent> kind) {
        return Math.toIntExact(requests.stream().filter(kind).count());
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
