package dev.iammapper.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
    private static final Pattern HUNK = Pattern.compile("@@ -(\\d+)(?:,(\\d+))? \\+(\\d+)(?:,(\\d+))? @@");

    @Test
    void equalTextsHaveNoDiff() {
        assertThat(diff("a\nb\n", "a\nb\n")).isEmpty();
        assertThat(diff(null, null)).isEmpty();
    }

    @Test
    void aChangeHasThreeLinesAroundIt() {
        assertThat(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n")).containsExactly("--- old",
                "+++ new", "@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8");
    }

    @Test
    void changesFarFromEachOtherAreHunksOfTheirOwnAndNearOnesAreOne() {
        assertThat(diff("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n")).hasSize(13)
                .contains("@@ -1,8 +1,8 @@");
        assertThat(diff("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n")).contains("@@ -1,4 +1,4 @@",
                "@@ -6,4 +6,4 @@");
    }

    @Test
    void aTextThatComesOrGoesIsCountedFromZero() {
        assertThat(diff(null, "a\n")).containsExactly("--- old", "+++ new", "@@ -0,0 +1 @@", "+a");
        assertThat(diff("a\nb\n", null)).containsExactly("--- old", "+++ new", "@@ -1,2 +0,0 @@", "-a", "-b");
    }

    @Test
    void aMissingLineBreakAtTheEndIsAChange() {
        assertThat(diff("a\nb", "a\nb\n")).containsExactly("--- old", "+++ new", "@@ -1,2 +1,2 @@", " a", "-b",
                "\\ No newline at end of file", "+b");
    }

    @Test
    void whatIsAddedIsNotMoreThanNeeded() {
        assertThat(diff("a\nb\nc\nd\n", "a\nx\nb\nc\ny\nd\n").stream().filter(line -> line.startsWith("-")))
                .containsExactly("--- old");
    }

    @Test
    void everyDiffLeadsFromOneTextToTheOther() {
        SplittableRandom random = new SplittableRandom(20261122);
        for (int i = 0; i < 3000; i++) {
            String before = text(random, random.nextInt(0, 30));
            String after = random.nextBoolean() ? text(random, random.nextInt(0, 30)) : edited(random, before);
            assertThat(applied(before, diff(before, after))).as("from %s", before).isEqualTo(after);
        }
    }

    @Test
    void veryDifferentLongTextsAreStillComparedSoon() {
        StringBuilder before = new StringBuilder("same\n");
        StringBuilder after = new StringBuilder("same\n");
        for (int i = 0; i < 20_000; i++) {
            before.append("old ").append(i).append('\n');
            after.append("new ").append(i).append('\n');
        }
        assertThat(applied(before.toString(), diff(before.toString(), after.toString()))).isEqualTo(after.toString());
    }

    private static List<String> diff(@Nullable String before, @Nullable String after) {
        return UnifiedDiff.of(before, after, "old", "new");
    }

    private static String text(SplittableRandom random, int lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append((char) ('a' + random.nextInt(5))).append('\n');
        }
        return random.nextInt(4) == 0 ? text + "end" : text.toString();
    }

    private static String edited(SplittableRandom random, String text) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        for (int i = random.nextInt(4); i > 0; i--) {
            if (!lines.isEmpty() && random.nextBoolean()) {
                lines.remove(random.nextInt(lines.size()));
            } else {
                lines.add(random.nextInt(lines.size() + 1), "new");
            }
        }
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** What {@code patch} does, without any guessing. */
    private static String applied(String before, List<String> diff) {
        StringBuilder result = new StringBuilder();
        List<String> old = lines(before);
        int at = 0;
        int written = 0;
        for (int i = 2; i < diff.size(); i++) {
            String line = diff.get(i);
            Matcher hunk = HUNK.matcher(line);
            if (hunk.matches()) {
                int first = Integer.parseInt(hunk.group(1)) - ("0".equals(hunk.group(2)) ? 0 : 1);
                while (at < first) {
                    result.append(old.get(at++));
                    written++;
                }
                assertThat(Integer.parseInt(hunk.group(3)) - ("0".equals(hunk.group(4)) ? 0 : 1)).isEqualTo(written);
                continue;
            }
            if (line.startsWith("\\")) {
                continue;
            }
            boolean last = i + 1 < diff.size() && diff.get(i + 1).startsWith("\\");
            String text = line.substring(1) + (last ? "" : "\n");
            if (line.charAt(0) != '+') {
                assertThat(old.get(at++)).isEqualTo(text);
            }
            if (line.charAt(0) != '-') {
                result.append(text);
                written++;
            }
        }
        old.subList(at, old.size()).forEach(result::append);
        return result.toString();
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < text.length();) {
            int end = text.indexOf('\n', from);
            int to = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(from, to));
            from = to;
        }
        return lines;
    }
}
