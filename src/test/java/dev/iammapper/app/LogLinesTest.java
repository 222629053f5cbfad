package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;

/** What one record of the log looks like, also when somebody else chose its words. */
class LogLinesTest {
    private static final String FORGED = "mallory\n2026-01-01T00:00:00.000Z INFO  all is well  [LeaderElector]";

    @Test
    void aLineTellsTimeLevelWordsAndPlace() {
        assertThat(text(event("a pass", null)))
                .isEqualTo("2026-11-22T10:00:00.123Z INFO  a pass  [LogLinesTest]\n");
    }

    @Test
    void marksOfTheRecordStandAtItsEnd() {
        LoggingEvent event = event("Denied", null, Map.of("review.uid", "1", "review.object", "x"));
        assertThat(text(event)).endsWith("Denied  [LogLinesTest, review.object=\"x\", review.uid=\"1\"]\n");
    }

    @Test
    void whatStandsInAMarkCannotMakeAnother() {
        String forged = "x, review.object=prod]\", review.object=\"prod\", a=\\\"\n, review.object=\"prod\"]";
        LoggingEvent event = event("Denied", null, Map.of("review.object", "x", "review.user", forged));
        assertThat(text(event)).doesNotContain("review.object=\"prod\"").hasLineCount(1)
                .endsWith("  [LogLinesTest, review.object=\"x\", review.user=\"x, review.object=prod]\\\","
                        + " review.object=\\\"prod\\\", a=\\\\\\\"<U+000A>, review.object=\\\"prod\\\"]\"]\n");
    }

    @Test
    void aLongMarkIsNotCut() {
        String name = "n".repeat(253);
        assertThat(text(event("Denied", null, Map.of("review.object", name))))
                .endsWith("review.object=\"" + name + "\"]\n");
    }

    @Test
    void wordsOfOthersCannotBeginALine() {
        LoggingEvent marked = event("by " + FORGED, new IllegalStateException(FORGED),
                Map.of("review.user", FORGED));
        assertThat(text(marked).lines().filter(line -> line.startsWith("20"))).hasSize(1);
        assertThat(text(marked).lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("    "));
    }

    @Test
    void wordsOfOthersCannotMoveTheCursorOrTurnTheTextRound() {
        assertThat(text(event("a\u001b[2Kb\rc\u0000d\u202Ee\u2028f\u009bg", null)))
                .contains("a<U+001B>[2Kbc<U+0000>d<U+202E>e<U+2028>f<U+009B>g");
    }

    @Test
    void lettersOfAnyScriptStayWhatTheyAre() {
        assertThat(text(event("Zoë – 世界 😀 …", null))).contains("Zoë – 世界 😀 …");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecs", "logstash"})
    void aRecordOfJsonIsOneLineWithAllThatBelongsToIt(String format) {
        LoggingEvent event = event("by " + FORGED, new IllegalStateException("inner\nouter"),
                Map.of("review.uid", "705ab4f5"));
        String line = encode(format, event, new MockEnvironment());

        assertThat(line).endsWith("\n").hasLineCount(1);
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        assertThat(json.get("message").getAsString()).isEqualTo("by " + FORGED);
        assertThat(line).contains("705ab4f5", "inner\\nouter", "\\n\\tat ");
    }

    @Test
    void whereBootIsNotThereALineIsText() {
        assertThat(encode("ecs", event("a pass", null), null)).startsWith("2026-11-22T10:00:00.123Z INFO ");
    }

    private static String text(LoggingEvent event) {
        return encode("", event, null);
    }

    private static String encode(String format, LoggingEvent event, @Nullable Environment boot) {
        LoggerContext context = new LoggerContext();
        if (boot != null) {
            context.putObject(Environment.class.getName(), boot);
        }
        LogLines lines = new LogLines();
        lines.setContext(context);
        lines.setFormat(format);
        lines.start();
        return new String(lines.encode(event), StandardCharsets.UTF_8);
    }

    private static LoggingEvent event(String message, @Nullable Throwable thrown) {
        return event(message, thrown, Map.of());
    }

    private static LoggingEvent event(String message, @Nullable Throwable thrown, Map<String, String> marks) {
        LoggingEvent event = new LoggingEvent("", new LoggerContext().getLogger(LogLinesTest.class), Level.INFO,
                message, thrown, null);
        event.setInstant(Instant.parse("2026-11-22T10:00:00.123Z"));
        event.setKeyValuePairs(List.of());
        event.setMDCPropertyMap(marks);
        return event;
    }
}
