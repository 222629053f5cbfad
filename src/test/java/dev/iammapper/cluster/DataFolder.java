package dev.iammapper.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for the files of one cluster or build, deleted with all that is in it. */
record DataFolder(Path path) implements AutoCloseable {

    /** A folder of this JVM under target/. */
    static DataFolder create() {
        Path parent = Path.of(System.getProperty("basedir", ""), "target", "clusters").toAbsolutePath();
        try {
            deleteLeftBehind(Files.createDirectories(parent));
            return new DataFolder(Files.createTempDirectory(parent, ProcessHandle.current().pid() + "-"));
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

    /** Copies a folder with all that is in it to where nothing is yet. */
    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy " + from, e);
        }
    }

    /** A JVM that was killed could not delete its folders: their names begin with its process id. */
    private static void deleteLeftBehind(Path parent) throws IOException {
        try (Stream<Path> folders = Files.list(parent)) {
            for (Path folder : folders.toList()) {
                String pid = folder.getFileName().toString().replaceFirst("-.*", "");
                if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    deleteUnlessAnotherDoes(folder);
                }
            }
        }
    }

    /** Two JVMs that begin at the same time find the same folders. */
    private static void deleteUnlessAnotherDoes(Path folder) {
        try {
            new DataFolder(folder).close();
        } catch (UncheckedIOException e) {
            if (Files.exists(folder)) {
                System.err.println("Left behind: " + folder + ": " + e.getMessage());
            }
        }
    }
}
