package dev.iammapper.reconcile;

import dev.iammapper.mapping.Grant;
import dev.iammapper.render.RenderPlan.RowChange;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Row changes in words, on one line. */
final class AwsAuthDiff {
    private static final int SHOWN = 25;
    private static final int NAMED = 5;

    private AwsAuthDiff() {}

    /** How many of which kind, as {@code 2 rows added, 1 removed}. */
    static String counts(List<RowChange> changes) {
        return count(changes, RowChange.Kind.ADDED) + " added, " + count(changes, RowChange.Kind.REPLACED)
                + " replaced, " + count(changes, RowChange.Kind.REMOVED) + " removed";
    }

    /** What a change does, short enough for a list. */
    static String summary(List<RowChange> changes) {
        String names = changes.stream().map(RowChange::mapping).distinct().limit(NAMED)
                .collect(Collectors.joining(", "));
        long others = changes.stream().map(RowChange::mapping).distinct().count() - NAMED;
        return counts(changes) + " (" + names + (others > 0 ? " and " + others + " others" : "") + ")";
    }

    /** The rows as a diff shows them; the first of them when there are many. */
    static String rows(List<RowChange> changes) {
        String shown = changes.stream().limit(SHOWN).map(AwsAuthDiff::row).collect(Collectors.joining("; "));
        return changes.size() <= SHOWN ? shown : shown + "; and " + (changes.size() - SHOWN) + " more";
    }

    private static String row(RowChange change) {
        String sign = switch (change.kind()) {
            case ADDED -> "+ ";
            case REPLACED -> "~ ";
            case REMOVED -> "- ";
        };
        String grants = switch (change.kind()) {
            case ADDED -> grant(change.after());
            case REPLACED -> grant(change.before()) + " => " + grant(change.after());
            case REMOVED -> grant(change.before());
        };
        return sign + change.section().dataKey() + " " + change.principal() + " " + grants + " (" + change.mapping()
                + cause(change.cause()) + ")";
    }

    private static String cause(RowChange.Cause cause) {
        return switch (cause) {
            case SPEC -> "";
            case DRIFT -> ", restored";
            case ADOPTION -> ", adopted";
        };
    }

    /** Rows of others may hold anything, so control characters are shown as what they are not: harmless. */
    private static String grant(@Nullable Grant grant) {
        if (grant == null) {
            return "?";
        }
        return (grant.username() + " " + grant.groups()).replaceAll("\\p{Cntrl}", "?");
    }

    private static long count(List<RowChange> changes, RowChange.Kind kind) {
        return changes.stream().filter(change -> change.kind() == kind).count();
    }
}
