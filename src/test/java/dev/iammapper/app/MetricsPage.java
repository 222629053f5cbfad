package dev.iammapper.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What docs/metrics.md says is served, and what is: by metric, each label with its values as {@code label=value}. Where
 * the page refers to another one for the values, they are what that page lists.
 */
final class MetricsPage {
    private static final Path DOCS = Path.of(System.getProperty("basedir", ""), "docs");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(mapper_[a-z_]+)` \\|([^|]*)\\|");
    private static final Pattern SERIES = Pattern.compile("(?m)^(mapper_[a-z_]+)(?:\\{([^}]*)})? ");

    private MetricsPage() {}

    static Map<String, NavigableSet<String>> documented() {
        Map<String, NavigableSet<String>> metrics = new TreeMap<>();
        Matcher row = ROW.matcher(read("metrics.md"));
        while (row.find()) {
            NavigableSet<String> labels = metrics.computeIfAbsent(row.group(1), name -> new TreeSet<>());
            String[] cell = row.group(2).strip().split(": ", 2);
            if (cell.length == 2) {
                String label = cell[0].replace("`", "");
                values(cell[1]).forEach(value -> labels.add(label + "=" + value));
            }
        }
        return metrics;
    }

    /** Of a timer the page has one of two names; what Prometheus adds by itself is left out. */
    static Map<String, NavigableSet<String>> served(String text) {
        Map<String, NavigableSet<String>> metrics = new TreeMap<>();
        Matcher series = SERIES.matcher(text);
        while (series.find()) {
            NavigableSet<String> labels = metrics.computeIfAbsent(series.group(1).replaceFirst("_sum$", "_count"),
                    name -> new TreeSet<>());
            if (series.group(2) != null) {
                for (String label : series.group(2).split(",", -1)) {
                    labels.add(label.replace("\"", ""));
                }
            }
        }
        return metrics;
    }

    private static NavigableSet<String> values(String cell) {
        NavigableSet<String> values = new TreeSet<>();
        if (cell.contains("troubleshooting.md#by-the-reason-of-an-object")) {
            all(values, "(?m)^\\| (?:True|False) \\| `([A-Za-z]+)` \\|", read("troubleshooting.md"));
        } else if (cell.contains("rules.md")) {
            all(values, "(?m)^### ([A-Za-z]+)$", read("rules.md"));
        } else {
            all(values, "`([^`]+)`", cell);
        }
        return values;
    }

    private static void all(NavigableSet<String> values, String pattern, String text) {
        Pattern.compile(pattern).matcher(text).results().map((MatchResult found) -> found.group(1))
                .forEach(values::add);
    }

    private static String read(String page) {
        try {
            return Files.readString(DOCS.resolve(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
