package dev.iammapper.cluster;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CustomResourceDefinitions of other projects, from the Go modules that src/test/go/definitions names. Go keeps them in
 * its own cache: the first time takes some seconds and about 60 MB.
 */
public final class ForeignDefinitions {
    private static final Path LIST = Path.of(System.getProperty("basedir", ""), "src", "test", "go", "definitions",
            "modules.txt");

    private ForeignDefinitions() {}

    /**
     * The texts of all definitions.
     *
     * @throws ClusterException when Go is missing or a module cannot be had, or is not the one that is listed
     */
    public static List<String> all() {
        List<String> texts = new ArrayList<>();
        Path folder = Path.of("");
        try {
            for (String line : Files.readAllLines(LIST)) {
                if (line.startsWith(" ")) {
                    texts.add(Files.readString(folder.resolve(line.strip())));
                } else if (!line.startsWith("#")) {
                    String[] words = line.split(" ", -1);
                    folder = download(words[0] + "@" + words[1], words[2]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }

    private static Path download(String module, String checksum) {
        Seen seen = Seen.of(List.of("go", "mod", "download", "-json", module), "");
        JsonObject answer = JsonParser.parseString(seen.out().isBlank() ? "{}" : seen.out()).getAsJsonObject();
        if (seen.exitCode() != 0 || !answer.has("Dir")) {
            throw new ClusterException("Go could not download " + module + ": " + seen.out() + seen.err());
        }
        if (!answer.get("Sum").getAsString().equals(checksum)) {
            throw new ClusterException(module + " is another one than " + LIST + " lists: " + answer.get("Sum"));
        }
        return Path.of(answer.get("Dir").getAsString());
    }
}
