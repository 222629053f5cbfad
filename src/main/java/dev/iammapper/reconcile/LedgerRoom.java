package dev.iammapper.reconcile;

import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RenderPlan;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Who has to wait when the ledger of a plan would not fit into its ConfigMap, so that everybody else need not. */
final class LedgerRoom {
    private LedgerRoom() {}

    /**
     * Finds the fewest principals without whose new claims the ledger fits: the newest additions, by creation and name
     * of their objects, and changes of rows that are ours only after all of those. Removals need no room.
     *
     * @param before the ledger as it is stored
     * @param wanted the mappings for which the plan was made
     * @param fits whether a ledger can be stored; a smaller one fits when a larger one does
     */
    static Set<PrincipalKey> lacking(RenderPlan plan, Ledger before, Collection<IdentityMapping> wanted,
            Predicate<Ledger> fits) {
        if (fits.test(plan.ahead()) && fits.test(plan.confirmed())) {
            return Set.of();
        }
        Set<PrincipalKey> known = principals(before);
        Set<PrincipalKey> changed = changed(plan.ahead(), before);
        changed.addAll(changed(plan.confirmed(), before));
        List<PrincipalKey> queue = wanted.stream()
                .filter(mapping -> changed.contains(mapping.principal().key()))
                .sorted(Comparator
                        .comparing((IdentityMapping mapping) -> !known.contains(mapping.principal().key()))
                        .thenComparing(IdentityMapping::createdAt).thenComparing(IdentityMapping::name))
                .map(mapping -> mapping.principal().key()).toList();
        Map<PrincipalKey, Integer> places = new HashMap<>();
        queue.forEach(principal -> places.put(principal, places.size()));
        int fitting = 0;
        int tooMany = queue.size();
        while (fitting + 1 < tooMany) {
            int middle = (fitting + tooMany) >>> 1;
            if (fits.test(served(plan.ahead(), before, places, middle))
                    && fits.test(served(plan.confirmed(), before, places, middle))) {
                fitting = middle;
            } else {
                tooMany = middle;
            }
        }
        return Set.copyOf(queue.subList(fitting, queue.size()));
    }

    /** The ledger when only so many of the queue are served, and the others keep the claims that they have. */
    private static Ledger served(Ledger next, Ledger before, Map<PrincipalKey, Integer> places, int served) {
        Map<Claim.Key, Claim> claims = new HashMap<>();
        next.claims().forEach((key, claim) -> {
            if (place(key, places) < served) {
                claims.put(key, claim);
            }
        });
        before.claims().forEach((key, claim) -> {
            if (place(key, places) >= served) {
                claims.put(key, claim);
            }
        });
        return next.withClaims(claims);
    }

    private static int place(Claim.Key key, Map<PrincipalKey, Integer> places) {
        return places.getOrDefault(new PrincipalKey(key.principal()), -1);
    }

    private static Set<PrincipalKey> principals(Ledger ledger) {
        Set<PrincipalKey> principals = new HashSet<>();
        ledger.claims().keySet().forEach(key -> principals.add(new PrincipalKey(key.principal())));
        return principals;
    }

    private static Set<PrincipalKey> changed(Ledger next, Ledger before) {
        Set<PrincipalKey> changed = new HashSet<>();
        next.claims().forEach((key, claim) -> {
            if (!claim.equals(before.claims().get(key))) {
                changed.add(new PrincipalKey(key.principal()));
            }
        });
        return changed;
    }
}
