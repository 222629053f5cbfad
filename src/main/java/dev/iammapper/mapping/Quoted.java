package dev.iammapper.mapping;

/** Shows pieces of users' text in messages: short, and without characters that would spoil a terminal or a log. */
public final class Quoted {
    private static final int MAX_SHOWN = 80;

    private Quoted() {}

    /**
     * The text in double quotes, cut after 80 characters, anything unprintable as its code point; a quote or a backslash
     * in it has a backslash before it.
     */
    public static String text(String text) {
        return quoted(text, MAX_SHOWN);
    }

    /** As {@link #text}, but never cut. */
    public static String whole(String text) {
        return quoted(text, Integer.MAX_VALUE);
    }

    private static String quoted(String text, int most) {
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints().limit(most).forEach(character -> {
            if (!isShowable(character)) {
                shown.append("<U+%04X>".formatted(character));
            } else if (character == '"' || character == '\\') {
                shown.append('\\').appendCodePoint(character);
            } else {
                shown.appendCodePoint(character);
            }
        });
        return shown.append(text.codePointCount(0, text.length()) > most ? "…\"" : "\"").toString();
    }

    /** A character by its code point and its Unicode name, so that look-alikes can be told apart. */
    static String character(int character) {
        String name = Character.getName(character);
        String codePoint = "U+%04X".formatted(character);
        return name == null ? codePoint : codePoint + " " + name;
    }

    /** The place of the character at an index of the text, counted in characters from 1. */
    static int place(String text, int index) {
        return text.codePointCount(0, index) + 1;
    }

    /** Whether a character can be shown as it is: neither invisible nor without a meaning. */
    public static boolean isShowable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}
