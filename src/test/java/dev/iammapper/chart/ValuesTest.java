package dev.iammapper.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * values.yaml, values.schema.json and the chart's README speak of the same values. {@code -Dchart.update=true} writes the
 * table of the README anew.
 */
class ValuesTest {
    private static final Path README = Chart.FOLDER.resolve("README.md");
    private static final String BEGIN = "<!-- The table is made from values.yaml: mvn test -Dtest=ValuesTest"
            + " -Dchart.update=true -->\n\n";

    private static final DocumentedValues VALUES = DocumentedValues.ofTheChart();
    private static final JsonObject SCHEMA = JsonParser
            .parseString(Chart.read("helm", "iam-identity-mapper", "values.schema.json")).getAsJsonObject();

    @BeforeAll
    static void writeTheTableAnewWhereAsked() throws IOException {
        if (Boolean.getBoolean("chart.update")) {
            String page = Files.readString(README);
            Files.writeString(README, page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + VALUES.table());
        }
    }

    @Test
    void theReadmeHasTheTableOfTheValues() throws IOException {
        String page = Files.readString(README);
        assertThat(page).contains(BEGIN);
        assertThat(page.substring(page.indexOf(BEGIN) + BEGIN.length()))
                .as("after a change of values.yaml, run this test with -Dchart.update=true").isEqualTo(VALUES.table());
    }

    @Test
    void everyValueIsDocumentedInSentences() {
        List<String> silent = new ArrayList<>();
        collectUndocumented("", VALUES.defaults(), silent);
        assertThat(silent).isEmpty();
        assertThat(VALUES.sentences()).hasSizeGreaterThan(80)
                .allSatisfy((path, sentence) -> assertThat(sentence).as(path).matches("(?s)[A-Z].*[.…]"));
    }

    @Test
    void theSchemaKnowsTheValuesAndNoOthers() {
        assertThat(schemaPaths("", SCHEMA)).containsExactlyInAnyOrderElementsOf(
                Stream.concat(VALUES.sentences().keySet().stream(), Stream.of("global")).toList());
    }

    static Stream<String> maps() {
        return new TreeSet<>(VALUES.sentences().keySet().stream().map(path -> path.contains(".")
                ? path.substring(0, path.lastIndexOf('.'))
                : "").toList()).stream();
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("maps")
    void anUnknownValueIsRefusedWhereverItStands(String map) {
        StringBuilder values = new StringBuilder("thisIsNoValue: 1");
        String[] steps = map.isEmpty() ? new String[0] : map.split("\\.", -1);
        for (int i = steps.length - 1; i >= 0; i--) {
            values.insert(0, steps[i] + ": {").append('}');
        }
        assertThatThrownBy(() -> Chart.render(values.toString())).hasMessageContaining("thisIsNoValue");
    }

    /** Where a map ends and a value begins, the comments say: a schema may look further. */
    private static List<String> schemaPaths(String prefix, JsonObject schema) {
        List<String> paths = new ArrayList<>();
        for (Map.Entry<String, JsonElement> property : schema.getAsJsonObject("properties").entrySet()) {
            String path = prefix + property.getKey();
            JsonObject shape = property.getValue().getAsJsonObject();
            if (shape.has("properties") && !VALUES.sentences().containsKey(path)) {
                assertThat(shape.get("additionalProperties")).as(path).hasToString("false");
                paths.addAll(schemaPaths(path + ".", shape));
            } else {
                paths.add(path);
            }
        }
        return paths;
    }

    private static void collectUndocumented(String prefix, JsonObject values, List<String> silent) {
        for (Map.Entry<String, JsonElement> value : values.entrySet()) {
            String path = prefix + value.getKey();
            if (VALUES.sentences().containsKey(path)) {
                continue;
            }
            if (value.getValue() instanceof JsonObject map && !map.isEmpty()) {
                collectUndocumented(path + ".", map, silent);
            } else {
                silent.add(path);
            }
        }
    }
}
