package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.iammapper.admission.AdmissionDecision.Allowed;
import dev.iammapper.admission.AdmissionDecision.Cause;
import dev.iammapper.admission.AdmissionDecision.Denied;
import dev.iammapper.admission.AdmissionRequest.Operation;
import dev.iammapper.admission.AdmissionReviews.Reading;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionReviewsTest {

    @Test
    void aRealReviewIsUnderstood() {
        Reading reading = AdmissionReviews.read(Reviews.bytes(Reviews.creation(Reviews.goodMapping())));

        assertThat(reading).isInstanceOfSatisfying(Reading.Asked.class, asked -> {
            AdmissionRequest request = asked.request();
            assertThat(request.uid()).isEqualTo(Reviews.UID);
            assertThat(request.operation()).isEqualTo(Operation.CREATE);
            assertThat(request.name()).isEqualTo("developers");
            assertThat(request.object()).isNotNull();
            assertThat(request.oldObject()).isNull();
            assertThat(request.requester().username()).isEqualTo("jane");
            assertThat(request.requester().groups()).containsExactly("platform", "system:authenticated");
            assertThat(request.requester().extra())
                    .isEqualTo(Map.of("authentication.kubernetes.io/credential-id", List.of("X509SHA256=00")));
            assertThat(request.dryRun()).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "no JSON", "[]", "\"text\"", "17", "null", "{}", "{\"request\": []}",
            "{\"request\": {}} {}", "{\"request\": {\"uid\": \"a\"},}"})
    void whatIsNoReviewHasNoAnswer(String body) {
        assertThat(AdmissionReviews.read(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(Reading.Unreadable.class,
                        unreadable -> assertThat(unreadable.message()).startsWith("No AdmissionReview: "));
    }

    @Test
    void withoutAUidThereIsNoAnswer() {
        for (Consumer<JsonObject> change : List.<Consumer<JsonObject>>of(request -> request.remove("uid"),
                request -> request.addProperty("uid", ""), request -> request.addProperty("uid", 7),
                request -> request.addProperty("uid", "u".repeat(300)),
                request -> request.addProperty("uid", "two\nlines"), request -> request.addProperty("uid", "\u00e4"),
                request -> request.add("uid", JsonNull.INSTANCE), request -> request.add("uid", new JsonArray()))) {
            assertThat(read(change)).isInstanceOf(Reading.Unreadable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"admission.k8s.io/v1beta1", "admission.k8s.io/v2", "v1", ""})
    void anotherVersionIsDenied(String version) {
        JsonObject review = Reviews.creation(Reviews.goodMapping());
        review.addProperty("apiVersion", version);

        assertThat(AdmissionReviews.read(Reviews.bytes(review))).isInstanceOfSatisfying(Reading.Denied.class,
                denied -> {
                    assertThat(denied.uid()).isEqualTo(Reviews.UID);
                    assertThat(denied.message()).contains("admissionReviewVersions");
                });
    }

    @Test
    void whatIsNoMappingIsDenied() {
        denied(request -> request.getAsJsonObject("kind").addProperty("kind", "ConfigMap"), "judges");
        denied(request -> request.getAsJsonObject("kind").addProperty("group", ""), "judges");
        denied(request -> request.getAsJsonObject("kind").addProperty("version", "v1"), "judges");
        denied(request -> request.getAsJsonObject("resource").addProperty("resource", "configmaps"), "judges");
        denied(request -> request.remove("resource"), "judges");
        denied(request -> request.addProperty("kind", "IAMIdentityMapping"), "judges");
        denied(request -> request.addProperty("subResource", "status"), "subresources");
    }

    @Test
    void whatIsIncompleteIsDenied() {
        denied(request -> request.addProperty("operation", "CONNECT"), "connect");
        denied(request -> request.addProperty("operation", "create"), "operation");
        denied(request -> request.remove("operation"), "operation");
        denied(request -> request.add("object", JsonNull.INSTANCE), "no object");
        denied(request -> request.remove("object"), "no object");
        denied(request -> request.addProperty("operation", "UPDATE"), "old object");
    }

    @Test
    void aDeletionNeedsNoObject() {
        assertThat(AdmissionReviews.read(Reviews.bytes(Reviews.review("DELETE", null, null))))
                .isInstanceOf(Reading.Asked.class);
    }

    @Test
    void anAllowanceIsWrittenWithItsWarnings() {
        assertThat(Reviews.json(AdmissionReviews.write("u-1", new Allowed(List.of("look out")))))
                .isEqualTo(Reviews.json("""
                        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                         "response": {"uid": "u-1", "allowed": true, "warnings": ["look out"]}}
                        """));
        assertThat(Reviews.json(AdmissionReviews.write("u-1", new Allowed(List.of()))))
                .isEqualTo(Reviews.json("""
                        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                         "response": {"uid": "u-1", "allowed": true}}
                        """));
    }

    @Test
    void aDenialIsWrittenWithItsCauses() {
        assertThat(Reviews.json(AdmissionReviews.write("u-2",
                new Denied("all of it", List.of(new Cause("MastersGrant", "spec.groups[0]", "why")), List.of("and")))))
                .isEqualTo(Reviews.json("""
                        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                         "response": {"uid": "u-2", "allowed": false, "warnings": ["and"],
                           "status": {"status": "Failure", "code": 403, "reason": "Forbidden", "message": "all of it",
                             "details": {"group": "iamauthenticator.k8s.aws", "kind": "iamidentitymappings",
                               "causes": [{"reason": "MastersGrant", "field": "spec.groups[0]", "message": "why"}]}}}}
                        """));
    }

    private static void denied(Consumer<JsonObject> change, String word) {
        assertThat(read(change)).isInstanceOfSatisfying(Reading.Denied.class, denied -> {
            assertThat(denied.uid()).isEqualTo(Reviews.UID);
            assertThat(denied.message()).contains(word);
        });
    }

    private static Reading read(Consumer<JsonObject> change) {
        JsonObject review = Reviews.creation(Reviews.goodMapping());
        change.accept(review.getAsJsonObject("request"));
        return AdmissionReviews.read(Reviews.bytes(review));
    }
}
