package dev.iammapper.reconcile;

/** Whether the controller acts. */
public enum Mode {
    /** Rows are written. */
    ENFORCE,
    /** Nothing is written to aws-auth and ledger; statuses, Events and metrics say what would be. */
    OBSERVE
}
