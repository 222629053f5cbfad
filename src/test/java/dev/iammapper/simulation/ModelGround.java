package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.reconcile.Cluster;
import dev.iammapper.store.ServedDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The model. */
final class ModelGround implements Ground {
    private final ApiServerModel server = new ApiServerModel(() -> World.START);
    private final ModelCluster cluster = new ModelCluster(server, (_, _) -> {});

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public void catchUp() {
        cluster.deliverStatuses();
        if (!cluster.synced()) {
            cluster.relist();
        }
        cluster.follow(Integer.MAX_VALUE);
    }

    @Override
    public void put(String configMap, String manager, Map<String, String> data) {
        server.put(configMap, manager, data);
    }

    @Override
    public Map<String, String> data(String configMap) {
        ApiServerModel.ConfigMap map = server.configMap(configMap);
        return map == null ? Map.of() : map.data();
    }

    @Override
    public void deleteConfigMap(String name) {
        server.delete(name, "kubectl");
    }

    @Override
    public void freeze(String configMap) {
        server.freeze(configMap);
    }

    @Override
    public Instant create(String name, IamIdentityMappingSpec spec, Map<String, String> labels,
            Map<String, String> annotations, Instant created) {
        server.create(name, spec, labels, annotations, created);
        return created;
    }

    @Override
    public void change(String name, IamIdentityMappingSpec spec) {
        server.change(name, _ -> spec);
    }

    @Override
    public void describe(String name, Map<String, String> labels, Map<String, String> annotations) {
        server.describe(name, labels, annotations);
    }

    @Override
    public void delete(String name) {
        server.delete(name);
    }

    @Override
    public List<IamIdentityMapping> objects() {
        return List.copyOf(server.objects().values());
    }

    @Override
    public void applyDefinition() {
        server.applyDefinition();
    }

    @Override
    public void cutDefinition() {
        server.define(new ServedDefinition.LacksFields("cut", 2, List.of("spec.expiresAt")));
    }

    @Override
    public void deleteDefinition() {
        List.copyOf(server.objects().keySet()).forEach(server::delete);
        server.define(new ServedDefinition.Missing());
    }

    @Override
    public void close() {}
}
