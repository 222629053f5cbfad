package dev.iammapper.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two texts, as {@code diff -u} prints it: hunks with three lines around each change. The shortest
 * way from one text to the other is found by Eugene Myers' greedy algorithm; where that way is very long, everything
 * between the common beginning and the common end counts as changed.
 */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;
    private static final int LONGEST_WAY = 1500;
    private static final String NO_LINE_BREAK = "\\ No newline at end of file";

    private final List<String> before;
    private final List<String> after;
    private final boolean[] removed;
    private final boolean[] added;

    private UnifiedDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
        this.removed = new boolean[before.size()];
        this.added = new boolean[after.size()];
        int from = 0;
        while (from < before.size() && from < after.size() && before.get(from).equals(after.get(from))) {
            from++;
        }
        int ends = 0;
        while (ends < before.size() - from && ends < after.size() - from
                && before.get(before.size() - 1 - ends).equals(after.get(after.size() - 1 - ends))) {
            ends++;
        }
        mark(from, before.size() - ends, after.size() - ends);
    }

    /**
     * The lines of the diff, the first two of them the names; nothing when the texts are equal.
     *
     * @param before null is as good as no text
     * @param after likewise
     */
    public static List<String> of(@Nullable String before, @Nullable String after, String nameBefore,
            String nameAfter) {
        List<String> hunks = new UnifiedDiff(lines(before), lines(after)).hunks();
        if (hunks.isEmpty()) {
            return List.of();
        }
        List<String> all = new ArrayList<>(List.of("--- " + nameBefore, "+++ " + nameAfter));
        all.addAll(hunks);
        return all;
    }

    /** Each line with its line break, so that a last line without one differs from one that has it. */
    private static List<String> lines(@Nullable String text) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        while (text != null && from < text.length()) {
            int end = text.indexOf('\n', from);
            int to = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(from, to));
            from = to;
        }
        return lines;
    }

    private void mark(int from, int beforeEnd, int afterEnd) {
        int width = beforeEnd - from;
        int height = afterEnd - from;
        List<int[]> reached = width == 0 || height == 0 ? null : search(from, width, height);
        if (reached == null) {
            Arrays.fill(removed, from, beforeEnd, true);
            Arrays.fill(added, from, afterEnd, true);
            return;
        }
        int x = width;
        int y = height;
        for (int way = reached.size() - 1; way > 0; way--) {
            int[] earlier = reached.get(way - 1);
            int diagonal = x - y;
            boolean down = diagonal == -way || (diagonal != way
                    && at(earlier, way - 1, diagonal - 1) < at(earlier, way - 1, diagonal + 1));
            int startX = at(earlier, way - 1, down ? diagonal + 1 : diagonal - 1);
            int startY = startX - (down ? diagonal + 1 : diagonal - 1);
            if (down) {
                added[from + startY] = true;
            } else {
                removed[from + startX] = true;
            }
            x = startX;
            y = startY;
        }
    }

    /** How far each diagonal comes with each number of changes, until the end is reached; null when that is too far. */
    private @Nullable List<int[]> search(int from, int width, int height) {
        List<int[]> reached = new ArrayList<>();
        for (int way = 0; way <= Math.min(width + height, LONGEST_WAY); way++) {
            int[] here = new int[2 * way + 1];
            Arrays.fill(here, -1);
            for (int diagonal = -way; diagonal <= way; diagonal += 2) {
                int x = 0;
                if (way > 0) {
                    int[] earlier = reached.getLast();
                    int down = at(earlier, way - 1, diagonal + 1);
                    int right = at(earlier, way - 1, diagonal - 1);
                    x = diagonal == -way || (diagonal != way && right < down) ? down : right + 1;
                }
                int y = x - diagonal;
                while (x >= 0 && y >= 0 && x < width && y < height
                        && before.get(from + x).equals(after.get(from + y))) {
                    x++;
                    y++;
                }
                here[diagonal + way] = x;
                if (x >= width && y >= height) {
                    reached.add(here);
                    return reached;
                }
            }
            reached.add(here);
        }
        return null;
    }

    private static int at(int[] reached, int way, int diagonal) {
        int index = diagonal + way;
        return index < 0 || index >= reached.length ? -1 : reached[index];
    }

    // ---- hunks

    /** One line: its sign and its text. */
    private record Line(char sign, String text) {}

    private List<String> hunks() {
        List<Line> script = script();
        List<String> hunks = new ArrayList<>();
        int beforeLine = 0;
        int afterLine = 0;
        int at = 0;
        while (at < script.size()) {
            int change = next(script, at);
            if (change == script.size()) {
                break;
            }
            int begin = Math.max(at, change - CONTEXT);
            beforeLine += begin - at;
            afterLine += begin - at;
            int end = end(script, change);
            int taken = count(script.subList(begin, end), '+');
            int given = count(script.subList(begin, end), '-');
            hunks.add("@@ -" + range(beforeLine, taken) + " +" + range(afterLine, given) + " @@");
            script.subList(begin, end).forEach(line -> print(line, hunks));
            beforeLine += taken;
            afterLine += given;
            at = end;
        }
        return hunks;
    }

    /** Removals before additions, as every diff has them. */
    private List<Line> script() {
        List<Line> script = new ArrayList<>();
        int x = 0;
        int y = 0;
        while (x < before.size() || y < after.size()) {
            if (x < before.size() && removed[x]) {
                script.add(new Line('-', before.get(x++)));
            } else if (y < after.size() && added[y]) {
                script.add(new Line('+', after.get(y++)));
            } else {
                script.add(new Line(' ', before.get(x++)));
                y++;
            }
        }
        return script;
    }

    private static int next(List<Line> script, int from) {
        int at = from;
        while (at < script.size() && script.get(at).sign() == ' ') {
            at++;
        }
        return at;
    }

    /** Where the hunk ends: behind the context of its last change, from which the next one is too far. */
    private static int end(List<Line> script, int change) {
        int last = change;
        int next = change;
        while (next < script.size() && next - last <= 2 * CONTEXT + 1) {
            last = next;
            next = next(script, next + 1);
        }
        return Math.min(script.size(), last + 1 + CONTEXT);
    }

    /** The lines that stand in one of the two texts: all but those of the other sign. */
    private static int count(List<Line> lines, char otherSign) {
        return (int) lines.stream().filter(line -> line.sign() != otherSign).count();
    }

    private static String range(int linesBefore, int length) {
        int first = length == 0 ? linesBefore : linesBefore + 1;
        return length == 1 ? String.valueOf(first) : first + "," + length;
    }

    private static void print(Line line, List<String> into) {
        if (line.text().endsWith("\n")) {
            into.add(line.sign() + line.text().substring(0, line.text().length() - 1));
        } else {
            into.add(line.sign() + line.text());
            into.add(NO_LINE_BREAK);
        }
    }
}
