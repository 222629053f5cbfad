package dev.iammapper.store;

import org.jspecify.annotations.Nullable;

/**
 * The API server could not be asked, or did not answer as it should: worth a retry. The message says on one line what
 * was attempted and what happened; a permission that is missing is named with the rule that grants it.
 */
public final class StoreException extends RuntimeException {

    /** What kind of failure it was. */
    public enum Kind {
        /** No answer: connection, TLS, timeout, or an answer that is cut short. */
        UNREACHABLE,
        /** The credentials are not accepted. */
        UNAUTHENTICATED,
        /** RBAC does not allow it. */
        FORBIDDEN,
        /** Any other answer, such as an overloaded or broken server. */
        REFUSED
    }

    private final Kind kind;

    StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What kind of failure it was. */
    public Kind kind() {
        return kind;
    }
}
