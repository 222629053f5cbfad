package dev.iammapper.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** kubectl as a person runs it, built first if it is not in the user's cache folder. */
public final class Kubectl {
    private final Path program;
    private final Path kubeconfig;

    /** A kubectl that finds its cluster by a kubeconfig. */
    public Kubectl(Path kubeconfig) {
        this.program = new GoTools(System.out::println).path(GoTools.Tool.KUBECTL);
        this.kubeconfig = kubeconfig;
    }

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
        return Seen.of(command, input);
    }
}
