package dev.iammapper.reconcile;

import dev.iammapper.render.Ledger;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.store.StoredAwsAuth;

/** How far a pass, or one attempt of it, came. */
sealed interface PassEnd {

    /** The objects, aws-auth and ledger agree; {@code plan} says what became of each. */
    record Agreed(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan) implements PassEnd {}

    /** The rows are as the plan says; the ledger is not confirmed yet, for this reason. */
    record Unconfirmed(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan, String why) implements PassEnd {}

    /** In mode observe: the changes of the plan are not written; {@code ledger} is the one that stands. */
    record Observed(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan, Ledger ledger) implements PassEnd {}

    /** The changes of the plan could not be written; {@code why} says so on one line. */
    record Unwritten(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan, String why) implements PassEnd {}

    /** The API server refuses the content that the plan leads to. */
    record Refused(Wishes wishes, StoredAwsAuth awsAuth, RenderPlan plan, String message) implements PassEnd {}

    /** Nothing may be written; {@code why} says so on one line, and what to do. */
    record Held(Hold hold, String why, Wishes wishes) implements PassEnd {}

    /** We no longer lead, or another process may. */
    record SteppedBack(String why) implements PassEnd {}
}
