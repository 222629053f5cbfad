package dev.iammapper.render;

import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Who has to wait because aws-auth is full. The API server refuses a ConfigMap whose values are longer than 1 MiB as a
 * whole, the rows of nodes too (ValidateConfigMap in {@code pkg/apis/core/validation/validation.go} of Kubernetes).
 */
final class AwsAuthRoom {
    /** Nothing is added beyond this, in bytes of all values, so that there is room for what others have to add. */
    static final int MOST = 900 << 10;

    /** What an editor may add to each line of a row: a margin and a longer line break. */
    private static final int MARGIN = 5;

    private AwsAuthRoom() {}

    /**
     * Finds the principals whose changes do not fit beside those of older objects, by creation and name.
     *
     * @param otherBytes the length of all other values of the ConfigMap
     */
    static Set<PrincipalKey> lacking(List<PrincipalStep> steps, Map<PrincipalKey, IdentityMapping> wanted,
            AwsAuthData current, int otherBytes) {
        long room = (long) MOST - otherBytes - current.bytes();
        long asked = steps.stream().mapToLong(AwsAuthRoom::growth).filter(growth -> growth > 0).sum();
        if (asked == 0 || asked <= room) {
            return Set.of();
        }
        room -= steps.stream().mapToLong(AwsAuthRoom::growth).filter(growth -> growth < 0).sum();
        List<PrincipalStep> queue = steps.stream()
                .filter(step -> growth(step) > 0 && wanted.containsKey(step.principal()))
                .sorted(Comparator
                        .comparing(
                                (PrincipalStep step) -> step.edits().stream().anyMatch(RowEdit.Add.class::isInstance))
                        .thenComparing(step -> mapping(step, wanted).createdAt())
                        .thenComparing(step -> mapping(step, wanted).name()))
                .toList();
        Set<PrincipalKey> lacking = new HashSet<>();
        for (PrincipalStep step : queue) {
            room -= growth(step);
            if (room < 0) {
                // Whoever comes behind waits too: a smaller row must not overtake.
                lacking.add(step.principal());
            }
        }
        return lacking;
    }

    private static IdentityMapping mapping(PrincipalStep step, Map<PrincipalKey, IdentityMapping> wanted) {
        return Objects.requireNonNull(wanted.get(step.principal()));
    }

    private static long growth(PrincipalStep step) {
        return step.edits().stream().mapToLong(edit -> switch (edit) {
            case RowEdit.Add(RowText row) -> bytes(row);
            case RowEdit.Replace(Row old, RowText row) -> Math.max(0, bytes(row) - length(old));
            case RowEdit.Remove(Row old) -> -length(old);
        }).sum();
    }

    private static long bytes(RowText row) {
        return AwsAuthData.bytes(row.block(0, "\n")) + (long) MARGIN * (row.grant().groups().size() + 3);
    }

    private static long length(Row row) {
        return (long) row.span().to() - row.span().from();
    }
}
