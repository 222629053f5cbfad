package dev.iammapper.cluster;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.Response;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Creates the objects of YAML files, as kubectl create would. */
public final class Manifests {
    private static final int CONFLICT = 409;

    private Manifests() {}

    /** Creates every object of a file; objects that exist stay as they are. */
    public static void create(ApiClient client, Path file) {
        try {
            create(client, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file.toAbsolutePath(), e);
        }
    }

    /** Creates every object of a YAML text; objects that exist stay as they are. */
    public static void create(ApiClient client, String yaml) {
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            if (document instanceof Map<?, ?> object) {
                create(client, new Gson().toJsonTree(object).getAsJsonObject());
            }
        }
    }

    /** Sent as it is, because the client's dynamic objects rest on settings of the JVM that others change meanwhile. */
    private static void create(ApiClient client, JsonObject object) {
        String apiVersion = object.get("apiVersion").getAsString();
        String kind = object.get("kind").getAsString();
        JsonObject metadata = object.getAsJsonObject("metadata");
        String path = (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion
                + (metadata.has("namespace") ? "/namespaces/" + metadata.get("namespace").getAsString() : "") + "/"
                + kind.toLowerCase(Locale.ROOT) + "s";
        try (Response answer = client.buildCall(null, path, "POST", List.of(), List.of(),
                object, new HashMap<>(Map.of("Content-Type", "application/json")),
                new HashMap<>(), new HashMap<>(), new String[] {"BearerToken"}, null).execute()) {
            if (!answer.isSuccessful() && answer.code() != CONFLICT) {
                throw new ClusterException(
                        kind + " " + metadata.get("name").getAsString() + " was refused: "
                                + reason(answer.body().string()));
            }
        } catch (ApiException | IOException e) {
            throw new ClusterException(kind + " " + metadata.get("name").getAsString() + " was not created: " + e);
        }
    }

    /** The sentence of a Status, or whatever else was answered. */
    private static String reason(String body) {
        try {
            return JsonParser.parseString(body) instanceof JsonObject status && status.has("message")
                    ? status.get("message").getAsString()
                    : body;
        } catch (JsonParseException noJson) {
            return body;
        }
    }
}
