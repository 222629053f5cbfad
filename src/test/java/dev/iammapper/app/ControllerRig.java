package dev.iammapper.app;

import com.google.gson.JsonObject;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.ClusterAccessException;
import dev.iammapper.store.ClusterAddress;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.apis.RbacAuthorizationV1Api;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole controller on a real API server, under the rights of its own ServiceAccount, and the hands of the users
 * beside it.
 */
public final class ControllerRig implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String KUBE_SYSTEM = "kube-system";
    private static final String LEDGER = "iam-identity-mapper-ledger";

    private final TestCluster cluster;
    private final CoreV1Api core;
    private final CustomObjectsApi custom;
    private final Path kubeconfig;
    private final List<ConfigurableApplicationContext> running = new ArrayList<>();

    /** Rights and definitions are in place afterwards, and no object, aws-auth or ledger of an earlier test. */
    public ControllerRig(TestCluster cluster) {
        this.cluster = cluster;
        this.core = new CoreV1Api(cluster.adminClient());
        this.custom = new CustomObjectsApi(cluster.adminClient());
        cluster.applyCrds();
        this.kubeconfig = cluster.kubeconfigFor("iam-identity-mapper", "controller");
        grantRights();
        deleteAllMappings();
        deleteConfigMap("aws-auth");
        deleteConfigMap(LEDGER);
    }

    /** Starts a replica; it is stopped with the rig at the latest. */
    public ConfigurableApplicationContext start(String... settings) {
        List<String> all = new ArrayList<>(List.of("--management.server.port=0"));
        all.addAll(List.of(settings));
        try {
            ConfigurableApplicationContext replica = ControllerApplication.start(new ClusterAddress(kubeconfig, null),
                    all);
            running.add(replica);
            return replica;
        } catch (ClusterAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A mapping of a role, as a user would apply it. */
    public static JsonObject mapping(String name, String arn, String username, String... groups) {
        JsonObject metadata = new JsonObject();
        metadata.addProperty("name", name);
        JsonObject spec = new JsonObject();
        spec.addProperty("arn", arn);
        spec.addProperty("username", username);
        spec.add("groups", new com.google.gson.Gson().toJsonTree(groups));
        JsonObject mapping = new JsonObject();
        mapping.addProperty("apiVersion", IamIdentityMapping.API_VERSION);
        mapping.addProperty("kind", IamIdentityMapping.KIND);
        mapping.add("metadata", metadata);
        mapping.add("spec", spec);
        return mapping;
    }

    /** Creates an object. */
    public void create(JsonObject mapping) {
        ask(() -> custom.createClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL, mapping).execute());
    }

    /** Changes an object by a JSON merge patch. */
    public void patch(String name, String mergePatch) {
        ask(() -> io.kubernetes.client.util.PatchUtils.patch(JsonObject.class,
                () -> custom.patchClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                        IamIdentityMapping.PLURAL, name, new io.kubernetes.client.custom.V1Patch(mergePatch))
                        .buildCall(null),
                io.kubernetes.client.custom.V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, cluster.adminClient()));
    }

    /** Deletes an object. */
    public void delete(String name) {
        ask(() -> custom.deleteClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL, name).execute());
    }

    /** An object as it is stored. */
    public JsonObject read(String name) {
        return ask(() -> json(custom.getClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL, name).execute()));
    }

    /** Waits for the reason in an object's Ready. */
    public JsonObject awaitReason(String name, String reason) {
        Awaitility.await(name + " to become " + reason).atMost(PATIENCE).pollInterval(Duration.ofMillis(50))
                .until(() -> reason.equals(condition(read(name), "Ready", "reason")));
        return read(name);
    }

    /** Waits until that many objects are Ready. */
    public void awaitAllStatuses(int many) {
        Awaitility.await("all statuses").atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    JsonObject list = ask(() -> json(custom.listClusterCustomObject(IamIdentityMapping.GROUP,
                            IamIdentityMapping.VERSION, IamIdentityMapping.PLURAL).execute()));
                    return list.getAsJsonArray("items").asList().stream()
                            .filter(item -> "True".equals(condition(item.getAsJsonObject(), "Ready", "status")))
                            .count() >= many;
                });
    }

    /** One field of one condition of an object, or null. */
    public static @Nullable String condition(JsonObject mapping, String type, String field) {
        if (mapping.get("status") instanceof JsonObject status && status.has("conditions")) {
            for (var each : status.getAsJsonArray("conditions")) {
                if (each.getAsJsonObject().get("type").getAsString().equals(type)) {
                    return each.getAsJsonObject().get(field).getAsString();
                }
            }
        }
        return null;
    }

    /** Creates or replaces aws-auth, as another tool would. */
    public void writeAwsAuth(Map<String, String> data) {
        deleteConfigMap("aws-auth");
        ask(() -> core.createNamespacedConfigMap(KUBE_SYSTEM,
                new V1ConfigMap().metadata(new V1ObjectMeta().name("aws-auth")).data(data)).execute());
    }

    /** A key of aws-auth, or null. */
    public @Nullable String awsAuth(String key) {
        try {
            Map<String, String> data = core.readNamespacedConfigMap("aws-auth", KUBE_SYSTEM).execute().getData();
            return data == null ? null : data.get(key);
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return null;
            }
            throw refused(e);
        }
    }

    /** Waits for text in a key of aws-auth, or for its absence. */
    public void awaitAwsAuth(String key, String text, boolean there) {
        Awaitility.await(key + (there ? " to contain " : " not to contain ") + text).atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> there == Objects.requireNonNullElse(awsAuth(key), "").contains(text));
    }

    /** Stops all replicas. */
    @Override
    public void close() {
        running.forEach(ConfigurableApplicationContext::close);
        running.clear();
    }

    private void deleteAllMappings() {
        ask(() -> custom.deleteCollectionClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL).execute());
    }

    private void deleteConfigMap(String name) {
        try {
            core.deleteNamespacedConfigMap(name, KUBE_SYSTEM).execute();
        } catch (ApiException e) {
            if (e.getCode() != 404) {
                throw refused(e);
            }
        }
    }

    private void grantRights() {
        RbacAuthorizationV1Api rbac = new RbacAuthorizationV1Api(cluster.adminClient());
        for (Object rule : rules()) {
            try {
                switch (rule) {
                    case V1ClusterRole role -> rbac.createClusterRole(role).execute();
                    case V1ClusterRoleBinding binding -> rbac.createClusterRoleBinding(binding).execute();
                    case V1Role role -> rbac.createNamespacedRole(role.getMetadata().getNamespace(), role).execute();
                    case V1RoleBinding binding -> rbac
                            .createNamespacedRoleBinding(binding.getMetadata().getNamespace(), binding).execute();
                    default -> throw new IllegalStateException("rbac.yaml holds a " + rule.getClass());
                }
            } catch (ApiException e) {
                if (e.getCode() != 409) {
                    throw refused(e);
                }
            }
        }
    }

    private static List<Object> rules() {
        try (InputStream yaml = ControllerRig.class.getResourceAsStream("/rbac.yaml")) {
            return Yaml.loadAll(new String(yaml.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject json(Object answer) {
        return new com.google.gson.Gson().toJsonTree(answer).getAsJsonObject();
    }

    private static <T> T ask(Callable<T> request) {
        try {
            return request.call();
        } catch (ApiException e) {
            throw refused(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static IllegalStateException refused(ApiException e) {
        return new IllegalStateException("the API server answered " + e.getCode() + ": " + e.getResponseBody(), e);
    }
}
