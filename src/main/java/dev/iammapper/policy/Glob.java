package dev.iammapper.policy;

import java.util.List;

/**
 * A text in which {@code *} stands for any characters, also none. Matched from left to right, each piece at its first
 * place, so that no text makes it search twice.
 *
 * @param pieces what stands between the stars
 */
record Glob(List<String> pieces) {
    static final char STAR = '*';

    /** Copies the list. */
    Glob {
        pieces = List.copyOf(pieces);
    }

    static Glob of(String pattern) {
        return new Glob(List.of(pattern.split("\\*+", -1)));
    }

    boolean isLiteral() {
        return pieces.size() == 1;
    }

    boolean matches(String text) {
        String first = pieces.getFirst();
        if (isLiteral()) {
            return text.equals(first);
        }
        String last = pieces.getLast();
        int end = text.length() - last.length();
        if (end < first.length() || !text.startsWith(first) || !text.endsWith(last)) {
            return false;
        }
        int at = first.length();
        for (String piece : pieces.subList(1, pieces.size() - 1)) {
            int found = text.indexOf(piece, at);
            if (found < 0 || found + piece.length() > end) {
                return false;
            }
            at = found + piece.length();
        }
        return true;
    }
}
