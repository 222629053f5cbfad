package dev.iammapper.bench;

import dev.iammapper.cluster.ClusterException;
import dev.iammapper.cluster.ControllerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code mvn verify -Pbenchmark}: the renderer under JMH, then the controller and its webhook on a real API server. The
 * argument {@code render}, {@code cluster} or {@code admission} leaves the other parts out; {@code image} measures the
 * container image, and nothing else does.
 */
public final class Benchmarks {
    private static final Path FOLDER = Path.of("target", "benchmark");

    private final Report report = new Report(System.out, FOLDER);

    private Benchmarks() {}

    /** Runs the benchmarks; exit status 1 when one of them could not be run. */
    public static void main(String[] args) {
        System.exit(new Benchmarks().run(args.length == 0 ? "" : args[0]));
    }

    private int run(String part) {
        String machine = machine();
        report.say(machine);
        try {
            if (part.isEmpty() || part.equals("render")) {
                render();
            }
            if (part.isEmpty() || part.equals("cluster")) {
                new ClusterBenchmark(report, FOLDER).run();
            }
            if (part.isEmpty() || part.equals("admission")) {
                new AdmissionBenchmark(report, FOLDER).run();
            }
            // Needs an image, and somebody who runs containers: only when asked for.
            if (part.equals("image")) {
                new ImageBenchmark(report, FOLDER).run();
            }
        } catch (RunnerException | ClusterException | UncheckedIOException e) {
            report.say("\n" + e.getMessage());
            return 1;
        } finally {
            report.printTables(machine + "\n" + load());
        }
        return 0;
    }

    private void render() throws RunnerException {
        report.say("The renderer, under JMH; two minutes and a half");
        Collection<RunResult> results = new Runner(new OptionsBuilder().include(RenderBenchmark.class.getName())
                .jvmArgs(ControllerProcess.FLAGS.toArray(String[]::new)).forks(1).warmupIterations(4)
                .warmupTime(TimeValue.seconds(1)).measurementIterations(8).measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class).verbosity(VerboseMode.SILENT).shouldFailOnError(true).build()).run();
        for (RunResult result : results) {
            int mappings = Integer.parseInt(result.getParams().getParam("mappings"));
            String work = "render %s, over 500 rows of others"
                    .formatted(RenderCase.valueOf(result.getParams().getParam("work")).words());
            String name = String.format(Locale.ROOT, "%,d mappings: ", mappings);
            List<Double> millis = result.getBenchmarkResults().iterator().next().getIterationResults().stream()
                    .map(iteration -> iteration.getPrimaryResult().getScore()).toList();
            report.add(new Figure(work, name + "time", "ms", millis,
                    mappings == 5000 ? Figure.ToReach.atMost(50) : null));
            report.add(Figure.one(work, name + "allocation", "MiB",
                    result.getSecondaryResults().get("gc.alloc.rate.norm").getScore() / (1024 * 1024), null));
        }
    }

    private static String machine() {
        return "%s, %d CPUs (%s), %s, Java %s, controller with %s".formatted(LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(), cpu(), System.getProperty("os.name") + " "
                        + System.getProperty("os.version"),
                Runtime.version(), String.join(" ", ControllerProcess.FLAGS));
    }

    private static String cpu() {
        return line(Path.of("/proc/cpuinfo"), "model name").replaceFirst(".*:\\s*", "");
    }

    private static String load() {
        return "Load of the machine in the last 1, 5 and 15 minutes: " + line(Path.of("/proc/loadavg"), "");
    }

    private static String line(Path file, String start) {
        try {
            return Files.readAllLines(file).stream().filter(line -> line.startsWith(start)).findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
