package dev.iammapper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Objects as the API server gives them in every situation, kept so that what other tools make of them can be tested
 * without a cluster. {@code -Dgitops.update=true} records them anew.
 */
final class StatusRecording {
    private static final Path FOLDER = Path.of(System.getProperty("basedir", ""), "src", "test", "resources", "gitops",
            "statuses");
    private static final boolean UPDATE = Boolean.getBoolean("gitops.update");
    private static final Set<String> NEVER_THE_SAME = Set.of("managedFields", "resourceVersion", "selfLink",
            "deletionGracePeriodSeconds");
    private static final Map<String, String> ALWAYS_ANOTHER = Map.of("creationTimestamp", "2026-01-01T00:00:00Z",
            "deletionTimestamp", "2026-01-01T00:00:00Z", "lastTransitionTime", "2026-01-01T00:00:00Z", "uid",
            "00000000-0000-4000-8000-000000000000");

    private StatusRecording() {}

    /** Keeps an object as what a situation looks like, or says in what it differs from what was kept. */
    static void keep(String situation, JsonObject object) throws IOException {
        String text = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(settled(object))
                + "\n";
        Path file = FOLDER.resolve(situation + ".json");
        if (UPDATE) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, text);
        }
        assertThat(text).as("%s; after a change of statuses, run this test with -Dgitops.update=true", file)
                .isEqualTo(read(file));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonElement settled(JsonElement element) {
        return switch (element) {
            case JsonObject object -> {
                JsonObject settled = new JsonObject();
                object.entrySet().stream().filter(entry -> !NEVER_THE_SAME.contains(entry.getKey()))
                        .forEach(entry -> settled.add(entry.getKey(), ALWAYS_ANOTHER.containsKey(entry.getKey())
                                ? new JsonPrimitive(ALWAYS_ANOTHER.get(entry.getKey()))
                                : settled(entry.getValue())));
                yield settled;
            }
            case JsonArray array -> {
                JsonArray settled = new JsonArray();
                array.forEach(item -> settled.add(settled(item)));
                yield settled;
            }
            // The client makes every number one with a fraction.
            case JsonPrimitive number when number.isNumber() -> new JsonPrimitive(number.getAsLong());
            default -> element;
        };
    }
}
