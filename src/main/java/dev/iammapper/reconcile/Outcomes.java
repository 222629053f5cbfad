package dev.iammapper.reconcile;

import dev.iammapper.api.MappingReason;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.reconcile.Wishes.Asked;
import dev.iammapper.reconcile.Wishes.Wish;
import dev.iammapper.render.Claim;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.render.RenderPlan.Notice;
import dev.iammapper.render.RenderPlan.RowChange;
import dev.iammapper.render.Section;
import dev.iammapper.store.LedgerStore;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From what the objects ask for and what the plan says to what became of each object. */
final class Outcomes {
    private static final String MEND = " EKS reads nothing from this section while it is so, and it is not written. Correct"
            + " aws-auth there; the cause may stand in a line above.";

    private final RenderPlan plan;
    private final @Nullable String unwritten;
    private final @Nullable Ledger observed;
    private final Fights fights;
    private final Map<PrincipalKey, RowChange> would = new HashMap<>();
    private final RefusedChanges refused;
    private final Set<PrincipalKey> changing = new HashSet<>();
    private final Set<PrincipalKey> wanted = new HashSet<>();
    private final Set<String> claimants = new HashSet<>();
    private final Set<PrincipalKey> claimed = new HashSet<>();
    private final Set<PrincipalKey> written = new HashSet<>();
    private final Map<PrincipalKey, String> stayingRows = new HashMap<>();
    private final Map<PrincipalKey, Claim.Hold> held = new HashMap<>();
    private final Map<String, HeldRemovals.Held> heldByUid = new HashMap<>();
    private final int heldRows;
    private final @Nullable String heldDigest;
    private final Set<PrincipalKey> rememberedByStatus;
    private final Map<PrincipalKey, String> remaining;

    /**
     * The outcomes of a plan.
     *
     * @param unwritten why the changes of the plan are not in aws-auth yet, or null when they are
     * @param observed the ledger that stands, when nothing of the plan is written because that is the mode; else null
     * @param remaining which access there is for principals that are resting
     */
    Outcomes(Wishes wishes, RenderPlan plan, @Nullable String unwritten, @Nullable Ledger observed,
            RefusedChanges refused, Fights fights, Map<PrincipalKey, String> remaining) {
        this.plan = plan;
        this.observed = observed;
        this.fights = fights;
        if (observed != null) {
            plan.changes().forEach(change -> would.put(change.principal(), change));
        }
        this.remaining = remaining;
        this.unwritten = unwritten;
        this.refused = refused;
        wishes.wanted().forEach(mapping -> wanted.add(mapping.principal().key()));
        if (unwritten != null) {
            plan.changes().stream().map(RowChange::principal).forEach(changing::add);
        }
        for (Map.Entry<Claim.Key, Claim> entry : plan.confirmed().claims().entrySet()) {
            PrincipalKey principal = new PrincipalKey(entry.getKey().principal());
            claimed.add(principal);
            if (entry.getValue().applied() != null) {
                written.add(principal);
            }
        }
        HeldRemovals removals = plan.held();
        removals.rows().forEach(row -> {
            held.put(row.principal(), row.why());
            heldByUid.put(row.uid(), row);
        });
        heldRows = removals.rows().size();
        boolean stored = observed == null || HeldRemovals.of(observed).equals(removals);
        heldDigest = removals.isEmpty() || !stored ? null : removals.digest();
        rememberedByStatus = observed != null && observed.claims().isEmpty() ? wishes.recoverable() : Set.of();
        (observed != null ? observed : unwritten == null ? plan.confirmed() : plan.ahead()).claims().values()
                .forEach(claim -> claimants.add(claim.uid()));
        for (Notice notice : plan.notices()) {
            switch (notice.topic()) {
                case REMOVAL_HELD -> stayingRows.putIfAbsent(notice.principal(), notice.message());
                case ACCESS_REMAINS, CLAIM_RELEASED, ADOPTED -> {
                }
            }
        }
    }

    /** What became of one object. */
    MappingOutcome of(Asked asked) {
        return switch (asked.wish()) {
            case Wish.Row row -> row(row);
            case Wish.Lost lost -> new MappingOutcome.Conflict(lost.mapping(), lost.winner());
            case Wish.Early early when would.containsKey(early.mapping().principal().key()) -> observing(
                    early.mapping());
            case Wish.Over over when would.containsKey(over.mapping().principal().key()) -> observing(over.mapping());
            case Wish.Early early -> {
                String left = left(early.mapping());
                yield left == null
                        ? new MappingOutcome.NotYetActive(early.mapping(), early.notBefore(),
                                remaining.get(early.mapping().principal().key()))
                        : new MappingOutcome.Pending(early.mapping(), "The grant begins at " + early.notBefore()
                                + " (spec.notBefore), but the row of before is still there: " + left);
            }
            case Wish.Over over -> {
                String left = left(over.mapping());
                yield left == null
                        ? new MappingOutcome.Expired(over.mapping(), over.expiresAt(),
                                remaining.get(over.mapping().principal().key()))
                        : new MappingOutcome.Pending(over.mapping(), "The grant ended at " + over.expiresAt()
                                + " (spec.expiresAt), but its row is still there: " + left);
            }
            case Wish.Barred barred -> new MappingOutcome.Barred(barred.mapping(), barred.denials(),
                    left(barred.mapping()), remaining.get(barred.mapping().principal().key()));
            case Wish.Nonsense nonsense -> new MappingOutcome.Invalid(nonsense.errors(),
                    claimants.contains(asked.uid()), nonsense.expiresAt());
        };
    }

    private MappingOutcome row(Wish.Row row) {
        IdentityMapping mapping = row.mapping();
        PrincipalKey principal = mapping.principal().key();
        RenderPlan.Outcome outcome = plan.outcomes().get(principal);
        if (outcome == null) {
            return new MappingOutcome.Pending(mapping, "The row is not computed yet.");
        }
        if (would.containsKey(principal) || isClaimedByPlanOnly(principal)) {
            return observing(mapping);
        }
        if (unwritten != null && changing.contains(principal)) {
            return new MappingOutcome.Pending(mapping, "The row is not written yet: " + unwritten);
        }
        return switch (outcome) {
            case RenderPlan.Outcome.Owned _ -> new MappingOutcome.Owned(mapping, row.rowOf().name(),
                    elsewhere(mapping));
            case RenderPlan.Outcome.AlreadyPresent _ -> new MappingOutcome.AlreadyPresent(mapping);
            case RenderPlan.Outcome.ForeignEntry(String message) -> new MappingOutcome.Blocked(mapping,
                    MappingReason.FOREIGN_ENTRY, message);
            // Should the ledger be lost before the section is mended, only the status remembers whose row it is.
            case RenderPlan.Outcome.Malformed(String message) -> written.contains(principal)
                    ? new MappingOutcome.OwnedUnread(mapping, message + MEND)
                    : new MappingOutcome.Blocked(mapping, MappingReason.AWS_AUTH_MALFORMED, message + MEND);
            case RenderPlan.Outcome.NotEditable(String message) -> new MappingOutcome.Blocked(mapping,
                    MappingReason.AWS_AUTH_NOT_EDITABLE, message);
            case RenderPlan.Outcome.Roomless _ -> new MappingOutcome.Pending(mapping,
                    "The row is not written: the ledger, ConfigMap kube-system/" + LedgerStore.NAME
                            + ", has no room for"
                            + " it. Older objects come first; this one follows when fewer principals are mapped.");
            case RenderPlan.Outcome.Full _ -> new MappingOutcome.Blocked(mapping, MappingReason.AWS_AUTH_FULL,
                    "The row is not written: aws-auth is so long that with it the API server might refuse rows of"
                            + " others. Older objects come first; this one follows when rows go. Map fewer principals,"
                            + " or remove rows of others that nobody needs.");
            case RenderPlan.Outcome.Contended _ -> new MappingOutcome.Blocked(mapping, MappingReason.CONTENDED,
                    fights.opponent(principal) + " keeps removing or changing the row; it was restored more than "
                            + Fights.ACCIDENTS + " times within " + Fights.WINDOW.toMinutes() + " minutes, and is now"
                            + " restored every few minutes only. Let one tool manage this principal: take it out of the"
                            + " other one, or delete this object.");
            case RenderPlan.Outcome.Withheld _ -> withheld(mapping, refused.message(principal));
        };
    }

    /** What is to be said of a row for another principal that the object asked for before, or null. */
    private @Nullable String elsewhere(IdentityMapping mapping) {
        HeldRemovals.Held row = heldByUid.get(mapping.uid());
        return row == null || row.principal().equals(mapping.principal().key())
                ? null
                : "The row of " + row.principal().value() + ", which this object mapped before, is still there. "
                        + HeldWords.of(row.why(), heldRows, heldDigest);
    }

    /** Whether only the ledger would change: a row that is there would become ours. */
    private boolean isClaimedByPlanOnly(PrincipalKey principal) {
        return observed != null && !claims(observed, principal).equals(claims(plan.confirmed(), principal));
    }

    private static Map<Section, String> claims(Ledger ledger, PrincipalKey principal) {
        Map<Section, String> claims = new EnumMap<>(Section.class);
        for (Section section : Section.values()) {
            Claim claim = ledger.claims().get(new Claim.Key(section, principal.value()));
            if (claim != null) {
                claims.put(section, claim.uid() + " " + claim.applied());
            }
        }
        return claims;
    }

    private MappingOutcome observing(IdentityMapping mapping) {
        PrincipalKey principal = mapping.principal().key();
        RowChange change = would.get(principal);
        boolean owned = rememberedByStatus.contains(principal) || (observed != null
                && claims(observed, principal).values().stream().anyMatch(claim -> !claim.endsWith(" null")));
        if (change == null) {
            return new MappingOutcome.Observing(mapping, "In mode enforce the row that is there would become this"
                    + " object's own, unchanged. Nothing is written in mode observe.", true, owned);
        }
        String row = "the row of " + change.section().dataKey() + " for " + mapping.principal().canonical();
        String what = switch (change.kind()) {
            case ADDED -> row + " would be added";
            case REPLACED -> row + " would be replaced";
            case REMOVED -> row + " would be removed";
        };
        return new MappingOutcome.Observing(mapping,
                "In mode enforce " + what + ". Nothing is written in mode observe.",
                change.kind() == RowChange.Kind.REMOVED, owned);
    }

    /** A change without a refusal of its own only waited for the search among others. */
    private static MappingOutcome withheld(IdentityMapping mapping, String words) {
        return words.isEmpty()
                ? new MappingOutcome.Pending(mapping, "The row is not written yet: the API server refuses aws-auth with"
                        + " another change beside it.")
                : new MappingOutcome.Blocked(mapping, MappingReason.REJECTED,
                        "The API server refuses aws-auth with the row of this object: " + words
                                + ". It is tried again when the object changes, and every few minutes.");
    }

    /** Why the row of an object that wants none is still there, or null when it is gone. */
    private @Nullable String left(IdentityMapping mapping) {
        PrincipalKey principal = mapping.principal().key();
        if (wanted.contains(principal)) {
            return null;
        }
        if (unwritten != null && changing.contains(principal)) {
            return unwritten;
        }
        if (would.containsKey(principal)) {
            return "in mode enforce it would be removed; nothing is written in mode observe.";
        }
        if (!claimed.contains(principal)) {
            return null;
        }
        Claim.Hold hold = held.get(principal);
        if (hold != null) {
            return HeldWords.of(hold, heldRows, heldDigest);
        }
        String stays = stayingRows.get(principal);
        return stays == null ? refusedOr(principal, "aws-auth cannot be edited at the moment.") : stays;
    }

    private String refusedOr(PrincipalKey principal, String otherwise) {
        String words = refused.message(principal);
        return words.isEmpty() ? otherwise : "the API server refuses aws-auth without it: " + words;
    }
}
