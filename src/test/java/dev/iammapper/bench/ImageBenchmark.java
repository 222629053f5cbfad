package dev.iammapper.bench;

import dev.iammapper.bench.Figure.ToReach;
import dev.iammapper.cluster.ClusterException;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.image.ImageContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The image's controller from its start, by the processors that it gets and by its flags. All variants take turns, so
 * that what else happens on the machine happens to all of them.
 */
final class ImageBenchmark {
    private static final int MAPPINGS = 100;
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final int ROUNDS = Integer.getInteger("image.rounds", 5);
    private static final double TICKS_PER_SECOND = 100;

    private static final List<Variant> VARIANTS = List.of(new Variant("2 CPUs", "2", ""),
            new Variant("2 CPUs, no AOT cache", "2", "-XX:AOTMode=off"), //
            new Variant("1 CPU", "1", ""), //
            new Variant("1 CPU, no AOT cache", "1", "-XX:AOTMode=off"), //
            new Variant("0.5 CPU", "0.5", ""), //
            new Variant("0.5 CPU, no AOT cache", "0.5", "-XX:AOTMode=off"),
            new Variant("2 CPUs, both compilers", "2", "-XX:TieredStopAtLevel=4"),
            new Variant("2 CPUs, heap of 64 MiB", "2", "-Xmx64m"),
            new Variant("2 CPUs, heap of 160 MiB", "2", "-Xmx160m"));

    private final Report report;
    private final Path log;

    ImageBenchmark(Report report, Path folder) {
        this.report = report;
        this.log = folder.resolve("image.log");
    }

    /**
     * What is compared.
     *
     * @param cpus that the container gets
     * @param javaOptions set anew; the AOT cache is left out or stays as it is
     */
    private record Variant(String name, String cpus, String javaOptions) {}

    private record Start(double ready, double cpuUntilReady, double resident, double peak, double cpu) {}

    void run() {
        if (System.getProperty("image", "").isBlank()) {
            throw new ClusterException("which image? Name it with -Dimage=…; image/check.sh builds one");
        }
        try (BenchCluster cluster = new BenchCluster(TestCluster.start(report::say))) {
            cluster.registerWebhook();
            cluster.createAll(0, MAPPINGS);
            Path kubeconfig = cluster.kubeconfig();
            Path serviceAccount = ImageContainer.serviceAccount(kubeconfig, "iam-identity-mapper");
            URI server = ImageContainer.server(kubeconfig);
            Map<Variant, List<Start>> starts = new LinkedHashMap<>();
            VARIANTS.forEach(variant -> starts.put(variant, new ArrayList<>()));
            for (int round = 0; round < ROUNDS; round++) {
                starts.forEach((variant, measured) -> measured.add(start(variant, serviceAccount, server)));
                report.say("Round " + (round + 1) + " of " + ROUNDS);
            }
            starts.forEach(this::tell);
        }
    }

    private Start start(Variant variant, Path serviceAccount, URI server) {
        int webhook = ControllerProcess.freePort();
        try (ImageContainer controller = ImageContainer.start(serviceAccount, server, ControllerProcess.freePort(),
                variant.cpus(), variant.javaOptions(), log,
                List.of("--server.port=" + webhook, "--mapper.webhook.host=127.0.0.1"))) {
            controller.awaitReady(BenchCluster.PATIENCE);
            double uptime = uptime();
            long pid = controller.pid();
            double ready = uptime - startedAt(pid);
            ProcessUsage usage = new ProcessUsage(pid);
            double cpuUntilReady = usage.cpuSeconds();
            Thread.sleep(SETTLED);
            Start start = new Start(ready, cpuUntilReady, usage.residentMebibytes(), usage.peakMebibytes(),
                    usage.cpuSeconds());
            controller.stop(BenchCluster.PATIENCE);
            return start;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        }
    }

    private void tell(Variant variant, List<Start> starts) {
        String work = "the image, " + variant.name();
        add(work, "exec until ready", "s", starts.stream().map(Start::ready).toList(), toReach(variant));
        add(work, "CPU until ready", "s", starts.stream().map(Start::cpuUntilReady).toList(), null);
        add(work, "resident after 10 s", "MiB", starts.stream().map(Start::resident).toList(), null);
        add(work, "resident at the most", "MiB", starts.stream().map(Start::peak).toList(), null);
        add(work, "CPU in all", "s", starts.stream().map(Start::cpu).toList(), null);
    }

    private static @Nullable ToReach toReach(Variant variant) {
        if (!variant.javaOptions().isEmpty()) {
            return null;
        }
        return switch (variant.cpus()) {
            case "2" -> ToReach.atMost(1);
            case "0.5" -> ToReach.atMost(4);
            default -> null;
        };
    }

    private void add(String work, String name, String unit, List<Double> values, @Nullable ToReach toReach) {
        report.add(new Figure(work, name, unit, values, toReach));
    }

    /** Seconds since the machine started. */
    private static double uptime() {
        return Double.parseDouble(text(Path.of("/proc/uptime")).split(" ", -1)[0]);
    }

    /** When the process was started, in the same seconds: the container's own overhead is not the image's. */
    private static double startedAt(long pid) {
        String stat = text(Path.of("/proc", Long.toString(pid), "stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]) / TICKS_PER_SECOND;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
