package dev.iammapper.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.iammapper.render.GoValue;
import dev.iammapper.render.YamlDocument;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class StructuredOutputTest {
    private enum Kind {
        NOT_YET_ACTIVE
    }

    private record Inner(int line, @Nullable String reason) {}

    private record Outer(String arn, boolean isMapped, Kind kind, List<Inner> rows, Map<Kind, Long> counts,
            Instant at) {}

    private static final Outer DATA = new Outer("arn:aws:iam::012345670123:role/Dev", true, Kind.NOT_YET_ACTIVE,
            List.of(new Inner(3, "it is: so"), new Inner(4, null)), Map.of(Kind.NOT_YET_ACTIVE, 7L),
            Instant.parse("2026-01-02T03:04:05Z"));

    @Test
    void recordsBecomeObjectsInTheOrderOfTheirComponents() {
        assertThat(StructuredOutput.json(DATA)).isEqualTo("""
                {
                  "arn": "arn:aws:iam::012345670123:role/Dev",
                  "isMapped": true,
                  "kind": "NotYetActive",
                  "rows": [
                    {
                      "line": 3,
                      "reason": "it is: so"
                    },
                    {
                      "line": 4
                    }
                  ],
                  "counts": {
                    "NotYetActive": 7
                  },
                  "at": "2026-01-02T03:04:05Z"
                }
                """);
        assertThat(StructuredOutput.yaml(DATA)).isEqualTo("""
                arn: arn:aws:iam::012345670123:role/Dev
                isMapped: true
                kind: NotYetActive
                rows:
                  - line: 3
                    reason: "it is: so"
                  - line: 4
                counts:
                  NotYetActive: 7
                at: "2026-01-02T03:04:05Z"
                """);
    }

    @Test
    void jsonAndYamlAreTheSameData() {
        JsonElement json = JsonParser.parseString(StructuredOutput.json(DATA));

        Object yaml = new Yaml().load(StructuredOutput.yaml(DATA));

        assertThat(new com.google.gson.Gson().toJsonTree(yaml)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"012345670123", "000000000001", "123456789012", "0x1F", "0o17", "1_000", "on", "Off", "yes",
            "NO", "y", "N", "true", "False", "null", "Null", "~", "", " ", "12:30", "12:30:45", "1e3", ".5", ".inf",
            "-.Inf", ".nan", "2026-01-02", "2026-01-02T03:04:05Z", "=", "<<", "- a", "a: b", "a:", "a #b", "#a", "@a",
            "`a", "%a", "&a", "*a", "!a", "|", ">", "{{SessionName}}", "[a]", "'a'", "\"a\"", "a\\b", "a ", "\ta", "é",
            "a\nb", "a\nb\n", "\n", " a\nb", "a\n\n", "a\r\nb", "a \nb", "\u2028", "\u0085", "\u0007", "\ufeff",
            "\ud83d\ude00", "arn:aws:iam::000000000001:root", "team:{{SessionName}}", "a-b", "a_b@c.d"})
    void textComesBackFromYamlAsItWasByAnyVersion(String text) {
        String yaml = StructuredOutput.yaml(Map.of("value", text));

        Map<String, Object> asSnakeYaml = new Yaml().load(yaml);
        assertThat(asSnakeYaml).containsExactly(Map.entry("value", text));
        GoValue asGo = GoValue.of(Objects.requireNonNull(YamlDocument.read(yaml).root()));
        assertThat(asGo).isInstanceOfSatisfying(GoValue.Fields.class, fields -> assertThat(fields.fields().get("value"))
                .isInstanceOfSatisfying(GoValue.Text.class, value -> assertThat(value.value()).isEqualTo(text)));
        // YAML 1.2 takes only digits, dots, signs, tildes and three words for something else than text.
        String written = yaml.substring("value: ".length());
        assertThat(written.startsWith("\"") || written.startsWith("|")
                || (Character.isLetter(written.charAt(0)) && !written.strip().matches("(?i)true|false|null"))).isTrue();
        assertThat(JsonParser.parseString(StructuredOutput.json(Map.of("value", text))).getAsJsonObject().get("value")
                .getAsString()).isEqualTo(text);
    }

    @Test
    void keysAreQuotedToo() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("on", 1);
        data.put("a: b", 2);

        assertThat(StructuredOutput.yaml(data)).isEqualTo("\"on\": 1\n\"a: b\": 2\n");
    }

    @Test
    void longTextStaysOnItsLine() {
        String text = "word ".repeat(100) + "end";

        assertThat(StructuredOutput.yaml(Map.of("value", text))).isEqualTo("value: \"" + text + "\"\n");
    }

    @Test
    void emptyListsAndMapsAreWritten() {
        assertThat(StructuredOutput.yaml(Map.of("value", List.of()))).isEqualTo("value: []\n");
        assertThat(StructuredOutput.yaml(Map.of("value", Map.of()))).isEqualTo("value: {}\n");
    }

    @Test
    void theSameListTwiceIsWrittenTwice() {
        List<String> same = List.of("a");

        assertThat(StructuredOutput.yaml(List.of(new Same(same, same)))).doesNotContain("&", "*");
    }

    private record Same(List<String> one, List<String> other) {}

    @Test
    void whatIsNoDataIsRefused() {
        assertThatThrownBy(() -> StructuredOutput.json(Map.of("value", new Object())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void programsGetUtf8WhateverTheMachinesLanguage() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        StructuredOutput.print(new PrintStream(bytes, true, StandardCharsets.US_ASCII), OutputFormat.json,
                Map.of("value", "é"));

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("{\n  \"value\": \"é\"\n}\n");
    }
}
