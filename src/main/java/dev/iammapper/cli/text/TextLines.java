package dev.iammapper.cli.text;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Writes a command's answer for people, line by line: the same words into pipes and on terminals, and colours only on
 * terminals. Text from files and clusters goes through {@link Shown} first.
 */
public final class TextLines {
    private static final String RESET = "\u001b[0m";

    private final PrintWriter out;
    private final boolean colours;

    /** The styles that mean something. */
    public enum Style {
        /** A heading, a name that is looked for. */
        BOLD("\u001b[1m"),
        /** It is as it should be. */
        GOOD("\u001b[32m"),
        /** Somebody should look. */
        WARNING("\u001b[33m"),
        /** It is not as it should be. */
        BAD("\u001b[1;31m");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    /** Lines for a writer; the last ones go out with {@link #flush()}. */
    public TextLines(PrintWriter out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** Lines on a stream, with colours where picocli would use them for the command. */
    public static TextLines to(PrintStream out, @Nullable CommandSpec command) {
        return new TextLines(new PrintWriter(StructuredOutput.text(out)),
                Objects.requireNonNull(command).commandLine().getColorScheme().ansi().enabled());
    }

    /** Writes a line. */
    public TextLines line(String text) {
        out.println(text);
        return this;
    }

    /** Writes a line below another one. */
    public TextLines indented(String text) {
        return line("    " + text);
    }

    /** Writes an empty line. */
    public TextLines gap() {
        return line("");
    }

    /** The text in a style, or as it is where there are no colours. */
    public String in(Style style, String text) {
        return colours ? style.code + text + RESET : text;
    }

    /** Writes rows in columns as wide as their widest cell; cells are one line each and carry no style. */
    public TextLines table(List<String> heads, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(heads);
        all.addAll(rows);
        int[] widths = new int[heads.size()];
        for (List<String> row : all) {
            for (int column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], length(row.get(column)));
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell).append(" ".repeat(widths[column] - length(cell) + 2));
            }
            line(line.toString().stripTrailing());
        }
        return this;
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    /** Lets everything out that was written. */
    public void flush() {
        out.flush();
    }
}
