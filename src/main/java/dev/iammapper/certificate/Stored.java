package dev.iammapper.certificate;

import org.jspecify.annotations.Nullable;

/** What the Secret was found to hold. */
public sealed interface Stored {

    /** Nothing yet, or nothing any more. */
    record Absent() implements Stored {}

    /**
     * Something that cannot be used.
     *
     * @param reason what is wrong with it
     */
    record Damaged(String reason) implements Stored {}

    /**
     * A certificate with its authority; whether it is still valid, and for the right names, is another question.
     *
     * @param remark what a person should know about it, or null
     */
    record Usable(Keyring keyring, @Nullable String remark) implements Stored {}
}
