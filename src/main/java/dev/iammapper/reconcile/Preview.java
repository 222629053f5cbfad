package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.MappingReason;
import dev.iammapper.policy.Judge;
import dev.iammapper.render.LastReading;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RemainingAccess;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a pass of the controller would do now, from what somebody read of the cluster; nothing is written. What only the
 * running controller knows is taken as usual: that it has seen the objects of the ledger itself, that the API server
 * has refused nothing, and that nobody undoes its rows again and again.
 *
 * @param plan what would be written, as if nothing were held
 * @param items what would become of each object, in the order in which they came
 * @param hold why nothing would be written at all, on one line, or null; mode observe is no hold
 */
public record Preview(RenderPlan plan, List<Item> items, @Nullable String hold) {

    /** Copies the list. */
    public Preview {
        items = List.copyOf(items);
    }

    /**
     * What was read.
     *
     * @param objects with uids and creation times, as the API server gives them
     * @param judge by the policy in force
     */
    public record Facts(List<IamIdentityMapping> objects, StoredAwsAuth awsAuth, StoredLedger ledger,
            ServedDefinition definition, Judge judge, ReconcileSettings settings, Instant now) {
        /** Copies the list. */
        public Facts {
            objects = List.copyOf(objects);
        }
    }

    /**
     * What would become of one object.
     *
     * @param name the object's
     * @param reason the word that would stand in {@code Ready}
     * @param message that would stand beside it
     */
    public record Item(String name, MappingReason reason, String message) {}

    /** Looks ahead. */
    public static Preview of(Facts facts) {
        Wishes wishes = Wishes.of(new ObjectReadings(facts.judge()).of(facts.objects(), facts.now()), facts.now());
        DefinitionGuard guard = new DefinitionGuard(() -> 0);
        String hold = guard.judge(facts.definition());
        Ledger ledger = PlanWriter.ledger(facts.ledger());
        Set<String> witnessed = ledger.claims().values().stream().map(claim -> claim.uid())
                .collect(Collectors.toSet());
        Fights fights = new Fights(() -> 0);
        Planner planner = new Planner(wishes,
                new Planner.Circumstances(Objects.requireNonNullElse(guard.uid(), ""), witnessed, fights.resting(),
                        facts.settings().brake().at(facts.now()), false),
                LedgerStore::fits, new LastReading());
        RenderPlan plan = planner.plan(facts.awsAuth(), facts.ledger(), Set.of()).plan();
        if (hold == null && facts.ledger() instanceof StoredLedger.Malformed(String message)) {
            hold = message;
        }
        if (hold == null && ledger.pause() != null) {
            hold = Pass.paused(ledger.pause());
        }
        if (hold == null) {
            hold = planner.hold(plan, facts.ledger());
        }
        Outcomes outcomes = new Outcomes(wishes, plan, null, null, new RefusedChanges(), fights,
                RemainingAccess.of(plan.next(), wishes.resting()));
        List<Item> items = wishes.asked().stream().map(asked -> {
            MappingOutcome outcome = outcomes.of(asked);
            return new Item(name(asked.object()), outcome.reason(),
                    MappingStatuses.readyMessage(MappingStatuses.of(asked.object(), outcome, facts.now())));
        }).toList();
        return new Preview(plan, items, hold);
    }

    private static String name(IamIdentityMapping object) {
        V1ObjectMeta metadata = object.metadata();
        return metadata == null ? "" : Objects.requireNonNullElse(metadata.getName(), "");
    }
}
