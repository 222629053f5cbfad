package dev.iammapper.simulation;

import dev.iammapper.mapping.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A section of aws-auth as a person reads it line by line. It shares nothing with the program's own reader, and knows
 * only the block style in which the tools of the simulation write.
 */
final class SectionText {
    private static final Set<String> EMPTY = Set.of("", "[]", "null", "''", "\"\"", "``", "~");

    private SectionText() {}

    /** The lines of one row, or one line between rows; {@code row} is null there. */
    record Piece(String text, @Nullable Row row) {}

    /** What a row says. */
    record Row(String arn, Grant grant) {
        String principal() {
            return arn.toLowerCase(Locale.ROOT);
        }
    }

    /** Whether a section has neither rows nor comments. */
    static boolean isEmpty(@Nullable String text) {
        return text == null || EMPTY.contains(text.strip());
    }

    /** Cuts a section into pieces whose texts together are the section's. */
    static List<Piece> read(@Nullable String text) {
        List<Piece> pieces = new ArrayList<>();
        if (text == null || isEmpty(text)) {
            return pieces;
        }
        StringBuilder row = new StringBuilder();
        int dash = -1;
        for (String line : lines(text)) {
            int indent = indent(line);
            boolean blank = line.isBlank();
            boolean comment = line.strip().startsWith("#");
            if (!blank && !comment && line.startsWith("- ", indent) && (dash < 0 || indent == dash)) {
                dash = indent;
                flush(row, pieces);
                row.append(line);
            } else if (!row.isEmpty() && !blank && indent > dash) {
                row.append(line);
            } else {
                flush(row, pieces);
                pieces.add(new Piece(line, null));
            }
        }
        flush(row, pieces);
        return pieces;
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            int to = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(from, to));
            from = to;
        }
        return lines;
    }

    private static void flush(StringBuilder row, List<Piece> pieces) {
        if (!row.isEmpty()) {
            String text = row.toString();
            pieces.add(new Piece(text, row(text)));
            row.setLength(0);
        }
    }

    private static int indent(String line) {
        int indent = 0;
        while (indent < line.length() && line.charAt(indent) == ' ') {
            indent++;
        }
        return indent;
    }

    private static Row row(String text) {
        String arn = "";
        String username = "";
        List<String> groups = new ArrayList<>();
        boolean first = true;
        for (String line : lines(text)) {
            String bare = line.strip();
            if (first) {
                bare = bare.substring(1).strip();
                first = false;
            }
            if (bare.startsWith("#")) {
                continue;
            }
            if (bare.startsWith("- ")) {
                groups.add(scalar(bare.substring(2).strip()));
                continue;
            }
            int colon = bare.startsWith("\"") ? bare.indexOf('"', 1) + 1 : bare.indexOf(':');
            String key = scalar(bare.substring(0, colon)).toLowerCase(Locale.ROOT);
            String value = bare.substring(colon + 1).strip();
            switch (key) {
                case "rolearn", "userarn" -> arn = scalar(value);
                case "username" -> username = scalar(value);
                case "groups" -> {
                    if (value.startsWith("[")) {
                        String inside = value.substring(1, value.indexOf(']'));
                        for (String group : inside.isBlank() ? new String[0] : inside.split(",", -1)) {
                            groups.add(scalar(group.strip()));
                        }
                    }
                }
                default -> {
                }
            }
        }
        return new Row(arn, new Grant(username, groups));
    }

    private static String scalar(String value) {
        if (value.startsWith("\"") || value.startsWith("'")) {
            return value.substring(1, value.indexOf(value.charAt(0), 1));
        }
        int comment = value.indexOf(" #");
        return (comment < 0 ? value : value.substring(0, comment)).strip();
    }

    /**
     * Who a principal becomes, by the authenticator's rules: the last of equal role rows, else the last of each spelling
     * among the user rows. Several grants mean that its answer is not certain.
     */
    static List<Grant> deciding(String principal, List<Row> roles, List<Row> users) {
        for (int i = roles.size() - 1; i >= 0; i--) {
            if (roles.get(i).principal().equals(principal)) {
                return List.of(roles.get(i).grant());
            }
        }
        List<Grant> deciding = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (int i = users.size() - 1; i >= 0; i--) {
            Row row = users.get(i);
            if (row.principal().equals(principal) && !seen.contains(row.arn())) {
                seen.add(row.arn());
                deciding.add(row.grant());
            }
        }
        return deciding;
    }
}
