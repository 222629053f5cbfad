package dev.iammapper.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.TestCluster;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The served schema makes of every object of the corpus what the object's comments say. */
class CorpusIT {
    private static final String RESOURCE = "/apis/" + IamIdentityMapping.API_VERSION + "/" + IamIdentityMapping.PLURAL;
    /** What the API server adds when an object is so wrong that its CEL rules were not run. */
    private static final String RULES_LEFT_OUT = "<nil>";

    @BeforeAll
    static void serveTheSchema() {
        TestCluster.shared().applyCrds();
    }

    static Stream<CorpusObject> objects() {
        return CorpusObject.all();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void schemaMakesOfItWhatItsCommentsSay(CorpusObject object) throws Exception {
        try (Response response = create(object.text())) {
            JsonObject answer = JsonParser.parseString(response.body().string()).getAsJsonObject();

            if (object.schemaErrors().isEmpty()) {
                assertThat(response.code()).as(answer.toString()).isEqualTo(201);
                ParsedMapping served = MappingParser.parse(CorpusObject.read(answer));
                assertThat(served instanceof ParsedMapping.Valid).as(served.toString())
                        .isEqualTo(object.parserErrors().isEmpty());
            } else {
                assertThat(response.code()).as(answer.toString()).isEqualTo(422);
                assertThat(fields(answer)).as(answer.toString()).isEqualTo(object.schemaErrors());
            }
        }
    }

    /** Nothing is stored: the API server only says what it would do. */
    private static Response create(String yaml) throws ApiException, IOException {
        ApiClient client = TestCluster.shared().adminClient();
        Map<String, String> headers = new HashMap<>(
                Map.of("Content-Type", "application/yaml", "Accept", "application/json"));
        return client.buildCall(null, RESOURCE, "POST",
                List.of(new Pair("dryRun", "All"), new Pair("fieldValidation", "Strict")), List.of(),
                yaml.getBytes(StandardCharsets.UTF_8), headers, new HashMap<>(), new HashMap<>(),
                new String[] {"BearerToken"}, null).execute();
    }

    private static List<String> fields(JsonObject status) {
        JsonArray causes = status.getAsJsonObject("details").getAsJsonArray("causes");
        return StreamSupport.stream(causes.spliterator(), false)
                .map(cause -> cause.getAsJsonObject().get("field").getAsString())
                .filter(field -> !field.equals(RULES_LEFT_OUT)).distinct().sorted().toList();
    }
}
