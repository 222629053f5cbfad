package dev.iammapper.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.iammapper.identity.Explanation.Writer;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.ParsedArn;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.policy.BindingSketch;
import dev.iammapper.policy.RbacId;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Meaning;
import dev.iammapper.render.Section;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What only a cluster tells: who wrote a row, and how much of RBAC is known. */
class ExplainerTest {
    private static final String DEV = "arn:aws:iam::111122223333:role/Dev";
    private static final Grant GRANT = new Grant("dev", List.of("devs"));
    private static final AwsAuthData ROW = new AwsAuthData(
            "- {rolearn: \"" + DEV + "\", username: dev, groups: [devs]}\n", null, null);
    private static final List<Facts.Writer> WRITERS = List.of(
            new Facts.Writer("kubectl-edit", Instant.parse("2026-01-01T00:00:00Z"), Set.of("mapRoles", "mapUsers")),
            new Facts.Writer("eksctl", Instant.parse("2026-02-01T00:00:00Z"), Set.of("mapRoles")),
            new Facts.Writer("nobody-knows-when", null, Set.of("mapRoles")),
            new Facts.Writer("later", Instant.parse("2026-03-01T00:00:00Z"), Set.of("mapUsers")));

    @Test
    void aRowWithAClaimOfItsMeaningIsItsObjects() {
        assertThat(writer(ledger(Meaning.of(GRANT), null)).kind()).isEqualTo(Writer.Kind.OBJECT);
        assertThat(writer(ledger(null, Meaning.of(GRANT)))).satisfies(writer -> {
            assertThat(writer.kind()).isEqualTo(Writer.Kind.OBJECT);
            assertThat(writer.object()).isEqualTo("developers");
        });
    }

    @Test
    void aRowWithAClaimOfAnotherMeaningWasAltered() {
        assertThat(writer(ledger(Meaning.of(new Grant("dev", List.of())), null)).kind())
                .isEqualTo(Writer.Kind.ALTERED);
    }

    @Test
    void aRowWithoutClaimIsThatOfWhoWroteItsSectionLast() {
        assertThat(writer(Ledger.EMPTY)).isEqualTo(
                new Writer(Writer.Kind.FOREIGN, null, "eksctl", Instant.parse("2026-02-01T00:00:00Z")));
    }

    @Test
    void withoutLedgerNobodyKnows() {
        assertThat(writer(null).kind()).isEqualTo(Writer.Kind.UNKNOWN);
    }

    @Test
    void theAbsenceOfABindingSaysNothingWhereNotAllAreKnown() {
        assertThat(authorization(new Rbac(List.of(), List.of(), true))).contains("Forbidden");
        assertThat(authorization(new Rbac(List.of(), List.of(), false))).doesNotContain("Forbidden")
                .contains("not all could be read");
        assertThat(authorization(null)).contains("not known");
        assertThat(authorization(new Rbac(List.of(new BindingSketch(new RbacId("RoleBinding", "apps", "devs"),
                new RbacId("ClusterRole", "", "edit"), List.of("devs"), List.of())), List.of(), false)))
                .contains("what the bindings below give");
    }

    @Test
    void aRowFullOfStarsIsComparedSoon() {
        String name = "a".repeat(60);
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertThat(misses(name, "*a".repeat(12) + "*b")).isEmpty();
            assertThat(misses(name, "*a".repeat(12) + "*")).containsExactly(MissReason.WILDCARD);
            assertThat(misses(name, "?".repeat(60))).containsExactly(MissReason.WILDCARD);
            assertThat(misses(name, "*?a?*A")).containsExactly(MissReason.WILDCARD);
            assertThat(misses(name, "?".repeat(61))).isEmpty();
        });
    }

    private static List<MissReason> misses(String name, String pattern) {
        String role = "arn:aws:iam::111122223333:role/";
        if (!(PrincipalArn.parse(role + name) instanceof ParsedArn.Valid(PrincipalArn principal))) {
            throw new AssertionError(name);
        }
        return RowMisses.of(principal, AwsAuthLookup.of(new AwsAuthData(
                "- {rolearn: \"" + role + pattern + "\", username: dev}\n", null, null))).stream()
                .map(Explanation.Miss::reason).toList();
    }

    @Test
    void withoutAwsAuthNobodyGetsIn() {
        Explanation explanation = explain(new Facts(AwsAuthData.EMPTY, false, Set.of(), List.of(), null, null, null,
                Instant.EPOCH));

        assertThat(explanation.outcome()).isEqualTo(Explanation.Outcome.STAYS_OUT);
        assertThat(explanation.summary()).contains("there is no ConfigMap kube-system/aws-auth");
    }

    private static Ledger ledger(@Nullable String applied, @Nullable String pending) {
        return new Ledger(1, "uid", Map.of(new Claim.Key(Section.ROLES, DEV.toLowerCase(java.util.Locale.ROOT)),
                new Claim("developers", "uid", "definition", applied, pending)), Map.of());
    }

    private static Writer writer(@Nullable Ledger ledger) {
        return explain(new Facts(ROW, true, Set.of("mapRoles"), WRITERS, ledger, null, null, Instant.EPOCH)).rows()
                .getFirst().writer();
    }

    private static String authorization(@Nullable Rbac rbac) {
        return explain(new Facts(ROW, true, Set.of("mapRoles"), List.of(), null, null, rbac, Instant.EPOCH))
                .identities().getFirst().authorization();
    }

    private static Explanation explain(Facts facts) {
        AskedPrincipal asked = AskedPrincipal.parse(DEV);
        assertThat(asked).isInstanceOf(AskedPrincipal.Named.class);
        return new Explainer(facts).explain((AskedPrincipal.Named) asked, List.of());
    }
}
