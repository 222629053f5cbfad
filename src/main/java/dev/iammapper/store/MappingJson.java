package dev.iammapper.store;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.IamIdentityMappingStatus;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import org.jspecify.annotations.Nullable;

/** Reads mappings one by one and part by part, so that one that is out of shape hides neither itself nor others. */
public final class MappingJson {
    private MappingJson() {}

    /** The object; parts that cannot be read are null, but there is always metadata. */
    public static IamIdentityMapping read(JsonObject object) {
        return new IamIdentityMapping(IamIdentityMapping.API_VERSION, IamIdentityMapping.KIND, metadata(object),
                part(object, "spec", IamIdentityMappingSpec.class),
                part(object, "status", IamIdentityMappingStatus.class));
    }

    private static V1ObjectMeta metadata(JsonObject object) {
        if (object.get("metadata") instanceof JsonObject metadata) {
            // Nobody asks who wrote a mapping, and it is the largest part of most objects.
            metadata.remove("managedFields");
        }
        V1ObjectMeta metadata = part(object, "metadata", V1ObjectMeta.class);
        if (metadata == null) {
            throw new JsonParseException("an object of the API server has no metadata");
        }
        return metadata;
    }

    private static <T> @Nullable T part(JsonObject object, String field, Class<T> type) {
        JsonElement element = object.get(field);
        try {
            return element == null ? null : LenientJson.gson().fromJson(element, type);
        } catch (JsonParseException | NumberFormatException e) {
            return null;
        }
    }
}
