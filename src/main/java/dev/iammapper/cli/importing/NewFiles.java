package dev.iammapper.cli.importing;

import dev.iammapper.cli.input.UnusableInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files that are written together: either none of them is touched, or each gets its whole content. */
final class NewFiles {
    private static final String UNFINISHED = ".unfinished";

    private final Map<Path, byte[]> contents = new LinkedHashMap<>();

    /** What became of a file. */
    enum Fate {
        /** It was not there. */
        CREATED,
        /** It had other content. */
        REPLACED,
        /** It had this content already. */
        UNCHANGED
    }

    void put(Path file, String text) {
        contents.put(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes them.
     *
     * @param force whether files with other content are replaced
     * @throws UnusableInputException if there are such files and they must not be, or nothing can be written there
     */
    Map<Path, Fate> write(boolean force) throws UnusableInputException {
        Map<Path, Fate> fates = new LinkedHashMap<>();
        Path at = Path.of("");
        try {
            for (Map.Entry<Path, byte[]> file : contents.entrySet()) {
                at = file.getKey();
                fates.put(at, fate(at, file.getValue()));
            }
            refuse(fates, force);
            for (Map.Entry<Path, byte[]> file : contents.entrySet()) {
                at = file.getKey();
                if (fates.get(at) != Fate.UNCHANGED) {
                    Files.createDirectories(at.toAbsolutePath().getParent());
                    Files.write(unfinished(at), file.getValue());
                }
            }
            for (Path file : contents.keySet()) {
                at = file;
                if (fates.get(at) != Fate.UNCHANGED) {
                    Files.move(unfinished(at), at, StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return fates;
        } catch (IOException e) {
            contents.keySet().forEach(NewFiles::removeUnfinished);
            throw new UnusableInputException(at + ": cannot be written: " + e + ".");
        }
    }

    private static Fate fate(Path file, byte[] content) throws IOException {
        if (!Files.exists(file)) {
            return Fate.CREATED;
        }
        return Arrays.equals(Files.readAllBytes(file), content) ? Fate.UNCHANGED : Fate.REPLACED;
    }

    private static void refuse(Map<Path, Fate> fates, boolean force) throws UnusableInputException {
        List<String> refused = new ArrayList<>();
        fates.forEach((file, fate) -> {
            if (fate == Fate.REPLACED && !force) {
                refused.add(file + " has other content; --force replaces it. Nothing was written.");
            }
        });
        if (!refused.isEmpty()) {
            throw new UnusableInputException(refused);
        }
    }

    private static Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + UNFINISHED);
    }

    private static void removeUnfinished(Path file) {
        try {
            Files.deleteIfExists(unfinished(file));
        } catch (IOException e) {
            // The failure that led here is the one to tell; the name says what the rest is.
        }
    }
}
