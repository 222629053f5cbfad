package dev.iammapper.cli;

import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.cli.text.UnifiedDiff;
import dev.iammapper.render.AwsAuthData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What differs between two versions of aws-auth, key by key. */
final class AwsAuthDiffs {
    private AwsAuthDiffs() {}

    /**
     * One key that differs.
     *
     * @param dataKey of the ConfigMap
     * @param before null when the key is absent
     * @param after null when the key is absent
     * @param diff as {@code diff -u} prints it
     */
    record KeyDiff(String dataKey, @Nullable String before, @Nullable String after, String diff) {}

    /** The keys that differ. */
    static List<KeyDiff> of(AwsAuthData before, AwsAuthData after, String wordBefore, String wordAfter) {
        List<KeyDiff> diffs = new ArrayList<>();
        add(diffs, "mapRoles", before.mapRoles(), after.mapRoles(), wordBefore, wordAfter);
        add(diffs, "mapUsers", before.mapUsers(), after.mapUsers(), wordBefore, wordAfter);
        add(diffs, "mapAccounts", before.mapAccounts(), after.mapAccounts(), wordBefore, wordAfter);
        return diffs;
    }

    private static void add(List<KeyDiff> diffs, String key, @Nullable String before, @Nullable String after,
            String wordBefore, String wordAfter) {
        List<String> lines = UnifiedDiff.of(before, after, name(key, before, wordBefore),
                name(key, after, wordAfter));
        if (!lines.isEmpty()) {
            diffs.add(new KeyDiff(key, before, after, String.join("\n", lines) + "\n"));
        }
    }

    private static String name(String key, @Nullable String text, String word) {
        return "aws-auth " + key + " (" + (text == null ? word + ", absent" : word) + ")";
    }

    /** Prints the diffs; what would spoil a terminal is shown as what it is. */
    static void print(TextLines out, List<KeyDiff> diffs) {
        for (KeyDiff each : diffs) {
            each.diff().lines().forEach(line -> out.line(inColour(out, Shown.sentence(line))));
            out.gap();
        }
    }

    private static String inColour(TextLines out, String line) {
        if (line.startsWith("+++") || line.startsWith("---")) {
            return out.in(TextLines.Style.BOLD, line);
        }
        return switch (line.isEmpty() ? ' ' : line.charAt(0)) {
            case '+' -> out.in(TextLines.Style.GOOD, line);
            case '-' -> out.in(TextLines.Style.BAD, line);
            default -> line;
        };
    }
}
