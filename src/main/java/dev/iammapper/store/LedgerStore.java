package dev.iammapper.store;

import dev.iammapper.render.Ledger;

/** The ConfigMap {@code kube-system/iam-identity-mapper-ledger}, guarded by its own resourceVersion. */
@SuppressWarnings("DoNotCallSuggester")
public final class LedgerStore {
    /** The ConfigMap's name; its namespace is {@code kube-system}. */
    public static final String NAME = "iam-identity-mapper-ledger";

    /** The store of one cluster. */
    public LedgerStore(KubernetesAccess access) {}

    /**
     * Reads it now, from the API server.
     *
     * @throws StoreException if the answer is not to be had
     */
    public StoredLedger read() {
        throw new UnsupportedOperationException();
    }

    /**
     * Stores {@code next} if nobody wrote since {@code base} was read.
     *
     * @param base present or absent
     * @throws IllegalArgumentException if {@code base} is malformed: such a ledger is for a person to look at
     * @throws StoreException if the answer is not to be had; the write may have happened all the same
     */
    public WriteResult<StoredLedger.Present> write(StoredLedger base, Ledger next) {
        throw new UnsupportedOperationException();
    }
}
