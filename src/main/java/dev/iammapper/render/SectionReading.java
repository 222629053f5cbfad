package dev.iammapper.render;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One section as the authenticator reads it, with all that an edit of its text needs to know.
 *
 * @param section which
 * @param text the text as it was read, or null when the key is absent
 * @param layout how rows stand in the text
 * @param rows in the order of the text
 * @param problems in the order of the text
 */
record SectionReading(Section section, @Nullable String text, Layout layout, List<Row> rows,
        List<AwsAuthProblem> problems) {

    /** The whole texts, but for white space, at which the authenticator does not look. */
    private static final Set<String> SKIPPED = Set.of("", "``", "\"\"", "''");

    /** Those that it reads as no rows, and that can be replaced by rows. */
    private static final Set<String> NO_ROWS = Set.of("[]", "null", "Null", "NULL", "~");

    /** How rows stand in the text. */
    sealed interface Layout {
        /** The whole text means "no rows". */
        record Empty() implements Layout {}

        /** Lines that begin with a dash; new ones go to {@code end}, indented by {@code indent}. */
        record Block(int end, int indent) implements Layout {}

        /** Between brackets; {@code open} is the offset behind the opening one. */
        record Flow(int open) implements Layout {}

        /** Readable as "no rows", but in a form into which no row can be put without touching what stands there. */
        record Closed(String message) implements Layout {}

        /** The authenticator reads nothing from it, and neither do we: never written. */
        record Lost(AwsAuthProblem problem) implements Layout {}
    }

    /** Reads one section; never fails. */
    static SectionReading read(Section section, @Nullable String text) {
        if (text == null || isSkipped(text)) {
            return new SectionReading(section, text, new Layout.Empty(), List.of(), List.of());
        }
        try {
            YamlDocument document = YamlDocument.read(text);
            YamlNode root = document.root();
            GoValue value = root == null ? null : GoValue.of(root);
            if (NO_ROWS.contains(text.strip())) {
                return new SectionReading(section, text, new Layout.Empty(), List.of(), List.of());
            }
            if (root instanceof YamlNode.Sequence sequence && value instanceof GoValue.Items items) {
                return rows(section, text, document, sequence, items);
            }
            if (value == null || value instanceof GoValue.Nothing) {
                return new SectionReading(section, text, nothing(text, document), List.of(),
                        unread(section, document));
            }
            throw new MalformedYaml(value.node().line(), value.node().column(),
                    "the section must be a list of rows, each with " + section.arnField());
        } catch (MalformedYaml e) {
            AwsAuthProblem problem = new AwsAuthProblem(section.dataKey(), e.line(), e.column(), true,
                    e.message() + unquotedTemplate(text, e.line()));
            return new SectionReading(section, text, new Layout.Lost(problem), List.of(), List.of(problem));
        }
    }

    /** Whether the authenticator passes the text by without reading it. */
    static boolean isSkipped(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isGoSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isGoSpace(text.charAt(to - 1))) {
            to--;
        }
        return to - from <= 2 && SKIPPED.contains(text.substring(from, to));
    }

    /** What Go's {@code strings.TrimSpace} takes away. */
    private static boolean isGoSpace(char c) {
        return (c >= '\t' && c <= '\r') || c == '\u0085' || Character.isSpaceChar(c);
    }

    private static String unquotedTemplate(String text, int line) {
        String around = text.lines().skip(Math.max(0, line - 2)).limit(3).reduce("", String::concat);
        return around.contains("{{") ? "; a value with {{…}} must be quoted, as \"{{SessionName}}\"" : "";
    }

    private static List<AwsAuthProblem> unread(Section section, YamlDocument document) {
        MalformedYaml unread = document.unread();
        return unread == null
                ? List.of()
                : List.of(new AwsAuthProblem(section.dataKey(), unread.line(), unread.column(), false,
                        unread.message()));
    }

    private static Layout nothing(String text, YamlDocument document) {
        YamlNode root = document.root();
        return root == null || root.start() == root.end()
                ? block(text, document, 0)
                : new Layout.Closed("line " + root.line() + " says null; write [] instead, or remove the line");
    }

    private static SectionReading rows(Section section, String text, YamlDocument document, YamlNode.Sequence sequence,
            GoValue.Items items) {
        RowReader reader = new RowReader(section);
        List<Row> rows = new ArrayList<>(items.items().size());
        int from = sequence.start();
        for (int i = 0; i < items.items().size(); i++) {
            YamlNode node = sequence.items().get(i);
            Row.Span span = sequence.flow() ? new Row.Span(node.start(), node.end(), true) : lines(text, from, node);
            rows.add(reader.read(i, items.items().get(i), span));
            from = Math.max(from, node.end());
        }
        Layout layout = sequence.flow()
                ? new Layout.Flow(text.indexOf('[', sequence.start()) + 1)
                : block(text, document, sequence.column() - 1);
        List<AwsAuthProblem> problems = reader.problems();
        problems.addAll(unread(section, document));
        problems.sort(Comparator.comparingInt(AwsAuthProblem::line).thenComparingInt(AwsAuthProblem::column));
        return new SectionReading(section, text, layout, rows, problems);
    }

    private static Layout block(String text, YamlDocument document, int indent) {
        for (int at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
            if (!text.startsWith("\n", at + 1)) {
                return new Layout.Closed("its lines end in carriage returns; end them with line feeds");
            }
        }
        return new Layout.Block(lineStart(text, document.end()), indent);
    }

    /** The beginning of the line if there is only margin before the offset, otherwise the offset. */
    private static int lineStart(String text, int offset) {
        int at = offset;
        while (at > 0 && (text.charAt(at - 1) == ' ' || text.charAt(at - 1) == '\t')) {
            at--;
        }
        return at == 0 || text.charAt(at - 1) == '\n' ? at : offset;
    }

    /** The lines of a block row: from the one with its dash, which comes first behind {@code from}, to its last. */
    private static Row.Span lines(String text, int from, YamlNode node) {
        int dash = dash(text, from, node.start());
        int begin = dash;
        while (begin > 0 && text.charAt(begin - 1) != '\n' && text.charAt(begin - 1) != '\r') {
            begin--;
        }
        int end = node.end();
        while (end > dash + 1 && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        int lineEnd = text.indexOf('\n', end);
        int to = lineEnd < 0 ? text.length() : lineEnd + 1;
        boolean wholeLines = text.substring(begin, dash).isBlank() && isCommentOrBlank(text.substring(end, to));
        return new Row.Span(begin, to, wholeLines);
    }

    private static boolean isCommentOrBlank(String rest) {
        return rest.isBlank() || rest.strip().startsWith("#");
    }

    /** The dash that begins the row: comments may stand before it, and between it and the row. */
    private static int dash(String text, int from, int before) {
        int at = from;
        while (at < before) {
            char c = text.charAt(at);
            if (c == '-') {
                return at;
            }
            if (c == '#') {
                int lineEnd = text.indexOf('\n', at);
                at = lineEnd < 0 ? before : lineEnd;
            }
            at++;
        }
        return before;
    }
}
