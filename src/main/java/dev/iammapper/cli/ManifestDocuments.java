package dev.iammapper.cli;

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
    record Document(int linesBefore, String text) {}

    /** The documents, also those that hold nothing. */
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
        String rest = text;
        while (true) {
            int end = endOfJson(rest);
            if (end == 0 || !rest.substring(end).stripLeading().startsWith("{")) {
                documents.add(new Document(lines, end == 0 ? rest : withoutTabs(rest, end)));
                return;
            }
            documents.add(new Document(lines, withoutTabs(rest.substring(0, end), end)));
            // Places in what follows on the same line stay right behind as many spaces.
            int lineStart = rest.lastIndexOf('\n', end - 1) + 1;
            lines += (int) rest.substring(0, lineStart).chars().filter(c -> c == '\n').count();
            rest = " ".repeat(rest.codePointCount(lineStart, end)) + rest.substring(end);
        }
    }

    /** Where the braces close with which the text begins, or 0 when it does not begin or end so. */
    private static int endOfJson(String text) {
        int depth = 0;
        boolean quoted = false;
        for (int at = text.length() - text.stripLeading().length(); at < text.length(); at++) {
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

    /** JSON may be indented with tabs, over which the YAML parser stumbles; between braces a space means the same. */
    private static String withoutTabs(String text, int end) {
        if (text.indexOf('\t') < 0) {
            return text;
        }
        StringBuilder spaced = new StringBuilder(text);
        boolean quoted = false;
        for (int at = 0; at < end; at++) {
            char c = text.charAt(at);
            if (quoted && c == '\\') {
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '\t' && !quoted) {
                spaced.setCharAt(at, ' ');
            }
        }
        return spaced.toString();
    }
}
