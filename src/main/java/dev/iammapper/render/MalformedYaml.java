package dev.iammapper.render;

/** Says that the authenticator reads nothing at all from a section, and where the reason stands. */
final class MalformedYaml extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /** Places are from 1. */
    MalformedYaml(int line, int column, String message) {
        super(message, null, false, false);
        this.line = line;
        this.column = column;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
