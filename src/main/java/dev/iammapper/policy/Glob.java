package dev.iammapper.policy;

import java.util.List;

/**
 * A text in which {@code *} stands for any characters, also none. Matched from left to right, each piece at its first
 * place, so that no text makes it search twice.
 *
 * @param pieces what stands between the stars
 * @param singles whether {@code ?} stands for any one character, or for itself
 */
public record Glob(List<String> pieces, boolean singles) {
    static final char STAR = '*';
    private static final char SINGLE = '?';

    /** Copies the list. */
    public Glob {
        pieces = List.copyOf(pieces);
    }

    static Glob of(String pattern) {
        return new Glob(List.of(pattern.split("\\*+", -1)), false);
    }

    /** A pattern in which {@code ?} stands for any one character. */
    public static Glob withSingles(String pattern) {
        return new Glob(List.of(pattern.split("\\*+", -1)), true);
    }

    boolean isLiteral() {
        return pieces.size() == 1 && !(singles && pieces.getFirst().indexOf(SINGLE) >= 0);
    }

    /** Whether the whole text is as the pattern says; in time linear in the text for patterns without {@code ?}. */
    public boolean matches(String text) {
        String first = pieces.getFirst();
        if (pieces.size() == 1) {
            return text.length() == first.length() && stands(first, text, 0);
        }
        String last = pieces.getLast();
        int end = text.length() - last.length();
        if (end < first.length() || !stands(first, text, 0) || !stands(last, text, end)) {
            return false;
        }
        int at = first.length();
        for (String piece : pieces.subList(1, pieces.size() - 1)) {
            int found = find(piece, text, at, end);
            if (found < 0) {
                return false;
            }
            at = found + piece.length();
        }
        return true;
    }

    /** Where the piece stands first in that part of the text, or -1. */
    private int find(String piece, String text, int from, int end) {
        for (int at = from; at + piece.length() <= end; at++) {
            if (stands(piece, text, at)) {
                return at;
            }
        }
        return -1;
    }

    private boolean stands(String piece, String text, int at) {
        if (!singles) {
            return text.startsWith(piece, at);
        }
        for (int i = 0; i < piece.length(); i++) {
            if (piece.charAt(i) != SINGLE && piece.charAt(i) != text.charAt(at + i)) {
                return false;
            }
        }
        return true;
    }
}
