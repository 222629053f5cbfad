package dev.iammapper.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The examples of {@code src/test/resources/rules}: a folder for each rule, a file for each object, and beside it
 * {@code NAME.policy.yaml}, {@code NAME.others.yaml}, {@code NAME.before.yaml} and {@code NAME.bindings.yaml} where the
 * object is judged under such circumstances.
 */
public final class RuleExamples {
    /** The instant at which all examples play. */
    public static final Instant NOW = Instant.parse("2026-06-01T09:00:00Z");

    private static final Path FOLDER = Path.of(System.getProperty("basedir", ""), "src", "test", "resources", "rules");
    private static final List<String> ASIDE = List.of(".policy.yaml", ".others.yaml", ".before.yaml", ".bindings.yaml");

    private RuleExamples() {}

    /** All examples, in the order of the rules. */
    public static List<RuleExample> all() {
        return Stream.of(RuleCode.values()).flatMap(code -> of(code).stream()).toList();
    }

    /** The examples of one rule; those of which it has something to say come after those it accepts. */
    public static List<RuleExample> of(RuleCode code) {
        Path folder = FOLDER.resolve(code.word());
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> ASIDE.stream()
                    .noneMatch(name::endsWith)).sorted().map(name -> name.replaceFirst("\\.yaml$", ""))
                    .map(label -> new RuleExample(code, label, text(folder, label + ".yaml"),
                            textOrNull(folder, label + ".policy.yaml"), documents(folder, label + ".others.yaml"),
                            textOrNull(folder, label + ".before.yaml"), documents(folder, label + ".bindings.yaml")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bindings for every group that examples take for an ordinary one. */
    public static List<String> commonBindings() {
        return documents(FOLDER, "bindings.yaml");
    }

    /** The names of all folders with examples. */
    static List<String> folders() {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> documents(Path folder, String name) {
        String text = textOrNull(folder, name);
        return text == null ? List.of() : List.of(text.split("(?m)^---\n", -1));
    }

    private static @Nullable String textOrNull(Path folder, String name) {
        return Files.exists(folder.resolve(name)) ? text(folder, name) : null;
    }

    static String text(Path folder, String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
