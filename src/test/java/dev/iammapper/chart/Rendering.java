package dev.iammapper.chart;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Some manifests.
 *
 * @param text YAML documents
 */
public record Rendering(String text) {

    /** The objects, in their order. */
    public List<JsonObject> objects() {
        List<JsonObject> objects = new ArrayList<>();
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(text)) {
            if (document instanceof Map<?, ?> object) {
                objects.add(new Gson().toJsonTree(object).getAsJsonObject());
            }
        }
        return objects;
    }

    /** The objects of a kind, in their order. */
    Stream<JsonObject> all(String kind) {
        return objects().stream().filter(object -> kind.equals(kind(object)));
    }

    /** The only object of a kind. */
    JsonObject only(String kind) {
        List<JsonObject> found = all(kind).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects of kind " + kind + ", where there should be one");
        }
        return found.getFirst();
    }

    /** The object of a kind and a name. */
    JsonObject named(String kind, String name) {
        return all(kind).filter(object -> name.equals(name(object))).findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
    }

    /** The names of the objects of a kind, in their order. */
    List<String> names(String kind) {
        return all(kind).map(Rendering::name).toList();
    }

    /** What the objects are called: {@code Kind name}, or {@code Kind namespace/name}. */
    List<String> summary() {
        return objects().stream().map(Rendering::title).sorted().toList();
    }

    /** The only container of the Deployment. */
    JsonObject container() {
        JsonArray containers = pod().getAsJsonArray("containers");
        if (containers.size() != 1) {
            throw new AssertionError("there are " + containers.size() + " containers");
        }
        return containers.get(0).getAsJsonObject();
    }

    /** The spec of the Deployment's Pods. */
    JsonObject pod() {
        return template().getAsJsonObject("spec");
    }

    /** The Deployment's Pods. */
    JsonObject template() {
        return at(only("Deployment"), "spec", "template");
    }

    /** The controller's settings, as they are mounted. */
    public String settings() {
        return all("ConfigMap").map(map -> map.getAsJsonObject("data"))
                .filter(data -> data != null && data.has("application.yaml")).findFirst()
                .orElseThrow(() -> new AssertionError("there are no settings")).get("application.yaml").getAsString();
    }

    /** The same as a tree. */
    public JsonObject settingsTree() {
        return new Rendering(settings()).objects().getFirst();
    }

    /** The environment variables of the container, those with a value. */
    public Map<String, String> environment() {
        return stream(container().get("env")).filter(variable -> variable.has("value"))
                .collect(Collectors.toMap(variable -> variable.get("name").getAsString(),
                        variable -> variable.get("value").getAsString()));
    }

    static String title(JsonObject object) {
        JsonElement namespace = metadata(object).get("namespace");
        return kind(object) + " " + (namespace == null ? "" : namespace.getAsString() + "/") + name(object);
    }

    static String kind(JsonObject object) {
        return object.get("kind").getAsString();
    }

    static String name(JsonObject object) {
        return metadata(object).get("name").getAsString();
    }

    static JsonObject metadata(JsonObject object) {
        return object.getAsJsonObject("metadata");
    }

    static JsonObject at(JsonObject object, String... path) {
        JsonObject at = object;
        for (String step : path) {
            at = at.getAsJsonObject(step);
        }
        return at;
    }

    static Stream<JsonObject> stream(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false).map(JsonElement::getAsJsonObject);
    }
}
