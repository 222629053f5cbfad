package dev.iammapper.admission;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the API server asks about: the part of an AdmissionReview of {@code admission.k8s.io/v1} that a verdict rests on.
 *
 * @param uid to be sent back
 * @param operation what is being done
 * @param name the object's name; empty where the API server is still to make one
 * @param object the object as it would be stored; null in a deletion
 * @param oldObject the object as it is stored; null in a creation
 * @param requester who asks
 * @param dryRun whether nothing is going to be stored
 */
public record AdmissionRequest(String uid, Operation operation, String name, @Nullable JsonObject object,
        @Nullable JsonObject oldObject, Requester requester, boolean dryRun) {

    /** What is being done to the object. */
    public enum Operation {
        CREATE, UPDATE, DELETE, CONNECT
    }

    /** Who asks, as the API server authenticated them. */
    public record Requester(String username, String uid, List<String> groups, Map<String, List<String>> extra) {
        /** Copies the collections. */
        public Requester {
            groups = List.copyOf(groups);
            extra = Map.copyOf(extra);
        }
    }
}
