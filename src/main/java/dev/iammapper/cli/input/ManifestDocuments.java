package dev.iammapper.cli.input;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into documents before any of them is parsed, at the lines at which kubectl cuts it, so that one that is
 * no YAML hides no other. JSON objects that follow one another are documents too.
 */
final class ManifestDocuments {
    private static final String SEPARATOR = "---";

    private ManifestDocuments() {}

    /**
     * One document.
     *
     * @param linesBefore how many lines of the file stand before it
     * @param text its text, which begins with the beginning of a line unless it is JSON behind JSON
     */
    record Document(int linesBefore, String text) {
        DocumentLines lines() {
            return new DocumentLines(linesBefore, text);
        }
    }

    /** The documents that hold something. */
    static List<Document> of(String text) {
        List<Document> documents = new ArrayList<>();
        int from = 0;
        int linesBefore = 0;
        int line = 0;
        int at = 0;
        while (at < text.length()) {
            int next = text.indexOf('\n', at) + 1;
            int end = next == 0 ? text.length() : next;
            line++;
            if (isSeparator(text, at, end)) {
                addParts(documents, linesBefore, text.substring(from, at));
                from = end;
                linesBefore = line;
            }
            at = end;
        }
        addParts(documents, linesBefore, text.substring(from));
        return documents;
    }

    private static boolean isSeparator(String text, int from, int to) {
        if (!text.startsWith(SEPARATOR, from)) {
            return false;
        }
        String rest = text.substring(from + SEPARATOR.length(), to);
        return rest.isBlank() || rest.strip().startsWith("#");
    }

    private static void addParts(List<Document> documents, int linesBefore, String text) {
        int lines = linesBefore;
        int from = 0;
        int lineStart = 0;
        int end = endOfJson(text, from);
        while (end > 0 && text.startsWith("{", skipWhite(text, end))) {
            documents.add(new Document(lines, margin(text, lineStart, from) + asYaml(text.substring(from, end))));
            for (int at = text.indexOf('\n', lineStart); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
                lines++;
                lineStart = at + 1;
            }
            from = end;
            end = endOfJson(text, from);
        }
        String last = margin(text, lineStart, from);
        last += end > 0 ? asYaml(text.substring(from, end)) + text.substring(end) : text.substring(from);
        if (!last.isBlank()) {
            documents.add(new Document(lines, last));
        }
    }

    /** Spaces in place of what stands before on the same line, so that places in it stay right. */
    private static String margin(String text, int lineStart, int from) {
        return " ".repeat(text.codePointCount(lineStart, Math.max(lineStart, from)));
    }

    private static int skipWhite(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Where the braces close with which the text begins, or 0 when it does not begin so or they do not close. */
    private static int endOfJson(String text, int from) {
        int depth = 0;
        boolean quoted = false;
        for (int at = skipWhite(text, from); at < text.length(); at++) {
            char c = text.charAt(at);
            if (quoted) {
                if (c == '\\') {
                    at++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
                if (depth == 0) {
                    return at + 1;
                }
            }
            if (depth == 0) {
                return 0;
            }
        }
        return 0;
    }

    /**
     * What JSON may hold and the YAML parser stumbles over: tabs between values, which mean a space, and a slash behind
     * a backslash. A text that gets shorter is followed by as many spaces, so that places stay right.
     */
    private static String asYaml(String json) {
        if (json.indexOf('\t') < 0 && !json.contains("\\/")) {
            return json;
        }
        StringBuilder yaml = new StringBuilder();
        boolean quoted = false;
        int missing = 0;
        for (int at = 0; at < json.length(); at++) {
            char c = json.charAt(at);
            if (quoted && c == '\\' && at + 1 < json.length()) {
                at++;
                missing += json.charAt(at) == '/' ? 1 : 0;
                yaml.append(json.charAt(at) == '/' ? "" : "\\").append(json.charAt(at));
            } else if (c == '"') {
                yaml.append(c).repeat(' ', quoted ? missing : 0);
                missing = 0;
                quoted = !quoted;
            } else {
                yaml.append(c == '\t' && !quoted ? ' ' : c);
            }
        }
        return yaml.toString();
    }
}
