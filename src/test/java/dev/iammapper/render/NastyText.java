package dev.iammapper.render;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Writes sections as nobody should and somebody does. Most of what it writes is read by the authenticator, in one way
 * or another; {@link #mutated} and {@link #garbage} mostly are not. Equal seeds give equal texts.
 */
final class NastyText {
    /** The principals that rows name; mappings of the same principals meet them. */
    static final List<String> ARNS = List.of("arn:aws:iam::111122223333:role/Dev", "arn:aws:iam::111122223333:role/Ops",
            "arn:aws:iam::012345670123:role/nodes", "arn:aws:iam::111122223333:user/Ann",
            "arn:aws:iam::111122223333:user/people/Bob", "arn:aws-cn:iam::111122223333:role/K",
            "arn:aws:iam::111122223333:role/AWSReservedSSO_View_0123456789abcdef");

    private static final List<String> WORDS = List.of("dev", "ops", "system:nodes", "system:bootstrappers", "view",
            "system:masters", "team:dev", "a", "x-y_z", "größe", "日本", "🎉", "é🎉é", "a b c", "C#", "a#b", "it's",
            "user@example.com", "100%");
    private static final List<String> PLAIN_TRAPS = List.of("012345670123", "12:30:45", "0x1F", "0o17", "0b11", "1e3",
            "1_000", "+12", "-0.5", ".5", "1.", "yes", "No", "on", "OFF", "y", "n", "true", "~", "null", "Null", "",
            "2020-01-01", "2020-01-01T10:00:00Z", "<<", "=", "0899", "18446744073709551616", "0xFFFFFFFFFFFFFFFFF",
            "1e999", "a: b", "a:b", "- a", "-a", "a, b", "[", "{", "}", "{{SessionName}}", "%x", "@x", "`x", "!x",
            "!!str 1",
            "!!int 1", "! 1", "&x", "&y 1", "*x", "|", ">", "?", "? a", ":", "a:", "a #b", "a # b", ".nan", "-.inf",
            "é",
            "\t", "a\tb", "\\", "\"", "'", "''", "\"\"", "0", "-", "--", "---", "...", "NaN", "_1", "1__0", "0x", "0b2",
            "-0b1", "1.5e", "1:2", "::", "#", "a\u00a0b", "a\u0085b", "a\u2028b", "\ufeff", "\u0007", "\ud7ff",
            "\uffff");
    private static final List<String> ESCAPES = List.of("\\n", "\\t", "\\\"", "\\\\", "\\x41", "\\u00e9", "\\u2028",
            "\\U0001F389", "\\/", "\\e", "\\N", "\\_", "\\L", "\\0", "\\ ", "\\ud83c\\udf89", "\\U0000d800", "\\q");
    private static final String ALPHABET = "-- ::,,[]{}#&*!|>'\"%@`?\n\n\n  \t.ab01_~<=\\/\r\u0085\u00a0\u2028\ufeffé🎉";

    private final Random random;
    private String lineBreak = "\n";

    NastyText(Random random) {
        this.random = random;
    }

    /** A section with a few rows. */
    String section(Section section) {
        return section(section, random.nextInt(6));
    }

    /** A section with as many rows, the odd one of which is none. */
    String section(Section section, int rows) {
        lineBreak = chance(85) ? "\n" : chance(80) ? "\r\n" : "\r";
        if (chance(6)) {
            return pick(List.of("", "[]", "``", "\"\"", "''", "null", "~", "\n\n", " [] \n", "# nothing\n", "---\n",
                    "--- []\n", "[ ]", "[\n# none\n]\n", "{}", "# a\n~\n", "---\n# b\n...\n", "\u00a0",
                    "[]\n---\n- a\n"));
        }
        StringBuilder text = new StringBuilder();
        if (chance(3)) {
            text.append(pick(
                    List.of("%YAML 1.1\n---\n", "%YAML 1.2\n---\n", "%TAG ! !x-\n---\n", "\ufeff", "%FOO bar\n---\n")));
        }
        maybeComment(text, "");
        if (chance(8)) {
            text.append(pick(List.of("---\n", "--- # document\n", "--- \n")));
        }
        if (chance(25)) {
            flowRows(text, section, rows);
        } else {
            blockRows(text, section, rows);
        }
        if (chance(8)) {
            text.append(pick(List.of("...\n", "---\n- second: document\n", "...\n# the end\n", "---\n{{broken\n")));
        }
        String whole = text.toString();
        if (chance(15)) {
            whole = whole.stripTrailing();
        }
        if (chance(5)) {
            whole = whole + pick(List.of("\n\n", "  ", "\n  \n", "\t\n", "# end", " # end", "\n#"));
        }
        return whole.replace("\n", lineBreak);
    }

    /** Something that a slip of the hand makes of a text. */
    String mutated(String text) {
        StringBuilder mutated = new StringBuilder(text);
        int slips = 1 + random.nextInt(3);
        for (int i = 0; i < slips && !mutated.isEmpty(); i++) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(7)) {
                case 0 -> mutated.deleteCharAt(at);
                case 1 -> mutated.insert(at, oneOf(ALPHABET));
                case 2 -> mutated.replace(at, at + 1, oneOf(ALPHABET));
                case 3 -> mutated.insert(at, pick(PLAIN_TRAPS));
                case 4 -> mutated.insert(at,
                        pick(List.of("\n", "  ", ": ", "- ", "#", " #", "\t", "\n- ", ", ", "\n\n")));
                case 5 -> mutated.delete(at, Math.min(mutated.length(), at + 1 + random.nextInt(8)));
                default -> {
                    int end = Math.min(mutated.length(), at + 1 + random.nextInt(30));
                    mutated.insert(random.nextInt(mutated.length()), mutated.substring(at, end));
                }
            }
        }
        // Half of an astral character cannot be sent to anybody.
        return mutated.toString().replaceAll("[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]",
                "?");
    }

    /** Characters that mean something in YAML, in no order. */
    String garbage() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40);
        for (int i = 0; i < length; i++) {
            text.append(chance(8) ? pick(List.of("rolearn: ", "username: ", "groups:\n", "- ", "  ", "\n"))
                    : oneOf(ALPHABET));
        }
        return text.toString();
    }

    // ---- rows

    private void blockRows(StringBuilder text, Section section, int rows) {
        String margin = " ".repeat(chance(70) ? 0 : random.nextInt(6));
        if (rows == 0) {
            text.append(margin).append("# no rows\n");
        }
        for (int i = 0; i < rows; i++) {
            text.append(margin).append('-');
            if (chance(8)) {
                text.append(' ')
                        .append(pick(
                                List.of("null", "text", "~", "12", "[a, b]", "[]", "{}", "- nested", "''", "a: b")))
                        .append('\n');
            } else if (chance(12)) {
                text.append(' ').append(anchor(i)).append(flowRow(section)).append(trailing()).append('\n');
            } else {
                if (chance(5)) {
                    text.append(trailing()).append('\n').append(margin).append("  ");
                } else {
                    text.append(' ');
                    if (chance(6)) {
                        text.append(anchor(i)).append(trailing()).append('\n').append(margin).append("  ");
                    }
                }
                blockRow(text, section, margin + "  ", i);
            }
            maybeComment(text, margin);
        }
    }

    private void blockRow(StringBuilder text, Section section, String margin, int row) {
        List<String> fields = fields(section, margin, row);
        for (int i = 0; i < fields.size(); i++) {
            text.append(i == 0 ? "" : margin).append(fields.get(i));
            if (chance(4)) {
                maybeComment(text, margin);
            }
        }
    }

    private List<String> fields(Section section, String margin, int row) {
        List<String> fields = new ArrayList<>();
        if (row > 0 && chance(4)) {
            fields.add("<<: " + pick(List.of("*row0", "[*row0]", "{username: merged}", "*nowhere")) + "\n");
        }
        if (chance(4) && section == Section.ROLES) {
            fields.add("sso: {permissionSetName: View, accountID: '111122223333'" + pick(List.of("", ", partition: aws",
                    ", accountid: 1", ", note: x")) + "}\n");
        }
        if (chance(93)) {
            fields.add(key(section.arnField()) + arn(margin) + trailing() + "\n");
        }
        if (chance(92)) {
            fields.add(key("username") + value(margin) + "\n");
        }
        if (chance(80)) {
            fields.add(groups(margin));
        }
        if (chance(8)) {
            fields.add(
                    pick(List.of("userid: AROA123\n", "note: {a: [1, {b: c}]}\n", "? complex\n" + margin + ": value\n",
                            "1: one\n", "~: nothing\n", "yes: no\n", "\"quoted key\": x\n", "username: again\n",
                            "groups:\n", "x:\n"
                                    + margin + "  y:\n" + margin + "    - z\n",
                            "[a]: b\n", "note: .nan\n")));
        }
        if (chance(30)) {
            Collections.shuffle(fields, random);
        }
        return fields.isEmpty() ? List.of("x: y\n") : fields;
    }

    private String groups(String margin) {
        return switch (random.nextInt(10)) {
            case 0 -> key("groups") + "[]\n";
            case 1, 2 -> key("groups") + "[" + flowValue() + ", " + flowValue() + "]" + trailing() + "\n";
            case 3 -> key("groups")
                    + pick(List.of("~\n", "\n", "system:masters\n", "*row0\n", "{}\n", "&g [a]\n", "*g\n"));
            default -> {
                String inner = margin + " ".repeat(random.nextInt(3));
                StringBuilder list = new StringBuilder(key("groups").stripTrailing()).append(trailing()).append('\n');
                int count = 1 + random.nextInt(3);
                for (int i = 0; i < count; i++) {
                    list.append(inner).append("- ").append(value(inner)).append('\n');
                }
                yield list.toString();
            }
        };
    }

    private void flowRows(StringBuilder text, Section section, int rows) {
        String gap = pick(List.of("", " ", "\n", "\n  "));
        text.append('[').append(gap);
        for (int i = 0; i < rows; i++) {
            text.append(i == 0 ? "" : pick(List.of(",", " ,", ",")) + (chance(5) ? " # between\n" : gap));
            text.append(chance(6) ? pick(List.of("null", "text", "[a]", "{}", "a: b", "''", "*row0", "! x"))
                    : flowRow(section));
        }
        text.append(rows > 0 && chance(8) ? "," : "").append(gap).append(chance(4) ? "# last\n" : "").append(']')
                .append(chance(70) ? "\n" : "");
    }

    private String flowRow(Section section) {
        List<String> fields = new ArrayList<>();
        fields.add(flowKey(section.arnField()) + flowArn());
        if (chance(90)) {
            fields.add(flowKey("username") + flowValue());
        }
        if (chance(80)) {
            fields.add(flowKey("groups")
                    + (chance(85) ? "[" + flowValue() + (chance(40) ? ", " + flowValue() : "") + "]" : flowValue()));
        }
        if (chance(30)) {
            Collections.shuffle(fields, random);
        }
        return "{" + String.join(pick(List.of(",", ", ", ",\n   ")), fields) + "}";
    }

    // ---- scalars

    private String key(String name) {
        String key = chance(88) ? name
                : pick(List.of(name.toUpperCase(Locale.ROOT), name.replace("arn", "ARN"),
                        "\"" + name + "\"", "'" + name + "'", name.replace('s', '\u017f'), name + " ", "&k " + name,
                        "!!str " + name));
        return key + (chance(95) ? ": " : ":  ");
    }

    private String flowKey(String name) {
        return chance(60) ? "\"" + name + "\":" + (chance(60) ? " " : "") : key(name).replace(":  ", ": ");
    }

    private String arn(String margin) {
        String arn = arn();
        return switch (random.nextInt(12)) {
            case 0, 1 -> "\"" + arn + "\"";
            case 2 -> "'" + arn + "'";
            case 3 -> chance(50) ? ">-\n" + margin + "  " + arn : "|\n" + margin + " " + arn;
            case 4 -> chance(30) ? pick(PLAIN_TRAPS) : arn;
            default -> arn;
        };
    }

    private String flowArn() {
        return chance(60) ? "\"" + arn() + "\"" : chance(70) ? arn() : "'" + arn() + "'";
    }

    private String arn() {
        String arn = pick(ARNS);
        if (chance(90)) {
            return arn;
        }
        return pick(List.of(arn.toLowerCase(Locale.ROOT), arn.toUpperCase(Locale.ROOT), arn + "x",
                arn.replace("Dev", "DEV"), arn.replace("Ops", "Op\u017f"), arn.replace("K", "\u212a"),
                arn.replace("View", "V\u0130ew"), arn.replace("role/", "role/path/"), "x", arn.replace("Ann", "ANN")));
    }

    private String value(String margin) {
        return switch (random.nextInt(14)) {
            case 0, 1 -> "\"" + pick(WORDS) + (chance(30) ? pick(ESCAPES) : "") + "\"";
            case 2 -> "'" + pick(WORDS).replace("'", "''") + "'";
            case 3 -> "'system:node:{{EC2PrivateDNSName}}'";
            case 4 -> "system:node:{{EC2PrivateDNSName}}";
            case 5 -> chance(45) ? pick(PLAIN_TRAPS) : pick(WORDS);
            case 6 -> chance(50) ? block(margin) : pick(WORDS);
            case 7 -> chance(30) ? "two\n" + margin + " lines"
                    : chance(30) ? "\"two\n" + margin + "  lines\\\n" + margin
                            + "   and\n\n" + margin + " three\"" : pick(WORDS);
            case 8 -> chance(20) ? pick(List.of("&x ", "!!str ", "! ", "!local ", "!!binary ")) + pick(WORDS)
                    : pick(WORDS);
            default -> pick(WORDS);
        } + trailing();
    }

    private String block(String margin) {
        String inner = margin + " ".repeat(1 + random.nextInt(3));
        String header = pick(List.of("|", ">", "|-", ">-", "|+", ">+", "|2", ">1-", "| # comment", "|-9"));
        return header + "\n" + inner + pick(WORDS) + (chance(30) ? "\n" + inner + pick(WORDS) : "")
                + (chance(20) ? "\n\n" : "")
                + (chance(10) ? "\n" + inner + "  # no comment" : "");
    }

    private String flowValue() {
        return switch (random.nextInt(8)) {
            case 0 -> pick(List.of("dev", "ops", "system:nodes", "a b", "x-y", "é", "a#b"));
            case 1 -> "'" + pick(WORDS).replace("'", "''") + "'";
            case 2 -> chance(40) ? pick(PLAIN_TRAPS) : "dev";
            default -> "\"" + pick(WORDS) + "\"";
        };
    }

    private String anchor(int row) {
        return chance(60) ? "&row" + row + " " : chance(30) ? "!!map " : "";
    }

    private String trailing() {
        return chance(94) ? "" : pick(List.of(" # comment", " ", "  # - rolearn: x", "\t# tab", " #", "\t"));
    }

    private void maybeComment(StringBuilder text, String margin) {
        if (chance(12)) {
            text.append(pick(List.of("# a comment\n", margin + "# - rolearn: commented out\n", "\n",
                    margin + "   # odd margin\n",
                    "\n\n# two\n# lines\n", "  \n", "#\n", "\t\n", "\t# tab\n", "# 🎉 – ü\n")));
        }
    }

    // ---- chance

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String oneOf(String alphabet) {
        int[] codePoints = alphabet.codePoints().toArray();
        return Character.toString(codePoints[random.nextInt(codePoints.length)]);
    }
}
