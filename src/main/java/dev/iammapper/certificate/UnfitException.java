package dev.iammapper.certificate;

/** A certificate or key that cannot be used; the message says which and why, and holds nothing secret. */
public final class UnfitException extends Exception {
    UnfitException(String message) {
        super(message);
    }
}
