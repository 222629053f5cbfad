package dev.iammapper.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.iammapper.api.IamIdentityMapping;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Live reads of the mappings and of their definition: what removals rest on. */
public final class MappingReads {
    private static final ApiAction GET_DEFINITION = new ApiAction("get", "apiextensions.k8s.io",
            "customresourcedefinitions", null, IamIdentityMapping.CRD_NAME);

    /** Fields without which a grant would mean something else, or its status be lost. */
    private static final List<String> NEEDED_FIELDS = List.of("spec.arn", "spec.username", "spec.groups",
            "spec.notBefore",
            "spec.expiresAt", "status.conditions", "status.observedGeneration");

    private final ApiCalls calls;
    private final ApiextensionsV1Api definitions;

    /** The reads of one cluster. */
    public MappingReads(KubernetesAccess access) {
        this(new ApiCalls(access));
    }

    /** The reads of one cluster, by whose answers a clock is set. */
    public MappingReads(KubernetesAccess access, ServerTime time) {
        this(new ApiCalls(access).heardBy(time));
    }

    private MappingReads(ApiCalls calls) {
        this.calls = calls;
        this.definitions = new ApiextensionsV1Api(calls.client());
    }

    /**
     * Lists all mappings from the quorum, in pages.
     *
     * @param shared gives back an equal object that is kept anyhow, or the object itself
     * @throws StoreException if the answer is not to be had, or not whole
     */
    public MappingListing quorumList(UnaryOperator<IamIdentityMapping> shared) {
        WatchedResource<IamIdentityMapping> mappings = WatchedResource.MAPPINGS;
        try {
            List<IamIdentityMapping> objects = new ArrayList<>();
            mappings.list(calls, object -> objects.add(shared.apply(object)));
            return new MappingListing.Read(objects);
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return new MappingListing.NotServed();
            }
            throw calls.failure(mappings.action("list"), e);
        }
    }

    /**
     * Reads one mapping.
     *
     * @return the object, or null when there is none of that name
     * @throws StoreException if the answer is not to be had within {@code limit}
     */
    public @Nullable IamIdentityMapping get(String name, Duration limit) {
        ApiAction get = new ApiAction("get", IamIdentityMapping.GROUP, IamIdentityMapping.PLURAL, null, name);
        try {
            return MappingJson.read(calls.within(limit).send(get, JsonObject.class,
                    () -> new CustomObjectsApi(calls.client()).getClusterCustomObject(IamIdentityMapping.GROUP,
                            IamIdentityMapping.VERSION, IamIdentityMapping.PLURAL, name).buildCall(null)));
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return null;
            }
            throw calls.failure(get, e);
        }
    }

    /**
     * Reads the CustomResourceDefinition.
     *
     * @throws StoreException if the answer is not to be had
     */
    public ServedDefinition definition() {
        try {
            return definition(calls.send(GET_DEFINITION, JsonObject.class,
                    () -> definitions.readCustomResourceDefinition(IamIdentityMapping.CRD_NAME).buildCall(null)));
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return new ServedDefinition.Missing();
            }
            throw calls.failure(GET_DEFINITION, e);
        }
    }

    static ServedDefinition definition(JsonObject definition) {
        JsonObject metadata = inner(definition, "metadata");
        String uid = metadata.get("uid").getAsString();
        if (metadata.has("deletionTimestamp")) {
            return new ServedDefinition.Terminating(uid);
        }
        String notAccepted = notAccepted(inner(definition, "status"));
        if (notAccepted != null) {
            return new ServedDefinition.NotServed(uid, notAccepted);
        }
        JsonObject version = servedVersion(inner(definition, "spec"));
        if (version == null) {
            return new ServedDefinition.NotServed(uid, "the version " + IamIdentityMapping.VERSION
                    + " is not served; apply the definition that came with this program");
        }
        long generation = metadata.has("generation") ? metadata.get("generation").getAsLong() : 0;
        List<String> missing = missing(version);
        return missing.isEmpty()
                ? new ServedDefinition.Served(uid, generation)
                : new ServedDefinition.LacksFields(uid, generation, missing);
    }

    private static @Nullable String notAccepted(JsonObject status) {
        for (JsonElement element : list(status, "conditions")) {
            JsonObject condition = element.getAsJsonObject();
            if (text(condition, "type").equals("Established") && text(condition, "status").equals("True")) {
                return null;
            }
        }
        for (JsonElement element : list(status, "conditions")) {
            JsonObject condition = element.getAsJsonObject();
            if (text(condition, "status").equals("False")) {
                return "the API server has not accepted it: " + text(condition, "message");
            }
        }
        return "the API server has not accepted it yet";
    }

    private static @Nullable JsonObject servedVersion(JsonObject spec) {
        for (JsonElement element : list(spec, "versions")) {
            JsonObject version = element.getAsJsonObject();
            if (text(version, "name").equals(IamIdentityMapping.VERSION) && text(version, "served").equals("true")) {
                return version;
            }
        }
        return null;
    }

    private static List<String> missing(JsonObject version) {
        JsonObject root = inner(inner(version, "schema"), "openAPIV3Schema");
        List<String> missing = new ArrayList<>();
        for (String path : NEEDED_FIELDS) {
            if (prunes(root, path)) {
                missing.add(path);
            }
        }
        if (!inner(version, "subresources").has("status")) {
            missing.add("subresources.status");
        }
        return missing;
    }

    private static boolean prunes(JsonObject root, String path) {
        JsonObject schema = root;
        for (String field : path.split("\\.", -1)) {
            JsonObject properties = inner(schema, "properties");
            if (!properties.has(field)) {
                return !text(schema, "x-kubernetes-preserve-unknown-fields").equals("true");
            }
            schema = inner(properties, field);
        }
        return false;
    }

    private static JsonObject inner(JsonObject object, String field) {
        return object.get(field) instanceof JsonObject inner ? inner : new JsonObject();
    }

    private static JsonArray list(JsonObject object, String field) {
        return object.get(field) instanceof JsonArray list ? list : new JsonArray();
    }

    private static String text(JsonObject object, String field) {
        JsonElement value = object.get(field);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    }
}
