package dev.iammapper.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** kubectl as a person runs it, built first if it is not in the user's cache folder. */
public final class Kubectl {
    private static final long PATIENCE_SECONDS = 60;

    private final Path program;
    private final Path kubeconfig;

    /** A kubectl that finds its cluster by a kubeconfig. */
    public Kubectl(Path kubeconfig) {
        this.program = new GoTools(System.out::println).path(GoTools.Tool.KUBECTL);
        this.kubeconfig = kubeconfig;
    }

    /**
     * What a person saw.
     *
     * @param exitCode 0 when all went well
     * @param out standard output
     * @param err standard error, where refusals and warnings are printed
     */
    public record Seen(int exitCode, String out, String err) {}

    /** {@code kubectl apply -f -} with that text on its standard input. */
    public Seen apply(String manifest, String... options) {
        List<String> words = new ArrayList<>(List.of("apply", "-f", "-"));
        words.addAll(List.of(options));
        return run(manifest, words);
    }

    /** {@code kubectl delete -f -} with that text; what is gone already is no mistake. */
    public Seen delete(String manifest) {
        return run(manifest, List.of("delete", "--ignore-not-found", "-f", "-"));
    }

    /** Any other command. */
    public Seen run(String... words) {
        return run("", List.of(words));
    }

    private Seen run(String input, List<String> words) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--kubeconfig", kubeconfig.toString(),
                "--cache-dir", kubeconfig.resolveSibling("kubectl-cache").toString()));
        command.addAll(words);
        try {
            Process process = new ProcessBuilder(command).start();
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            try (Writer stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input);
            }
            String out = text(process.getInputStream());
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new ClusterException("kubectl " + words + " did not end within " + PATIENCE_SECONDS + " s");
            }
            return new Seen(process.exitValue(), out, err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while kubectl ran", e);
        }
    }

    private static String text(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
