package dev.iammapper.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder under target/ for the files of one cluster. */
record DataFolder(Path path) implements AutoCloseable {

    static DataFolder create() {
        Path parent = Path.of(System.getProperty("basedir", ""), "target", "clusters").toAbsolutePath();
        try {
            return new DataFolder(Files.createTempDirectory(Files.createDirectories(parent), "cluster-"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a folder in " + parent, e);
        }
    }

    /** Deletes the folder; what used it has to be stopped. */
    @Override
    public void close() {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            List<Path> childrenFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : childrenFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }
}
