package dev.iammapper.chart;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What values.yaml says about its values. A comment that begins with {@code # --} documents the key below it, whole; what
 * is not documented so is a map of such keys.
 */
final class DocumentedValues {
    private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z][A-Za-z0-9-]*):.*$");
    private static final Pattern COMMENT = Pattern.compile("^ *# ?(.*)$");
    private static final String MARK = "-- ";
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final Map<String, String> sentences = new LinkedHashMap<>();
    private final JsonObject defaults;

    private DocumentedValues(String yaml) {
        this.defaults = new Rendering(yaml).objects().getFirst();
        read(yaml);
    }

    static DocumentedValues ofTheChart() {
        return new DocumentedValues(Chart.read("helm", "iam-identity-mapper", "values.yaml"));
    }

    /** The sentences by the paths of their values, such as {@code image.tag}, in the order of the file. */
    Map<String, String> sentences() {
        return sentences;
    }

    /** All values. */
    JsonObject defaults() {
        return defaults;
    }

    /** The default of a value, as JSON. */
    String defaultOf(String path) {
        JsonElement at = defaults;
        for (String step : path.split("\\.", -1)) {
            at = at.getAsJsonObject().get(step);
        }
        return GSON.toJson(at);
    }

    /** The table for a person. */
    String table() {
        StringBuilder table = new StringBuilder("| value | meaning | default |\n|---|---|---|\n");
        sentences.forEach((path, sentence) -> table.append("| `").append(path).append("` | ")
                .append(sentence.replace("|", "\\|")).append(" | `").append(defaultOf(path).replace("|", "\\|"))
                .append("` |\n"));
        return table.toString();
    }

    private void read(String yaml) {
        Deque<String> path = new ArrayDeque<>();
        Deque<Integer> indents = new ArrayDeque<>();
        StringBuilder sentence = null;
        int documented = Integer.MAX_VALUE;
        for (String line : yaml.lines().toList()) {
            Matcher comment = COMMENT.matcher(line);
            if (comment.matches()) {
                if (comment.group(1).startsWith(MARK)) {
                    sentence = new StringBuilder(comment.group(1).substring(MARK.length()));
                } else if (sentence != null) {
                    sentence.append(' ').append(comment.group(1).strip());
                }
                continue;
            }
            Matcher key = KEY.matcher(line);
            int indent = line.length() - line.stripLeading().length();
            if (!key.matches() || indent > documented) {
                continue;
            }
            while (!indents.isEmpty() && indents.peekLast() >= indent) {
                indents.removeLast();
                path.removeLast();
            }
            indents.addLast(indent);
            path.addLast(key.group(2));
            documented = Integer.MAX_VALUE;
            if (sentence != null) {
                sentences.put(String.join(".", path), sentence.toString());
                documented = indent;
                sentence = null;
            }
        }
    }
}
