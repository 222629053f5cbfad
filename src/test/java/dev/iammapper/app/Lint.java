package dev.iammapper.app;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One run of {@code lint} through the entrance of the jar.
 *
 * @param code the exit code
 * @param out what it printed
 * @param err what it complained of
 */
record Lint(int code, String out, String err) {

    /** Runs the command with nothing on the standard input. */
    static Lint run(String... words) {
        return withInput(new byte[0], words);
    }

    /** Runs the command over a text on the standard input, with output as JSON. */
    static Lint json(String text, String... words) {
        return withInput(text.getBytes(StandardCharsets.UTF_8),
                Stream.concat(Stream.of("--output=json", "-"), Stream.of(words)).toArray(String[]::new));
    }

    static Lint withInput(byte[] input, String... words) {
        Ran ran = Ran.withInput(input, Stream.concat(Stream.of("lint"), Stream.of(words)).toArray(String[]::new));
        return new Lint(ran.code(), ran.out(), ran.err());
    }

    JsonObject report() {
        return JsonParser.parseString(out).getAsJsonObject();
    }

    List<JsonObject> findings() {
        JsonArray findings = report().getAsJsonArray("findings");
        return findings.asList().stream().map(JsonElement::getAsJsonObject).toList();
    }

    /** Findings as {@code deny CODE FIELD}. */
    List<String> verdicts() {
        return findings().stream()
                .map(finding -> word(finding, "severity") + " " + word(finding, "code") + " " + word(finding, "field"))
                .toList();
    }

    /** Findings as {@code LINE:COLUMN CODE}, without those that are only information. */
    List<String> places() {
        List<String> places = new ArrayList<>();
        for (JsonObject finding : findings()) {
            if (!word(finding, "severity").equals("info")) {
                places.add(word(finding, "line") + ":" + word(finding, "column") + " " + word(finding, "code"));
            }
        }
        return places;
    }

    int count(String what) {
        return report().getAsJsonObject("counts").get(what).getAsInt();
    }

    static String word(JsonObject object, String field) {
        return object.get(field).getAsString();
    }
}
