package dev.iammapper.cli;

import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import java.time.Duration;

/** Writes of commands, whose refusals become sentences. */
final class Writes {
    /** How often a write is tried anew because the controller was faster. */
    static final int ATTEMPTS = 5;
    static final Duration LIMIT = Duration.ofSeconds(20);

    private Writes() {}

    /**
     * Stores a ledger.
     *
     * @return false when somebody else wrote since it was read
     * @throws UnusableInputException if it is not taken
     */
    static boolean ledger(LedgerStore store, StoredLedger.Present base, Ledger next) throws UnusableInputException {
        return done(store.write(base, next, LIMIT), "the ledger, ConfigMap kube-system/" + LedgerStore.NAME + ",");
    }

    /** Whether a write happened, or was not needed; false when somebody else wrote since the base was read. */
    static <S> boolean done(WriteResult<S> result, String what) throws UnusableInputException {
        return switch (result) {
            case WriteResult.Written<S> _,WriteResult.Unchanged<S> _ -> true;
            case WriteResult.Conflict<S> _ -> false;
            case WriteResult.Rejected<S>(String message) -> throw new UnusableInputException(
                    what + " is not written: the API server refuses it: " + message);
            case WriteResult.MissingPermission<S> missing -> throw new UnusableInputException(
                    what + " is not written: " + missing.message());
        };
    }

    static UnusableInputException raced() {
        return new UnusableInputException(
                "the controller writes its ledger again and again, so nothing was changed; try"
                        + " again in a moment.");
    }

    /**
     * The ledger, to be changed.
     *
     * @throws UnusableInputException if there is none, or one that cannot be read
     */
    static StoredLedger.Present present(StoredLedger stored) throws UnusableInputException {
        return switch (stored) {
            case StoredLedger.Present present -> present;
            case StoredLedger.Absent _ -> throw new UnusableInputException("there is no ledger, ConfigMap kube-system/"
                    + LedgerStore.NAME + ": the controller owns no row in this cluster, and holds none.");
            case StoredLedger.Malformed(String message) -> throw new UnusableInputException(message);
        };
    }
}
