package dev.iammapper.store;

/**
 * What became of a guarded write; failures of infrastructure are {@link StoreException}s instead.
 *
 * @param <S> what is stored
 */
public sealed interface WriteResult<S> {

    /** It is stored; {@code stored} is the base of the next write. */
    record Written<S>(S stored) implements WriteResult<S> {}

    /** Nothing differs, nothing was sent. */
    record Unchanged<S>() implements WriteResult<S> {}

    /** Somebody else wrote since the base was read: read again, render again. */
    record Conflict<S>() implements WriteResult<S> {}

    /** The API server, or a policy or webhook in front of it, refuses the content; a retry of the same is no help. */
    record Rejected<S>(String message) implements WriteResult<S> {}

    /** RBAC does not allow the write; {@code message} names verb, resource and the rule that grants it. */
    record MissingPermission<S>(ApiAction action, String message) implements WriteResult<S> {}
}
