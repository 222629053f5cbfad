package dev.iammapper.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Helm as a person runs it, built first if it is not in the user's cache folder. */
public final class HelmCommand {
    private final Path program;
    private final Path kubeconfig;

    /** A Helm that finds its cluster by a kubeconfig. */
    public HelmCommand(Path kubeconfig) {
        this.program = new GoTools(System.out::println).path(GoTools.Tool.HELM);
        this.kubeconfig = kubeconfig;
    }

    /** Any command. */
    public Seen run(String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(words));
        return Seen.of(command, "");
    }
}
