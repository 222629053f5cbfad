package dev.iammapper.demo;

import dev.iammapper.demo.DemoCluster.Verdict;
import java.io.Console;
import java.util.List;

/** Prints for a person: colours on a terminal, plain text elsewhere. */
final class Screen {
    private static final int WIDTH = 110;

    private final boolean colours = hasColours();

    /** Without a terminal there is no console, unless the JVM was told to make one of another kind. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean hasColours() {
        Console console = System.console();
        return console != null && console.isTerminal() && System.getenv("NO_COLOR") == null;
    }

    void title(String text) {
        line("\n" + paint("1", text));
    }

    void heading(String text) {
        line("\n" + paint("1", text));
    }

    void fact(String text) {
        line("  " + text);
    }

    void verdict(String name, Verdict verdict) {
        String colour = switch (verdict.ready()) {
            case "True" -> "32";
            case "False" -> "31";
            default -> "33";
        };
        String mark = "True".equals(verdict.ready()) ? "✔ " : "✘ ";
        line("  " + paint(colour, mark + String.format("%-18s", name) + " " + verdict.reason()));
        wrapped(verdict.message()).forEach(part -> line("      " + part));
    }

    void paragraph(String text) {
        wrapped(text).forEach(part -> line("  " + part));
    }

    void diff(String title, List<String> lines) {
        line("  " + title);
        for (String each : lines) {
            String colour = each.startsWith("+") ? "32" : each.startsWith("-") ? "31" : "2";
            line("    " + paint(colour, each));
        }
    }

    void line(String text) {
        System.out.println(text);
    }

    private String paint(String code, String text) {
        return colours ? "\u001B[" + code + "m" + text + "\u001B[0m" : text;
    }

    private static List<String> wrapped(String text) {
        StringBuilder lines = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ", -1)) {
            if (column > 0 && column + word.length() >= WIDTH) {
                lines.append('\n');
                column = 0;
            }
            lines.append(column == 0 ? "" : " ").append(word);
            column += word.length() + 1;
        }
        return lines.toString().lines().toList();
    }
}
