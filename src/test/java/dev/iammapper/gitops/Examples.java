package dev.iammapper.gitops;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.iammapper.chart.Rendering;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files of examples/. */
final class Examples {
    static final Path FOLDER = Repository.path("examples");

    private static final String KUSTOMIZATION = "kustomization.yaml";

    private Examples() {}

    /** A cluster that the examples speak of: where its mappings are built, and the values of its release. */
    enum Cluster {
        PLAIN("plain/access", "plain/values.yaml"), //
        PRODUCTION("fleet/access/production", "fleet/values/common/values.yaml fleet/values/production/values.yaml"), //
        STAGING("fleet/access/staging", "fleet/values/common/values.yaml fleet/values/staging/values.yaml");

        private final String access;

        /** Separated by blanks; later ones win. */
        private final String values;

        Cluster(String access, String values) {
            this.access = access;
            this.values = values;
        }

        Path access() {
            return FOLDER.resolve(access);
        }

        /** The values of its files, merged as Helm merges them. */
        JsonObject chartValues() {
            JsonObject merged = new JsonObject();
            Stream.of(values.split(" ", -1)).forEach(file -> merge(merged, object(FOLDER.resolve(file))));
            return merged;
        }
    }

    /** All YAML files. */
    static List<Path> files() {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folders that kustomize builds; components are built as parts of others only. */
    static List<Path> built() {
        return files().stream().filter(file -> file.endsWith(KUSTOMIZATION))
                .filter(file -> object(file).get("kind").getAsString().equals("Kustomization")).map(Path::getParent)
                .toList();
    }

    /** The manifests that no kustomization names. */
    static List<Path> plainManifests() {
        return files().stream()
                .filter(file -> Stream.of("argocd", "flux/clusters", "plain/application")
                        .anyMatch(folder -> file.startsWith(FOLDER.resolve(folder))))
                .toList();
    }

    /** The objects of a file. */
    static List<JsonObject> objects(Path file) {
        return new Rendering(Repository.read(file)).objects();
    }

    /** The only document of a file. */
    static JsonObject object(Path file) {
        List<JsonObject> objects = objects(file);
        if (objects.size() != 1) {
            throw new AssertionError(file + " has " + objects.size() + " documents");
        }
        return objects.getFirst();
    }

    static String text(JsonObject values) {
        return new Gson().toJson(values);
    }

    private static void merge(JsonObject into, JsonObject more) {
        for (Map.Entry<String, JsonElement> entry : more.entrySet()) {
            if (entry.getValue() instanceof JsonObject deeper && into.get(entry.getKey()) instanceof JsonObject there) {
                merge(there, deeper);
            } else {
                into.add(entry.getKey(), entry.getValue());
            }
        }
    }
}
