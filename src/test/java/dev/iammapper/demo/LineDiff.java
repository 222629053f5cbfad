package dev.iammapper.demo;

import java.util.ArrayList;
import java.util.List;

/** The lines that differ between two short texts, with some lines around them. */
final class LineDiff {
    private static final int CONTEXT = 2;

    private LineDiff() {}

    /** Lines that begin with "+ ", "- " or two spaces; "…" stands for lines that are left out. */
    static List<String> of(String before, String after) {
        List<String> all = script(before.lines().toList(), after.lines().toList());
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (isNearChange(all, i)) {
                shown.add(all.get(i));
            } else if (shown.isEmpty() || !shown.getLast().equals("…")) {
                shown.add("…");
            }
        }
        return shown;
    }

    private static boolean isNearChange(List<String> all, int at) {
        int from = Math.max(0, at - CONTEXT);
        int to = Math.min(all.size(), at + CONTEXT + 1);
        return all.subList(from, to).stream().anyMatch(line -> !line.startsWith("  "));
    }

    /** The longest common subsequence, by the textbook. */
    private static List<String> script(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                lines.add("  " + before.get(i++));
                j++;
            } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add("- " + before.get(i++));
            } else {
                lines.add("+ " + after.get(j++));
            }
        }
        return lines;
    }
}
