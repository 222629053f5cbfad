package dev.iammapper.cli.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;

/** Reads the files that words of a command line mean, each once, in an order that depends on their names alone. */
public final class ManifestFiles {
    /** The longest file, in bytes. */
    static final int MAX_BYTES = 32 * 1024 * 1024;

    /** How many files one run reads. */
    static final int MAX_FILES = 20_000;

    private static final String STANDARD_INPUT = "-";
    private static final String STANDARD_INPUT_NAME = "stdin";
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    private final InputStream standardInput;
    private final BiConsumer<String, byte[]> reader;
    private final List<UnusableInput> unusable = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();
    private int count;

    /** Hands each file's name and bytes to the reader. */
    public ManifestFiles(InputStream standardInput, BiConsumer<String, byte[]> reader) {
        this.standardInput = standardInput;
        this.reader = reader;
    }

    /** What could not be read so far. */
    public List<UnusableInput> unusable() {
        return List.copyOf(unusable);
    }

    /** How many files were read so far. */
    public int count() {
        return count;
    }

    /** Reads a file, the YAML and JSON files of a folder and of those in it, or the standard input. */
    public void read(String word) {
        if (word.equals(STANDARD_INPUT)) {
            readStandardInput();
            return;
        }
        try {
            Path path = Path.of(word);
            if (Files.isDirectory(path)) {
                readFolder(word, path);
            } else {
                readOnce(path);
            }
        } catch (InvalidPathException e) {
            refuse(word, "is no name of a file.");
        }
    }

    /** A folder without manifests is a wrong one, or one that was not mounted: nobody asks for nothing to be read. */
    private void readFolder(String word, Path folder) {
        int refused = unusable.size();
        List<Path> files = filesIn(folder);
        if (files.isEmpty() && unusable.size() == refused) {
            refuse(word, "holds no manifest: no file whose name ends in " + String.join(", ", ENDINGS) + ".");
        }
        files.forEach(this::readOnce);
    }

    private void readStandardInput() {
        try {
            byte[] bytes = standardInput.readNBytes(MAX_BYTES + 1);
            if (bytes.length == 0) {
                refuse(STANDARD_INPUT_NAME, "is empty; the command before the pipe has probably failed.");
                return;
            }
            accept(STANDARD_INPUT_NAME, bytes);
        } catch (IOException e) {
            refuse(STANDARD_INPUT_NAME, reason(e));
        }
    }

    private List<Path> filesIn(Path folder) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                            // A link that leads nowhere is asked for all the same, by its name.
                            if (isManifest(file) && (attributes.isRegularFile() || attributes.isSymbolicLink())) {
                                files.add(file);
                            }
                            return files.size() > MAX_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            if (!(e instanceof FileSystemLoopException)) {
                                refuse(name(file), reason(e));
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            refuse(name(folder), reason(e));
        }
        files.sort(Comparator.comparing(ManifestFiles::name));
        return files;
    }

    private static boolean isManifest(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith);
    }

    private void readOnce(Path file) {
        try {
            if (!seen.add(file.toRealPath())) {
                return;
            }
            try (InputStream stream = Files.newInputStream(file)) {
                accept(name(file), stream.readNBytes(MAX_BYTES + 1));
            }
        } catch (IOException e) {
            refuse(name(file), reason(e));
        }
    }

    private void accept(String name, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            refuse(name, "is longer than " + MAX_BYTES / 1024 / 1024 + " MiB; split it.");
            return;
        }
        if (count == MAX_FILES) {
            refuse(name, "is one file too many after " + MAX_FILES + "; name fewer at a time.");
            return;
        }
        count++;
        reader.accept(name, bytes);
    }

    private void refuse(String name, String message) {
        unusable.add(new UnusableInput(name, message));
    }

    /** With forward slashes on every system, so that reports compare. */
    private static String name(Path path) {
        return path.normalize().toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "does not exist.";
            case AccessDeniedException _ -> "may not be read by this user.";
            default -> "cannot be read: " + e.getMessage() + ".";
        };
    }
}
