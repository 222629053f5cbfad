package dev.iammapper.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prometheus's own tool for rules, built first if it is not in the user's cache folder. */
public final class Promtool {
    private static final long PATIENCE_SECONDS = 120;

    private final Path program = new GoTools(System.out::println).path(GoTools.Tool.PROMTOOL);

    /**
     * What it said.
     *
     * @param exitCode 0 when it found nothing
     * @param output all that it printed
     */
    public record Said(int exitCode, String output) {}

    /** Runs it in a folder. */
    public Said run(Path folder, String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new ClusterException("promtool did not end within " + PATIENCE_SECONDS + " s");
            }
            return new Said(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while promtool ran", e);
        }
    }
}
