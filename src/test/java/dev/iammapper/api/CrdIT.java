package dev.iammapper.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.iammapper.cluster.TestCluster;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API server makes of the definition, beyond taking and refusing objects. */
class CrdIT {
    private static final String RESOURCE = "/apis/" + IamIdentityMapping.API_VERSION + "/" + IamIdentityMapping.PLURAL;
    private static final String READY = """
            {"type": "Ready", "status": "True", "reason": "Applied", "message": "", \
            "lastTransitionTime": "2026-01-01T00:00:00Z", "observedGeneration": 1}""";
    /** The status of an object that the controller has not seen yet; without it kstatus would call the object done. */
    private static final JsonElement NOBODY_LOOKED = JsonParser.parseString("{\"observedGeneration\":0}");
    /** The definition as aws-iam-authenticator installs it: no bounds, and an optional spec. */
    private static final String UPSTREAM = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: iamidentitymappings.iamauthenticator.k8s.aws
            spec:
              group: iamauthenticator.k8s.aws
              scope: Cluster
              names:
                {plural: iamidentitymappings, singular: iamidentitymapping, kind: IAMIdentityMapping, categories: [all]}
              versions:
                - name: v1alpha1
                  served: true
                  storage: true
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        spec:
                          type: object
                          required: [arn, username]
                          properties:
                            arn: {type: string}
                            username: {type: string}
                            groups: {type: array, items: {type: string}}
                        status:
                          type: object
                          properties:
                            canonicalARN: {type: string}
                            userID: {type: string}
                  subresources:
                    status: {}
            """;

    private final TestCluster cluster = TestCluster.shared();
    private final String name = "crd-it-" + UUID.randomUUID();

    @BeforeEach
    void serveOurDefinition() {
        cluster.applyCrds();
    }

    @AfterEach
    void removeTheObject() throws Exception {
        send("DELETE", "/" + name, null, "application/json", "application/json");
        cluster.applyCrds();
    }

    @Test
    void listsShowWhatAPersonAsks() throws Exception {
        create(spec("arn:aws:iam::111122223333:role/r", "u"));
        patchStatus("{\"status\":{\"conditions\":[" + READY + "]}}", 200);

        JsonObject table = send("GET", "/" + name, null, "application/json",
                "application/json;as=Table;v=v1;g=meta.k8s.io").body();

        assertThat(elements(table, "columnDefinitions"))
                .extracting(column -> column.get("name").getAsString() + "/" + column.get("priority").getAsInt())
                .containsExactly("Name/0", "ARN/0", "Username/0", "Groups/1", "Ready/0", "Reason/0", "Age/0");
        assertThat(elements(table, "rows").getFirst().getAsJsonArray("cells")).extracting(JsonElement::getAsString)
                .startsWith(name, "arn:aws:iam::111122223333:role/r", "u", "[\"g\"]", "True", "Applied");
    }

    @Test
    void shortNameIsServed() throws Exception {
        try (Response response = call("GET", "/apis/" + IamIdentityMapping.API_VERSION, null, "application/json",
                "application/json")) {
            assertThat(response.body().string()).contains("\"shortNames\":[\"iim\"]", "\"categories\":[\"all\"]",
                    IamIdentityMapping.PLURAL + "/status");
        }
    }

    @Test
    void statusIsWrittenOnlyThroughItsOwnResource() throws Exception {
        JsonObject created = create(spec("arn:aws:iam::111122223333:role/r", "u")
                + "status:\n  canonicalARN: arn:aws:iam::111122223333:role/forged\n");
        assertThat(created.get("status")).isEqualTo(NOBODY_LOOKED);

        JsonObject patched = patchStatus("{\"status\":{\"canonicalARN\":\"arn:aws:iam::111122223333:role/r\","
                + "\"observedGeneration\":1,\"conditions\":[" + READY + "]},\"spec\":{\"username\":\"other\"}}", 200);

        assertThat(patched.getAsJsonObject("metadata").get("generation").getAsInt()).isEqualTo(1);
        assertThat(patched.getAsJsonObject("spec").get("username").getAsString()).isEqualTo("u");
        assertThat(patched.getAsJsonObject("status").get("observedGeneration").getAsInt()).isEqualTo(1);
    }

    @Test
    void anObjectAtWhichNobodyLookedYetSpeaksOfNoGeneration() throws Exception {
        create(spec("arn:aws:iam::111122223333:role/r", "u"));

        JsonObject stored = send("GET", "/" + name, null, "application/json", "application/json").body();

        assertThat(stored.getAsJsonObject("metadata").get("generation").getAsInt()).isEqualTo(1);
        assertThat(stored.getAsJsonObject("status")).isEqualTo(NOBODY_LOOKED);
    }

    @Test
    void conditionsHaveTheShapeThatToolsExpect() throws Exception {
        create(spec("arn:aws:iam::111122223333:role/r", "u"));

        patchStatus("{\"status\":{\"conditions\":[" + READY + "," + READY + "]}}", 422);
        patchStatus("{\"status\":{\"conditions\":[" + READY.replace("\"True\"", "\"Maybe\"") + "]}}", 422);
        patchStatus("{\"status\":{\"conditions\":[" + READY.replace("\"Applied\"", "\"\"") + "]}}", 422);
        patchStatus("{\"status\":{\"conditions\":[" + READY.replace("\"Applied\"", "\"two words\"") + "]}}", 422);
        patchStatus("{\"status\":{\"conditions\":[" + READY.replace("2026-01-01T00:00:00Z", "now") + "]}}", 422);
        patchStatus("{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}", 422);
        patchStatus("{\"status\":{\"conditions\":[" + READY + "," + READY.replace("Ready", "Applied") + "]}}", 200);
    }

    @Test
    void objectsFromUpstreamsDefinitionStayAndCanBeReportedOn() throws Exception {
        cluster.applyCrds(UPSTREAM);
        create("spec:\n  arn: \"arn:aws:iam::111122223333:group/admins\"\n  username: \"\"\n");
        cluster.applyCrds();

        patchStatus("{\"status\":{\"conditions\":[" + READY + "]}}", 200);
        assertThat(send("PATCH", "/" + name, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}",
                "application/merge-patch+json", "application/json").code()).isEqualTo(200);
        Answer changed = send("PATCH", "/" + name, "{\"spec\":{\"arn\":\"arn:aws:iam::111122223333:group/ops\"}}",
                "application/merge-patch+json", "application/json");
        assertThat(changed.code()).as(changed.body().toString()).isEqualTo(422);
    }

    @Test
    void objectWithoutSpecFromUpstreamsDefinitionCanBeReportedOn() throws Exception {
        cluster.applyCrds(UPSTREAM);
        create("");
        cluster.applyCrds();

        Answer patched = send("PATCH", "/" + name + "/status", "{\"status\":{\"conditions\":[" + READY + "]}}",
                "application/merge-patch+json", "application/json");

        assertThat(patched.code()).as(patched.body().toString()).isEqualTo(200);
    }

    private static String spec(String arn, String username) {
        return "spec:\n  arn: \"" + arn + "\"\n  username: \"" + username + "\"\n  groups: [g]\n";
    }

    private JsonObject create(String rest) throws Exception {
        Answer answer = send("POST", "", "apiVersion: " + IamIdentityMapping.API_VERSION + "\nkind: "
                + IamIdentityMapping.KIND + "\nmetadata:\n  name: " + name + "\n" + rest, "application/yaml",
                "application/json");
        assertThat(answer.code()).as(answer.body().toString()).isEqualTo(201);
        return answer.body();
    }

    private JsonObject patchStatus(String patch, int code) throws Exception {
        Answer answer = send("PATCH", "/" + name + "/status", patch, "application/merge-patch+json",
                "application/json");
        assertThat(answer.code()).as(patch + " " + answer.body()).isEqualTo(code);
        return answer.body();
    }

    private Answer send(String method, String path, String body, String contentType, String accept) throws Exception {
        try (Response response = call(method, RESOURCE + path, body, contentType, accept)) {
            return new Answer(response.code(), JsonParser.parseString(response.body().string()).getAsJsonObject());
        }
    }

    private Response call(String method, String path, String body, String contentType, String accept)
            throws ApiException, IOException {
        ApiClient client = cluster.adminClient();
        List<Pair> none = List.of();
        byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
        return client.buildCall(null, path, method, none, none, bytes,
                new HashMap<>(Map.of("Content-Type", contentType, "Accept", accept)), new HashMap<>(), new HashMap<>(),
                new String[] {"BearerToken"}, null).execute();
    }

    private static List<JsonObject> elements(JsonObject parent, String list) {
        return StreamSupport.stream(parent.getAsJsonArray(list).spliterator(), false).map(JsonElement::getAsJsonObject)
                .toList();
    }

    private record Answer(int code, JsonObject body) {}
}
