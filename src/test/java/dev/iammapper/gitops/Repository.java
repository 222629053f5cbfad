package dev.iammapper.gitops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of this repository. */
final class Repository {
    private static final Path BASE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private Repository() {}

    static Path path(String... names) {
        return BASE.resolve(Path.of("", names));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
