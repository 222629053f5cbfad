package dev.iammapper.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One folder of src/test/resources/import: an aws-auth as somebody has it on one side, on the other what {@code import}
 * prints ({@code expected.yaml}), what it says besides ({@code expected.txt}), and what it prints with
 * {@code --include-nodes} where that is something else ({@code with-nodes.yaml}).
 */
record ImportCase(Path folder) {
    private static final Path ALL = Path.of("src/test/resources/import");

    static List<ImportCase> all() {
        try (Stream<Path> folders = Files.list(ALL)) {
            return folders.sorted().map(ImportCase::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String awsAuth() {
        return folder.resolve("aws-auth.yaml").toString();
    }

    Ran run(String... options) {
        return Ran.of(Stream.concat(Stream.of("import", "--aws-auth", awsAuth()), Stream.of(options))
                .toArray(String[]::new));
    }

    @Nullable
    String read(String file) {
        try {
            Path path = folder.resolve(file);
            return Files.exists(path) ? Files.readString(path) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String file, @Nullable String text) {
        try {
            if (text == null) {
                Files.deleteIfExists(folder.resolve(file));
            } else {
                Files.writeString(folder.resolve(file), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return String.valueOf(folder.getFileName());
    }
}
