package dev.iammapper.store;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.TestCluster;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import java.util.List;
import java.util.Map;

/** Makes and removes mappings in the test cluster. */
final class Mappings {
    private final CustomObjectsApi api;

    Mappings(TestCluster cluster) {
        this.api = new CustomObjectsApi(cluster.adminClient());
    }

    void create(String name) throws ApiException {
        Map<String, Object> object = Map.of("apiVersion", IamIdentityMapping.API_VERSION, "kind",
                IamIdentityMapping.KIND,
                "metadata", Map.of("name", name), "spec", Map.of("arn", "arn:aws:iam::111122223333:role/" + name,
                        "username", name, "groups", List.of("viewers")));
        api.createClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION, IamIdentityMapping.PLURAL,
                object).execute();
    }

    void delete(String name) throws ApiException {
        api.deleteClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION, IamIdentityMapping.PLURAL,
                name).execute();
    }

    void deleteAll() throws ApiException {
        api.deleteCollectionClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL).execute();
    }

    static List<String> names(List<IamIdentityMapping> mappings) {
        return mappings.stream().map(mapping -> mapping.metadata().getName()).toList();
    }
}
