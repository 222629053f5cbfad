package dev.iammapper.render;

/** Says that an edit cannot be made without touching text of others. */
final class NotEditable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotEditable(String message) {
        super(message, null, false, false);
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
