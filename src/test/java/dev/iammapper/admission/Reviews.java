package dev.iammapper.admission;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** AdmissionReviews as an API server sends them. */
public final class Reviews {
    /** The uid of every request. */
    public static final String UID = "705ab4f5-6393-11e8-b7cc-42010a800002";

    private Reviews() {}

    /** An ordinary mapping, as kubectl sends it and the API server completes it. */
    public static JsonObject mapping(String name, String arn, String username, String... groups) {
        JsonObject object = json(
                """
                        {
                          "apiVersion": "iamauthenticator.k8s.aws/v1alpha1",
                          "kind": "IAMIdentityMapping",
                          "metadata": {
                            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\\"apiVersion\\":\\"…\\"}\\n"},
                            "creationTimestamp": "2026-06-01T09:00:00Z",
                            "generation": 1,
                            "labels": {"app.kubernetes.io/managed-by": "Helm"},
                            "managedFields": [{
                              "apiVersion": "iamauthenticator.k8s.aws/v1alpha1",
                              "fieldsType": "FieldsV1",
                              "fieldsV1": {"f:metadata": {"f:annotations": {".": {},
                                "f:kubectl.kubernetes.io/last-applied-configuration": {}}},
                                "f:spec": {".": {}, "f:arn": {}, "f:groups": {}, "f:username": {}}},
                              "manager": "kubectl-client-side-apply",
                              "operation": "Update",
                              "time": "2026-06-01T09:00:00Z"
                            }],
                            "uid": "0e8c0a0e-0f0f-4b5e-8f0d-2f0c5a5f6c11"
                          },
                          "spec": {"groups": []}
                        }
                        """);
        object.getAsJsonObject("metadata").addProperty("name", name);
        JsonObject spec = object.getAsJsonObject("spec");
        spec.addProperty("arn", arn);
        spec.addProperty("username", username);
        for (String group : groups) {
            spec.getAsJsonArray("groups").add(group);
        }
        return object;
    }

    /** One that nobody has anything against. */
    public static JsonObject goodMapping() {
        return mapping("developers", "arn:aws:iam::111122223333:role/AWSReservedSSO_Developers_0123456789abcdef",
                "dev:{{SessionName}}", "developers");
    }

    /** A request to create an object. */
    public static JsonObject creation(JsonObject object) {
        return review("CREATE", object, null);
    }

    /** A request to change an object. */
    public static JsonObject update(JsonObject before, JsonObject after) {
        return review("UPDATE", after, before);
    }

    /** Any request. */
    public static JsonObject review(String operation, @Nullable JsonObject object,
            @Nullable JsonObject oldObject) {
        JsonObject review = json("""
                {
                  "kind": "AdmissionReview",
                  "apiVersion": "admission.k8s.io/v1",
                  "request": {
                    "uid": "%s",
                    "kind": {"group": "iamauthenticator.k8s.aws", "version": "v1alpha1", "kind": "IAMIdentityMapping"},
                    "resource": {"group": "iamauthenticator.k8s.aws", "version": "v1alpha1",
                      "resource": "iamidentitymappings"},
                    "requestKind": {"group": "iamauthenticator.k8s.aws", "version": "v1alpha1",
                      "kind": "IAMIdentityMapping"},
                    "requestResource": {"group": "iamauthenticator.k8s.aws", "version": "v1alpha1",
                      "resource": "iamidentitymappings"},
                    "operation": "%s",
                    "userInfo": {"username": "jane", "uid": "1234", "groups": ["platform", "system:authenticated"],
                      "extra": {"authentication.kubernetes.io/credential-id": ["X509SHA256=00"]}},
                    "object": null,
                    "oldObject": null,
                    "dryRun": false,
                    "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1",
                      "fieldManager": "kubectl-client-side-apply", "fieldValidation": "Strict"}
                  }
                }
                """.formatted(UID, operation));
        JsonObject request = review.getAsJsonObject("request");
        JsonObject named = object == null ? oldObject : object;
        if (named != null) {
            request.add("name", named.getAsJsonObject("metadata").get("name"));
        }
        if (object != null) {
            request.add("object", object);
        }
        if (oldObject != null) {
            request.add("oldObject", oldObject);
        }
        return review;
    }

    /** As it travels. */
    public static byte[] bytes(JsonObject review) {
        return review.toString().getBytes(StandardCharsets.UTF_8);
    }

    static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }
}
