package dev.iammapper.store;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMap {@code kube-system/iam-identity-mapper-policy}: the policy in force, for people and for commands that
 * judge as the cluster does. The controller writes it and never reads its policy from it.
 */
public final class PolicyStore {
    /** The ConfigMap's name; its namespace is {@code kube-system}. */
    public static final String NAME = "iam-identity-mapper-policy";

    /** The key of the policy's text. */
    public static final String KEY = "policy.yaml";

    /** The key of the other settings that decide what is written. */
    public static final String SETTINGS_KEY = "settings.yaml";

    private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", "iam-identity-mapper",
            "app.kubernetes.io/component", "policy", "app.kubernetes.io/managed-by", "iam-identity-mapper");

    private final GuardedConfigMap configMap;

    /** The store of one cluster. */
    public PolicyStore(KubernetesAccess access) {
        this.configMap = new GuardedConfigMap(new ApiCalls(access), NAME, LABELS);
    }

    /**
     * What is published.
     *
     * @param policy the policy in force, as {@code PolicyText} reads it
     * @param settings the other settings that decide what is written
     */
    public record Published(String policy, String settings) {}

    /**
     * What was published last, or null when nothing was.
     *
     * @throws StoreException if the answer is not to be had
     */
    public @Nullable Published read() {
        return published(configMap.read());
    }

    /**
     * Publishes, unless it is there already.
     *
     * @return what came of it; {@link WriteResult.Conflict} when somebody else wrote in between
     * @throws StoreException if the answer is not to be had
     */
    public WriteResult<Published> publish(Published next, Duration limit) {
        V1ConfigMap before = configMap.read();
        if (next.equals(published(before))) {
            return new WriteResult.Unchanged<>();
        }
        JsonObject data = new JsonObject();
        data.addProperty(KEY, next.policy());
        data.addProperty(SETTINGS_KEY, next.settings());
        JsonObject changes = new JsonObject();
        changes.add("data", data);
        String version = before == null || before.getMetadata() == null
                ? null
                : before.getMetadata().getResourceVersion();
        return configMap.write(version, changes, limit, stored -> next);
    }

    private static @Nullable Published published(@Nullable V1ConfigMap stored) {
        String policy = stored == null || stored.getData() == null ? null : stored.getData().get(KEY);
        return policy == null || stored == null || stored.getData() == null
                ? null
                : new Published(policy, stored.getData().getOrDefault(SETTINGS_KEY, ""));
    }
}
