package dev.iammapper.scenario;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.iammapper.api.IamIdentityMapping;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.PatchUtils;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What people and other tools do to the cluster, with all rights, and what they see there. */
final class Hands {
    private static final String SYSTEM = "kube-system";
    private static final String AWS_AUTH = "aws-auth";
    private static final String LEDGER = "iam-identity-mapper-ledger";
    private static final String LEASE = "iam-identity-mapper";
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final CoreV1Api core;
    private final CoordinationV1Api coordination;
    private final CustomObjectsApi custom;
    private final ApiClient client;
    private final Gson gson = new Gson();

    Hands(ApiClient client) {
        this.client = client;
        this.core = new CoreV1Api(client);
        this.coordination = new CoordinationV1Api(client);
        this.custom = new CustomObjectsApi(client);
    }

    // ---- mappings

    void create(Mapping mapping) {
        call(() -> custom.createClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL, mapping.json()).execute());
    }

    /** Makes the object of that name say what the mapping says. */
    void change(Mapping mapping) {
        patch(mapping.name(), mapping.patch());
    }

    /** Sends a merge patch for the object of that name. */
    void patch(String mapping, JsonObject mergePatch) {
        V1Patch patch = new V1Patch(mergePatch.toString());
        call(() -> PatchUtils.patch(Object.class,
                () -> custom.patchClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                        IamIdentityMapping.PLURAL, mapping, patch).buildCall(null),
                V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, client));
    }

    void delete(String mapping) {
        call(() -> custom.deleteClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL, mapping).execute());
    }

    void deleteAllMappings() {
        call(() -> custom.deleteCollectionClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL).execute());
    }

    /** The objects as stored, by name. */
    Map<String, JsonObject> mappings() {
        Object list = call(() -> custom.listClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL).execute());
        Map<String, JsonObject> byName = new TreeMap<>();
        gson.toJsonTree(list).getAsJsonObject().getAsJsonArray("items").forEach(item -> byName.put(
                item.getAsJsonObject().getAsJsonObject("metadata").get("name").getAsString(), item.getAsJsonObject()));
        return byName;
    }

    /** What the status of an object says; nothing when it speaks of an older generation, or the object is not there. */
    Told told(String mapping) {
        JsonObject object = mapping(mapping);
        return object == null ? Told.NOTHING : told(object);
    }

    static Told told(JsonObject object) {
        JsonObject status = object.getAsJsonObject("status");
        if (status == null || !status.has("observedGeneration") || status.get("observedGeneration")
                .getAsLong() != object.getAsJsonObject("metadata").get("generation").getAsLong()) {
            return Told.NOTHING;
        }
        Map<String, String> statuses = new HashMap<>();
        Map<String, JsonObject> conditions = new HashMap<>();
        status.getAsJsonArray("conditions").forEach(each -> {
            JsonObject condition = each.getAsJsonObject();
            statuses.put(condition.get("type").getAsString(), condition.get("status").getAsString());
            conditions.put(condition.get("type").getAsString(), condition);
        });
        JsonElement arn = status.get("canonicalARN");
        return new Told(conditions.get("Ready").get("reason").getAsString(),
                conditions.get("Ready").get("message").getAsString(), statuses,
                conditions.get("Applied").get("reason").getAsString(), arn == null ? "" : arn.getAsString());
    }

    private @Nullable JsonObject mapping(String name) {
        Object found = orNull(() -> custom.getClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL, name).execute());
        return found == null ? null : gson.toJsonTree(found).getAsJsonObject();
    }

    /** The object's unique id. */
    String uid(String mapping) {
        return Objects.requireNonNull(mapping(mapping), mapping).getAsJsonObject("metadata").get("uid").getAsString();
    }

    // ---- aws-auth

    AwsAuth awsAuth() {
        V1ConfigMap map = orNull(() -> core.readNamespacedConfigMap(AWS_AUTH, SYSTEM).execute());
        if (map == null) {
            return AwsAuth.ABSENT;
        }
        V1ObjectMeta metadata = Objects.requireNonNull(map.getMetadata());
        return new AwsAuth(metadata.getUid(), metadata.getResourceVersion(),
                map.getData() == null ? Map.of() : Map.copyOf(map.getData()));
    }

    /** Makes aws-auth hold exactly that, whoever writes in between. */
    void putAwsAuth(String manager, @Nullable Map<String, String> data) {
        // An empty list of managed fields in a request deletes them all; the client's model begins with one.
        V1ConfigMap map = new V1ConfigMap().metadata(new V1ObjectMeta().name(AWS_AUTH).managedFields(null)).data(data);
        if (orNull(
                () -> core.replaceNamespacedConfigMap(AWS_AUTH, SYSTEM, map).fieldManager(manager).execute()) == null) {
            call(() -> core.createNamespacedConfigMap(SYSTEM, map).fieldManager(manager).execute());
        }
    }

    /** Reads mapRoles, changes it, and writes it back, as careful tools do: again when somebody wrote in between. */
    void editRoles(String manager, UnaryOperator<String> edit) {
        boolean written = false;
        while (!written) {
            written = tryToEditRoles(manager, edit);
        }
    }

    /** One attempt of {@link #editRoles}; false when somebody wrote in between. */
    boolean tryToEditRoles(String manager, UnaryOperator<String> edit) {
        V1ConfigMap map = call(() -> core.readNamespacedConfigMap(AWS_AUTH, SYSTEM).execute());
        Map<String, String> data = new HashMap<>(map.getData() == null ? Map.of() : map.getData());
        data.merge("mapRoles", "", (old, nothing) -> old);
        data.compute("mapRoles", (key, old) -> edit.apply(old));
        map.setData(data);
        try {
            core.replaceNamespacedConfigMap(AWS_AUTH, SYSTEM, map).fieldManager(manager).execute();
            return true;
        } catch (ApiException e) {
            if (e.getCode() == CONFLICT) {
                return false;
            }
            throw refused(e);
        }
    }

    void deleteAwsAuth() {
        orNull(() -> core.deleteNamespacedConfigMap(AWS_AUTH, SYSTEM).execute());
    }

    // ---- what the controller keeps

    /** The ledger's text, or null when there is none. */
    @Nullable
    String ledger() {
        V1ConfigMap map = orNull(() -> core.readNamespacedConfigMap(LEDGER, SYSTEM).execute());
        return map == null ? null : String.valueOf(map.getData());
    }

    /** A text in a ConfigMap of kube-system, or null when there is none. */
    @Nullable
    String configMap(String name, String key) {
        V1ConfigMap map = orNull(() -> core.readNamespacedConfigMap(name, SYSTEM).execute());
        return map == null || map.getData() == null ? null : map.getData().get(key);
    }

    void deleteLedger() {
        orNull(() -> core.deleteNamespacedConfigMap(LEDGER, SYSTEM).execute());
    }

    /** Changes the ledger's text, as long as it is stored as text. */
    void editLedger(UnaryOperator<String> edit) {
        boolean written = false;
        while (!written) {
            V1ConfigMap map = call(() -> core.readNamespacedConfigMap(LEDGER, SYSTEM).execute());
            map.setData(Map.of("ledger.json", edit.apply(Objects.requireNonNull(map.getData()).get("ledger.json"))));
            try {
                core.replaceNamespacedConfigMap(LEDGER, SYSTEM, map).execute();
                written = true;
            } catch (ApiException e) {
                if (e.getCode() != CONFLICT) {
                    throw refused(e);
                }
            }
        }
    }

    /** The keys of binary data of a ConfigMap in kube-system. */
    Set<String> binaryKeys(String name) {
        V1ConfigMap map = call(() -> core.readNamespacedConfigMap(name, SYSTEM).execute());
        return map.getBinaryData() == null ? Set.of() : map.getBinaryData().keySet();
    }

    /** Labels an object. */
    void label(String mapping, String label, String value) {
        patch(mapping, JsonParser.parseString("{\"metadata\":{\"labels\":{\"" + label + "\":\"" + value + "\"}}}")
                .getAsJsonObject());
    }

    void spoilLedger() {
        call(() -> core.replaceNamespacedConfigMap(LEDGER, SYSTEM, new V1ConfigMap()
                .metadata(new V1ObjectMeta().name(LEDGER)).data(Map.of("ledger.json", "{\"version\":")))
                .fieldManager("kubectl-edit").execute());
    }

    /** Who holds the Lease, empty when nobody does. */
    String leader() {
        return Objects.requireNonNullElse(
                call(() -> coordination.readNamespacedLease(LEASE, SYSTEM).execute()).getSpec().getHolderIdentity(),
                "");
    }

    /** Takes the Lease away from a holder that is gone, so that nobody waits for its end. */
    void releaseLease() {
        V1Lease lease = call(() -> coordination.readNamespacedLease(LEASE, SYSTEM).execute());
        Objects.requireNonNull(lease.getSpec()).setHolderIdentity(null);
        call(() -> coordination.replaceNamespacedLease(LEASE, SYSTEM, lease).execute());
    }

    // ---- Events

    /** The Events that kubectl describe shows for a mapping: those that name it, its kind and its uid. */
    List<EventNote> eventsOf(String mapping) {
        return events("default", "involvedObject.kind=IAMIdentityMapping,involvedObject.name=" + mapping
                + ",involvedObject.uid=" + uid(mapping));
    }

    /** The Events that name a mapping, which may be gone. */
    List<EventNote> eventsNaming(String mapping) {
        return events("default", "involvedObject.kind=IAMIdentityMapping,involvedObject.name=" + mapping);
    }

    /** The Events that kubectl describe shows for aws-auth as it stands. */
    List<EventNote> eventsOfAwsAuth() {
        return events(SYSTEM, "involvedObject.kind=ConfigMap,involvedObject.name=" + AWS_AUTH + ",involvedObject.uid="
                + awsAuth().uid());
    }

    private List<EventNote> events(String namespace, String selector) {
        return call(() -> core.listNamespacedEvent(namespace).fieldSelector(selector).execute()).getItems().stream()
                .map(event -> new EventNote(String.valueOf(event.getType()), String.valueOf(event.getReason()),
                        String.valueOf(event.getMessage()),
                        Math.max(1, Objects.requireNonNullElse(event.getCount(), 1))))
                .toList();
    }

    // ---- calls

    @FunctionalInterface
    interface Call<T> {
        T run() throws ApiException;
    }

    static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (ApiException e) {
            throw refused(e);
        }
    }

    /** Null when the object is not there. */
    static <T> @Nullable T orNull(Call<T> call) {
        try {
            return call.run();
        } catch (ApiException e) {
            if (e.getCode() == NOT_FOUND) {
                return null;
            }
            throw refused(e);
        }
    }

    private static IllegalStateException refused(ApiException e) {
        return new IllegalStateException("the API server answered " + e.getCode() + ": " + e.getResponseBody(), e);
    }
}
