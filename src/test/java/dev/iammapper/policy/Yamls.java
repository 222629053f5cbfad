package dev.iammapper.policy;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import dev.iammapper.api.IamIdentityMapping;
import io.kubernetes.client.openapi.JSON;
import java.time.Instant;
import java.time.ZoneOffset;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads manifests as kubectl does. */
final class Yamls {
    private Yamls() {}

    /** The object as if it had been created at the instant. */
    static IamIdentityMapping object(String text, Instant createdAt) {
        IamIdentityMapping object = read(text, IamIdentityMapping.class);
        object.metadata().setCreationTimestamp(createdAt.atOffset(ZoneOffset.UTC));
        return object;
    }

    static String kind(String text) {
        return json(text).getAsJsonObject().get("kind").getAsString();
    }

    static <T> T read(String text, Class<T> type) {
        return JSON.getGson().fromJson(json(text), type);
    }

    private static JsonElement json(String text) {
        LoaderOptions options = new LoaderOptions();
        DumperOptions dumperOptions = new DumperOptions();
        Object tree = new Yaml(new SafeConstructor(options), new Representer(dumperOptions), dumperOptions, options,
                new KubernetesResolver()).load(text);
        return new GsonBuilder().serializeNulls().create().toJsonTree(tree);
    }

    /** Kubernetes leaves what YAML 1.1 takes for a timestamp as text. */
    private static final class KubernetesResolver extends Resolver {
        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            Tag tag = super.resolve(kind, value, implicit);
            return tag.equals(Tag.TIMESTAMP) ? Tag.STR : tag;
        }
    }
}
