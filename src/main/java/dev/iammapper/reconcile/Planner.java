package dev.iammapper.reconcile;

import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.AwsAuthRenderer;
import dev.iammapper.render.LastReading;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RemovalBrake;
import dev.iammapper.render.RenderInput;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** From what was read to a plan: the same for a pass and for whoever only wants to know what a pass would do. */
record Planner(Wishes wishes, Circumstances circumstances, Predicate<Ledger> fits, LastReading lastReading) {

    /**
     * What a plan depends on besides objects, aws-auth and ledger.
     *
     * @param definition the uid of the served CustomResourceDefinition, empty when it is not known
     * @param witnessed uids of objects that the controller has seen itself
     * @param contended principals whose rows are not restored now
     * @param brake how many rows may go
     * @param clockDoubted whether grants may only seem to be over
     */
    record Circumstances(String definition, Set<String> witnessed, Set<PrincipalKey> contended, RemovalBrake brake,
            boolean clockDoubted) {}

    /**
     * A plan.
     *
     * @param roomless whose changes it leaves out, because the ledger has no room for them
     */
    record Planned(RenderPlan plan, Set<PrincipalKey> roomless) {}

    /** The plan of everything, or, where its ledger would not fit, of all but the newest additions. */
    Planned plan(StoredAwsAuth awsAuth, StoredLedger stored, Set<PrincipalKey> withheld) {
        RenderPlan whole = plan(awsAuth, stored, withheld, Set.of());
        Set<PrincipalKey> roomless = PlanWriter.changes(whole, awsAuth, stored)
                ? LedgerRoom.lacking(whole, PlanWriter.ledger(stored), wishes.wanted(), fits)
                : Set.of();
        return new Planned(roomless.isEmpty() ? whole : plan(awsAuth, stored, withheld, roomless), roomless);
    }

    private RenderPlan plan(StoredAwsAuth awsAuth, StoredLedger stored, Set<PrincipalKey> withheld,
            Set<PrincipalKey> withoutRoom) {
        Set<PrincipalKey> recoverable = stored instanceof StoredLedger.Absent ? wishes.recoverable() : Set.of();
        RenderInput.Objects objects = new RenderInput.Objects(circumstances.definition(), wishes.present(),
                wishes.invalid(), circumstances.clockDoubted() ? Set.of() : wishes.expired(), wishes.barred(),
                wishes.guarded(), circumstances.witnessed());
        return AwsAuthRenderer.render(new RenderInput(awsAuth.data(), awsAuth.uid(), PlanWriter.ledger(stored),
                wishes.wanted(), objects, recoverable, withheld, withoutRoom, circumstances.contended(),
                circumstances.brake(), awsAuth.otherBytes()), lastReading);
    }

    /**
     * Why nothing may be written by such a ledger, or null. A lost one is rebuilt from statuses and rows together: a
     * pass that goes on while the rows cannot be read would write a ledger, and statuses, that no longer know of them.
     */
    @Nullable
    String hold(RenderPlan plan, StoredLedger stored) {
        if (!(stored instanceof StoredLedger.Absent) || !wishes.anySaysOwned()) {
            return null;
        }
        return plan.problems().stream().filter(AwsAuthProblem::sectionLost).filter(AwsAuthProblem::hasRows).findFirst()
                .map(problem -> "the ledger, ConfigMap kube-system/" + LedgerStore.NAME + ", is gone, and "
                        + problem.sentence() + ". Correct aws-auth there: then the rows of objects whose status says"
                        + " that they are owned are recognised as theirs, and writing goes on")
                .orElse(null);
    }
}
