package dev.iammapper.scenario;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.iammapper.cli.CommandSurroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** A person at a terminal of a CI job: nobody can be asked. The streams are the person's own, tests run side by side. */
final class Operator {
    private final @Nullable Path kubeconfig;

    /** A person who names a kubeconfig, or none. */
    Operator(@Nullable Path kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    /** What a command answered. */
    record Answer(int code, String out, String err) {
        JsonObject json() {
            return JsonParser.parseString(out).getAsJsonObject();
        }
    }

    Answer runs(Function<CommandSurroundings, Callable<Integer>> command, String... words) {
        return runsWith("", command, words);
    }

    /** With a text on the standard input. */
    Answer runsWith(String input, Function<CommandSurroundings, Callable<Integer>> command, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CommandSurroundings surroundings = new CommandSurroundings("test", Clock.systemUTC(), Map.of(),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        int code = new CommandLine(command.apply(surroundings))
                .setErr(new PrintWriter(new OutputStreamWriter(surroundings.err(), StandardCharsets.UTF_8), true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .execute(Stream.concat(
                        kubeconfig == null ? Stream.of() : Stream.of("--kubeconfig", kubeconfig.toString()),
                        Stream.of(words)).toArray(String[]::new));
        return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
