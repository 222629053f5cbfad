package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The parts of SARIF 2.1.0 (OASIS, sarif-schema-2.1.0.json) that the report uses, held to what the schema says of them:
 * which properties there are, which must be there, of which type and range.
 */
class LintSarifTest {
    private static final Path EXAMPLES = Path.of("src", "test", "resources", "rules");

    @TempDir
    private Path folder;

    @Test
    void theReportOfAllExamplesIsValid() {
        Lint lint = Lint.run("--output=sarif", EXAMPLES.toString());
        JsonArray results = check(lint).getAsJsonArray("results");
        assertThat(results).hasSizeGreaterThan(50);
        assertThat(levels(results)).contains("error", "warning", "note");
        assertThat(uris(results)).allSatisfy(uri -> assertThat(uri).startsWith("src/test/resources/rules/"));
    }

    @Test
    void aReportWithoutFindingsIsValidToo() throws Exception {
        Path file = Files.writeString(folder.resolve("other.yaml"), "kind: Other\n");
        assertThat(check(Lint.run("--output=sarif", file.toString())).getAsJsonArray("results")).isEmpty();
    }

    @Test
    void namesOfFilesAreWrittenAsUris() throws Exception {
        Path file = Files.writeString(folder.resolve("a b#c%d:é?.yaml"), "a: b: c\n");
        JsonArray results = check(Lint.run("--output=sarif", file.toString())).getAsJsonArray("results");
        assertThat(uris(results)).containsExactly("file://" + folder + "/a%20b%23c%25d%3A%C3%A9%3F.yaml");
    }

    @Test
    void filesBelowTheWorkingFolderAreNamedFromThere() {
        Path file = EXAMPLES.resolve("MastersGrant/refused.yaml");
        for (String name : List.of(file.toString(), "./" + file, file.toAbsolutePath().toString())) {
            JsonArray results = check(Lint.run("--output=sarif", name)).getAsJsonArray("results");
            assertThat(uris(results)).containsExactly("src/test/resources/rules/MastersGrant/refused.yaml");
        }
    }

    @Test
    void whatCouldNotBeReadMakesTheRunAFailedOne() {
        JsonObject invocation = check(Lint.run("--output=sarif", folder.resolve("none").toString()))
                .getAsJsonArray("invocations").get(0).getAsJsonObject();
        assertThat(invocation.get("executionSuccessful").getAsBoolean()).isFalse();
        assertThat(invocation.getAsJsonArray("toolExecutionNotifications")).hasSize(1);
    }

    private static JsonObject check(Lint lint) {
        JsonObject log = JsonParser.parseString(lint.out()).getAsJsonObject();
        only(log, Set.of("$schema", "version", "runs"), Set.of());
        assertThat(URI.create(text(log, "$schema")).isAbsolute()).isTrue();
        assertThat(text(log, "version")).isEqualTo("2.1.0");
        assertThat(log.getAsJsonArray("runs")).hasSize(1);
        JsonObject run = log.getAsJsonArray("runs").get(0).getAsJsonObject();
        only(run, Set.of("tool", "columnKind", "invocations", "results"), Set.of());
        assertThat(text(run, "columnKind")).isEqualTo("unicodeCodePoints");
        List<String> rules = checkTool(run.getAsJsonObject("tool"));
        for (JsonElement invocation : run.getAsJsonArray("invocations")) {
            checkInvocation(invocation.getAsJsonObject());
        }
        for (JsonElement result : run.getAsJsonArray("results")) {
            checkResult(result.getAsJsonObject(), rules);
        }
        return run;
    }

    private static List<String> checkTool(JsonObject tool) {
        only(tool, Set.of("driver"), Set.of());
        JsonObject driver = tool.getAsJsonObject("driver");
        only(driver, Set.of("name", "version", "rules"), Set.of());
        assertThat(text(driver, "name")).isEqualTo("iam-identity-mapper");
        assertThat(text(driver, "version")).isNotEmpty();
        List<String> ids = new ArrayList<>();
        for (JsonElement element : driver.getAsJsonArray("rules")) {
            JsonObject rule = element.getAsJsonObject();
            only(rule, Set.of("id", "name", "shortDescription", "help"), Set.of());
            assertThat(text(rule, "id")).matches("[A-Z][A-Za-z]+");
            assertThat(message(rule, "shortDescription")).matches("[A-Z].*\\.");
            assertThat(message(rule, "help")).contains(text(rule, "id"));
            ids.add(text(rule, "id"));
        }
        assertThat(ids).doesNotHaveDuplicates().contains("MastersGrant", "ManifestMalformed");
        return ids;
    }

    private static void checkInvocation(JsonObject invocation) {
        only(invocation, Set.of("executionSuccessful"), Set.of("toolExecutionNotifications"));
        assertThat(invocation.getAsJsonPrimitive("executionSuccessful").isBoolean()).isTrue();
        if (invocation.has("toolExecutionNotifications")) {
            for (JsonElement element : invocation.getAsJsonArray("toolExecutionNotifications")) {
                only(element.getAsJsonObject(), Set.of("level", "message"), Set.of());
                assertThat(text(element.getAsJsonObject(), "level")).isEqualTo("error");
                message(element.getAsJsonObject(), "message");
            }
        }
    }

    private static void checkResult(JsonObject result, List<String> rules) {
        only(result, Set.of("ruleId", "ruleIndex", "level", "message", "locations"), Set.of("relatedLocations"));
        assertThat(rules.get(result.get("ruleIndex").getAsInt())).isEqualTo(text(result, "ruleId"));
        assertThat(text(result, "level")).isIn("error", "warning", "note");
        message(result, "message");
        assertThat(result.getAsJsonArray("locations")).hasSize(1);
        checkLocation(result.getAsJsonArray("locations").get(0).getAsJsonObject(), Set.of());
        if (result.has("relatedLocations")) {
            for (JsonElement related : result.getAsJsonArray("relatedLocations")) {
                checkLocation(related.getAsJsonObject(), Set.of("message"));
            }
        }
    }

    private static void checkLocation(JsonObject location, Set<String> more) {
        only(location, Set.of("physicalLocation"), more);
        JsonObject physical = location.getAsJsonObject("physicalLocation");
        only(physical, Set.of("artifactLocation", "region"), Set.of());
        JsonObject artifact = physical.getAsJsonObject("artifactLocation");
        only(artifact, Set.of("uri"), Set.of());
        assertThat(URI.create(text(artifact, "uri")).toASCIIString()).isEqualTo(text(artifact, "uri"))
                .doesNotContain("\\");
        JsonObject region = physical.getAsJsonObject("region");
        only(region, Set.of("startLine", "startColumn"), Set.of());
        assertThat(region.get("startLine").getAsInt()).isPositive();
        assertThat(region.get("startColumn").getAsInt()).isPositive();
    }

    private static void only(JsonObject object, Set<String> needed, Set<String> allowed) {
        assertThat(object.keySet()).containsAll(needed);
        assertThat(object.keySet()).allMatch(key -> needed.contains(key) || allowed.contains(key));
    }

    private static String message(JsonObject object, String name) {
        only(object.getAsJsonObject(name), Set.of("text"), Set.of());
        assertThat(text(object.getAsJsonObject(name), "text")).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
        return text(object.getAsJsonObject(name), "text");
    }

    private static String text(JsonObject object, String name) {
        assertThat(object.getAsJsonPrimitive(name).isString()).isTrue();
        return object.get(name).getAsString();
    }

    private static List<String> levels(JsonArray results) {
        return results.asList().stream().map(result -> text(result.getAsJsonObject(), "level")).toList();
    }

    private static List<String> uris(JsonArray results) {
        return results.asList().stream().map(result -> text(result.getAsJsonObject().getAsJsonArray("locations").get(0)
                .getAsJsonObject().getAsJsonObject("physicalLocation").getAsJsonObject("artifactLocation"), "uri"))
                .toList();
    }
}
