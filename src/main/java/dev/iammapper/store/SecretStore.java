package dev.iammapper.store;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One Secret of type {@code kubernetes.io/tls}, guarded by its own resourceVersion: of several replicas that write at
 * once, one succeeds and the others learn of it.
 */
public final class SecretStore {
    private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", "iam-identity-mapper",
            "app.kubernetes.io/component", "webhook", "app.kubernetes.io/managed-by", "iam-identity-mapper");

    private final ApiCalls calls;
    private final CoreV1Api api;
    private final String namespace;
    private final String name;

    /**
     * The store of one cluster.
     *
     * @param time hears each answer
     */
    public SecretStore(KubernetesAccess access, ServerTime time, String namespace, String name) {
        this.calls = new ApiCalls(access).heardBy(time);
        this.api = new CoreV1Api(calls.client());
        this.namespace = namespace;
        this.name = name;
    }

    /**
     * A Secret as it was read.
     *
     * @param resourceVersion null where there is none
     * @param data the bytes by their keys, empty where there is none
     * @param isOurs whether it carries the label of those that this program makes
     */
    public record StoredSecret(@Nullable String resourceVersion, Map<String, byte[]> data, boolean isOurs) {
        /** Names the keys and never shows what they hold. */
        @Override
        public String toString() {
            return "Secret, version " + resourceVersion + ", with " + data.keySet();
        }
    }

    /** Where it is, for people. */
    public String description() {
        return "Secret " + namespace + "/" + name;
    }

    /**
     * Reads it now, from the API server.
     *
     * @throws StoreException if the answer is not to be had
     */
    public StoredSecret read() {
        ApiAction get = action("get");
        try {
            return stored(calls.send(get, V1Secret.class,
                    () -> api.readNamespacedSecret(name, namespace).buildCall(null)));
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return new StoredSecret(null, Map.of(), true);
            }
            throw calls.failure(get, e);
        }
    }

    /**
     * Sets and removes keys if nobody wrote since {@code base} was read; creates the Secret where there was none.
     *
     * @param changes the texts by their keys, null to remove one
     * @throws StoreException if the answer is not to be had; the write may have happened all the same
     */
    public WriteResult<StoredSecret> write(StoredSecret base, Map<String, @Nullable String> changes) {
        String version = base.resourceVersion();
        ApiAction action = action(version == null ? "create" : "patch");
        JsonObject body = new JsonObject();
        body.add("data", data(changes, version != null));
        try {
            V1Secret after = version == null ? create(action, body) : patch(action, version, body);
            return new WriteResult.Written<>(stored(after));
        } catch (ApiException e) {
            if (ApiFailure.isMissingPermission(e)) {
                return new WriteResult.MissingPermission<>(action, ApiFailure.missingPermission(action, e));
            }
            if (ApiFailure.isRejection(e)) {
                return new WriteResult.Rejected<>(ApiFailure.message(e));
            }
            if (e.getCode() == 409 || (e.getCode() == 404 && version != null)) {
                return new WriteResult.Conflict<>();
            }
            throw calls.failure(action, e);
        }
    }

    private V1Secret create(ApiAction action, JsonObject body) throws ApiException {
        JsonObject metadata = new JsonObject();
        metadata.addProperty("name", name);
        metadata.addProperty("namespace", namespace);
        metadata.add("labels", LenientJson.gson().toJsonTree(LABELS));
        body.addProperty("apiVersion", "v1");
        body.addProperty("kind", "Secret");
        body.addProperty("type", "kubernetes.io/tls");
        body.add("metadata", metadata);
        V1Secret secret = LenientJson.gson().fromJson(body, V1Secret.class);
        return calls.send(action, V1Secret.class, () -> api.createNamespacedSecret(namespace, secret)
                .fieldManager(AwsAuthStore.FIELD_MANAGER).buildCall(null));
    }

    private V1Secret patch(ApiAction action, String version, JsonObject body) throws ApiException {
        JsonObject metadata = new JsonObject();
        metadata.addProperty("resourceVersion", version);
        body.add("metadata", metadata);
        return calls.sendPatch(action, V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, V1Secret.class,
                () -> api.patchNamespacedSecret(name, namespace, new V1Patch(body.toString()))
                        .fieldManager(AwsAuthStore.FIELD_MANAGER).buildCall(null));
    }

    private static JsonObject data(Map<String, @Nullable String> changes, boolean withRemovals) {
        JsonObject data = new JsonObject();
        changes.forEach((key, text) -> {
            if (text != null) {
                data.addProperty(key, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
            } else if (withRemovals) {
                data.add(key, JsonNull.INSTANCE);
            }
        });
        return data;
    }

    private static StoredSecret stored(V1Secret secret) {
        return new StoredSecret(
                Objects.requireNonNull(Objects.requireNonNull(secret.getMetadata(), "stored objects have metadata")
                        .getResourceVersion(), "stored objects have a version"),
                secret.getData() == null ? Map.of() : Map.copyOf(secret.getData()),
                secret.getMetadata().getLabels() != null
                        && secret.getMetadata().getLabels().entrySet().containsAll(LABELS.entrySet()));
    }

    private ApiAction action(String verb) {
        return new ApiAction(verb, "", "secrets", namespace, name);
    }
}
