package dev.iammapper.reconcile;

import dev.iammapper.render.Claim;
import dev.iammapper.render.HeldRemovals;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Held removals in words. */
public final class HeldWords {
    private static final int SHOWN = 20;

    private HeldWords() {}

    /**
     * Why one of {@code rows} rows stays, and how to let them go.
     *
     * @param digest of all of them, or null as long as the ledger does not hold them
     */
    static String of(Claim.Hold why, int rows, @Nullable String digest) {
        return why(why) + " " + release(rows, digest);
    }

    /**
     * All of them, as far as somebody reads.
     *
     * @param digest of all of them, or null as long as the ledger does not hold them
     */
    static String of(HeldRemovals all, @Nullable String digest) {
        String rows = all.rows().stream().limit(SHOWN)
                .map(row -> row.principal().value() + " (" + row.mapping() + ", " + row.why().word() + ")")
                .collect(Collectors.joining("; "));
        return "The removal of " + all.rows().size() + (all.rows().size() == 1 ? " row" : " rows")
                + (digest == null ? " would be held: " : " is held: ") + rows
                + (all.rows().size() > SHOWN ? "; and " + (all.rows().size() - SHOWN) + " more" : "") + ". "
                + release(all.rows().size(), digest);
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

    private static String release(int rows, @Nullable String digest) {
        if (digest == null) {
            return "Nothing is written in mode observe; in mode enforce \"iam-identity-mapper release\" lets "
                    + (rows == 1 ? "it" : "them") + " go.";
        }
        return "To let " + (rows == 1 ? "it" : "all " + rows + " of them") + " go: iam-identity-mapper release "
                + digest + ". To keep " + (rows == 1 ? "it" : "one") + ", create the object again.";
    }
}
