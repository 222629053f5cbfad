package dev.iammapper.render;

/** Says that a text cannot be read, so that the authenticator reads nothing from it, and where the reason stands. */
public final class MalformedYaml extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /** Places are from 1. */
    MalformedYaml(int line, int column, String message) {
        super(message, null, false, false);
        this.line = line;
        this.column = column;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** From 1. */
    public int column() {
        return column;
    }

    /** What is wrong, without a place. */
    public String message() {
        return String.valueOf(getMessage());
    }
}
