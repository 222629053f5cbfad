package dev.iammapper.reconcile;

/** What may keep the controller from writing anything at all. */
public enum Hold {
    /** The definition of the objects is missing, going away, or not ours. */
    DEFINITION,
    /** The ledger cannot be read, or is lost while a section cannot be read from which it would be rebuilt. */
    LEDGER,
    /** A person asked that nothing be written, as after a rollback. */
    PAUSE,
    /** The watches do not follow the API server. */
    WATCHES
}
