package dev.iammapper.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One case: a folder with what is given and what is expected.
 *
 * @param path below src/test/resources
 */
public record GoldenFolder(Path path) {
    /** The folders in a folder, by name. */
    public static List<GoldenFolder> in(Path all) {
        try (Stream<Path> folders = Files.list(all)) {
            return folders.sorted().map(GoldenFolder::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file's text, or null when it is not there. */
    public @Nullable String read(String file) {
        try {
            Path text = path.resolve(file);
            return Files.exists(text) ? Files.readString(text) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file, or removes it when there is no text. */
    public void write(String file, @Nullable String text) {
        try {
            if (text == null) {
                Files.deleteIfExists(path.resolve(file));
            } else {
                Files.writeString(path.resolve(file), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder's name. */
    @Override
    public String toString() {
        return String.valueOf(path.getFileName());
    }
}
