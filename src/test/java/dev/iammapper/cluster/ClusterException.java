package dev.iammapper.cluster;

import org.jspecify.annotations.Nullable;

/** Says to a person why no cluster or oracle is to be had, and what to do about it. */
public class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
