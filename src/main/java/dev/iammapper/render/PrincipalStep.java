package dev.iammapper.render;

import dev.iammapper.mapping.PrincipalKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done for one principal, decided from what is in the cluster alone.
 *
 * @param principal who
 * @param edits the changes of rows, mostly none
 * @param ahead the claims to store before the edits: every claim of the principal, none dropped
 * @param confirmed the claims once the edits are stored
 * @param changes the edits in words
 * @param notices what a person should learn when the edits are made
 * @param outcome what became of the wanted mapping, or null when none is wanted
 * @param removals how many rows go, or are gone already, that the brake counts
 */
record PrincipalStep(PrincipalKey principal, List<RowEdit> edits, Map<Claim.Key, Claim> ahead,
        Map<Claim.Key, Claim> confirmed, List<RenderPlan.RowChange> changes, List<RenderPlan.Notice> notices,
        RenderPlan.@Nullable Outcome outcome, int removals) {

    /** Whether a row comes to the section. */
    boolean adds(Section section) {
        return edits.stream().anyMatch(edit -> edit instanceof RowEdit.Add && edit.section() == section);
    }

    /** Whether a row goes that the brake counts. */
    boolean removesCounted() {
        return removals > 0 && edits.stream().anyMatch(RowEdit.Remove.class::isInstance);
    }

    /** Whether nothing but these claims stands in both ledgers. */
    boolean keeps(Map<Claim.Key, Claim> claims) {
        return ahead.equals(claims) && confirmed.equals(claims);
    }

    /** The same principal with everything as it is now. */
    PrincipalStep leftOut(Map<Claim.Key, Claim> claims) {
        return new PrincipalStep(principal, List.of(), claims, claims, List.of(), List.of(), null, 0);
    }

    /** The same principal with its rows as they are until a person lets them go. */
    PrincipalStep held(Map<Claim.Key, Claim> claims) {
        Map<Claim.Key, Claim> held = new LinkedHashMap<>();
        claims.forEach((key, claim) -> held.put(key,
                claim.hold() == null ? claim.with(Claim.Hold.TOO_MANY) : claim));
        return new PrincipalStep(principal, List.of(), held, held, List.of(), List.of(), null, 0);
    }

    /** As {@link #leftOut(Map)}, told in the outcome of the mapping, or, where none is wanted, in a notice. */
    PrincipalStep leftOut(Map<Claim.Key, Claim> claims, RenderPlan.Outcome instead, String why) {
        List<RenderPlan.Notice> held = outcome != null
                ? List.of()
                : changes.stream().map(change -> new RenderPlan.Notice(RenderPlan.Notice.Topic.REMOVAL_HELD, principal,
                        change.mapping(), "The row cannot be removed: " + why)).toList();
        return new PrincipalStep(principal, List.of(), claims, claims, List.of(), held,
                outcome == null ? null : instead, 0);
    }
}
