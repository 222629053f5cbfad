package dev.iammapper.reconcile;

import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.RenderPlan.RowChange;
import dev.iammapper.store.StoredAwsAuth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Told by a pass, while it runs, what it did to the cluster. */
interface PassListener {

    /** aws-auth holds these changes now. */
    void wrote(List<RowChange> changes, StoredAwsAuth before, StoredAwsAuth after);

    /** The version before the write that follows could not be kept, for this reason, or could, when it is null. */
    void keptSnapshot(@Nullable String failure);

    /** The API server refused a write of aws-auth. */
    void rejected();

    /** These principals' changes are what it refuses, in these words. */
    void refused(List<PrincipalKey> culprits, String message);

    /** The ledger was stored. */
    void wroteLedger();

    /** Somebody else wrote while this attempt, counted from 1, was on its way. */
    void raced(int attempt);
}
