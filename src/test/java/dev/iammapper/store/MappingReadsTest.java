package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.iammapper.api.IamIdentityMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class MappingReadsTest {

    @Test
    void ourOwnDefinitionHasEverythingThatIsNeeded() throws IOException {
        assertThat(MappingReads.definition(ours())).isEqualTo(new ServedDefinition.Served("u1", 3));
    }

    @Test
    void theUpstreamDefinitionLacksOurFields() throws IOException {
        JsonObject upstream = ours();
        properties(upstream, "spec").remove("notBefore");
        properties(upstream, "spec").remove("expiresAt");
        properties(upstream, "status").remove("conditions");
        assertThat(MappingReads.definition(upstream)).isEqualTo(new ServedDefinition.LacksFields("u1", 3,
                List.of("spec.notBefore", "spec.expiresAt", "status.conditions")));
    }

    @Test
    void aSchemaThatKeepsUnknownFieldsPrunesNothing() throws IOException {
        JsonObject open = ours();
        JsonObject schema = version(open).getAsJsonObject("schema").getAsJsonObject("openAPIV3Schema");
        schema.remove("properties");
        schema.addProperty("x-kubernetes-preserve-unknown-fields", true);
        assertThat(MappingReads.definition(open)).isInstanceOf(ServedDefinition.Served.class);
    }

    @Test
    void aDefinitionWithoutAStatusSubresourceLacksIt() throws IOException {
        JsonObject bare = ours();
        version(bare).remove("subresources");
        assertThat(MappingReads.definition(bare))
                .isEqualTo(new ServedDefinition.LacksFields("u1", 3, List.of("subresources.status")));
    }

    @Test
    void aDefinitionThatIsDeletedOrNotEstablishedOrServesAnotherVersionIsNotServed() throws IOException {
        JsonObject deleted = ours();
        deleted.getAsJsonObject("metadata").addProperty("deletionTimestamp", "2026-01-01T00:00:00Z");
        assertThat(MappingReads.definition(deleted)).isEqualTo(new ServedDefinition.Terminating("u1"));

        JsonObject fresh = ours();
        fresh.add("status", new JsonObject());
        assertThat(MappingReads.definition(fresh)).isInstanceOf(ServedDefinition.NotServed.class);

        JsonObject taken = ours();
        taken.add("status", JsonParser.parseString("{\"conditions\":[{\"type\":\"NamesAccepted\",\"status\":\"False\","
                + "\"message\":\"\\\"iim\\\" is already in use\"}]}"));
        assertThat(MappingReads.definition(taken)).isEqualTo(new ServedDefinition.NotServed("u1",
                "the API server has not accepted it: \"iim\" is already in use"));

        JsonObject other = ours();
        version(other).addProperty("served", false);
        assertThat(MappingReads.definition(other)).isInstanceOf(ServedDefinition.NotServed.class);
    }

    @Test
    void anObjectOutOfShapeKeepsItsMetadataAndWhatCanBeRead() {
        IamIdentityMapping read = MappingJson.read(JsonParser.parseString("""
                {"metadata": {"name": "odd", "uid": "u", "generation": 2, "managedFields": [{"manager": "kubectl"}]},
                 "spec": {"arn": "a", "groups": "not-a-list"}, "status": {"canonicalARN": "c", "novel": 1}}
                """).getAsJsonObject());
        assertThat(read.metadata().getName()).isEqualTo("odd");
        assertThat(read.metadata().getManagedFields()).isEmpty();
        assertThat(read.spec()).isNull();
        assertThat(read.status().canonicalARN()).isEqualTo("c");
    }

    private static JsonObject version(JsonObject definition) {
        return definition.getAsJsonObject("spec").getAsJsonArray("versions").get(0).getAsJsonObject();
    }

    private static JsonObject properties(JsonObject definition, String part) {
        return version(definition).getAsJsonObject("schema").getAsJsonObject("openAPIV3Schema")
                .getAsJsonObject("properties").getAsJsonObject(part).getAsJsonObject("properties");
    }

    /** The definition of this repository, as an API server shows it once it is established. */
    private static JsonObject ours() throws IOException {
        String yaml = Files.readString(Path.of("crds", "iamidentitymappings.yaml"));
        Map<?, ?> parsed = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        JsonObject definition = new Gson().toJsonTree(parsed).getAsJsonObject();
        definition.getAsJsonObject("metadata").addProperty("uid", "u1");
        definition.getAsJsonObject("metadata").addProperty("generation", 3);
        JsonObject established = new JsonObject();
        established.addProperty("type", "Established");
        established.addProperty("status", "True");
        JsonArray conditions = new JsonArray();
        conditions.add(established);
        JsonObject status = new JsonObject();
        status.add("conditions", conditions);
        definition.add("status", status);
        return definition;
    }
}
