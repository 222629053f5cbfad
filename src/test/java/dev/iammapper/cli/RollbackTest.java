package dev.iammapper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.mapping.Grant;
import dev.iammapper.policy.Policy;
import dev.iammapper.reconcile.ReconcileSettings;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Meaning;
import dev.iammapper.render.Section;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a version would bring back that nobody looks after, and take from mappings that are protected. */
class RollbackTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String ROLE = "arn:aws:iam::111122223333:role/";
    private static final Map<String, String> PROTECTED = Map.of(IamIdentityMapping.PROTECTED_LABEL, "true");

    @Test
    void aRowThatNobodyAsksForAndNobodyOwnsComesBackForGood() {
        assertThat(nobodys(row("stays", "x"), row("stays", "x") + row("Left", "x"), Ledger.EMPTY)).containsExactly(
                "The row of " + ROLE + "Left in mapRoles comes back as a row of nobody, and stays until somebody"
                        + " removes it by hand.");
        assertThat(nobodys("", row("wanted", "wanted"), Ledger.EMPTY, object("wanted", Map.of()))).isEmpty();
        assertThat(nobodys(row("changes", "x"), row("changes", "y"), Ledger.EMPTY)).as("it is there now").isEmpty();
    }

    @Test
    void aRowThatSaysSomethingElseThanItsObjectStaysToo() {
        assertThat(nobodys("", row("wanted", "mighty"), Ledger.EMPTY, object("wanted", Map.of()))).singleElement()
                .asString().contains("role/wanted");
    }

    @Test
    void aRowThatIsClaimedIsTheControllersBusiness() {
        String text = row("gone", "gone");
        assertThat(nobodys("", text, ledger("gone", false))).isEmpty();
        assertThat(nobodys("", row("gone", "other"), ledger("gone", false))).as("altered since, so somebody else's")
                .singleElement().asString().contains("role/gone");
    }

    @Test
    void anAccountThatComesBackLetsEverybodyOfItIn() {
        AwsAuthData version = new AwsAuthData(null, null, "- \"012345670123\"\n");
        ClusterState then = state(version, Ledger.EMPTY, List.of());
        assertThat(RollbackCommand.nobodys(then.preview(NOW).plan(), AwsAuthData.EMPTY)).singleElement().asString()
                .contains("the account 012345670123 in mapAccounts comes back as a row of nobody");
        assertThat(RollbackCommand.nobodys(then.preview(NOW).plan(), version)).isEmpty();
    }

    @Test
    void aProtectedMappingLosesItsRowByForceOnly() {
        AwsAuthData now = roles(row("one", "one") + row("two", "two"));
        ClusterState claimed = state(now, ledger("one", true), List.of());
        assertThat(RollbackCommand.lost(claimed, roles(row("two", "two")))).singleElement().asString()
                .contains("The mapping one is protected", ROLE + "one", "add --force");
        assertThat(RollbackCommand.lost(claimed, roles(row("one", "other") + row("two", "two")))).hasSize(1);
        assertThat(RollbackCommand.lost(claimed, roles(row("one", "one")))).as("the other one is not protected")
                .isEmpty();
        assertThat(RollbackCommand.lost(state(now, ledger("one", false), List.of()), AwsAuthData.EMPTY)).isEmpty();

        ClusterState labelled = state(now, Ledger.EMPTY, List.of(object("two", PROTECTED), object("one", Map.of())));
        assertThat(RollbackCommand.lost(labelled, AwsAuthData.EMPTY)).singleElement().asString()
                .contains("The mapping two is protected");
        assertThat(RollbackCommand.lost(labelled, now)).isEmpty();
    }

    @Test
    void aPolicyThatIsGivenIsNotCalledTheSafeOne() {
        assertThat(ClusterState.unpublished(false)).contains("publishes no policy", "the safe one is taken");
        assertThat(ClusterState.unpublished(true)).contains("publishes no settings", "the usual ones are taken")
                .doesNotContain("safe");
    }

    private static List<String> nobodys(String now, String version, Ledger ledger, IamIdentityMapping... objects) {
        return RollbackCommand.nobodys(state(roles(version), ledger, List.of(objects)).preview(NOW).plan(),
                roles(now));
    }

    private static ClusterState state(AwsAuthData awsAuth, Ledger ledger, List<IamIdentityMapping> objects) {
        return new ClusterState("test", objects, new StoredAwsAuth("uid", "1", awsAuth, 0, List.of()),
                new StoredLedger.Present(ledger, "1"), new ServedDefinition.Served("crd", 1), Policy.SAFE,
                ReconcileSettings.USUAL, List.of());
    }

    private static Ledger ledger(String name, boolean guarded) {
        return new Ledger(1, "uid", Map.of(new Claim.Key(Section.ROLES, ROLE + name), new Claim(name, "uid-of-" + name,
                "crd", Meaning.of(new Grant(name, List.of())), null, guarded, null, 0)), Map.of());
    }

    private static IamIdentityMapping object(String name, Map<String, String> labels) {
        return new IamIdentityMapping(null, null,
                new V1ObjectMeta().name(name).uid("uid-of-" + name).labels(labels)
                        .creationTimestamp(NOW.atOffset(ZoneOffset.UTC)),
                new IamIdentityMappingSpec(ROLE + name, name, List.of(), null, null), null);
    }

    private static AwsAuthData roles(@Nullable String text) {
        return new AwsAuthData(text, null, null);
    }

    private static String row(String name, String username) {
        return "- rolearn: " + ROLE + name + "\n  username: " + username + "\n";
    }
}
