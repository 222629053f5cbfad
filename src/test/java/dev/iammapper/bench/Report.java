package dev.iammapper.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of one run: a line of JSON when each is there, and a table for people at the end. */
final class Report {
    private static final List<String> HEADING = List.of("", "median", "best", "worst", "n", "to reach", "reached");

    private static final String RULE = "---";

    private final PrintStream out;
    private final Path lines;
    private final List<Figure> figures = new ArrayList<>();

    /** A report that is printed and kept in two files of the folder. */
    Report(PrintStream out, Path folder) {
        this.out = out;
        this.lines = folder.resolve("figures.jsonl");
        try {
            Files.createDirectories(folder);
            Files.writeString(lines, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void say(String line) {
        out.println(line);
    }

    void add(Figure figure) {
        figures.add(figure);
        String line = figure.json().toString();
        out.println(line);
        try {
            Files.writeString(lines, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Prints all figures as Markdown, one table for each work. */
    void printTables(String heading) {
        Map<String, List<Figure>> byWork = new LinkedHashMap<>();
        figures.forEach(figure -> byWork.computeIfAbsent(figure.work(), _ -> new ArrayList<>()).add(figure));
        StringBuilder text = new StringBuilder(heading).append('\n');
        byWork.forEach((work, ofWork) -> text.append("\n### ").append(work).append("\n\n").append(table(ofWork)));
        out.println("\n" + text);
        try {
            Files.writeString(lines.resolveSibling("figures.md"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String table(List<Figure> figures) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADING);
        figures.forEach(figure -> rows.add(figure.cells()));
        int[] widths = new int[HEADING.size()];
        Arrays.fill(widths, RULE.length());
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder table = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            table.append(line(rows.get(row), widths));
            if (row == 0) {
                table.append(line(HEADING.stream().map(_ -> RULE).toList(), widths));
            }
        }
        return table.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            line.append(' ').append(cell).append(" ".repeat(widths[i] - cell.length())).append(" |");
        }
        return line.append('\n').toString();
    }
}
