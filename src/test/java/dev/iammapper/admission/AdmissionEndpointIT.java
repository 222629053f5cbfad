package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.iammapper.cluster.Seen;
import dev.iammapper.policy.RuleExamples;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The webhook of a running controller, asked over HTTPS as an API server asks it, and as nobody should. */
@TestInstance(Lifecycle.PER_CLASS)
class AdmissionEndpointIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ARN = "arn:aws:iam::111122223333:role/AWSReservedSSO_Developers_0123456789abcdef";
    private static final String RIVAL = """
            apiVersion: iamauthenticator.k8s.aws/v1alpha1
            kind: IAMIdentityMapping
            metadata:
              name: older
              labels: {rules.iammapper.dev/unasked: ""}
            spec: {arn: "%s", username: "dev:{{SessionName}}", groups: [viewers]}
            """.formatted(ARN);

    private final WebhookStage stage = new WebhookStage();
    private HttpClient client;

    @BeforeAll
    void start() {
        RuleExamples.commonBindings().forEach(binding -> applied(stage.kubectl().apply(binding)));
        stage.start(null);
        client = stage.client();
    }

    @AfterAll
    void close() {
        client.close();
        RuleExamples.commonBindings().forEach(binding -> stage.kubectl().delete(binding));
        stage.close();
    }

    @Test
    void otherMethodsPathsAndTypesGetTheirCodes() throws Exception {
        BodyPublisher body = BodyPublishers.ofByteArray(good());
        assertThat(send(json().GET()).statusCode()).isEqualTo(405);
        assertThat(send(json().PUT(body)).statusCode()).isEqualTo(405);
        assertThat(send(json().DELETE()).statusCode()).isEqualTo(405);
        for (String path : List.of("/", "/validate", "/validate/iamidentitymapping/", "/validate/configmap",
                "/actuator/health", "/validate/..%2f")) {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(stage.webhook().resolve(path))
                    .header("Content-Type", "application/json").POST(body));
            assertThat(answer.statusCode()).as(path).isBetween(400, 404);
            assertThat(answer.body()).doesNotContain("at dev.", "Exception");
        }
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "application/yaml")) {
            assertThat(send(HttpRequest.newBuilder(stage.webhook()).header("Content-Type", type).POST(body))
                    .statusCode()).as(type).isEqualTo(415);
        }
        assertThat(send(HttpRequest.newBuilder(stage.webhook()).POST(body)).statusCode()).isEqualTo(415);
        assertThat(send(HttpRequest.newBuilder(stage.webhook()).header("Content-Type",
                "application/json; charset=utf-8").POST(body)).statusCode()).isEqualTo(200);
    }

    @Test
    void aGoodMappingIsAllowedAndADryRunIsAnsweredAlike() throws Exception {
        JsonObject allowed = response(good());
        assertThat(allowed).isEqualTo(Reviews.json("{\"uid\": \"%s\", \"allowed\": true}".formatted(Reviews.UID)));

        JsonObject bad = Reviews.creation(
                Reviews.mapping("bad", ARN, "system:admin", "system:masters", "a{{SessionName}}"));
        JsonObject denied = response(Reviews.bytes(bad));
        bad.getAsJsonObject("request").addProperty("dryRun", true);
        assertThat(response(Reviews.bytes(bad))).isEqualTo(denied);
    }

    @Test
    void allFindingsAreInTheMessageAndInTheCauses() throws Exception {
        JsonObject denied = denied(Reviews.bytes(Reviews.creation(
                Reviews.mapping("bad", ARN, "system:admin", "system:masters", "a{{SessionName}}"))), "3 findings:");
        JsonObject status = denied.getAsJsonObject("status");
        assertThat(status.get("code").getAsInt()).isEqualTo(403);
        assertThat(status.get("message").getAsString()).contains("(MastersGrant)", "(GroupTemplate)",
                "(ReservedUsername)", "\n- spec.groups[0]: ");
        List<String> causes = status.getAsJsonObject("details").getAsJsonArray("causes").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(cause -> cause.get("reason").getAsString() + " " + cause.get("field").getAsString()).toList();
        assertThat(causes).containsExactlyInAnyOrder("ReservedUsername spec.username", "MastersGrant spec.groups[0]",
                "GroupTemplate spec.groups[1]");
    }

    @Test
    void warningsAreShortLines() throws Exception {
        String longName = "nobody-binds-this-" + "x".repeat(220);
        JsonObject answer = response(Reviews.bytes(Reviews.creation(
                Reviews.mapping("warned", "arn:aws:iam::111122223333:role/plain", "one-name-for-all", longName))));
        assertThat(answer.get("allowed").getAsBoolean()).isTrue();
        List<String> warnings = answer.getAsJsonArray("warnings").asList().stream().map(JsonElement::getAsString)
                .toList();
        assertThat(warnings).hasSizeGreaterThanOrEqualTo(2).allSatisfy(warning -> {
            assertThat(warning.codePointCount(0, warning.length())).isLessThanOrEqualTo(256);
            assertThat(warning).doesNotContain("\n", "\r").matches(".*\\([A-Z][A-Za-z]+\\)");
        });
    }

    @Test
    void whatIsNoReviewFailsWithAMessage() throws Exception {
        failed(new byte[0], 400, "empty");
        failed("no JSON".getBytes(StandardCharsets.UTF_8), 400, "not JSON");
        failed(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}, 400, "UTF-8");
        failed("{\"a\":".repeat(100_000).getBytes(StandardCharsets.UTF_8), 400, "deeper");
        failed(("{\"a\":[" + "0,".repeat(60_000) + "0]}").getBytes(StandardCharsets.UTF_8), 400, "values");
        failed("{\"request\":{\"uid\":\"a\",\"uid\":\"b\"}}".getBytes(StandardCharsets.UTF_8), 400, "one name twice");
        failed("{\"request\":{}}".getBytes(StandardCharsets.UTF_8), 400, "no uid");
        failed("{}".getBytes(StandardCharsets.UTF_8), 400, "no request");
    }

    @Test
    void aBodyOverTheBoundFailsAnnouncedOrNot() throws Exception {
        byte[] large = new byte[AdmissionBody.MOST_BYTES + 100_000];
        java.util.Arrays.fill(large, (byte) ' ');
        failed(send(json().POST(BodyPublishers.ofByteArray(large))), 413, "larger than 1024 KiB");
        failed(send(json().POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))), 413,
                "larger than 1024 KiB");
        assertThat(send(json().POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(good()))))
                .statusCode()).as("a body of unknown length").isEqualTo(200);
    }

    @Test
    void whatCannotBeJudgedIsDenied() throws Exception {
        JsonObject beta = Reviews.creation(Reviews.goodMapping());
        beta.addProperty("apiVersion", "admission.k8s.io/v1beta1");
        denied(Reviews.bytes(beta), "admission.k8s.io/v1 only");
        denied(changed(request -> request.getAsJsonObject("kind").addProperty("kind", "Secret")), "judges");
        denied(changed(request -> request.addProperty("subResource", "status")), "subresources");
        denied(changed(request -> request.addProperty("operation", "CONNECT")), "connect");
        denied(changed(request -> request.addProperty("operation", "PATCH")), "operation");
        denied(changed(request -> request.remove("object")), "no object");
        denied(changed(request -> request.addProperty("operation", "UPDATE")), "old object");
        denied(changed(request -> request.getAsJsonObject("object").remove("metadata")), "metadata");
    }

    @Test
    void aDeletionIsAllowed() throws Exception {
        assertThat(response(Reviews.bytes(Reviews.review("DELETE", null, Reviews.goodMapping()))).get("allowed")
                .getAsBoolean()).isTrue();
    }

    @Test
    void nobodyIsRefusedForAnObjectThatIsGone() throws Exception {
        for (int round = 0; round < 5; round++) {
            applied(stage.kubectl().apply(RIVAL));
            awaitRefusal();
            applied(stage.kubectl().delete(RIVAL));
            assertThat(response(good()).get("allowed").getAsBoolean()).as("round " + round).isTrue();
        }
    }

    @Test
    void aCheckThatRunsOutOfTimeDeniesBeforeTheApiServerGivesUp() throws Exception {
        applied(stage.kubectl().apply(RIVAL));
        awaitRefusal();
        stage.cluster().pause();
        try {
            long began = System.nanoTime();
            denied(good(), "Not judged");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        } finally {
            stage.cluster().resume();
            applied(stage.kubectl().delete(RIVAL));
        }
    }

    private void awaitRefusal() {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50)).atMost(SOON)
                .untilAsserted(() -> denied(good(), "(DuplicatePrincipal)"));
    }

    private static void applied(Seen seen) {
        assertThat(seen.exitCode()).as(seen.toString()).isZero();
    }

    private static byte[] good() {
        return Reviews.bytes(Reviews.creation(Reviews.goodMapping()));
    }

    private static byte[] changed(Consumer<JsonObject> change) {
        JsonObject review = Reviews.creation(Reviews.goodMapping());
        change.accept(review.getAsJsonObject("request"));
        return Reviews.bytes(review);
    }

    private JsonObject denied(byte[] body, String word) throws IOException, InterruptedException {
        JsonObject response = response(body);
        assertThat(response.get("allowed").getAsBoolean()).isFalse();
        assertThat(response.getAsJsonObject("status").get("message").getAsString()).contains(word);
        return response;
    }

    private JsonObject response(byte[] body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(json().POST(BodyPublishers.ofByteArray(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonObject review = Reviews.json(answer.body());
        assertThat(review.get("kind").getAsString()).isEqualTo("AdmissionReview");
        assertThat(review.get("apiVersion").getAsString()).isEqualTo("admission.k8s.io/v1");
        JsonObject response = review.getAsJsonObject("response");
        assertThat(response.get("uid").getAsString()).isEqualTo(Reviews.UID);
        return response;
    }

    private void failed(byte[] body, int code, String word) throws IOException, InterruptedException {
        failed(send(json().POST(BodyPublishers.ofByteArray(body))), code, word);
    }

    private static void failed(HttpResponse<String> answer, int code, String word) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code);
        JsonObject status = Reviews.json(answer.body());
        assertThat(status.get("kind").getAsString()).isEqualTo("Status");
        assertThat(status.get("message").getAsString()).contains(word);
        assertThat(answer.body()).doesNotContain("Exception", "at dev.");
    }

    private HttpRequest.Builder json() {
        return HttpRequest.newBuilder(stage.webhook()).header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(SOON).build(), BodyHandlers.ofString());
    }
}
