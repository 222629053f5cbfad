package dev.iammapper.store;

/** No usable way to a cluster: the message says what was looked for, what is wrong and what to do. */
public final class ClusterAccessException extends Exception {

    /** The message is for a person, without a stack trace. */
    public ClusterAccessException(String message) {
        super(message);
    }
}
