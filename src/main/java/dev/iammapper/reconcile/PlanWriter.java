package dev.iammapper.reconcile;

import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.Snapshot;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;

/** Writes a plan in the only safe order: claims, rows, confirmation; each if it changes something and we still lead. */
@RequiredArgsConstructor
final class PlanWriter {
    private final Cluster cluster;
    private final Leadership leadership;
    private final long term;
    private final PassListener listener;
    private final @Nullable AwsAuthData agreed;
    private final Instant now;
    private boolean keptAgreed;

    /** How far the writing came. */
    sealed interface Written {
        /** Everything is stored. */
        record Whole(StoredAwsAuth awsAuth) implements Written {}

        /** The rows are stored; the ledger still calls them pending. */
        record Unconfirmed(StoredAwsAuth awsAuth, String why) implements Written {}

        /** The rows are not stored, as far as we know. */
        record Not(String why) implements Written {}

        /** Somebody else wrote in between. */
        record Raced() implements Written {}

        /** The API server refuses the rows. */
        record Refused(String message) implements Written {}

        /** The Lease ran out. */
        record Fenced() implements Written {}
    }

    /** Whether a plan asks for any write. */
    static boolean changes(RenderPlan plan, StoredAwsAuth awsAuth, StoredLedger stored) {
        return !plan.next().equals(awsAuth.data()) || differs(plan.ahead(), stored)
                || differs(plan.confirmed(), stored);
    }

    /** What a stored ledger says: nothing, when there is none. */
    static Ledger ledger(StoredLedger stored) {
        return stored instanceof StoredLedger.Present(Ledger ledger, String _) ? ledger : Ledger.EMPTY;
    }

    /** What was read and listed belongs to one term: a leader that lost its Lease and won it again starts anew. */
    private boolean mayStillWrite() {
        return leadership.mayWrite() && leadership.term() == term && leadership.remaining().isPositive();
    }

    /** Writes what differs. */
    Written write(RenderPlan plan, StoredAwsAuth awsAuth, StoredLedger stored) {
        try {
            return switch (writeLedger(stored, plan.ahead())) {
                case Step.Stopped<StoredLedger>(Written end) -> end;
                case Step.Done<StoredLedger>(StoredLedger claimed) -> switch (writeRows(plan, awsAuth)) {
                    case Step.Stopped<StoredAwsAuth>(Written end) -> end;
                    case Step.Done<StoredAwsAuth>(StoredAwsAuth written) -> confirm(
                            awsAuth.exists() ? plan.confirmed() : withUid(plan.confirmed(), written.uid()), written,
                            claimed);
                };
            };
        } catch (StoreException failure) {
            return new Written.Not(String.valueOf(failure.getMessage()));
        }
    }

    /** One of the three writes: done, with what is stored now, or the end of the matter. */
    private sealed interface Step<S> {
        record Done<S>(S stored) implements Step<S> {}

        record Stopped<S>(Written end) implements Step<S> {}
    }

    private Step<StoredLedger> writeLedger(StoredLedger base, Ledger next) {
        if (!differs(next, base)) {
            return new Step.Done<>(base);
        }
        if (!mayStillWrite()) {
            return new Step.Stopped<>(new Written.Fenced());
        }
        Ledger signed = next.withTerm(Math.max(term, ledger(base).term()));
        return switch (cluster.writeLedger(base, signed, leadership.remaining())) {
            case WriteResult.Written<StoredLedger.Present>(StoredLedger.Present after) -> {
                listener.wroteLedger();
                yield new Step.Done<>(after);
            }
            case WriteResult.Unchanged<StoredLedger.Present> _ -> new Step.Done<>(base);
            case WriteResult.Conflict<StoredLedger.Present> _ -> new Step.Stopped<>(new Written.Raced());
            case WriteResult.Rejected<StoredLedger.Present>(String message) -> new Step.Stopped<>(
                    new Written.Not("the API server refuses the ledger: " + message));
            case WriteResult.MissingPermission<StoredLedger.Present> missing -> new Step.Stopped<>(
                    new Written.Not(missing.message()));
        };
    }

    private Step<StoredAwsAuth> writeRows(RenderPlan plan, StoredAwsAuth awsAuth) {
        if (plan.next().equals(awsAuth.data())) {
            return new Step.Done<>(awsAuth);
        }
        if (!mayStillWrite()) {
            return new Step.Stopped<>(new Written.Fenced());
        }
        if (awsAuth.exists()) {
            keep(plan, awsAuth);
            if (!mayStillWrite()) {
                return new Step.Stopped<>(new Written.Fenced());
            }
        }
        return switch (cluster.writeAwsAuth(awsAuth, plan.next(), leadership.remaining())) {
            case WriteResult.Written<StoredAwsAuth>(StoredAwsAuth after) -> {
                listener.wrote(plan.changes(), awsAuth, after);
                yield new Step.Done<>(after);
            }
            case WriteResult.Unchanged<StoredAwsAuth> _ -> new Step.Done<>(awsAuth);
            case WriteResult.Conflict<StoredAwsAuth> _ -> {
                cluster.snapshotUnused();
                yield new Step.Stopped<>(new Written.Raced());
            }
            case WriteResult.Rejected<StoredAwsAuth>(String message) -> {
                cluster.snapshotUnused();
                listener.rejected();
                yield new Step.Stopped<>(new Written.Refused(message));
            }
            case WriteResult.MissingPermission<StoredAwsAuth> missing -> {
                cluster.snapshotUnused();
                yield new Step.Stopped<>(new Written.Not(missing.message()));
            }
        };
    }

    /**
     * Keeps the version that is written over, and before it the one that others wrote over since the last pass: that may
     * be the last good one. A version that cannot be kept is no reason to leave access to whom it was taken from.
     */
    private void keep(RenderPlan plan, StoredAwsAuth awsAuth) {
        Instant time = now.truncatedTo(ChronoUnit.SECONDS);
        if (agreed != null && !agreed.equals(awsAuth.data()) && !keptAgreed) {
            keptAgreed = true;
            listener.keptSnapshot(cluster.keepSnapshot(
                    new Snapshot(time, "another tool wrote (the version that mappings agreed with before)", agreed),
                    leadership.remaining()));
            if (!mayStillWrite()) {
                return;
            }
        }
        listener.keptSnapshot(cluster.keepSnapshot(
                new Snapshot(time, AwsAuthDiff.summary(plan.changes()), awsAuth.data()), leadership.remaining()));
    }

    /** A ledger that is only not confirmed yet is confirmed by the next pass: the rows are what it calls pending. */
    private Written confirm(Ledger confirmed, StoredAwsAuth written, StoredLedger claimed) {
        Written end;
        try {
            end = switch (writeLedger(claimed, confirmed)) {
                case Step.Done<StoredLedger> _ -> new Written.Whole(written);
                case Step.Stopped<StoredLedger>(Written stopped) -> stopped;
            };
        } catch (StoreException failure) {
            end = new Written.Not(String.valueOf(failure.getMessage()));
        }
        return end instanceof Written.Not(String why) ? new Written.Unconfirmed(written, why) : end;
    }

    private static boolean differs(Ledger next, StoredLedger stored) {
        Ledger now = ledger(stored);
        if (next.claims().equals(now.claims()) && next.emptyForms().equals(now.emptyForms())
                && next.removals().equals(now.removals())) {
            return !next.claims().isEmpty() && !Objects.equals(next.awsAuthUid(), now.awsAuthUid());
        }
        return true;
    }

    /** An aws-auth that we create gets its uid from the API server, after the plan was made. */
    private static Ledger withUid(Ledger ledger, @Nullable String awsAuthUid) {
        return awsAuthUid == null || ledger.claims().isEmpty() ? ledger : ledger.withAwsAuthUid(awsAuthUid);
    }
}
