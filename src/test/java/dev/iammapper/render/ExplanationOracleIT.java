package dev.iammapper.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.Oracle;
import dev.iammapper.cluster.OracleReading;
import dev.iammapper.identity.AskedPrincipal;
import dev.iammapper.identity.Explainer;
import dev.iammapper.identity.Explanation;
import dev.iammapper.identity.Facts;
import dev.iammapper.mapping.Grant;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What {@code explain} calls the rows that decide is what the authenticator answers, on documents that nobody should
 * write. Longer runs: {@code -Doracle.samples=100000 -Doracle.seed=7}.
 */
class ExplanationOracleIT {
    private static final int SAMPLES = Integer.getInteger("oracle.samples", 1500);
    private static final int FIRST_SEED = Integer.getInteger("oracle.seed", 1) * 1_000_000;

    private final Oracle oracle = Oracle.shared();

    @Test
    void theRowThatMatchesIsTheAuthenticatorsOwn() {
        int mapped = 0;
        int unmapped = 0;
        int uncertain = 0;
        for (int seed = FIRST_SEED; seed < FIRST_SEED + SAMPLES; seed++) {
            NastyText nasty = new NastyText(new Random(seed));
            String accounts = seed % 3 == 0 ? "- '012345670123'\n" : null;
            AwsAuthData data = new AwsAuthData(nasty.section(Section.ROLES), nasty.section(Section.USERS), accounts);
            if (AwsAuthLookup.of(data).problems().stream().anyMatch(AwsAuthProblem::sectionLost)) {
                // What is held here and read there is compared elsewhere.
                continue;
            }
            OracleReading reading = oracle.read(data.mapRoles(), data.mapUsers(), data.mapAccounts(), NastyText.ARNS);
            for (String arn : NastyText.ARNS) {
                OracleReading.Lookup lookup = reading.lookup(arn);

                Explanation explanation = explained(data, arn);

                String name = "seed " + seed + ", " + arn + " in " + data;
                assertThat(rows(explanation)).as(name).isEqualTo(answers(lookup));
                boolean byAccount = lookup.identities().stream()
                        .anyMatch(identity -> identity.section().equals("mapAccounts"));
                assertThat(explanation.summary().contains("mapAccounts")).as(name).isEqualTo(byAccount);
                if (!lookup.isMapped()) {
                    assertThat(explanation.outcome()).as(name).isEqualTo(Explanation.Outcome.STAYS_OUT);
                }
                mapped += lookup.isMapped() ? 1 : 0;
                unmapped += lookup.isMapped() ? 0 : 1;
                uncertain += lookup.isAmbiguous() ? 1 : 0;
            }
        }
        assertThat(List.of(mapped, unmapped, uncertain)).as("all kinds of answers were compared")
                .allMatch(count -> count > 0);
    }

    private static Explanation explained(AwsAuthData data, String arn) {
        AskedPrincipal asked = AskedPrincipal.parse(arn);
        assertThat(asked).isInstanceOf(AskedPrincipal.Named.class);
        return new Explainer(new Facts(data, true, Set.of(), List.of(), null, null, null, Instant.EPOCH))
                .explain((AskedPrincipal.Named) asked, List.of());
    }

    private static Set<String> rows(Explanation explanation) {
        Set<String> rows = new HashSet<>();
        explanation.rows().forEach(row -> rows.add(row.section() + " " + new Grant(row.username(), row.groups())));
        return rows;
    }

    private static Set<String> answers(OracleReading.Lookup lookup) {
        Set<String> answers = new HashSet<>();
        lookup.identities().stream().filter(identity -> !identity.section().equals("mapAccounts"))
                .forEach(identity -> answers.add(identity.section() + " "
                        + new Grant(identity.username(), identity.groups())));
        return answers;
    }
}
