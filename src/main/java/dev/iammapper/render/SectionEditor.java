package dev.iammapper.render;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Edits one section's text. Everything outside the rows that change, and the separators that belong to them, stays byte
 * for byte; adding rows and removing them again gives the text before.
 */
final class SectionEditor {
    /** The longest text without rows that is remembered for the day when our last row goes. */
    private static final int MAX_EMPTY_FORM = 256;
    private static final String NO_ROWS = "[]\n";

    private SectionEditor() {}

    /**
     * A section's next text.
     *
     * @param text the text, or null when the key goes
     * @param emptyForm what the section was before our first row, as {@link Ledger#emptyForms} keeps it, or null
     */
    record Edited(@Nullable String text, @Nullable String emptyForm) {}

    /**
     * Applies the edits of one section.
     *
     * @throws NotEditable when a change cannot be made without touching text of others
     */
    static Edited edit(SectionReading reading, List<RowEdit> edits, @Nullable String emptyForm) {
        List<RowText> added = new ArrayList<>();
        List<RowEdit> changed = new ArrayList<>();
        for (RowEdit edit : edits) {
            switch (edit) {
                case RowEdit.Add add -> added.add(add.row());
                case RowEdit.Replace replace -> changed.add(replace);
                case RowEdit.Remove remove -> changed.add(remove);
            }
        }
        String text = reading.text() == null ? "" : reading.text();
        return switch (reading.layout()) {
            case SectionReading.Layout.Empty _ -> fill(reading.text(), added);
            case SectionReading.Layout.Block block -> emptied(new BlockEdit(text, block).apply(changed, added),
                    emptyForm);
            case SectionReading.Layout.Flow flow -> new Edited(flow(text, flow, reading.rows(), changed, added),
                    emptyForm);
            case SectionReading.Layout.Closed closed -> throw new NotEditable(closed.message());
            case SectionReading.Layout.Lost lost -> throw new NotEditable(lost.problem().sentence());
        };
    }

    private static Edited fill(@Nullable String before, List<RowText> added) {
        StringBuilder next = new StringBuilder();
        added.forEach(row -> next.append(row.block(0, "\n")).append('\n'));
        String emptyForm = before == null ? "" : before.isEmpty() || before.length() > MAX_EMPTY_FORM ? "[]" : before;
        return new Edited(next.toString(), emptyForm);
    }

    private static Edited emptied(String next, @Nullable String emptyForm) {
        if (!next.isBlank()) {
            return new Edited(next, emptyForm);
        }
        if (emptyForm == null) {
            return new Edited(NO_ROWS, null);
        }
        return new Edited(emptyForm.isEmpty() ? null : emptyForm, null);
    }

    /** A change of a part of a text. */
    private record Splice(int from, int to, String replacement) {
        static String apply(String text, List<Splice> splices) {
            List<Splice> ordered = new ArrayList<>(splices);
            ordered.sort(Comparator.comparingInt(Splice::from).thenComparingInt(Splice::to));
            StringBuilder next = new StringBuilder(text.length() + 256);
            int at = 0;
            for (Splice splice : ordered) {
                if (splice.from() < at) {
                    throw new NotEditable("two rows share a line; write each on lines of its own");
                }
                next.append(text, at, splice.from()).append(splice.replacement());
                at = splice.to();
            }
            return next.append(text, at, text.length()).toString();
        }
    }

    /** Edits of whole lines. */
    private record BlockEdit(String text, SectionReading.Layout.Block layout) {

        String apply(List<RowEdit> changed, List<RowText> added) {
            String head = text.substring(0, layout.end());
            String tail = text.substring(layout.end());
            boolean open = !head.isEmpty() && !endsWithBreak(head);
            String lineBreak = lineBreak();
            List<Splice> splices = new ArrayList<>();
            for (RowEdit edit : changed) {
                splices.add(switch (edit) {
                    case RowEdit.Replace(Row old, RowText row) -> replace(old, row, lineBreak);
                    case RowEdit.Remove(Row old) -> new Splice(whole(old).from(), whole(old).to(), "");
                    case RowEdit.Add _ -> throw new IllegalStateException("additions are not changes");
                });
            }
            String next = Splice.apply(head, splices);
            if (open && endsWithBreak(next)) {
                // The last line, which had no line break, went: the one before it becomes such a line.
                next = next.substring(0, next.length() - (next.endsWith("\r\n") ? 2 : 1));
            }
            return append(next, added, open, lineBreak) + tail;
        }

        private Splice replace(Row old, RowText row, String lineBreak) {
            Row.Span span = whole(old);
            int dash = text.indexOf('-', span.from());
            String last = endsWithBreak(text.substring(span.from(), span.to())) ? lineBreak : "";
            return new Splice(span.from(), span.to(), row.block(dash - span.from(), lineBreak) + last);
        }

        private static Row.Span whole(Row row) {
            if (!row.span().wholeLines()) {
                throw new NotEditable("the row at line " + row.line()
                        + " shares its lines with something else; write it on lines of its own");
            }
            return row.span();
        }

        private String append(String next, List<RowText> added, boolean open, String lineBreak) {
            if (added.isEmpty()) {
                return next;
            }
            StringBuilder all = new StringBuilder(next);
            for (RowText row : added) {
                String block = row.block(layout.indent(), lineBreak);
                if (!open) {
                    all.append(block).append(lineBreak);
                } else {
                    all.append(all.isEmpty() ? "" : lineBreak).append(block);
                }
            }
            return all.toString();
        }

        private String lineBreak() {
            int first = text.indexOf('\n');
            return first > 0 && text.charAt(first - 1) == '\r' ? "\r\n" : "\n";
        }

        private static boolean endsWithBreak(String part) {
            return part.endsWith("\n");
        }
    }

    /** Edits between brackets: a row that is added brings its comma, and takes it along when it goes. */
    private static String flow(String text, SectionReading.Layout.Flow layout, List<Row> rows, List<RowEdit> changed,
            List<RowText> added) {
        List<Splice> splices = new ArrayList<>();
        List<Row> gone = new ArrayList<>();
        Set<Integer> goneIndexes = new HashSet<>();
        for (RowEdit edit : changed) {
            switch (edit) {
                case RowEdit.Replace(Row old, RowText row) -> splices.add(new Splice(old.span().from(), old.span().to(),
                        row.flow()));
                case RowEdit.Remove(Row old) -> {
                    gone.add(old);
                    goneIndexes.add(old.index());
                }
                case RowEdit.Add _ -> throw new IllegalStateException("additions are not changes");
            }
        }
        List<Row> left = rows.stream().filter(row -> !goneIndexes.contains(row.index())).toList();
        for (Row row : gone) {
            boolean first = left.isEmpty() || row.index() < left.getFirst().index();
            splices.addAll(first ? removalOfFirst(text, rows, row) : removalWithCommaBefore(text, rows, row));
        }
        splices.addAll(additions(text, layout, rows, left, added));
        return Splice.apply(text, splices);
    }

    private static List<Splice> removalWithCommaBefore(String text, List<Row> rows, Row row) {
        Row.Span span = row.span();
        int comma = comma(text, rows.get(row.index() - 1).span().to());
        if (comma < 0) {
            throw new NotEditable("no comma is found before the row at line " + row.line());
        }
        return text.substring(comma + 1, span.from()).isBlank()
                ? List.of(new Splice(comma, span.to(), ""))
                : List.of(new Splice(comma, comma + 1, ""), new Splice(span.from(), span.to(), ""));
    }

    private static List<Splice> removalOfFirst(String text, List<Row> rows, Row row) {
        Row.Span span = row.span();
        int comma = comma(text, span.to());
        int next = row.index() + 1 < rows.size() ? rows.get(row.index() + 1).span().from() : comma + 1;
        if (comma < 0) {
            return List.of(new Splice(span.from(), span.to(), ""));
        }
        return text.substring(span.to(), comma).isBlank() && text.substring(comma + 1, next).isBlank()
                ? List.of(new Splice(span.from(), next, ""))
                : List.of(new Splice(span.from(), span.to(), ""), new Splice(comma, comma + 1, ""));
    }

    /** The comma behind a row, which comments may precede, or -1 when something else comes first. */
    private static int comma(String text, int from) {
        boolean comment = false;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            comment = comment ? c != '\n' && c != '\r' : c == '#';
            if (!comment && !Character.isWhitespace(c)) {
                return c == ',' ? at : -1;
            }
        }
        return -1;
    }

    private static List<Splice> additions(String text, SectionReading.Layout.Flow layout, List<Row> rows,
            List<Row> left, List<RowText> added) {
        if (added.isEmpty()) {
            return List.of();
        }
        String separator = separator(text, layout, rows);
        String between = "," + separator;
        String texts = added.stream().map(RowText::flow).collect(Collectors.joining(between));
        if (left.isEmpty()) {
            return List.of(new Splice(layout.open(), layout.open(), texts));
        }
        int at = left.getLast().span().to();
        return List.of(new Splice(at, at, between + texts));
    }

    /** White space as the rows that are there have it before them, so that a pretty list stays pretty. */
    private static String separator(String text, SectionReading.Layout.Flow layout, List<Row> rows) {
        if (rows.isEmpty()) {
            return " ";
        }
        int from = rows.size() == 1 ? layout.open() : rows.get(rows.size() - 2).span().to();
        String between = text.substring(from, rows.getLast().span().from());
        String space = between.startsWith(",") ? between.substring(1) : between;
        return space.isBlank() && (rows.size() > 1 || space.contains("\n")) ? space : " ";
    }
}
