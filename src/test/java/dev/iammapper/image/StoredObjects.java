package dev.iammapper.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the stand-in for the API server keeps: objects by their paths, and what happened to them, in order. */
final class StoredObjects {
    private final Clock clock;
    private final Map<String, JsonObject> objects = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private long version = 100;

    StoredObjects(Clock clock) {
        this.clock = clock;
    }

    /** One event of a watch: {@code ADDED}, {@code MODIFIED} or {@code DELETED}. */
    record Change(long version, String path, String type, JsonObject object) {}

    /** The object at a path, a copy, or null. */
    synchronized @Nullable JsonObject get(String path) {
        JsonObject found = objects.get(path);
        return found == null ? null : found.deepCopy();
    }

    /** Creates or replaces the object at a path as a write of its spec does, and returns it as it is now. */
    synchronized JsonObject put(String path, JsonObject written) {
        JsonObject object = written.deepCopy();
        JsonObject metadata = object.getAsJsonObject("metadata");
        JsonObject before = objects.get(path);
        if (before == null) {
            metadata.addProperty("uid", UUID.randomUUID().toString());
            metadata.addProperty("creationTimestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
            metadata.addProperty("generation", 1);
        } else if (before.has("spec") && !before.get("spec").equals(object.get("spec"))) {
            metadata.addProperty("generation",
                    before.getAsJsonObject("metadata").get("generation").getAsLong() + 1);
        }
        return record(path, before == null ? "ADDED" : "MODIFIED", object);
    }

    /** Takes the object at a path away. */
    synchronized void delete(String path) {
        JsonObject gone = objects.remove(path);
        if (gone != null) {
            record(path, "DELETED", gone);
            objects.remove(path);
        }
    }

    private JsonObject record(String path, String type, JsonObject object) {
        version++;
        object.getAsJsonObject("metadata").addProperty("resourceVersion", Long.toString(version));
        objects.put(path, object);
        changes.add(new Change(version, path, type, object.deepCopy()));
        notifyAll();
        return object.deepCopy();
    }

    /** The objects whose paths begin so, as a list that Kubernetes would answer with. */
    synchronized JsonObject list(String prefix) {
        JsonArray items = new JsonArray();
        objects.forEach((path, object) -> {
            if (path.startsWith(prefix)) {
                items.add(object.deepCopy());
            }
        });
        JsonObject metadata = new JsonObject();
        metadata.addProperty("resourceVersion", Long.toString(version));
        JsonObject list = new JsonObject();
        list.addProperty("kind", "List");
        list.addProperty("apiVersion", "v1");
        list.add("metadata", metadata);
        list.add("items", items);
        return list;
    }

    /** What happened below a prefix after a version; waits that long for the first event, and may return nothing. */
    synchronized List<Change> after(long from, String prefix, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            List<Change> found = changes.stream()
                    .filter(change -> change.version() > from && change.path().startsWith(prefix)).toList();
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (!found.isEmpty() || left <= 0) {
                return found;
            }
            wait(left);
        }
    }

    /** Applies a patch of one of the two kinds that the controller sends. */
    synchronized JsonObject patch(String path, JsonElement patch) {
        JsonObject object = get(path);
        if (object == null) {
            throw new IllegalArgumentException("there is no " + path);
        }
        if (patch instanceof JsonArray operations) {
            operations.forEach(operation -> apply(object, operation.getAsJsonObject()));
        } else {
            merge(object, patch.getAsJsonObject());
        }
        return put(path, object);
    }

    private static void merge(JsonObject into, JsonObject patch) {
        patch.entrySet().forEach(entry -> {
            if (entry.getValue().isJsonNull()) {
                into.remove(entry.getKey());
            } else if (entry.getValue() instanceof JsonObject inner) {
                if (!(into.get(entry.getKey()) instanceof JsonObject)) {
                    into.add(entry.getKey(), new JsonObject());
                }
                merge(into.getAsJsonObject(entry.getKey()), inner);
            } else {
                into.add(entry.getKey(), entry.getValue().deepCopy());
            }
        });
    }

    private static void apply(JsonObject object, JsonObject operation) {
        String[] steps = operation.get("path").getAsString().substring(1).split("/", -1);
        JsonElement parent = object;
        for (int step = 0; step < steps.length - 1; step++) {
            parent = parent instanceof JsonArray array
                    ? array.get(Integer.parseInt(steps[step]))
                    : parent.getAsJsonObject().get(steps[step]);
        }
        JsonObject holder = parent.getAsJsonObject();
        String field = steps[steps.length - 1];
        switch (operation.get("op").getAsString()) {
            case "test" -> {
                if (!operation.get("value").equals(holder.get(field))) {
                    throw new IllegalArgumentException("the test of " + operation + " failed");
                }
            }
            case "add", "replace" -> holder.add(field, operation.get("value").deepCopy());
            default -> throw new IllegalArgumentException("nobody sent " + operation + " before");
        }
    }
}
