package dev.iammapper.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.certificate.Issuer;
import dev.iammapper.certificate.Keyring;
import dev.iammapper.certificate.Pem;
import dev.iammapper.certificate.Schedule;
import dev.iammapper.certificate.ServerNames;
import dev.iammapper.certificate.Step;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.util.PatchUtils;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Which changes docs/webhook.yaml has the API server ask about. */
class WebhookManifestIT {
    private static final String MAPPING = "webhook-manifest-it";

    private final TestCluster cluster = TestCluster.shared();
    private final CustomObjectsApi custom = new CustomObjectsApi(cluster.adminClient());
    private final AdmissionregistrationV1Api webhooks = new AdmissionregistrationV1Api(cluster.adminClient());
    private final Keyring keyring = new Issuer(Schedule.usual(), new ServerNames(List.of("127.0.0.1")),
            new SecureRandom()).carryOut(new Step.BeginAnew("test"), Clock.systemUTC().instant());
    private final AtomicInteger asked = new AtomicInteger();
    private HttpsServer server;
    private String name;

    @BeforeEach
    void begin() throws Exception {
        cluster.applyCrds();
        SwappableKeys keys = new SwappableKeys();
        keys.swap(keyring.serving().pair());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(keys.context()));
        server.createContext("/", exchange -> {
            try (exchange) {
                JsonObject request = JsonParser
                        .parseString(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                        .getAsJsonObject().getAsJsonObject("request");
                if (request.get("name").getAsString().equals(MAPPING)) {
                    asked.incrementAndGet();
                }
                byte[] answer = """
                        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                          "response": {"uid": "%s", "allowed": true}}
                        """.formatted(request.get("uid").getAsString()).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, answer.length);
                try (OutputStream body = exchange.getResponseBody()) {
                    body.write(answer);
                }
            }
        });
        server.start();
        register();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            create(MAPPING, "All");
            return asked.get() > 0;
        });
    }

    @AfterEach
    void end() throws Exception {
        webhooks.deleteValidatingWebhookConfiguration(name).execute();
        try {
            custom.deleteClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                    IamIdentityMapping.PLURAL, MAPPING).execute();
        } catch (ApiException gone) {
            assertThat(gone.getCode()).isEqualTo(404);
        }
        server.stop(0);
    }

    @Test
    void grantsAdoptionAndProtectionAreAskedAboutAndNothingElse() throws Exception {
        assertThat(questions(() -> create(MAPPING, null))).as("creation").isOne();
        assertThat(patch("{\"metadata\":{\"labels\":{\"team\":\"a\"}}}")).as("a label").isZero();
        assertThat(patch("{\"metadata\":{\"annotations\":{\"note\":\"a\"}}}")).as("an annotation").isZero();
        assertThat(patch("{\"metadata\":{\"annotations\":{\"iammapper.dev/adopt\":\"\"}}}")).as("an empty adoption")
                .isOne();
        assertThat(patch("{\"metadata\":{\"annotations\":{\"iammapper.dev/adopt\":\"true\"}}}")).as("adoption").isOne();
        assertThat(patch("{\"metadata\":{\"annotations\":{\"iammapper.dev/adopt\":null}}}")).as("no adoption").isOne();
        assertThat(patch("{\"metadata\":{\"labels\":{\"iammapper.dev/protected\":\"true\"}}}")).as("protection")
                .isOne();
        assertThat(patch("{\"metadata\":{\"annotations\":null,\"labels\":{\"team\":\"b\"}}}"))
                .as("metadata of a protected object").isZero();
        assertThat(patch("{\"metadata\":{\"labels\":null}}")).as("protection removed with all labels").isOne();
        assertThat(patch("{\"spec\":{\"username\":\"another\"}}")).as("the grant").isOne();
        assertThat(patch("{\"spec\":{\"groups\":[\"admins\"]}}")).as("the groups").isOne();
        assertThat(patch("{\"spec\":{\"groups\":null},\"metadata\":{\"labels\":{\"team\":\"c\"}}}"))
                .as("the groups beside a label").isOne();
        assertThat(patch("{\"status\":{\"userID\":\"x\"}}")).as("a status through the object, which is ignored")
                .isZero();
        assertThat(questions(() -> PatchUtils.patch(Object.class,
                () -> custom.patchClusterCustomObjectStatus(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                        IamIdentityMapping.PLURAL, MAPPING, new V1Patch("{\"status\":{\"userID\":\"x\"}}"))
                        .buildCall(null),
                V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, cluster.adminClient()))).as("the status").isZero();
        assertThat(questions(() -> custom.deleteClusterCustomObject(IamIdentityMapping.GROUP,
                IamIdentityMapping.VERSION, IamIdentityMapping.PLURAL, MAPPING).execute())).as("deletion").isZero();
    }

    @FunctionalInterface
    private interface Change {
        void make() throws ApiException;
    }

    private int questions(Change change) throws ApiException {
        int before = asked.get();
        change.make();
        return asked.get() - before;
    }

    private int patch(String merge) throws ApiException {
        return questions(() -> PatchUtils.patch(Object.class,
                () -> custom.patchClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                        IamIdentityMapping.PLURAL, MAPPING, new V1Patch(merge)).buildCall(null),
                V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, cluster.adminClient()));
    }

    private void create(String mapping, String dryRun) throws ApiException {
        custom.createClusterCustomObject(IamIdentityMapping.GROUP, IamIdentityMapping.VERSION,
                IamIdentityMapping.PLURAL,
                Map.of("apiVersion", IamIdentityMapping.GROUP + "/" + IamIdentityMapping.VERSION, "kind",
                        "IAMIdentityMapping", "metadata", Map.of("name", mapping), "spec",
                        Map.of("arn", "arn:aws:iam::111122223333:role/manifest", "username", "one")))
                .dryRun(dryRun).execute();
    }

    /** The configuration of the page, called at an address instead of a Service. */
    private void register() throws Exception {
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions()))
                .loadAll(Files.readString(Path.of("docs", "webhook.yaml")))) {
            JsonObject object = new Gson().toJsonTree(document).getAsJsonObject();
            if (!object.get("kind").getAsString().equals("ValidatingWebhookConfiguration")) {
                continue;
            }
            name = object.getAsJsonObject("metadata").get("name").getAsString();
            JsonArray all = object.getAsJsonArray("webhooks");
            assertThat(all).hasSize(1);
            JsonObject client = all.get(0).getAsJsonObject().getAsJsonObject("clientConfig");
            assertThat(client.has("caBundle")).as("the controller writes it").isFalse();
            String path = client.getAsJsonObject("service").get("path").getAsString();
            client.remove("service");
            client.addProperty("url", "https://127.0.0.1:" + server.getAddress().getPort() + path);
            client.addProperty("caBundle", Base64.getEncoder().encodeToString(
                    Pem.text(keyring.bundle()).getBytes(StandardCharsets.UTF_8)));
            Manifests.create(cluster.adminClient(), object.toString());
        }
    }
}
