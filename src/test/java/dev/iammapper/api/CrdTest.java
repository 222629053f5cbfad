package dev.iammapper.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The CustomResourceDefinition fits the records, and promises nothing that nobody looked at. */
class CrdTest {
    private final JsonObject definition = read();
    private final JsonObject version = definition.getAsJsonObject("spec").getAsJsonArray("versions").get(0)
            .getAsJsonObject();
    private final JsonObject schema = version.getAsJsonObject("schema").getAsJsonObject("openAPIV3Schema");

    @Test
    void namesAreThoseOfTheCode() {
        JsonObject spec = definition.getAsJsonObject("spec");
        JsonObject names = spec.getAsJsonObject("names");

        assertThat(definition.getAsJsonObject("metadata").get("name").getAsString())
                .isEqualTo(IamIdentityMapping.CRD_NAME);
        assertThat(spec.get("group").getAsString()).isEqualTo(IamIdentityMapping.GROUP);
        assertThat(spec.get("scope").getAsString()).isEqualTo("Cluster");
        assertThat(version.get("name").getAsString()).isEqualTo(IamIdentityMapping.VERSION);
        assertThat(names.get("kind").getAsString()).isEqualTo(IamIdentityMapping.KIND);
        assertThat(names.get("plural").getAsString()).isEqualTo(IamIdentityMapping.PLURAL);
        assertThat(names.getAsJsonArray("shortNames")).extracting(JsonElement::getAsString).containsExactly("iim");
        assertThat(names.getAsJsonArray("categories")).extracting(JsonElement::getAsString).containsExactly("all");
    }

    @Test
    void fieldsAreThoseOfTheRecords() {
        assertThat(fields("spec")).isEqualTo(components(IamIdentityMappingSpec.class));
        assertThat(fields("status")).isEqualTo(components(IamIdentityMappingStatus.class));
        assertThat(properties(schema.getAsJsonObject("properties").getAsJsonObject("status")
                .getAsJsonObject("properties").getAsJsonObject("conditions").getAsJsonObject("items")).keySet())
                .isEqualTo(components(MappingCondition.class));
    }

    @Test
    void everyFieldIsDescribedAndBounded() {
        Map<String, JsonObject> fields = new TreeMap<>();
        collect("", schema, fields);
        fields.remove(".metadata");

        assertThat(fields).hasSizeGreaterThan(20);
        fields.forEach((path, field) -> {
            assertThat(field.has("description")).as("description of " + path).isTrue();
            assertThat(field.get("description").getAsString()).as(path).endsWith(".");
            switch (field.get("type").getAsString()) {
                case "string" -> assertThat(isBounded(path, field)).as("bound of " + path).isTrue();
                case "array" -> assertThat(field.has("maxItems")).as("bound of " + path).isTrue();
                case "integer" -> assertThat(field.has("minimum")).as("bound of " + path).isTrue();
                case "object" -> assertThat(field.has("properties")).as(path).isTrue();
                default -> throw new AssertionError(path + " has an unexpected type");
            }
        });
    }

    @Test
    void everyRuleSaysWhatToDo() {
        String text = definition.toString();

        assertThat(text).doesNotContain("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource");
        int rules = text.split("\"rule\":", -1).length;
        assertThat(rules).isGreaterThan(5);
        assertThat(text.split("\"message\":\"", -1)).hasSize(rules);
    }

    /** The API server itself bounds these by their form. */
    private static boolean isBounded(String path, JsonObject field) {
        return field.has("maxLength") || field.has("enum") || field.has("format")
                || Set.of(".apiVersion", ".kind").contains(path);
    }

    private static void collect(String path, JsonObject field, Map<String, JsonObject> into) {
        if (field.has("properties")) {
            properties(field).forEach((name, property) -> {
                into.put(path + "." + name, property.getAsJsonObject());
                collect(path + "." + name, property.getAsJsonObject(), into);
            });
        }
        if (field.has("items")) {
            into.put(path + "[]", field.getAsJsonObject("items"));
            collect(path + "[]", field.getAsJsonObject("items"), into);
        }
    }

    private Set<String> fields(String part) {
        return properties(schema.getAsJsonObject("properties").getAsJsonObject(part)).keySet();
    }

    private static Map<String, JsonElement> properties(JsonObject field) {
        return field.getAsJsonObject("properties").asMap();
    }

    private static Set<String> components(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).collect(Collectors.toSet());
    }

    private static JsonObject read() {
        try {
            String text = Files
                    .readString(Path.of(System.getProperty("basedir", ""), "crds", "iamidentitymappings.yaml"));
            Map<String, Object> tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            return new Gson().toJsonTree(tree).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
