package dev.iammapper.cli.input;

import dev.iammapper.render.MalformedYaml;
import dev.iammapper.render.YamlNode;
import java.util.stream.IntStream;

/** Turns places of a document into places of its file, as editors count: for YAML 1.1 odd characters end lines too. */
final class DocumentLines {
    private static final String ODD_BREAKS = "\u0085\u2028\u2029";

    private final int before;
    private final String text;
    private final boolean isPlain;

    /** A document that begins behind so many lines. */
    DocumentLines(int before, String text) {
        this.before = before;
        this.text = text;
        this.isPlain = IntStream.range(0, text.length()).noneMatch(at -> isOddBreak(text, at));
    }

    Place of(YamlNode node) {
        return place(node.line(), node.column());
    }

    Place of(MalformedYaml malformed) {
        return place(malformed.line(), malformed.column());
    }

    /** The place of a char offset. */
    Place of(int offset) {
        int lineStart = text.lastIndexOf('\n', offset - 1) + 1;
        int line = (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
        return new Place(before + line + 1, text.codePointCount(lineStart, offset) + 1);
    }

    private Place place(int line, int column) {
        if (isPlain) {
            return new Place(before + line, column);
        }
        int at = 0;
        for (int seen = 1; seen < line && at < text.length(); at++) {
            seen += text.charAt(at) == '\n' || isOddBreak(text, at) ? 1 : 0;
        }
        int rest = Math.min(column - 1, text.codePointCount(at, text.length()));
        return of(text.offsetByCodePoints(at, rest));
    }

    private static boolean isOddBreak(String text, int at) {
        char c = text.charAt(at);
        return ODD_BREAKS.indexOf(c) >= 0 || (c == '\r' && !text.startsWith("\n", at + 1));
    }
}
