package dev.iammapper.cli;

import dev.iammapper.mapping.Quoted;

/** Shows names from files as they are, but without characters that would spoil a terminal. */
final class Shown {
    private static final int MAX_LENGTH = 300;

    private Shown() {}

    /** The text on one line. */
    static String line(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(MAX_LENGTH).forEach(character -> {
            if (Quoted.isShowable(character)) {
                shown.appendCodePoint(character);
            } else {
                shown.append("<U+%04X>".formatted(character));
            }
        });
        return text.codePointCount(0, text.length()) > MAX_LENGTH ? shown + "…" : shown.toString();
    }
}
