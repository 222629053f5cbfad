package dev.iammapper.cli.text;

import dev.iammapper.mapping.Quoted;

/** Shows names from files as they are, but without characters that would spoil a terminal. */
public final class Shown {
    private static final int MAX_NAME = 300;
    private static final int MAX_SENTENCE = 4000;

    private Shown() {}

    /** A name on one line, cut where it is too long for one. */
    public static String name(String text) {
        return line(text, MAX_NAME);
    }

    /** A sentence on one line; where it is too long for one, it ends with how much of it is not shown. */
    public static String sentence(String text) {
        int more = text.codePointCount(0, text.length()) - MAX_SENTENCE;
        return line(text, MAX_SENTENCE) + (more > 0
                ? " (" + more + (more == 1 ? " more character" : " more characters") + ")"
                : "");
    }

    private static String line(String text, int length) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(length).forEach(character -> {
            if (Quoted.isShowable(character)) {
                shown.appendCodePoint(character);
            } else {
                shown.append("<U+%04X>".formatted(character));
            }
        });
        return text.codePointCount(0, text.length()) > length ? shown + "…" : shown.toString();
    }
}
