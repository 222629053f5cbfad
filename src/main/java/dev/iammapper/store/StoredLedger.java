package dev.iammapper.store;

import dev.iammapper.render.Ledger;

/** The ledger as it was read. */
public sealed interface StoredLedger {

    /**
     * A ledger.
     *
     * @param ledger what it says
     * @param resourceVersion the guard of the next write
     */
    record Present(Ledger ledger, String resourceVersion) implements StoredLedger {}

    /** There is none: never written, or lost. */
    record Absent() implements StoredLedger {}

    /** There is one that cannot be read; {@code message} says why and what to do. It is never overwritten. */
    record Malformed(String message) implements StoredLedger {}
}
