package dev.iammapper.store;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import java.util.ArrayList;
import java.util.List;

/**
 * Live reads of RBAC, one kind at a time, in pages. Each throws a {@link StoreException} if the answer is not to be
 * had; labels and annotations are left out.
 */
public final class RbacReads {
    private final ApiCalls calls;

    /** The reads of one cluster. */
    public RbacReads(KubernetesAccess access) {
        this.calls = new ApiCalls(access);
    }

    /** All ClusterRoles. */
    public List<V1ClusterRole> clusterRoles() {
        return list(WatchedResource.CLUSTER_ROLES);
    }

    /** The Roles of all namespaces. */
    public List<V1Role> roles() {
        return list(WatchedResource.ROLES);
    }

    /** All ClusterRoleBindings. */
    public List<V1ClusterRoleBinding> clusterRoleBindings() {
        return list(WatchedResource.CLUSTER_ROLE_BINDINGS);
    }

    /** The RoleBindings of all namespaces. */
    public List<V1RoleBinding> roleBindings() {
        return list(WatchedResource.ROLE_BINDINGS);
    }

    private <T extends KubernetesObject> List<T> list(WatchedResource<T> resource) {
        List<T> objects = new ArrayList<>();
        try {
            resource.list(calls, objects::add);
        } catch (ApiException e) {
            throw calls.failure(resource.action("list"), e);
        }
        return objects;
    }
}
