package dev.iammapper.reconcile;

import dev.iammapper.render.Claim;
import dev.iammapper.render.HeldRemovals;
import java.util.stream.Collectors;

/** Held removals in words. */
public final class HeldWords {
    private static final int SHOWN = 20;

    private HeldWords() {}

    /** Why one row stays, and how to let it go. */
    static String of(HeldRemovals.Held row, HeldRemovals all) {
        return why(row.why()) + " " + release(all);
    }

    /** All of them, as far as somebody reads. */
    static String of(HeldRemovals all) {
        String rows = all.rows().stream().limit(SHOWN)
                .map(row -> row.principal().value() + " (" + row.mapping() + ", " + row.why().word() + ")")
                .collect(Collectors.joining("; "));
        return "The removal of " + all.rows().size() + (all.rows().size() == 1 ? " row" : " rows") + " is held: " + rows
                + (all.rows().size() > SHOWN ? "; and " + (all.rows().size() - SHOWN) + " more" : "") + ". "
                + release(all);
    }

    /** A reason as a sentence. */
    public static String why(Claim.Hold hold) {
        return switch (hold) {
            case TOO_MANY -> "Too many rows were to go at once, so they stay until a person says that it is meant.";
            case PROTECTED -> "The object was protected and is gone all the same, so its row stays until a person says"
                    + " that it is meant.";
            case DEFINITION -> "The object vanished together with its CustomResourceDefinition, which proves nothing"
                    + " about the access it gave, so its row stays until a person says that it is meant.";
            case RELEASED -> "A person let the row go.";
        };
    }

    private static String release(HeldRemovals all) {
        return "To let " + (all.rows().size() == 1 ? "it" : "all " + all.rows().size() + " of them")
                + " go: iam-identity-mapper release " + all.digest() + ". To keep "
                + (all.rows().size() == 1 ? "it" : "one") + ", create the object again.";
    }
}
