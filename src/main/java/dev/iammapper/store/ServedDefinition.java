package dev.iammapper.store;

import java.util.List;

/** What the API server says about our CustomResourceDefinition. */
public sealed interface ServedDefinition {

    /** Served, with all fields that the controller needs. */
    record Served(String uid, long generation) implements ServedDefinition {}

    /** Served, but another tool's schema prunes fields: {@code missing} lists their paths. */
    record LacksFields(String uid, long generation, List<String> missing) implements ServedDefinition {
        /** Copies the list. */
        public LacksFields {
            missing = List.copyOf(missing);
        }
    }

    /** It is there, but not (yet) accepted or served in our version; {@code message} says what the server says. */
    record NotServed(String uid, String message) implements ServedDefinition {}

    /** It is being deleted, and its objects with it. */
    record Terminating(String uid) implements ServedDefinition {}

    /** There is none. */
    record Missing() implements ServedDefinition {}
}
