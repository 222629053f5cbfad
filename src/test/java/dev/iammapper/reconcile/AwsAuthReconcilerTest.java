package dev.iammapper.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.PolicySettings;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AwsAuthReconcilerTest {
    private static final String NODES = """
            - rolearn: arn:aws:iam::111122223333:role/nodes
              username: system:node:{{EC2PrivateDNSName}}
              groups:
              - system:bootstrappers
              - system:nodes
            """;

    private final InMemoryCluster cluster = new InMemoryCluster();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Bell bell = new Bell(() -> 0);
    private Judge judge = new Judge(Policy.SAFE);
    private boolean leads = true;
    private boolean contested = true;
    private long term = 1;
    private Duration remaining = Duration.ofSeconds(15);
    private ReconcileSettings settings = ReconcileSettings.USUAL;
    private long nanos;
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private AwsAuthReconciler reconciler = restarted();

    // ---- policy

    @Test
    void anObjectThatThePolicyDoesNotAllowGetsNoRowAndIsToldWhy() {
        cluster.writeAsOther(NODES);
        cluster.create("admins", "admins", "admin:{{SessionName}}", "system:masters");
        cluster.create("dev", "dev", "dev");
        settles();
        assertThat(cluster.mapRoles()).startsWith(NODES).contains("role/dev").doesNotContain("system:masters");
        assertThat(cluster.reason("admins")).isEqualTo("PolicyViolation");
        assertThat(cluster.condition("admins", MappingCondition.STALLED).message()).contains("spec.groups[0]",
                "(MastersGrant)", "Until then there is no row of ours.");
        assertThat(cluster.events).anyMatch(event -> event.startsWith("admins PolicyViolation: "));
    }

    @Test
    void aPolicyThatBecomesStricterTakesTheRowAwayAndOneThatAllowsItBringsItBack() {
        PolicySettings allowing = new PolicySettings(null, null, null, List.of("arn:aws:iam::111122223333:role/admins"),
                null,
                null,
                null, null, null, null, null);
        judge = new Judge(((ParsedPolicy.Valid) allowing.check()).policy());
        reconciler = restarted();
        cluster.create("admins", "admins", "admin:{{SessionName}}", "system:masters");
        settles();
        assertThat(cluster.reason("admins")).isEqualTo("Applied");

        Judge before = judge;
        judge = new Judge(Policy.SAFE);
        reconciler = restarted();
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("system:masters");
        assertThat(cluster.reason("admins")).isEqualTo("PolicyViolation");

        judge = before;
        reconciler = restarted();
        settles();
        assertThat(cluster.reason("admins")).isEqualTo("Applied");
    }

    @Test
    void aGrantThatIsOverIsOverWhateverThePolicySays() {
        cluster.create("admins", new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/admins", "admin",
                List.of("system:masters"), null, now.minusSeconds(1).toString()));
        cluster.create("soon", new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/soon", "admin",
                List.of("system:masters"), now.plusSeconds(60).toString(), null));
        settles();
        assertThat(cluster.reason("admins")).isEqualTo("Expired");
        assertThat(cluster.reason("soon")).as("told before it would begin").isEqualTo("PolicyViolation");
    }

    @Test
    void aPolicyThatForbidsVeryManyGrantsAtOnceIsDoubtedBeforeThem() {
        for (int i = 0; i < 6; i++) {
            cluster.create("team-" + i, "team-" + i, "team-" + i, "team");
        }
        settles();
        String before = cluster.mapRoles();

        judge = allowing(null, List.of("444455556666"), null);
        reconciler = restarted();
        settles();
        assertThat(cluster.mapRoles()).isEqualTo(before);
        assertThat(cluster.reason("team-0")).isEqualTo("PolicyViolation");
        assertThat(cluster.condition("team-0", MappingCondition.STALLED).message()).contains("(ForeignAccount)",
                "A row of before is still there", "Too many rows", "iam-identity-mapper release ");

        judge = new Judge(Policy.SAFE);
        reconciler = restarted();
        settles();
        assertThat(cluster.mapRoles()).as("a policy that is corrected lets everything be as it was").isEqualTo(before);
        assertThat(cluster.reason("team-0")).isEqualTo("Applied");
    }

    @Test
    void noPolicyTakesNodesOrAProtectedGrantAway() {
        String nodes = "system:node:{{EC2PrivateDNSName}}";
        judge = allowing(List.of("arn:aws:iam::111122223333:role/admins"), null,
                List.of("arn:aws:iam::111122223333:role/workers"));
        reconciler = restarted();
        cluster.create("workers", "workers", nodes, "system:bootstrappers", "system:nodes");
        cluster.create("admins", "admins", "admin", "system:masters");
        cluster.objects.get("admins").metadata().putLabelsItem("iammapper.dev/protected", "true");
        settles();
        String before = cluster.mapRoles();
        assertThat(before).contains("role/workers", "role/admins");

        judge = new Judge(Policy.SAFE);
        reconciler = restarted();
        settles();
        assertThat(cluster.mapRoles()).isEqualTo(before);
        assertThat(cluster.condition("workers", MappingCondition.STALLED).message()).contains("lets nodes in");
        assertThat(cluster.condition("admins", MappingCondition.STALLED).message()).contains("is protected");

        cluster.objects.clear();
        settles();
        assertThat(cluster.mapRoles()).as("who deletes an object means it, unless it was protected")
                .doesNotContain("role/workers").contains("role/admins");
        cluster.release();
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/admins");
    }

    @Test
    void aMistakeDoesNotKeepWhatThePolicyForbids() {
        judge = allowing(List.of("arn:aws:iam::111122223333:role/admins"), null, null);
        reconciler = restarted();
        cluster.create("admins", "admins", "admin", "system:masters");
        settles();
        assertThat(cluster.mapRoles()).contains("system:masters");
        cluster.change("admins", InMemoryCluster.spec("admins", " admin", "system:masters"));
        settles();
        assertThat(cluster.reason("admins")).isEqualTo("Invalid");
        assertThat(cluster.mapRoles()).as("the policy allows what can be read").contains("system:masters");

        judge = new Judge(Policy.SAFE);
        reconciler = restarted();
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("system:masters");
    }

    private static Judge allowing(List<String> masters, List<String> accounts, List<String> nodes) {
        PolicySettings settings = new PolicySettings(null, null, accounts, masters, nodes, null, null, null, null, null,
                null);
        return new Judge(((ParsedPolicy.Valid) settings.check()).policy());
    }

    @Test
    void anObjectThatThePolicyDoesNotAllowIsNobodysRival() {
        cluster.create("a-admins", "team", "admin:{{SessionName}}", "system:masters");
        cluster.create("team", "team", "team:{{SessionName}}", "team");
        settles();
        assertThat(cluster.reason("a-admins")).isEqualTo("PolicyViolation");
        assertThat(cluster.reason("team")).isEqualTo("Applied");
    }

    // ---- rows

    @Test
    void anObjectGetsItsRowAndIsToldSo() {
        cluster.writeAsOther(NODES);
        cluster.create("dev", "dev", "dev:{{SessionName}}", "dev");
        settles();
        assertThat(cluster.mapRoles()).startsWith(NODES).contains("role/dev");
        assertThat(cluster.reason("dev")).isEqualTo("Applied");
        assertThat(cluster.condition("dev", MappingCondition.APPLIED).reason()).isEqualTo("Owned");
        assertThat(cluster.events).anyMatch(event -> event.startsWith("dev Applied: "))
                .anyMatch(event -> event.startsWith("aws-auth RowsWritten: "));
    }

    @Test
    void aPassThatChangesNothingAsksForNothingButTheTwoReads() {
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.requests.clear();
        cluster.events.clear();
        settles();
        assertThat(cluster.requests).isEmpty();
        assertThat(cluster.events).isEmpty();
    }

    @Test
    void withoutObjectsNothingIsEverWritten() {
        cluster.writeAsOther(NODES);
        settles();
        pass(Trigger.PERIOD);
        assertThat(cluster.requests).doesNotContain("write aws-auth", "write ledger");
    }

    @Test
    void anObjectDeletedWhileWeWereDownLosesItsRow() {
        cluster.writeAsOther(NODES);
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.objects.clear();
        reconciler = restarted();
        settles();
        assertThat(cluster.mapRoles()).isEqualTo(NODES);
    }

    @Test
    void aRemovalRestsOnAListAndNotOnTheWatch() {
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.staleWatch = List.of();
        settles();
        assertThat(cluster.mapRoles()).contains("role/dev");
    }

    @Test
    void theFirstWriteOfATermRestsOnAList() {
        cluster.create("a", "a", "a");
        settles();
        assertThat(cluster.count("list")).isEqualTo(1);
        cluster.create("b", "b", "b");
        settles();
        assertThat(cluster.count("list")).isEqualTo(1);
        term++;
        cluster.create("c", "c", "c");
        settles();
        assertThat(cluster.count("list")).isEqualTo(2);
    }

    @Test
    void whatAnotherToolRemovedIsRestoredAndTheToolNamed() {
        cluster.writeAsOther(NODES);
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.writeAsOther(NODES);
        settles();
        assertThat(cluster.mapRoles()).contains("role/dev");
        assertThat(cluster.events).anyMatch(event -> event.startsWith("dev DriftRepaired: The field manager eksctl"));
        assertThat(registry.counter("mapper.drift.repairs").count()).isEqualTo(1);
    }

    @Test
    void aRowComesAndGoesAtItsInstant() {
        cluster.create("shift", new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/shift", "shift", List.of(),
                "2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z"));
        assertThat(settles()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
        assertThat(cluster.reason("shift")).isEqualTo("NotYetActive");
        now = Instant.parse("2026-03-01T13:00:00Z");
        assertThat(settles()).isEqualTo(Instant.parse("2026-03-01T14:00:00Z"));
        assertThat(cluster.reason("shift")).isEqualTo("Applied");
        assertThat(cluster.mapRoles()).contains("role/shift");
        now = Instant.parse("2026-03-01T14:00:00Z");
        settles();
        assertThat(cluster.reason("shift")).isEqualTo("Expired");
        assertThat(cluster.mapRoles()).doesNotContain("role/shift");
        assertThat(cluster.condition("shift", MappingCondition.APPLIED).status()).isEqualTo("False");
    }

    @Test
    void anExpiredGrantThatAnotherToolsRowStillGivesSaysSo() {
        cluster.writeAsOther("- rolearn: arn:aws:iam::111122223333:role/shift\n  username: theirs\n");
        cluster.create("shift", new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/shift", "shift", List.of(),
                null, "2026-03-01T11:00:00Z"));
        settles();
        assertThat(cluster.reason("shift")).isEqualTo("Expired");
        assertThat(cluster.message("shift")).contains("Access there is all the same").contains("\"theirs\"");
        cluster.writeAsOther("[]");
        settles();
        assertThat(cluster.message("shift")).doesNotContain("all the same");
    }

    @Test
    void twoObjectsWithOneGrantAreBothSatisfiedAndTheRowStaysUntilTheLastGoes() {
        cluster.create("old", "dev", "dev", "a", "b");
        cluster.create("new", "dev", "dev", "b", "a");
        settles();
        assertThat(cluster.reason("old")).isEqualTo("Applied");
        assertThat(cluster.reason("new")).isEqualTo("Applied");
        assertThat(cluster.message("new")).contains("shared with the object old");
        cluster.objects.remove("old");
        settles();
        assertThat(cluster.mapRoles()).contains("role/dev");
        assertThat(cluster.message("new")).doesNotContain("shared");
        cluster.objects.remove("new");
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/dev");
    }

    @Test
    void theLoserOfAConflictNamesTheWinnerAndTakesOverWhenItGoes() {
        cluster.create("old", "dev", "dev");
        cluster.create("new", "DEV", "other");
        settles();
        assertThat(cluster.reason("new")).isEqualTo("Conflict");
        assertThat(cluster.message("new")).contains("old");
        cluster.objects.remove("old");
        settles();
        assertThat(cluster.reason("new")).isEqualTo("Applied");
        assertThat(cluster.mapRoles()).contains("other");
    }

    @Test
    void anObjectThatTurnsInvalidKeepsItsRowAndSaysSo() {
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.change("dev", new IamIdentityMappingSpec("arn:aws:iam::1:role/dev", "dev", List.of(), null, null));
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("Invalid");
        assertThat(cluster.message("dev")).contains("stays until this is mended");
        assertThat(cluster.mapRoles()).contains("role/dev");
    }

    @Test
    void theRowOfAnObjectThatTurnedInvalidGoesAtTheInstantThatStillStandsInIt() {
        cluster.writeAsOther(NODES);
        cluster.create("temp", new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/temp", "temp", List.of(),
                null, "2026-03-01T14:00:00Z"));
        settles();
        cluster.change("temp", new IamIdentityMappingSpec("arn:aws:iam::1:role/temp", "temp", List.of(), null,
                "2026-03-01T14:00:00Z"));
        assertThat(settles()).as("the loop wakes for it").isEqualTo(Instant.parse("2026-03-01T14:00:00Z"));
        assertThat(cluster.message("temp")).contains("no longer than 2026-03-01T14:00:00Z (spec.expiresAt)");
        assertThat(cluster.mapRoles()).contains("role/temp");

        now = Instant.parse("2026-03-01T14:00:00Z");
        settles();
        assertThat(cluster.mapRoles()).isEqualTo(NODES);
        assertThat(cluster.reason("temp")).isEqualTo("Invalid");
        assertThat(cluster.message("temp")).doesNotContain("stays until");
    }

    @Test
    void anEndThatCannotBeReadTakesNoRowAway() {
        cluster.create("temp", new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/temp", "temp", List.of(),
                null, "2026-03-01T14:00:00Z"));
        settles();
        cluster.change("temp", new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/temp", "temp", List.of(),
                null, "soon"));
        now = Instant.parse("2026-03-02T14:00:00Z");
        settles();
        assertThat(cluster.mapRoles()).contains("role/temp");
    }

    @Test
    void aSectionThatCannotBeReadIsNotWrittenAndTheObjectSaysWhere() {
        cluster.writeAsOther("- rolearn: [\n");
        cluster.create("dev", "dev", "dev");
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("AwsAuthMalformed");
        assertThat(cluster.message("dev")).contains("mapRoles line");
        assertThat(cluster.mapRoles()).isEqualTo("- rolearn: [\n");
        assertThat(cluster.events).anyMatch(event -> event.startsWith("aws-auth SectionMalformed: "));
        cluster.events.clear();
        settles();
        assertThat(cluster.events).isEmpty();
    }

    // ---- the ledger

    @Test
    void claimsAreStoredBeforeTheRowAndConfirmedAfterIt() {
        cluster.create("dev", "dev", "dev");
        settles();
        assertThat(cluster.requests.stream().filter(request -> request.startsWith("write")))
                .containsExactly("write ledger", "write aws-auth", "write ledger");
        Ledger ledger = ((StoredLedger.Present) cluster.ledger).ledger();
        assertThat(ledger.term()).isEqualTo(1);
        assertThat(ledger.awsAuthUid()).isEqualTo(cluster.awsAuth.uid());
        assertThat(ledger.claims().values()).singleElement().satisfies(claim -> {
            assertThat(claim.pending()).isNull();
            assertThat(claim.applied()).isNotNull();
            assertThat(claim.definition()).isEqualTo("crd-1");
        });
    }

    @Test
    void aCrashBetweenRowAndConfirmationIsMadeGoodWithoutAnotherWriteOfTheRow() {
        cluster.create("dev", "dev", "dev");
        settles();
        StoredLedger.Present stored = (StoredLedger.Present) cluster.ledger;
        var claim = stored.ledger().claims().entrySet().iterator().next();
        cluster.ledger = new StoredLedger.Present(new Ledger(1, null, Map.of(claim.getKey(),
                new dev.iammapper.render.Claim(claim.getValue().mapping(), claim.getValue().uid(), "crd-1", null,
                        claim.getValue().applied())),
                stored.ledger().emptyForms()), "1");
        cluster.requests.clear();
        reconciler = restarted();
        settles();
        assertThat(cluster.requests).contains("write ledger").doesNotContain("write aws-auth");
    }

    @Test
    void aConfirmationThatFailsIsMadeGoodAndTheObjectIsToldTheTruthMeanwhile() {
        cluster.create("dev", "dev", "dev");
        cluster.beforeAwsAuthWrites.add(() -> cluster.ledgerAnswer = new WriteResult.Rejected<>("quota"));
        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Failed.class);
        assertThat(cluster.reason("dev")).isEqualTo("Applied");
        assertThat(reconciler.trouble()).contains("quota");
        cluster.ledgerAnswer = null;
        settles();
        assertThat(cluster.count("write aws-auth")).isEqualTo(1);
        assertThat(((StoredLedger.Present) cluster.ledger).ledger().claims().values())
                .allSatisfy(claim -> assertThat(claim.pending()).isNull());
    }

    @Test
    void aLostLedgerIsRebuiltFromStatuses() {
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.ledger = new StoredLedger.Absent();
        settles();
        assertThat(((StoredLedger.Present) cluster.ledger).ledger().claims()).hasSize(1);
        assertThat(cluster.reason("dev")).isEqualTo("Applied");
    }

    @Test
    void whoDiesWhileALostLedgerIsRebuiltLeavesNoRowUnclaimed() {
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.ledger = new StoredLedger.Absent();
        cluster.create("new", "new", "new");
        cluster.awsAuthAnswer = new WriteResult.MissingPermission<>(
                new dev.iammapper.store.ApiAction("patch", "", "configmaps", "kube-system", "aws-auth"),
                "cannot patch");
        pass(Trigger.MAPPINGS);
        cluster.awsAuthAnswer = null;
        reconciler = restarted();
        settles();
        assertThat(cluster.condition("dev", MappingCondition.APPLIED).reason()).isEqualTo("Owned");
        cluster.objects.clear();
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/dev", "role/new");
    }

    @Test
    void withoutTheLedgerNobodyBelievesStatusesOfAWatchThatLags() {
        IamIdentityMapping untold = cluster.create("dev", "dev", "dev");
        settles();
        cluster.ledger = new StoredLedger.Absent();
        cluster.staleWatch = List.of(untold);
        settles();
        assertThat(cluster.condition("dev", MappingCondition.APPLIED).reason()).isEqualTo("Owned");

        cluster.ledger = new StoredLedger.Absent();
        cluster.staleWatch = List.of(untold);
        reconciler = restarted();
        term++;
        settles();
        assertThat(cluster.condition("dev", MappingCondition.APPLIED).reason()).isEqualTo("Owned");
        cluster.objects.clear();
        cluster.staleWatch = null;
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/dev");
    }

    @Test
    void aLedgerThatIsLostWhileASectionCannotBeReadHoldsEverythingUntilItCan() {
        cluster.create("dev", "dev", "dev");
        cluster.create("ann", new IamIdentityMappingSpec("arn:aws:iam::111122223333:user/ann", "ann", List.of(), null,
                null));
        settles();
        String roles = cluster.mapRoles();
        String users = cluster.awsAuth.data().mapUsers();
        cluster.ledger = new StoredLedger.Absent();
        cluster.writeAsOther("- rolearn: [\n", users);
        cluster.create("new", new IamIdentityMappingSpec("arn:aws:iam::111122223333:user/new", "new", List.of(), null,
                null));
        cluster.change("ann", new IamIdentityMappingSpec("arn:aws:iam::111122223333:user/ann", "ann", List.of(), null,
                "2026-04-01T00:00:00Z"));
        cluster.requests.clear();

        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Again.class);
        assertThat(cluster.requests).as("only what says nothing of ownership is told").contains("status new")
                .doesNotContain("write ledger", "write aws-auth", "status dev", "status ann");
        assertThat(reconciler.trouble()).contains("iam-identity-mapper-ledger, is gone", "mapRoles line", "Correct");
        assertThat(cluster.message("new")).contains("is gone", "Correct aws-auth there");
        assertThat(cluster.events).anyMatch(event -> event.startsWith("aws-auth WritingHeld: "));
        assertThat(registry.get("mapper.hold").tag("cause", "ledger").gauge().value()).isEqualTo(1);

        cluster.writeAsOther(roles, users);
        settles();
        for (String name : List.of("dev", "ann", "new")) {
            assertThat(cluster.condition(name, MappingCondition.APPLIED).reason()).isEqualTo("Owned");
        }
        cluster.objects.clear();
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/dev");
    }

    @Test
    void aLedgerThatIsLostAfterASectionBecameUnreadableIsRebuiltWhenItCanBeRead() {
        cluster.create("dev", "dev", "dev");
        settles();
        String roles = cluster.mapRoles();
        cluster.writeAsOther("- rolearn: [\n");
        cluster.create("never", "never", "never");
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("AwsAuthMalformed");
        assertThat(cluster.condition("dev", MappingCondition.APPLIED)).satisfies(applied -> {
            assertThat(applied.status()).isEqualTo("False");
            assertThat(applied.reason()).isEqualTo("OwnedUnread");
        });
        assertThat(cluster.condition("never", MappingCondition.APPLIED).reason()).isEqualTo("AwsAuthMalformed");

        cluster.ledger = new StoredLedger.Absent();
        reconciler = restarted();
        assertThat(pass(Trigger.LEADERSHIP)).isInstanceOf(PassResult.Again.class);
        assertThat(cluster.condition("dev", MappingCondition.APPLIED).reason()).isEqualTo("OwnedUnread");

        String theirs = "- rolearn: arn:aws:iam::111122223333:role/never\n  username: never\n";
        cluster.writeAsOther(roles + theirs);
        settles();
        assertThat(cluster.condition("dev", MappingCondition.APPLIED).reason()).isEqualTo("Owned");
        assertThat(cluster.reason("never")).isEqualTo("AlreadyPresent");
        cluster.objects.clear();
        settles();
        assertThat(cluster.mapRoles()).isEqualTo(theirs);
    }

    @Test
    void aSectionThatCannotBeReadHoldsNothingWhereNothingWasEverOurs() {
        cluster.writeAsOther("- rolearn: [\n");
        cluster.create("ann", new IamIdentityMappingSpec("arn:aws:iam::111122223333:user/ann", "ann", List.of(), null,
                null));
        settles();
        assertThat(cluster.reason("ann")).isEqualTo("Applied");
    }

    @Test
    void accountsThatCannotBeReadHoldNoLostLedger() {
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.ledger = new StoredLedger.Absent();
        cluster.awsAuth = new dev.iammapper.store.StoredAwsAuth(cluster.awsAuth.uid(), "9",
                new dev.iammapper.render.AwsAuthData(cluster.mapRoles(), null, "[oops"), 0, List.of());
        settles();
        assertThat(cluster.condition("dev", MappingCondition.APPLIED).reason()).isEqualTo("Owned");
    }

    @Test
    void aFullLedgerKeepsTheNewestObjectsWaitingAndNobodyElse() {
        cluster.room = 5;
        for (String name : List.of("f", "e", "d", "c", "b", "a")) {
            cluster.create(name, name, name);
        }
        settles();
        assertThat(cluster.reason("b")).isEqualTo("Applied");
        assertThat(cluster.reason("a")).as("created last").isEqualTo("Pending");
        assertThat(cluster.message("a")).contains("iam-identity-mapper-ledger, has no room");
        assertThat(cluster.mapRoles()).contains("role/b").doesNotContain("role/a\"");
        assertThat(cluster.events).containsOnlyOnce("aws-auth LedgerFull: The ledger, ConfigMap"
                + " kube-system/iam-identity-mapper-ledger, is full: it has no room for the newest principals, 1 in number."
                + " Map fewer principals");
        cluster.requests.clear();
        cluster.events.clear();
        settles();
        assertThat(cluster.requests).doesNotContain("write ledger", "write aws-auth");
        assertThat(cluster.events).isEmpty();
    }

    @Test
    void aFullLedgerHoldsNoRemovalAndWhatIsRemovedMakesRoomAtOnce() {
        cluster.room = 4;
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            cluster.create(name, name, name);
        }
        settles();
        assertThat(cluster.reason("e")).isEqualTo("Pending");

        cluster.objects.remove("b");
        cluster.change("c", InMemoryCluster.spec("c", "changed"));
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/b").contains("changed", "role/e");
        assertThat(cluster.reason("c")).isEqualTo("Applied");
        assertThat(cluster.reason("e")).isEqualTo("Applied");
        assertThat(cluster.reason("f")).isEqualTo("Pending");
    }

    @Test
    void aLedgerThatIsFullToTheLastByteStillLetsRowsGo() {
        cluster.create("a", "a", "a");
        cluster.create("b", "b", "b");
        settles();
        cluster.room = 2;
        cluster.objects.remove("a");
        cluster.change("b", InMemoryCluster.spec("b", "changed"));
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/a").contains("changed");
        assertThat(cluster.reason("b")).isEqualTo("Applied");
    }

    @Test
    void aLedgerThatCannotBeReadHoldsEverything() {
        cluster.create("dev", "dev", "dev");
        cluster.ledger = new StoredLedger.Malformed("the ledger is broken; do this");
        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Again.class);
        assertThat(reconciler.trouble()).contains("do this");
        assertThat(cluster.reason("dev")).isEqualTo("Pending");
        assertThat(cluster.message("dev")).contains("do this");
        assertThat(cluster.requests).doesNotContain("write aws-auth", "write ledger");
        assertThat(cluster.events).containsOnlyOnce(
                "aws-auth WritingHeld: Nothing is written to aws-auth: the ledger is broken; do this");
        assertThat(registry.get("mapper.hold").tag("cause", "ledger").gauge().value()).isEqualTo(1);
    }

    @Test
    void aLedgerOfALaterTermStopsUsForAWhile() {
        cluster.create("dev", "dev", "dev");
        cluster.ledger = new StoredLedger.Present(new Ledger(7, null, Map.of(), Map.of()), "1");
        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Failed.class);
        assertThat(cluster.requests).doesNotContain("write aws-auth", "write ledger");
        nanos += PassMemory.DOUBT.toNanos();
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("Applied");
        assertThat(((StoredLedger.Present) cluster.ledger).ledger().term()).isEqualTo(7);
    }

    @Test
    void whoRunsAloneNeedNotFearLaterTerms() {
        contested = false;
        cluster.create("dev", "dev", "dev");
        cluster.ledger = new StoredLedger.Present(new Ledger(7, null, Map.of(), Map.of()), "1");
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("Applied");
    }

    // ---- numbers

    @Test
    void grantsInForceThatEndSoonAreCounted() {
        for (int hours : new int[] {-1, 1, 24, 25, 168, 169}) {
            String name = "ends-" + hours;
            cluster.create(name, new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/" + name, name, List.of(),
                    null, now.plus(Duration.ofHours(hours)).toString()));
        }
        cluster.create("not-yet", new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/not-yet", "x", List.of(),
                now.plusSeconds(60).toString(), now.plusSeconds(120).toString()));
        cluster.create("for-good", "for-good", "for-good");
        settles();
        assertThat(registry.get("mapper.expiries.due").tag("within", "1d").gauge().value()).isEqualTo(2);
        assertThat(registry.get("mapper.expiries.due").tag("within", "7d").gauge().value()).isEqualTo(4);
        leads = false;
        pass(Trigger.PERIOD);
        assertThat(registry.get("mapper.expiries.due").tag("within", "7d").gauge().value()).isZero();
    }

    @Test
    void aSectionThatNobodyReadsIsCountedApartFromPlacesThatAreNotRead() {
        cluster.writeAsOther(NODES + "- rolearn: {a: b}\n  username: x\n");
        settles();
        assertThat(registry.get("mapper.awsauth.problems").tag("section", "mapRoles").gauge().value()).isPositive();
        double lost = registry.get("mapper.awsauth.unreadable").tag("section", "mapRoles").gauge().value();
        cluster.writeAsOther("- rolearn: [");
        pass(Trigger.AWS_AUTH);
        assertThat(registry.get("mapper.awsauth.unreadable").tag("section", "mapRoles").gauge().value()).isEqualTo(1);
        assertThat(registry.get("mapper.awsauth.unreadable").tag("section", "mapUsers").gauge().value()).isZero();
        cluster.writeAsOther(NODES);
        pass(Trigger.AWS_AUTH);
        assertThat(lost).isZero();
        assertThat(registry.get("mapper.awsauth.unreadable").tag("section", "mapRoles").gauge().value()).isZero();
    }

    // ---- others beside us

    @Test
    void aRaceWithAnotherWriterIsReadAnewAndLosesNothing() {
        cluster.create("dev", "dev", "dev");
        String theirs = "- rolearn: arn:aws:iam::111122223333:role/other\n  username: other\n";
        cluster.beforeAwsAuthWrites.add(() -> cluster.writeAsOther(NODES));
        cluster.beforeAwsAuthWrites.add(() -> cluster.writeAsOther(NODES + theirs));
        settles();
        assertThat(cluster.mapRoles()).startsWith(NODES + theirs).contains("role/dev");
        assertThat(registry.counter("mapper.awsauth.conflicts").count()).isEqualTo(2);
    }

    @Test
    void aRaceWithoutEndIsGivenUpForAWhile() {
        cluster.create("dev", "dev", "dev");
        cluster.awsAuthAnswer = new WriteResult.Conflict<>();
        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Failed.class);
        assertThat(cluster.count("write aws-auth")).isEqualTo(Pass.ATTEMPTS);
        assertThat(cluster.reason("dev")).isEqualTo("Pending");
        assertThat(cluster.condition("dev", MappingCondition.RECONCILING).status()).isEqualTo("True");
        cluster.awsAuthAnswer = null;
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("Applied");
    }

    @Test
    void theEchoOfOurWriteDoesNotRing() {
        cluster.create("dev", "dev", "dev");
        settles();
        bell.awsAuthSeen(cluster.awsAuth.resourceVersion());
        assertThat(bell.take()).isEmpty();
    }

    // ---- refusals

    @Test
    void whatTheApiServerRefusesIsFoundToldAndTheRestWritten() {
        for (int i = 0; i < 20; i++) {
            cluster.create("m" + i, "r" + i, "user-" + i);
        }
        cluster.refuses = data -> String.valueOf(data.mapRoles()).contains("role/r7\"")
                || String.valueOf(data.mapRoles()).contains("role/r13\"");
        settles();
        for (int i = 0; i < 20; i++) {
            assertThat(cluster.reason("m" + i)).isEqualTo(i == 7 || i == 13 ? "Rejected" : "Applied");
        }
        assertThat(cluster.message("m7")).contains("admission webhook says no");
        assertThat(registry.counter("mapper.awsauth.writes", "result", "rejected").count()).isPositive();
        cluster.requests.clear();
        settles();
        assertThat(cluster.requests).doesNotContain("write aws-auth");
    }

    @Test
    void aRefusedObjectThatChangesIsTriedAgainAtOnceAndAnUnchangedOneAfterAPeriod() {
        cluster.create("dev", "dev", "bad");
        cluster.refuses = data -> String.valueOf(data.mapRoles()).contains("bad");
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("Rejected");
        cluster.change("dev", InMemoryCluster.spec("dev", "good"));
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("Applied");
        cluster.change("dev", InMemoryCluster.spec("dev", "bad"));
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("Rejected");
        assertThat(cluster.mapRoles()).contains("good");
        cluster.refuses = data -> false;
        settles();
        assertThat(cluster.reason("dev")).isEqualTo("Rejected");
        pass(Trigger.PERIOD);
        assertThat(cluster.reason("dev")).isEqualTo("Applied");
    }

    @Test
    void aServerThatRefusesEverythingIsNotAskedWithoutEnd() {
        for (int i = 0; i < 300; i++) {
            cluster.create("m" + i, "r" + i, "user-" + i);
        }
        cluster.refuses = data -> true;
        pass(Trigger.MAPPINGS);
        assertThat(cluster.count("write aws-auth")).isLessThan(Pass.ISOLATION_WRITES + 20);
        assertThat(cluster.reason("m299")).isEqualTo("Rejected");
    }

    @Test
    void aMissingPermissionIsNamedAndRetried() {
        cluster.create("dev", "dev", "dev");
        cluster.awsAuthAnswer = new WriteResult.MissingPermission<>(
                new dev.iammapper.store.ApiAction("patch", "", "configmaps", "kube-system", "aws-auth"),
                "cannot patch; grant it with this rule");
        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Failed.class);
        assertThat(cluster.reason("dev")).isEqualTo("Pending");
        assertThat(cluster.message("dev")).contains("grant it with this rule");
        assertThat(reconciler.trouble()).contains("grant it with this rule");
    }

    // ---- the definition

    @Test
    void withoutADefinitionNothingIsRemoved() {
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.objects.clear();
        for (ServedDefinition bad : List.of(new ServedDefinition.Missing(), new ServedDefinition.Terminating("crd-1"),
                new ServedDefinition.NotServed("crd-1", "names not accepted"))) {
            cluster.definition = bad;
            assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Again.class);
            assertThat(cluster.mapRoles()).contains("role/dev");
        }
    }

    @Test
    void anotherDefinitionDoesNotMakeTheAbsenceOfObjectsBelievable() {
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.objects.clear();
        cluster.definition = new ServedDefinition.Served("crd-2", 1);
        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Again.class);
        nanos += DefinitionGuard.SETTLE.toNanos();
        settles();
        assertThat(cluster.mapRoles()).contains("role/dev");
        assertThat(cluster.events).anyMatch(event -> event.startsWith("aws-auth RemovalsHeld: "));

        cluster.release();
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/dev");
    }

    @Test
    void aDefinitionThatLacksFieldsHoldsUntilItIsWholeAgainAndTheFieldsAreBack() {
        cluster.create("dev", "dev", "dev");
        settles();
        cluster.definition = new ServedDefinition.LacksFields("crd-1", 2, List.of("spec.expiresAt"));
        IamIdentityMapping cut = cluster.create("temp", "temp", "temp");
        cluster.staleWatch = List.copyOf(cluster.objects.values());
        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Again.class);
        assertThat(reconciler.trouble()).contains("spec.expiresAt");
        assertThat(cluster.mapRoles()).doesNotContain("role/temp");

        cluster.definition = new ServedDefinition.Served("crd-1", 3);
        assertThat(cut).isNotNull();
        cluster.objects.put("temp", new IamIdentityMapping(null, null, cut.metadata(), new IamIdentityMappingSpec(
                "arn:aws:iam::111122223333:role/temp", "temp", List.of(), null, "2026-02-01T00:00:00Z"), null));
        assertThat(pass(Trigger.RETRY)).isEqualTo(new PassResult.Again(DefinitionGuard.SETTLE));
        nanos += DefinitionGuard.SETTLE.toNanos();
        settles();
        assertThat(cluster.reason("temp")).isEqualTo("Expired");
        assertThat(cluster.mapRoles()).doesNotContain("role/temp");
        assertThat(cluster.count("relist")).isEqualTo(1);

        cluster.requests.clear();
        settles();
        assertThat(cluster.requests).as("once the watch has listed anew, a quiet pass lists nothing")
                .doesNotContain("list", "relist");
    }

    // ---- leadership and watches

    @Test
    void aFollowerWritesNothing() {
        leads = false;
        cluster.create("dev", "dev", "dev");
        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Standby.class);
        assertThat(cluster.requests).isEmpty();
    }

    @Test
    void noWriteBeginsAfterTheLeaseRanOut() {
        cluster.create("dev", "dev", "dev");
        cluster.beforeAwsAuthWrites.add(() -> leads = false);
        pass(Trigger.MAPPINGS);
        assertThat(cluster.requests.stream().filter(request -> request.startsWith("write")))
                .containsExactly("write ledger", "write aws-auth");
    }

    @Test
    void everyWriteIsGivenUpByTheTimeAtWhichAnotherMayLead() {
        cluster.create("dev", "dev", "dev");
        remaining = Duration.ofSeconds(7);
        cluster.beforeAwsAuthWrites.add(() -> remaining = Duration.ofSeconds(6));
        settles();
        assertThat(cluster.limits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7), Duration.ofSeconds(6));
        cluster.limits.clear();
        remaining = Duration.ZERO;
        cluster.create("late", "late", "late");
        pass(Trigger.MAPPINGS);
        assertThat(cluster.limits).isEmpty();
    }

    @Test
    void aPassDoesNotOutliveItsTermEvenIfTheLeaseIsWonAgain() {
        cluster.create("dev", "dev", "dev");
        cluster.beforeAwsAuthWrites.add(() -> term += 2);
        pass(Trigger.MAPPINGS);
        assertThat(cluster.requests.stream().filter(request -> request.startsWith("write")))
                .as("the confirmation belongs to the next term").containsExactly("write ledger", "write aws-auth");
    }

    @Test
    void whatAWatchThatLagsStillHoldsDoesNotComeBackAfterAList() {
        cluster.create("gone", "gone", "gone");
        cluster.create("brief", "brief", "brief");
        settles();
        // The watch has told of one deletion, and not yet of the other.
        cluster.staleWatch = List.of(cluster.objects.get("gone"));
        cluster.objects.clear();
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/gone", "role/brief");
        assertThat(cluster.count("relist")).isPositive();

        cluster.writeAsOther("- rolearn: theirs\n  username: theirs\n");
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/gone", "role/brief");
    }

    @Test
    void nothingIsReadBeforeTheWatchesFollow() {
        cluster.watchProblem = "not yet";
        cluster.create("dev", "dev", "dev");
        assertThat(pass(Trigger.MAPPINGS)).isInstanceOf(PassResult.Again.class);
        assertThat(cluster.requests).containsExactly("definition");
    }

    private AwsAuthReconciler restarted() {
        Leadership leadership = new Leadership() {
            @Override
            public boolean mayWrite() {
                return leads;
            }

            @Override
            public long term() {
                return term;
            }

            @Override
            public Duration remaining() {
                return remaining;
            }

            @Override
            public boolean contested() {
                return contested;
            }
        };
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        registry.clear();
        cluster.clock = clock;
        ReconcileMetrics metrics = new ReconcileMetrics(registry, leadership::mayWrite, () -> nanos);
        return new AwsAuthReconciler(cluster, leadership, judge, bell, metrics, settings, clock, () -> nanos,
                new Random(7));
    }

    /** A pass that leaves everything in order; returns when time alone changes that. */
    private Instant settles() {
        PassResult result = pass(Trigger.MAPPINGS);
        assertThat(result).isInstanceOf(PassResult.Settled.class);
        return ((PassResult.Settled) result).wakeAt();
    }

    private PassResult pass(Trigger trigger) {
        nanos += Duration.ofSeconds(1).toNanos();
        return reconciler.pass(Set.of(trigger));
    }
}
