package dev.iammapper.simulation;

import com.google.gson.Gson;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.reconcile.Cluster;
import dev.iammapper.reconcile.StoredCluster;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.ClusterAccessException;
import dev.iammapper.store.ClusterAddress;
import dev.iammapper.store.EventRecorder;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.MappingStatusWriter;
import dev.iammapper.store.ObjectWatch;
import dev.iammapper.store.ServerTime;
import dev.iammapper.store.SnapshotStore;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1CustomResourceDefinition;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.PatchUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A real API server, by the stores that the controller uses. */
final class StoredGround implements Ground {
    private static final String SYSTEM = "kube-system";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CRD = "crds/iamidentitymappings.yaml";
    private static final int NOT_FOUND = 404;
    private static final int UNPROCESSABLE = 422;

    private final TestCluster testCluster;
    private final KubernetesAccess access;
    private final CoreV1Api core;
    private final CustomObjectsApi custom;
    private final ApiextensionsV1Api definitions;
    private final ObjectWatch<IamIdentityMapping> mappings;
    private final ObjectWatch<V1ConfigMap> awsAuth;
    private final MappingReads reads;
    private final MappingStatusWriter statuses;
    private final EventRecorder events;
    private final StoredCluster cluster;

    /** An API server without mappings, aws-auth and ledger. */
    StoredGround(TestCluster testCluster) {
        this.testCluster = testCluster;
        testCluster.applyCrds();
        try {
            this.access = KubernetesAccess.open(new ClusterAddress(testCluster.kubeconfig(), null), "simulation",
                    Map.of());
        } catch (ClusterAccessException e) {
            throw new AssertionError(e.getMessage(), e);
        }
        this.core = new CoreV1Api(access.unary());
        this.custom = new CustomObjectsApi(access.unary());
        this.definitions = new ApiextensionsV1Api(access.unary());
        clean();
        ServerTime time = new ServerTime(Clock.systemUTC(), System::nanoTime);
        this.reads = new MappingReads(access, time);
        this.mappings = ObjectWatch.mappings(access, (_, _) -> {});
        this.awsAuth = ObjectWatch.awsAuth(access, (_, _) -> {});
        mappings.start();
        awsAuth.start();
        this.statuses = new MappingStatusWriter(access, () -> true);
        this.events = new EventRecorder(access, "simulation", Clock.systemUTC());
        this.cluster = new StoredCluster(mappings, awsAuth, reads, new AwsAuthStore(access), new LedgerStore(access),
                statuses, events, new SnapshotStore(access), time);
    }

    @FunctionalInterface
    private interface Request<T> {
        T send() throws ApiException;
    }

    private static <T> T sent(Request<T> request) {
        try {
            return request.send();
        } catch (ApiException e) {
            throw new AssertionError(e.getCode() + " " + e.getResponseBody(), e);
        }
    }

    private static boolean isThere(Request<?> request) {
        try {
            request.send();
            return true;
        } catch (ApiException e) {
            if (e.getCode() == NOT_FOUND) {
                return false;
            }
            throw new AssertionError(e.getCode() + " " + e.getResponseBody(), e);
        }
    }

    /** Removes the mappings and everything that is kept about them. */
    void clean() {
        sent(() -> custom.deleteCollectionClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL).execute());
        for (String name : List.of(AwsAuthStore.NAME, LedgerStore.NAME, SnapshotStore.NAME)) {
            deleteConfigMap(name);
        }
    }

    KubernetesAccess access() {
        return access;
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public void catchUp() {
        try {
            if (!statuses.awaitIdle(PATIENCE)) {
                throw new AssertionError("statuses are not written");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Awaitility.await("the watch").pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10))
                .atMost(PATIENCE).until(() -> mappings.synced() && awsAuth.synced()
                        && mappings.snapshot().equals(objects()));
    }

    @Override
    public void put(String configMap, String manager, Map<String, String> data) {
        V1ConfigMap map = configMap(configMap);
        if (map == null) {
            sent(() -> core.createNamespacedConfigMap(SYSTEM,
                    new V1ConfigMap().metadata(new V1ObjectMeta().name(configMap)).data(data)).fieldManager(manager)
                    .execute());
            return;
        }
        sent(() -> core.replaceNamespacedConfigMap(configMap, SYSTEM, unguarded(map).data(data)).fieldManager(manager)
                .execute());
    }

    private static V1ConfigMap unguarded(V1ConfigMap map) {
        Objects.requireNonNull(map.getMetadata()).resourceVersion(null).managedFields(null);
        return map;
    }

    /** The ConfigMap as stored, or null. */
    @Nullable
    V1ConfigMap configMap(String name) {
        try {
            return core.readNamespacedConfigMap(name, SYSTEM).execute();
        } catch (ApiException e) {
            if (e.getCode() == NOT_FOUND) {
                return null;
            }
            throw new AssertionError(e.getCode() + " " + e.getResponseBody(), e);
        }
    }

    /** A change of a ConfigMap's metadata. */
    void describeConfigMap(String name, String manager, Map<String, String> labels, Map<String, String> annotations) {
        V1ConfigMap map = unguarded(Objects.requireNonNull(configMap(name)));
        Objects.requireNonNull(map.getMetadata()).labels(labels).annotations(annotations);
        sent(() -> core.replaceNamespacedConfigMap(name, SYSTEM, map).fieldManager(manager).execute());
    }

    @Override
    public Map<String, String> data(String configMap) {
        V1ConfigMap map = configMap(configMap);
        return map == null || map.getData() == null ? Map.of() : map.getData();
    }

    @Override
    public void deleteConfigMap(String name) {
        isThere(() -> core.deleteNamespacedConfigMap(name, SYSTEM).execute());
    }

    @Override
    public void freeze(String configMap) {
        V1ConfigMap map = sent(() -> core.readNamespacedConfigMap(configMap, SYSTEM).execute()).immutable(true);
        sent(() -> core.replaceNamespacedConfigMap(configMap, SYSTEM, map).execute());
    }

    private static Map<String, Object> json(IamIdentityMappingSpec spec) {
        Map<String, Object> json = new HashMap<>();
        json.put("arn", Objects.requireNonNull(spec.arn()));
        json.put("username", Objects.requireNonNull(spec.username()));
        json.put("groups", Objects.requireNonNull(spec.groups()));
        if (spec.notBefore() != null) {
            json.put("notBefore", spec.notBefore());
        }
        if (spec.expiresAt() != null) {
            json.put("expiresAt", spec.expiresAt());
        }
        return json;
    }

    @Override
    public Instant create(String name, IamIdentityMappingSpec spec, Map<String, String> labels,
            Map<String, String> annotations, Instant created) {
        sent(() -> custom.createClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL, Map.of("apiVersion", IamIdentityMapping.API_VERSION, "kind",
                        IamIdentityMapping.KIND, "metadata",
                        Map.of("name", name, "labels", labels, "annotations", annotations), "spec", json(spec)))
                .execute());
        return objects().stream().filter(object -> name.equals(ModelCluster.name(object))).findFirst()
                .map(object -> Objects.requireNonNull(ApiServerModel.meta(object).getCreationTimestamp()).toInstant())
                .orElseThrow();
    }

    private void patch(String name, String path, Object value) {
        V1Patch patch = new V1Patch(
                new Gson().toJson(List.of(Map.of("op", "add", "path", path, "value", value))));
        sent(() -> PatchUtils.patch(Object.class,
                () -> custom.patchClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                        IamIdentityMapping.PLURAL, name, patch).buildCall(null),
                V1Patch.PATCH_FORMAT_JSON_PATCH, access.unary()));
    }

    @Override
    public void change(String name, IamIdentityMappingSpec spec) {
        patch(name, "/spec", json(spec));
    }

    @Override
    public void describe(String name, Map<String, String> labels, Map<String, String> annotations) {
        patch(name, "/metadata/labels", labels);
        patch(name, "/metadata/annotations", annotations);
    }

    @Override
    public void delete(String name) {
        sent(() -> custom.deleteClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL, name).execute());
    }

    @Override
    public List<IamIdentityMapping> objects() {
        return reads.quorumList(object -> object) instanceof MappingListing.Read(List<IamIdentityMapping> read)
                ? read
                : List.of();
    }

    @Override
    public void applyDefinition() {
        testCluster.applyCrds();
    }

    /** Until {@link #applyDefinition}, the definition takes every text: people's mistakes may be older than the schema. */
    void loosenDefinition() {
        try (var file = Files.newInputStream(Path.of(System.getProperty("basedir", ""), CRD))) {
            Object definition = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
            loosen(definition);
            testCluster.applyCrds(new Gson().toJson(definition));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitMistakes(true);
    }

    private static void loosen(Object node) {
        switch (node) {
            case Map<?, ?> map -> {
                map.keySet().removeAll(Set.of("x-kubernetes-validations", "pattern"));
                map.values().remove("date-time");
                map.values().forEach(StoredGround::loosen);
            }
            case List<?> list -> list.forEach(StoredGround::loosen);
            default -> {
            }
        }
    }

    private void awaitMistakes(boolean taken) {
        Map<String, Object> mistake = Map.of("apiVersion", IamIdentityMapping.API_VERSION, "kind",
                IamIdentityMapping.KIND, "metadata", Map.of("name", "mistake"), "spec",
                Map.of("arn", People.BAD_ARN, "username", People.BAD_NAME, "expiresAt", People.BAD_INSTANT));
        Awaitility.await("the schema").pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50))
                .atMost(PATIENCE).until(() -> {
                    try {
                        custom.createClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                                IamIdentityMapping.PLURAL, mistake).dryRun("All").execute();
                        return taken;
                    } catch (ApiException e) {
                        return !taken && e.getCode() == UNPROCESSABLE;
                    }
                });
    }

    /** After {@link #loosenDefinition}, makes mistakes impossible again. */
    void tightenDefinition() {
        clean();
        testCluster.applyCrds();
        awaitMistakes(false);
    }

    @Override
    public void cutDefinition() {
        V1Patch patch = new V1Patch("[{\"op\":\"remove\",\"path\":\"/spec/versions/0/schema/openAPIV3Schema/properties/"
                + "spec/properties/expiresAt\"},{\"op\":\"remove\",\"path\":\"/spec/versions/0/schema/openAPIV3Schema/"
                + "properties/spec/x-kubernetes-validations\"}]");
        sent(() -> PatchUtils.patch(V1CustomResourceDefinition.class,
                () -> definitions.patchCustomResourceDefinition(IamIdentityMapping.CRD_NAME, patch).buildCall(null),
                V1Patch.PATCH_FORMAT_JSON_PATCH, access.unary()));
    }

    @Override
    public void deleteDefinition() {
        isThere(() -> definitions.deleteCustomResourceDefinition(IamIdentityMapping.CRD_NAME).execute());
        Awaitility.await("the definition to be gone").atMost(PATIENCE).until(() -> !isThere(
                () -> definitions.readCustomResourceDefinition(IamIdentityMapping.CRD_NAME).execute())
                && reads.quorumList(object -> object) instanceof MappingListing.NotServed);
    }

    @Override
    public void close() {
        testCluster.applyCrds();
        clean();
        statuses.close();
        events.close();
        mappings.close();
        awsAuth.close();
        access.close();
    }
}
