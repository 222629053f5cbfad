package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A row as we write it. Every value is in double quotes with JSON's escapes, which YAML 1.1, YAML 1.2 and JSON read
 * alike, so that no account id becomes a number and no template a map.
 *
 * @param section for the name of the ARN's field
 * @param arn the canonical ARN
 * @param grant username and groups
 */
record RowText(Section section, String arn, Grant grant) {

    /** The row as a block list item: lines without the last line break, the dash indented by {@code indent} columns. */
    String block(int indent, String lineBreak) {
        String margin = " ".repeat(indent);
        List<String> lines = new ArrayList<>();
        lines.add(margin + "- " + section.arnField() + ": " + quote(arn));
        lines.add(margin + "  username: " + quote(grant.username()));
        if (!grant.groups().isEmpty()) {
            lines.add(margin + "  groups:");
            for (String group : grant.groups()) {
                lines.add(margin + "    - " + quote(group));
            }
        }
        return String.join(lineBreak, lines);
    }

    /** The row as JSON. */
    String flow() {
        StringBuilder json = new StringBuilder("{").append(quote(section.arnField())).append(": ").append(quote(arn))
                .append(", \"username\": ").append(quote(grant.username()));
        if (!grant.groups().isEmpty()) {
            json.append(", \"groups\": [");
            json.append(String.join(", ", grant.groups().stream().map(RowText::quote).toList()));
            json.append(']');
        }
        return json.append('}').toString();
    }

    /** Whether a text is this row as we write it, in either style, whatever its margin and line breaks. */
    boolean isWrittenAs(String text) {
        String bare = text.strip();
        return bare.equals(flow()) || stripped(bare).equals(stripped(block(0, "\n")));
    }

    private static List<String> stripped(String text) {
        return text.lines().map(String::strip).toList();
    }

    /** What YAML or JSON forbid in quotes, or read as a line break. */
    private static boolean mustBeEscaped(char c) {
        return c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c >= 0xFFF0
                || c == 0xFEFF;
    }

    private static String quote(String value) {
        StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (mustBeEscaped(c)) {
                quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
