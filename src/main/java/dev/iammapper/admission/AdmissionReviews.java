package dev.iammapper.admission;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.iammapper.admission.AdmissionRequest.Operation;
import dev.iammapper.admission.AdmissionRequest.Requester;
import dev.iammapper.api.IamIdentityMapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The AdmissionReview of {@code admission.k8s.io/v1}, read and answered. Source: k8s.io/api/admission/v1/types.go. */
final class AdmissionReviews {
    private static final String API_VERSION = "admission.k8s.io/v1";
    private static final String KIND = "AdmissionReview";
    private static final int LONGEST_UID = 256;

    private AdmissionReviews() {}

    /** What became of a body. */
    sealed interface Reading {
        /** A request about a mapping. */
        record Asked(AdmissionRequest request) implements Reading {}

        /** A request that is answered with a denial, because it is not one that this webhook can judge. */
        record Denied(String uid, String message) implements Reading {}

        /** Nothing that has an answer. */
        record Unreadable(String message) implements Reading {}
    }

    /** Reads a body; whatever is not exactly a review of a mapping is not {@link Reading.Asked}. */
    static Reading read(byte[] body) {
        JsonObject review;
        try {
            review = BoundedJson.read(body);
        } catch (BoundedJson.Unreadable e) {
            return new Reading.Unreadable("No AdmissionReview: " + e.getMessage() + ".");
        }
        if (!(review.get("request") instanceof JsonObject request)) {
            return new Reading.Unreadable("No AdmissionReview: the body has no request.");
        }
        String uid = text(request, "uid");
        // Anything else might not come back as it was sent.
        if (uid.isEmpty() || uid.length() > LONGEST_UID || !uid.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return new Reading.Unreadable("No AdmissionReview: the request has no uid.");
        }
        String problem = problem(review, request);
        return problem == null ? new Reading.Asked(request(uid, request)) : new Reading.Denied(uid, problem);
    }

    private static @Nullable String problem(JsonObject review, JsonObject request) {
        if (!text(review, "apiVersion").equals(API_VERSION) || !text(review, "kind").equals(KIND)) {
            return "this webhook answers " + KIND + "s of " + API_VERSION + " only; register it with"
                    + " admissionReviewVersions: [\"v1\"]";
        }
        JsonObject kind = inner(request, "kind");
        JsonObject resource = inner(request, "resource");
        boolean ours = text(kind, "group").equals(IamIdentityMapping.GROUP)
                && text(kind, "version").equals(IamIdentityMapping.VERSION)
                && text(kind, "kind").equals(IamIdentityMapping.KIND)
                && text(resource, "group").equals(IamIdentityMapping.GROUP)
                && text(resource, "resource").equals(IamIdentityMapping.PLURAL);
        if (!ours) {
            return "this webhook judges " + IamIdentityMapping.PLURAL + "." + IamIdentityMapping.GROUP + "/"
                    + IamIdentityMapping.VERSION + " only; correct the rules under which it is registered";
        }
        if (!text(request, "subResource").isEmpty()) {
            return "this webhook judges whole objects, no subresources; correct the rules under which it is registered";
        }
        Operation operation = operation(request);
        if (operation == null) {
            return "this webhook knows no operation of that name";
        }
        return switch (operation) {
            case CREATE -> isObject(request, "object") ? null : "the review of a creation carries no object";
            case UPDATE -> isObject(request, "object") && isObject(request, "oldObject")
                    ? null
                    : "the review of an update does not carry the object and the old object";
            case DELETE -> null;
            case CONNECT -> "a mapping is nothing to connect to";
        };
    }

    private static AdmissionRequest request(String uid, JsonObject request) {
        JsonObject userInfo = inner(request, "userInfo");
        Map<String, List<String>> extra = new HashMap<>();
        inner(userInfo, "extra").entrySet().forEach(entry -> extra.put(entry.getKey(), texts(entry.getValue())));
        Requester requester = new Requester(text(userInfo, "username"), text(userInfo, "uid"),
                texts(userInfo.get("groups")), extra);
        Operation operation = operation(request);
        return new AdmissionRequest(uid, operation == null ? Operation.CONNECT : operation, text(request, "name"),
                request.get("object") instanceof JsonObject object ? object : null,
                request.get("oldObject") instanceof JsonObject old ? old : null, requester,
                request.get("dryRun") instanceof JsonPrimitive dryRun && dryRun.getAsBoolean());
    }

    private static @Nullable Operation operation(JsonObject request) {
        String word = text(request, "operation");
        return Arrays.stream(Operation.values()).filter(operation -> operation.name().equals(word)).findFirst()
                .orElse(null);
    }

    /** The body of an answer. */
    static String write(String uid, AdmissionDecision decision) {
        JsonObject response = new JsonObject();
        response.addProperty("uid", uid);
        switch (decision) {
            case AdmissionDecision.Allowed(List<String> warnings) -> {
                response.addProperty("allowed", true);
                addWarnings(response, warnings);
            }
            case AdmissionDecision.Denied denied -> {
                response.addProperty("allowed", false);
                response.add("status", status(denied));
                addWarnings(response, denied.warnings());
            }
        }
        JsonObject review = new JsonObject();
        review.addProperty("apiVersion", API_VERSION);
        review.addProperty("kind", KIND);
        review.add("response", response);
        return review.toString();
    }

    private static void addWarnings(JsonObject response, List<String> warnings) {
        if (!warnings.isEmpty()) {
            JsonArray array = new JsonArray();
            warnings.forEach(array::add);
            response.add("warnings", array);
        }
    }

    private static JsonObject status(AdmissionDecision.Denied denied) {
        JsonObject status = new JsonObject();
        status.addProperty("status", "Failure");
        status.addProperty("code", 403);
        status.addProperty("reason", "Forbidden");
        status.addProperty("message", denied.message());
        if (!denied.causes().isEmpty()) {
            JsonArray causes = new JsonArray();
            for (AdmissionDecision.Cause each : denied.causes()) {
                JsonObject cause = new JsonObject();
                cause.addProperty("reason", each.code());
                cause.addProperty("field", each.field());
                cause.addProperty("message", each.message());
                causes.add(cause);
            }
            JsonObject details = new JsonObject();
            details.addProperty("group", IamIdentityMapping.GROUP);
            details.addProperty("kind", IamIdentityMapping.PLURAL);
            details.add("causes", causes);
            status.add("details", details);
        }
        return status;
    }

    private static boolean isObject(JsonObject object, String field) {
        return object.get(field) instanceof JsonObject;
    }

    private static JsonObject inner(JsonObject object, String field) {
        return object.get(field) instanceof JsonObject inner ? inner : new JsonObject();
    }

    private static String text(JsonObject object, String field) {
        return object.get(field) instanceof JsonPrimitive value && value.isString() ? value.getAsString() : "";
    }

    private static List<String> texts(@Nullable JsonElement element) {
        List<String> texts = new ArrayList<>();
        if (element instanceof JsonArray array) {
            for (JsonElement item : array) {
                if (item instanceof JsonPrimitive value && value.isString()) {
                    texts.add(value.getAsString());
                }
            }
        }
        return texts;
    }
}
