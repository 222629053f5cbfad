package dev.iammapper.scenario;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.iammapper.api.IamIdentityMapping;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One IAMIdentityMapping as a person writes it; each method gives a copy that differs in one thing.
 *
 * @param adopt the annotation's word, or null for none
 */
record Mapping(String name, String arn, String username, List<String> groups, @Nullable String adopt,
        @Nullable Instant notBefore, @Nullable Instant expiresAt) {

    private static final String ACCOUNT = "arn:aws:iam::111122223333:";

    /** Maps the role of that name to a user of that name, without groups; the object has that name too. */
    static Mapping role(String name) {
        return new Mapping(name, roleArn(name), name, List.of(), null, null, null);
    }

    /** Maps the IAM user of that name, likewise. */
    static Mapping user(String name) {
        return new Mapping(name, userArn(name), name, List.of(), null, null, null);
    }

    /** The ARN of a role, whose name may have a path. */
    static String roleArn(String name) {
        return ACCOUNT + "role/" + name;
    }

    /** The ARN of an IAM user, whose name may have a path. */
    static String userArn(String name) {
        return ACCOUNT + "user/" + name;
    }

    Mapping named(String other) {
        return new Mapping(other, arn, username, groups, adopt, notBefore, expiresAt);
    }

    Mapping ofArn(String other) {
        return new Mapping(name, other, username, groups, adopt, notBefore, expiresAt);
    }

    Mapping as(String user, String... inGroups) {
        return new Mapping(name, arn, user, List.of(inGroups), adopt, notBefore, expiresAt);
    }

    Mapping adopting(String word) {
        return new Mapping(name, arn, username, groups, word, notBefore, expiresAt);
    }

    Mapping from(Instant instant) {
        return new Mapping(name, arn, username, groups, adopt, instant, expiresAt);
    }

    Mapping until(Instant instant) {
        return new Mapping(name, arn, username, groups, adopt, notBefore, instant);
    }

    /** The object, to be created or, as a merge patch, to be changed into. */
    JsonObject json() {
        JsonObject spec = new JsonObject();
        spec.addProperty("arn", arn);
        spec.addProperty("username", username);
        JsonArray list = new JsonArray();
        groups.forEach(list::add);
        spec.add("groups", list);
        if (notBefore != null) {
            spec.addProperty("notBefore", notBefore.toString());
        }
        if (expiresAt != null) {
            spec.addProperty("expiresAt", expiresAt.toString());
        }
        JsonObject metadata = new JsonObject();
        metadata.addProperty("name", name);
        if (adopt != null) {
            JsonObject annotations = new JsonObject();
            annotations.addProperty("iammapper.dev/adopt", adopt);
            metadata.add("annotations", annotations);
        }
        JsonObject object = new JsonObject();
        object.addProperty("apiVersion", IamIdentityMapping.API_VERSION);
        object.addProperty("kind", IamIdentityMapping.KIND);
        object.add("metadata", metadata);
        object.add("spec", spec);
        return object;
    }

    /** The merge patch that turns any version of the object into this one. */
    JsonObject patch() {
        JsonObject patch = json();
        JsonObject spec = patch.getAsJsonObject("spec");
        if (notBefore == null) {
            spec.add("notBefore", JsonNull.INSTANCE);
        }
        if (expiresAt == null) {
            spec.add("expiresAt", JsonNull.INSTANCE);
        }
        return patch;
    }
}
