package dev.iammapper.cluster;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.generic.KubernetesApiResponse;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
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

    private static void create(ApiClient client, JsonObject object) {
        String apiVersion = object.get("apiVersion").getAsString();
        int slash = apiVersion.indexOf('/');
        String kind = object.get("kind").getAsString();
        DynamicKubernetesApi api = new DynamicKubernetesApi(slash < 0 ? "" : apiVersion.substring(0, slash),
                apiVersion.substring(slash + 1), kind.toLowerCase(Locale.ROOT) + "s", client);
        DynamicKubernetesObject wanted = new DynamicKubernetesObject(object);
        KubernetesApiResponse<? extends KubernetesObject> answer = api.create(wanted);
        if (!answer.isSuccess() && answer.getHttpStatusCode() != CONFLICT) {
            throw new ClusterException(kind + " " + wanted.getMetadata().getName() + " was refused: "
                    + (answer.getStatus() == null ? answer.getHttpStatusCode() : answer.getStatus().getMessage()));
        }
    }
}
