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

    /** The whole texts that mean "no rows" and can be replaced by rows: the authenticator skips the first four. */
    private static final Set<String> EMPTY_FORMS = Set.of("", "``", "\"\"", "''", "[]", "null", "Null", "NULL", "~");

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
        if (text == null || EMPTY_FORMS.contains(text.strip())) {
            return new SectionReading(section, text, new Layout.Empty(), List.of(), List.of());
        }
        try {
            YamlDocument document = YamlDocument.read(text);
            YamlNode root = document.root();
            GoValue value = root == null ? null : GoValue.of(root);
            if (root instanceof YamlNode.Sequence sequence && value instanceof GoValue.Items items) {
                return rows(section, text, document, sequence, items);
            }
            if (value == null || value instanceof GoValue.Nothing) {
                return new SectionReading(section, text, nothing(document), List.of(), List.of());
            }
            throw new MalformedYaml(value.node().line(), value.node().column(),
                    "the section must be a list of rows, each with " + section.arnField());
        } catch (MalformedYaml e) {
            AwsAuthProblem problem = new AwsAuthProblem(section.dataKey(), e.line(), e.column(), true,
                    e.message() + unquotedTemplate(text, e.line()));
            return new SectionReading(section, text, new Layout.Lost(problem), List.of(), List.of(problem));
        }
    }

    private static String unquotedTemplate(String text, int line) {
        String around = text.lines().skip(Math.max(0, line - 2)).limit(3).reduce("", String::concat);
        return around.contains("{{") ? "; a value with {{…}} must be quoted, as \"{{SessionName}}\"" : "";
    }

    private static Layout nothing(YamlDocument document) {
        YamlNode root = document.root();
        return root == null || root.start() == root.end()
                ? new Layout.Block(document.end(), 0)
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
                : new Layout.Block(document.end(), sequence.column() - 1);
        List<AwsAuthProblem> problems = reader.problems();
        problems.sort(Comparator.comparingInt(AwsAuthProblem::line).thenComparingInt(AwsAuthProblem::column));
        return new SectionReading(section, text, layout, rows, problems);
    }

    /** The lines of a block row: from the one with its dash, which comes first behind {@code from}, to its last. */
    private static Row.Span lines(String text, int from, YamlNode node) {
        int dash = dash(text, from, node.start());
        int begin = lineStart(text, dash);
        int end = node.end();
        while (end > dash + 1 && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        int lineEnd = text.indexOf('\n', end);
        int to = lineEnd < 0 ? text.length() : lineEnd + 1;
        boolean wholeLines = text.substring(begin, dash).isBlank() && isCommentOrBlank(text.substring(end, to));
        return new Row.Span(begin, to, wholeLines);
    }

    /** Looks at no more than the line: a search for the rarer line break would run to the start of the text. */
    private static int lineStart(String text, int at) {
        int start = at;
        while (start > 0 && text.charAt(start - 1) != '\n' && text.charAt(start - 1) != '\r') {
            start--;
        }
        return start;
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
