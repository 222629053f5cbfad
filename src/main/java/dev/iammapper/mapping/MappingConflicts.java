package dev.iammapper.mapping;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Decides between objects that map the same principal: a total order, so that every replica decides alike. */
public final class MappingConflicts {
    /** Older first; names are unique, so no two mappings are equal in it. */
    private static final Comparator<IdentityMapping> SENIORITY = Comparator.comparing(IdentityMapping::createdAt)
            .thenComparing(IdentityMapping::name);

    private MappingConflicts() {}

    /**
     * Groups mappings by principal, compared as the authenticator compares.
     *
     * @param mappings those that are to be honoured now, in any order
     * @return one contest for each principal, ordered by principal
     */
    public static List<Contest> resolve(Collection<IdentityMapping> mappings) {
        Map<PrincipalKey, List<IdentityMapping>> byPrincipal = mappings.stream().sorted(SENIORITY).collect(
                Collectors.groupingBy(mapping -> mapping.principal().key(), TreeMap::new, Collectors.toList()));
        return byPrincipal.entrySet().stream().map(entry -> contest(entry.getKey(), entry.getValue())).toList();
    }

    private static Contest contest(PrincipalKey principal, List<IdentityMapping> bySeniority) {
        IdentityMapping winner = bySeniority.getFirst();
        Map<Boolean, List<IdentityMapping>> others = bySeniority.stream().skip(1)
                .collect(Collectors.partitioningBy(mapping -> mapping.grant().means(winner.grant())));
        return new Contest(principal, winner, others.getOrDefault(true, List.of()),
                others.getOrDefault(false, List.of()));
    }
}
