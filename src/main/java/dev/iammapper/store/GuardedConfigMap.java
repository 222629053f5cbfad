package dev.iammapper.store;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One ConfigMap in {@code kube-system}, written by JSON merge patches that name only the keys to change and carry the
 * {@code resourceVersion} that was read: everything else survives, and two writers never undo each other.
 */
final class GuardedConfigMap {
    static final String NAMESPACE = "kube-system";

    private final ApiCalls calls;
    private final CoreV1Api api;
    private final String name;
    private final Map<String, String> labelsWhenCreated;
    private final String fieldManager;

    GuardedConfigMap(ApiCalls calls, String name, Map<String, String> labelsWhenCreated) {
        this(calls, name, labelsWhenCreated, AwsAuthStore.FIELD_MANAGER);
    }

    /** The ConfigMap as one writes it whose writes stand under another name in {@code managedFields}. */
    GuardedConfigMap(ApiCalls calls, String name, Map<String, String> labelsWhenCreated, String fieldManager) {
        this.calls = calls;
        this.api = new CoreV1Api(calls.client());
        this.name = name;
        this.labelsWhenCreated = labelsWhenCreated;
        this.fieldManager = fieldManager;
    }

    /** The ConfigMap now, or null when there is none. */
    @Nullable
    V1ConfigMap read() {
        ApiAction get = action("get");
        try {
            return calls.send(get, V1ConfigMap.class,
                    () -> api.readNamespacedConfigMap(name, NAMESPACE).buildCall(null));
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return null;
            }
            throw calls.failure(get, e);
        }
    }

    /**
     * Writes.
     *
     * @param resourceVersion the guard, or null to create
     * @param changes {@code data} and {@code binaryData} with the keys to set, and null for those to remove
     * @param limit after which the write is given up, unless the usual limit comes first
     */
    <S> WriteResult<S> write(@Nullable String resourceVersion, JsonObject changes, Duration limit,
            Function<V1ConfigMap, S> stored) {
        ApiAction action = action(resourceVersion == null ? "create" : "patch");
        ApiCalls bounded = calls.within(limit);
        try {
            V1ConfigMap after = resourceVersion == null
                    ? create(bounded, action, changes)
                    : patch(bounded, action, resourceVersion, changes);
            return new WriteResult.Written<>(stored.apply(after));
        } catch (ApiException e) {
            return refused(action, e);
        }
    }

    private V1ConfigMap create(ApiCalls bounded, ApiAction action, JsonObject changes) throws ApiException {
        JsonObject whole = withoutNulls(changes);
        whole.addProperty("apiVersion", "v1");
        whole.addProperty("kind", "ConfigMap");
        JsonObject metadata = new JsonObject();
        metadata.addProperty("name", name);
        metadata.addProperty("namespace", NAMESPACE);
        metadata.add("labels", LenientJson.gson().toJsonTree(labelsWhenCreated));
        whole.add("metadata", metadata);
        V1ConfigMap body = LenientJson.gson().fromJson(whole, V1ConfigMap.class);
        return bounded.send(action, V1ConfigMap.class, () -> api.createNamespacedConfigMap(NAMESPACE, body)
                .fieldManager(fieldManager).buildCall(null));
    }

    private V1ConfigMap patch(ApiCalls bounded, ApiAction action, String resourceVersion, JsonObject changes)
            throws ApiException {
        JsonObject patch = changes.deepCopy();
        JsonObject metadata = new JsonObject();
        metadata.addProperty("resourceVersion", resourceVersion);
        patch.add("metadata", metadata);
        V1Patch body = new V1Patch(patch.toString());
        return bounded.sendPatch(action, V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, V1ConfigMap.class,
                () -> api.patchNamespacedConfigMap(name, NAMESPACE, body)
                        .fieldManager(fieldManager).buildCall(null));
    }

    private <S> WriteResult<S> refused(ApiAction action, ApiException e) {
        if (ApiFailure.isMissingPermission(e)) {
            return new WriteResult.MissingPermission<>(action, ApiFailure.missingPermission(action, e));
        }
        if (ApiFailure.isRejection(e)) {
            return new WriteResult.Rejected<>(ApiFailure.message(e));
        }
        // 404 of a patch: it was deleted since it was read.
        if (e.getCode() == 409 || (e.getCode() == 404 && action.verb().equals("patch"))) {
            return new WriteResult.Conflict<>();
        }
        throw calls.failure(action, e);
    }

    private static JsonObject withoutNulls(JsonObject changes) {
        JsonObject whole = new JsonObject();
        changes.entrySet().forEach(part -> {
            JsonObject kept = new JsonObject();
            part.getValue().getAsJsonObject().entrySet().stream().filter(key -> !key.getValue().isJsonNull())
                    .forEach(key -> kept.add(key.getKey(), key.getValue()));
            whole.add(part.getKey(), kept);
        });
        return whole;
    }

    private ApiAction action(String verb) {
        return new ApiAction(verb, "", "configmaps", NAMESPACE, name);
    }

    /** Sets a key of a patch; null removes it from the ConfigMap. */
    static void set(JsonObject part, String key, @Nullable String value) {
        if (value == null) {
            part.add(key, JsonNull.INSTANCE);
        } else {
            part.addProperty(key, value);
        }
    }
}
