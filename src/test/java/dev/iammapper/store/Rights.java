package dev.iammapper.store;

import dev.iammapper.cluster.TestCluster;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.RbacAuthorizationV1Api;
import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1RoleRef;
import java.util.List;

/** Grants rights to a ServiceAccount of the test cluster. */
final class Rights {
    private Rights() {}

    static void grant(TestCluster cluster, String namespace, String account, String group, String resource,
            String verb) throws ApiException {
        RbacAuthorizationV1Api rbac = new RbacAuthorizationV1Api(cluster.adminClient());
        String name = namespace + "-" + account + "-" + resource.replace('/', '-') + "-" + verb;
        rbac.createClusterRole(new V1ClusterRole().metadata(new V1ObjectMeta().name(name))
                .rules(List.of(new V1PolicyRule().apiGroups(List.of(group))
                        .resources(List.of(resource))
                        .verbs(List.of(verb)))))
                .execute();
        rbac.createClusterRoleBinding(new V1ClusterRoleBinding().metadata(new V1ObjectMeta().name(name))
                .roleRef(new V1RoleRef().apiGroup("rbac.authorization.k8s.io").kind("ClusterRole").name(name))
                .subjects(List.of(new RbacV1Subject().kind("ServiceAccount").namespace(namespace).name(account))))
                .execute();
    }
}
