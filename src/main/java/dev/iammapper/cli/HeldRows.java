package dev.iammapper.cli;

import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.reconcile.HeldWords;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.Claim;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are ours, with what they grant today.
 *
 * @param digest by which a person names exactly these, or null while the ledger does not hold exactly these
 */
record HeldRows(@Nullable String digest, List<OwnRow> rows) {
    /** Copies the list. */
    HeldRows {
        rows = List.copyOf(rows);
    }

    /**
     * One row of ours.
     *
     * @param section where it stands
     * @param principal the lower-case ARN
     * @param mapping the object for which it was written
     * @param username null when there is no such row in aws-auth
     * @param groups null when there is no such row
     * @param why what holds it, or null
     * @param explanation of {@code why}, a sentence
     */
    record OwnRow(String section, String principal, String mapping, @Nullable String username,
            @Nullable List<String> groups, Claim.@Nullable Hold why, @Nullable String explanation) {}

    /** The rows that a set of removals holds, or null when it holds none. */
    static @Nullable HeldRows of(HeldRemovals held, AwsAuthData awsAuth) {
        if (held.isEmpty()) {
            return null;
        }
        Map<Claim.Key, Grant> grants = grants(awsAuth);
        return new HeldRows(held.digest(), held.rows().stream().map(row -> row(grants,
                new Claim.Key(row.section(), row.principal().value()), row.mapping(), row.why())).toList());
    }

    /**
     * The rows that would be held by the next pass, or null when it would hold none.
     *
     * @param stored the ledger that is stored: only a set that stands in it can be let go by its digest
     */
    static @Nullable HeldRows ahead(HeldRemovals held, Ledger stored, AwsAuthData awsAuth) {
        HeldRows rows = of(held, awsAuth);
        return rows == null || held.digest().equals(HeldRemovals.of(stored).digest())
                ? rows
                : new HeldRows(null, rows.rows());
    }

    /** What the rows of an aws-auth grant; of several for the same principal the last one. */
    static Map<Claim.Key, Grant> grants(AwsAuthData awsAuth) {
        Map<Claim.Key, Grant> grants = new HashMap<>();
        AwsAuthLookup.of(awsAuth).rows().forEach(row -> grants.put(
                new Claim.Key(row.section(), PrincipalKey.of(row.arn()).value()), row.grant()));
        return grants;
    }

    /** One row as it stands in aws-auth. */
    static OwnRow row(Map<Claim.Key, Grant> grants, Claim.Key key, String mapping, Claim.@Nullable Hold why) {
        Grant grant = grants.get(key);
        return new OwnRow(key.section().dataKey(), key.principal(), mapping, grant == null ? null : grant.username(),
                grant == null ? null : grant.groups(), why, why == null ? null : HeldWords.why(why));
    }

    /** Prints rows as a table. */
    static void print(TextLines out, List<OwnRow> rows) {
        boolean held = rows.stream().anyMatch(row -> row.why() != null);
        out.table(held ? List.of("PRINCIPAL", "USERNAME", "GROUPS", "MAPPING", "HELD")
                : List.of("PRINCIPAL", "USERNAME", "GROUPS", "MAPPING"), rows.stream().map(row -> {
                    List<String> cells = List.of(Shown.name(row.principal()),
                            row.username() == null ? "(no such row)" : Shown.name(row.username()),
                            row.groups() == null ? "" : Shown.name(String.join(",", row.groups())),
                            Shown.name(row.mapping()));
                    return held
                            ? List.of(cells.get(0), cells.get(1), cells.get(2), cells.get(3),
                                    row.why() == null ? "" : row.why().word())
                            : cells;
                }).toList());
    }
}
