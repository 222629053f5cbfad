package dev.iammapper.mapping;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * All objects that map one principal, and which of them prevails.
 *
 * @param principal whom they map
 * @param winner the oldest object, by name among those of one instant: its grant holds
 * @param sharers younger objects that give the same grant and are satisfied with the winner's row, oldest first
 * @param losers younger objects that give another grant, which does not hold, oldest first
 */
public record Contest(PrincipalKey principal, IdentityMapping winner, List<IdentityMapping> sharers,
        List<IdentityMapping> losers) {

    /** Copies the lists. */
    public Contest {
        sharers = List.copyOf(sharers);
        losers = List.copyOf(losers);
    }

    /**
     * The mapping whose row should be there: the winner's, with the widest permission to adopt that the winner or one
     * of its sharers carries, because any of them alone would be honoured with its own.
     */
    public IdentityMapping wanted() {
        Adoption widest = Stream.concat(Stream.of(winner), sharers.stream()).map(IdentityMapping::adoption)
                .max(Comparator.naturalOrder()).orElse(winner.adoption());
        return new IdentityMapping(winner.name(), winner.uid(), winner.createdAt(), winner.principal(), winner.grant(),
                winner.notBefore(), winner.expiresAt(), widest);
    }
}
