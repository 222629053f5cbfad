package dev.iammapper.identity;

import dev.iammapper.identity.Explanation.Writer;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Meaning;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says who wrote a row: the ledger knows the controller's, and of others the API server knows who wrote the section. */
final class RowWriters {
    private final @Nullable Ledger ledger;
    private final List<Facts.Writer> writers;

    RowWriters(Facts facts) {
        this.ledger = facts.ledger();
        this.writers = facts.writers();
    }

    Writer of(AwsAuthLookup.Entry row) {
        Facts.Writer last = writers.stream().filter(writer -> writer.dataKeys().contains(row.dataKey()))
                .max(Comparator.comparing(writer -> writer.time() == null ? Instant.MIN : writer.time())).orElse(null);
        String manager = last == null ? null : last.manager();
        Instant time = last == null ? null : last.time();
        if (ledger == null) {
            return new Writer(Writer.Kind.UNKNOWN, null, manager, time);
        }
        Claim claim = ledger.claims().get(new Claim.Key(row.section(), PrincipalKey.of(row.arn()).value()));
        if (claim == null) {
            return new Writer(Writer.Kind.FOREIGN, null, manager, time);
        }
        String meaning = Meaning.of(row.grant());
        boolean ours = meaning.equals(claim.applied()) || meaning.equals(claim.pending());
        return new Writer(ours ? Writer.Kind.OBJECT : Writer.Kind.ALTERED, claim.mapping(), manager, time);
    }
}
