package dev.iammapper.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prometheus's own tool for rules, built first if it is not in the user's cache folder. */
public final class Promtool {
    private final Path program = new GoTools(System.out::println).path(GoTools.Tool.PROMTOOL);

    /** Any command; files by their whole paths. */
    public Seen run(String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(words));
        return Seen.of(command, "");
    }
}
