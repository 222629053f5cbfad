package dev.iammapper.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.iammapper.api.IamIdentityMapping;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.apis.RbacAuthorizationV1Api;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import java.util.function.Consumer;
import java.util.function.Function;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * Some objects of the API server: how to list and watch them, and how to read one.
 *
 * @param name only this object, or null for all
 * @param decoder must not throw for what the API server can hold
 * @param calls builds the request
 */
record WatchedResource<T extends KubernetesObject>(String group, String resource, @Nullable String namespace,
        @Nullable String name, Function<JsonObject, T> decoder, CallBuilder calls) {

    private static final int PAGE = 500;

    /** All mappings. */
    static final WatchedResource<IamIdentityMapping> MAPPINGS = new WatchedResource<>(IamIdentityMapping.GROUP,
            IamIdentityMapping.PLURAL, null, null, MappingJson::read,
            (client, query) -> new CustomObjectsApi(client)
                    .listClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                            IamIdentityMapping.PLURAL)
                    .limit(query.limit())._continue(query.token()).resourceVersion(query.version())
                    .watch(query.version() != null).allowWatchBookmarks(query.version() != null)
                    .timeoutSeconds(query.timeoutSeconds()).buildCall(null));

    /** The ConfigMap aws-auth; RBAC that names it allows a list and a watch with this field selector. */
    static final WatchedResource<V1ConfigMap> AWS_AUTH = new WatchedResource<>("", "configmaps", AwsAuthStore.NAMESPACE,
            AwsAuthStore.NAME, object -> LenientJson.gson().fromJson(object, V1ConfigMap.class),
            (client, query) -> new CoreV1Api(client).listNamespacedConfigMap(AwsAuthStore.NAMESPACE)
                    .fieldSelector("metadata.name=" + AwsAuthStore.NAME).limit(query.limit())._continue(query.token())
                    .resourceVersion(query.version()).watch(query.version() != null)
                    .allowWatchBookmarks(query.version() != null).timeoutSeconds(query.timeoutSeconds())
                    .buildCall(null));

    private static final String RBAC = "rbac.authorization.k8s.io";

    /** All ClusterRoles. */
    static final WatchedResource<V1ClusterRole> CLUSTER_ROLES = new WatchedResource<>(RBAC, "clusterroles", null, null,
            object -> bare(object, V1ClusterRole.class),
            (client, query) -> new RbacAuthorizationV1Api(client).listClusterRole().limit(query.limit())
                    ._continue(query.token()).resourceVersion(query.version()).watch(query.version() != null)
                    .allowWatchBookmarks(query.version() != null).timeoutSeconds(query.timeoutSeconds())
                    .buildCall(null));

    /** The Roles of all namespaces. */
    static final WatchedResource<V1Role> ROLES = new WatchedResource<>(RBAC, "roles", null, null,
            object -> bare(object, V1Role.class),
            (client, query) -> new RbacAuthorizationV1Api(client).listRoleForAllNamespaces().limit(query.limit())
                    ._continue(query.token()).resourceVersion(query.version()).watch(query.version() != null)
                    .allowWatchBookmarks(query.version() != null).timeoutSeconds(query.timeoutSeconds())
                    .buildCall(null));

    /** All ClusterRoleBindings. */
    static final WatchedResource<V1ClusterRoleBinding> CLUSTER_ROLE_BINDINGS = new WatchedResource<>(RBAC,
            "clusterrolebindings", null, null, object -> bare(object, V1ClusterRoleBinding.class),
            (client, query) -> new RbacAuthorizationV1Api(client).listClusterRoleBinding().limit(query.limit())
                    ._continue(query.token()).resourceVersion(query.version()).watch(query.version() != null)
                    .allowWatchBookmarks(query.version() != null).timeoutSeconds(query.timeoutSeconds())
                    .buildCall(null));

    /** The RoleBindings of all namespaces. */
    static final WatchedResource<V1RoleBinding> ROLE_BINDINGS = new WatchedResource<>(RBAC, "rolebindings", null, null,
            object -> bare(object, V1RoleBinding.class),
            (client, query) -> new RbacAuthorizationV1Api(client).listRoleBindingForAllNamespaces()
                    .limit(query.limit())._continue(query.token()).resourceVersion(query.version())
                    .watch(query.version() != null).allowWatchBookmarks(query.version() != null)
                    .timeoutSeconds(query.timeoutSeconds()).buildCall(null));

    /** Without what nobody asks for and what most of a small object is made of. */
    private static <T> T bare(JsonObject object, Class<T> type) {
        if (object.get("metadata") instanceof JsonObject metadata) {
            metadata.remove("managedFields");
            metadata.remove("annotations");
            metadata.remove("labels");
        }
        return LenientJson.gson().fromJson(object, type);
    }

    /** Builds a list or watch request. */
    interface CallBuilder {
        /** The call, not yet sent. */
        Call build(ApiClient client, Query query) throws ApiException;
    }

    /** What is asked: a page of a list, or a watch from a version on. */
    record Query(@Nullable Integer limit, @Nullable String token, @Nullable String version,
            @Nullable Integer timeoutSeconds) {}

    /**
     * Lists all objects as of one moment, from the quorum: no resourceVersion is asked for.
     *
     * @return the version of the list, from which a watch goes on
     */
    String list(ApiCalls api, Consumer<T> each) throws ApiException {
        String token = null;
        while (true) {
            Query query = new Query(PAGE, token, null, null);
            JsonObject page = api.send(action("list"), JsonObject.class, () -> calls.build(api.client(), query));
            try {
                JsonObject metadata = page.getAsJsonObject("metadata");
                JsonArray items = page.getAsJsonArray("items");
                items.forEach(item -> each.accept(decoder.apply(item.getAsJsonObject())));
                token = metadata.has("continue") ? metadata.get("continue").getAsString() : "";
                if (token.isEmpty()) {
                    return metadata.get("resourceVersion").getAsString();
                }
            } catch (JsonParseException | ClassCastException | NullPointerException | IllegalStateException e) {
                throw api.unreadable(action("list"), e);
            }
        }
    }

    /** The request of a watch. */
    Call watch(ApiClient client, String fromVersion, int timeoutSeconds) throws ApiException {
        return calls.build(client, new Query(null, null, fromVersion, timeoutSeconds));
    }

    /** What is attempted, in the words of RBAC. */
    ApiAction action(String verb) {
        return new ApiAction(verb, group, resource, namespace, name);
    }
}
