package dev.iammapper.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.Policy;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoreModels;
import dev.iammapper.store.StoredLedger;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What keeps removals, modes, fights and a full aws-auth from breaking a cluster. */
class RailsTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Instant now = InMemoryCluster.CREATED.plus(Duration.ofDays(1));
    private Duration serverAhead = Duration.ZERO;
    private long nanos;
    private ReconcileSettings settings = ReconcileSettings.USUAL;
    private AwsAuthReconciler reconciler = restarted();

    // ---- the brake

    @Test
    void fewRemovalsGoAndTooManyAtOnceAreHeldAsAWhole() {
        create(10);
        delete(0, 5);
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/r0-", "role/r4-").contains("role/r5-");

        delete(5, 1);
        settles();
        assertThat(cluster.mapRoles()).as("a sixth within ten minutes").contains("role/r5-");
        assertThat(cluster.events).anyMatch(event -> event.startsWith("aws-auth RemovalsHeld: ")
                && event.contains("role/r5-") && event.contains("iam-identity-mapper release " + digest()));
        assertThat(registry.get("mapper.removals.held").tag("cause", "too_many").gauge().value()).isEqualTo(1);
    }

    @Test
    void whatIsHeldStaysHeldWhateverTheClockAndTheProcessAndAdditionsGoOn() {
        create(10);
        delete(0, 6);
        settles();
        for (int i = 0; i < 6; i++) {
            assertThat(cluster.mapRoles()).contains("role/r" + i + "-");
        }
        later(Duration.ofHours(1));
        reconciler = restarted();
        cluster.create("new", "new", "new");
        settles();
        assertThat(cluster.mapRoles()).contains("role/r0-", "role/r5-", "role/new");
    }

    @Test
    void theWindowSlidesAndOutlivesTheProcess() {
        create(10);
        delete(0, 5);
        settles();
        reconciler = restarted();
        later(Duration.ofMinutes(11));
        delete(5, 5);
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/r");
    }

    @Test
    void aFifthOfManyMayGo() {
        create(100);
        delete(0, 20);
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/r0-", "role/r19-");
        delete(20, 1);
        settles();
        assertThat(cluster.mapRoles()).contains("role/r20-");
    }

    @Test
    void whatAPersonLetsGoGoesAndNothingElse() {
        create(10);
        delete(0, 6);
        settles();
        String shown = digest();
        cluster.release();
        delete(6, 4);
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/r0-", "role/r5-");
        assertThat(String.valueOf(cluster.mapRoles())).as("four more are within the bound")
                .doesNotContain("role/r6-");
        assertThat(digest()).isNotEqualTo(shown);
    }

    @Test
    void anObjectWhoseFormerRowIsHeldSaysSo() {
        create(10);
        for (int i = 0; i < 6; i++) {
            cluster.change("m" + i, InMemoryCluster.spec("moved" + i, "u" + i));
        }
        settles();
        assertThat(cluster.mapRoles()).contains("role/r0-", "role/moved0");
        assertThat(cluster.reason("m0")).isEqualTo("Applied");
        assertThat(cluster.message("m0")).contains("role/r0-", "which this object mapped before",
                "release " + digest());
    }

    @Test
    void aPassOverThousandsOfHeldRowsIsNoLongerThanOneOverAsManyOthers() {
        create(3_000);
        cluster.definition = new dev.iammapper.store.ServedDefinition.Served("crd-2", 1);
        cluster.objects.clear();
        reconciler = restarted();
        settles();
        assertThat(held()).hasSize(3_000);
    }

    @Test
    void aHeldRowWhoseObjectComesBackIsHeldNoMore() {
        create(10);
        delete(0, 6);
        settles();
        cluster.create("m0", "r0-", "u0");
        settles();
        assertThat(cluster.reason("m0")).isEqualTo("Applied");
        assertThat(held()).hasSize(5);
    }

    @Test
    void whatAPersonRemovesByHandWhileItIsHeldDoesNotCount() {
        create(10);
        delete(0, 6);
        settles();
        cluster.writeAsOther(cluster.mapRoles().replaceAll("(?s)- rolearn: \"[^\"]*role/r[0-5]-\".*?(?=- rolearn|\\z)",
                ""));
        settles();
        assertThat(held()).isEmpty();
        delete(6, 4);
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/r");
    }

    @Test
    void aLookIsTakenSoonWhileAnythingIsHeld() {
        create(10);
        delete(0, 6);
        assertThat(settles()).isEqualTo(now.plusSeconds(10));
    }

    @Test
    void rowsThatWentInPassesThatDiedCountToo() {
        create(10);
        delete(0, 5);
        cluster.ledgerAnswer = new dev.iammapper.store.WriteResult.Conflict<>();
        // The rows go, and the process dies before the ledger knows.
        pass();
        cluster.ledgerAnswer = null;
        reconciler = restarted();
        delete(5, 1);
        settles();
        assertThat(cluster.mapRoles()).contains("role/r5-");
    }

    @Test
    void thousandsOfGrantsMayEndAtOneInstant() {
        for (int i = 0; i < 50; i++) {
            cluster.create("t" + i, until("t" + i + "-", now.plusSeconds(60)));
        }
        settles();
        later(Duration.ofMinutes(1));
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/t");
        delete("t", 0, 50);
        settles();
        assertThat(held()).isEmpty();
    }

    @Test
    void aClockThatJumpedEndsNoGrantsInMasses() {
        for (int i = 0; i < 50; i++) {
            cluster.create("t" + i, until("t" + i + "-", now.plus(Duration.ofDays(30))));
        }
        settles();
        String before = cluster.mapRoles();
        later(Duration.ofDays(60));
        serverAhead = Duration.ofDays(-60);
        settles();
        assertThat(cluster.mapRoles()).isEqualTo(before);
        assertThat(cluster.events).anyMatch(event -> event.startsWith("aws-auth ClockDoubted: "));
        assertThat(cluster.message("t0")).contains("release");

        later(Duration.ofDays(-60));
        serverAhead = Duration.ZERO;
        settles();
        assertThat(cluster.reason("t0")).isEqualTo("Applied");
        assertThat(held()).isEmpty();
    }

    @Test
    void removalsOfAClockThatRanAheadDoNotCountForEver() {
        create(10);
        later(Duration.ofDays(365));
        delete(0, 5);
        settles();
        later(Duration.ofDays(-365));
        settles();
        later(Duration.ofMinutes(11));
        delete(5, 5);
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/r");
    }

    @Test
    void aProtectedObjectThatVanishesLeavesItsRowUntilAPersonLetsItGo() {
        cluster.create("admins", "admins", "admin", "ops");
        cluster.objects.get("admins").metadata().putLabelsItem("iammapper.dev/protected", "true");
        settles();
        cluster.objects.remove("admins");
        settles();
        assertThat(cluster.mapRoles()).contains("role/admins");
        assertThat(registry.get("mapper.removals.held").tag("cause", "protected").gauge().value()).isEqualTo(1);
        cluster.release();
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/admins");
    }

    @Test
    void anObjectIsProtectedOnlyWhileItCarriesTheLabel() {
        cluster.create("admins", "admins", "admin", "ops");
        cluster.objects.get("admins").metadata().putLabelsItem("iammapper.dev/protected", "true");
        settles();
        cluster.objects.get("admins").metadata().getLabels().clear();
        settles();
        cluster.objects.remove("admins");
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/admins");
    }

    // ---- a pause

    @Test
    void nothingIsWrittenWhileAPersonWantsItSo() {
        create(1);
        Ledger ledger = ((StoredLedger.Present) cluster.ledger).ledger();
        Ledger.Pause pause = new Ledger.Pause("rolled back to revision 7", now);
        cluster.ledger = new StoredLedger.Present(ledger.withPause(pause), "900");
        cluster.create("new", "new", "new");
        assertThat(pass()).isInstanceOf(PassResult.Again.class);
        assertThat(cluster.mapRoles()).doesNotContain("role/new");
        assertThat(cluster.message("new")).contains("rolled back to revision 7", "release " + pause.digest());
        assertThat(registry.get("mapper.hold").tag("cause", "pause").gauge().value()).isEqualTo(1);

        cluster.ledger = new StoredLedger.Present(ledger, "901");
        settles();
        assertThat(cluster.mapRoles()).contains("role/new");
    }

    @Test
    void whatIsWrongWithAwsAuthAndWhatEndsSoonIsCountedWhileNothingIsWritten() {
        create(1);
        Ledger ledger = ((StoredLedger.Present) cluster.ledger).ledger();
        cluster.writeAsOther("- rolearn: [");
        settles();
        assertThat(unreadable()).isEqualTo(1);

        cluster.ledger = new StoredLedger.Present(ledger.withPause(new Ledger.Pause("rolled back", now)), "900");
        cluster.writeAsOther("[]");
        cluster.create("ends", until("ends", now.plus(Duration.ofDays(8))));
        pass();
        assertThat(unreadable()).as("mended by the rollback that asks for the pause").isZero();
        assertThat(due("7d")).isZero();

        later(Duration.ofDays(2));
        cluster.watchProblem = "the API server does not answer";
        pass();
        assertThat(due("7d")).as("time goes on while the watches do not").isEqualTo(1);
    }

    @Test
    void aLeaderThatBeginsUnderAPauseCountsWhatIsWrong() {
        create(1);
        Ledger ledger = ((StoredLedger.Present) cluster.ledger).ledger();
        cluster.ledger = new StoredLedger.Present(ledger.withPause(new Ledger.Pause("rolled back", now)), "900");
        cluster.writeAsOther("- rolearn: [");
        reconciler = restarted();
        pass();
        assertThat(unreadable()).isEqualTo(1);
    }

    @Test
    void aLeaderThatBeginsWithoutALedgerOrADefinitionCountsWhatIsWrong() {
        create(1);
        cluster.writeAsOther("- rolearn: [");
        cluster.ledger = new StoredLedger.Malformed("no JSON");
        reconciler = restarted();
        pass();
        assertThat(unreadable()).isEqualTo(1);

        cluster.definition = new ServedDefinition.Missing();
        reconciler = restarted();
        pass();
        assertThat(unreadable()).isEqualTo(1);
    }

    @Test
    void aPassThatGetsNoAnswerCountsWhatTheWatchSaw() {
        create(1);
        cluster.writeAsOther("- rolearn: [");
        settles();
        cluster.writeAsOther("[]");
        cluster.failure = StoreModels.unanswered("read the ledger");
        assertThat(pass()).isInstanceOf(PassResult.Failed.class);
        assertThat(unreadable()).isZero();
    }

    // ---- observe

    @Test
    void inModeObserveNothingIsWrittenAndEverythingIsTold() {
        cluster.writeAsOther("- rolearn: arn:aws:iam::111122223333:role/theirs\n  username: theirs\n");
        cluster.create("new", "new", "new");
        cluster.create("theirs", "theirs", "theirs");
        cluster.create("adopted", "adopted", "adopted");
        observe();
        String before = cluster.mapRoles();
        settles();
        assertThat(cluster.mapRoles()).isEqualTo(before);
        assertThat(cluster.ledger).isInstanceOf(StoredLedger.Absent.class);
        assertThat(cluster.snapshots).isEmpty();
        assertThat(cluster.reason("new")).isEqualTo("Observing");
        assertThat(cluster.condition("new", MappingCondition.READY).status()).isEqualTo("True");
        assertThat(cluster.condition("new", MappingCondition.APPLIED).status()).isEqualTo("False");
        assertThat(cluster.message("new")).contains("would be added");
        assertThat(cluster.reason("theirs")).isEqualTo("AlreadyPresent");
        assertThat(cluster.events).anyMatch(event -> event.startsWith("aws-auth RowsWouldChange: ")
                && event.contains("role/new"));
        assertThat(registry.get("mapper.observed.changes").tag("kind", "added").gauge().value()).isEqualTo(2);
        settles();
        assertThat(cluster.events.stream().filter(event -> event.contains("RowsWouldChange"))).hasSize(1);

        settings = ReconcileSettings.USUAL;
        reconciler = restarted();
        settles();
        assertThat(cluster.mapRoles()).startsWith(before).contains("role/new", "role/adopted");
        assertThat(cluster.reason("new")).isEqualTo("Applied");
    }

    @Test
    void anObjectWhoseRowIsOursKeepsSayingSoInModeObserve() {
        create(1);
        observe();
        settles();
        assertThat(cluster.reason("m0")).isEqualTo("Applied");
        cluster.change("m0", InMemoryCluster.spec("r0-", "other"));
        settles();
        assertThat(cluster.reason("m0")).isEqualTo("Observing");
        assertThat(cluster.message("m0")).contains("would be replaced");
        assertThat(cluster.condition("m0", MappingCondition.APPLIED).reason()).as("for a ledger that is lost")
                .isEqualTo("Owned");
        cluster.objects.remove("m0");
        settles();
        assertThat(cluster.mapRoles()).contains("role/r0-");
    }

    @Test
    void aLedgerThatIsLostInModeObserveCanStillBeRebuilt() {
        create(1);
        cluster.ledger = new StoredLedger.Absent();
        observe();
        settles();
        assertThat(cluster.condition("m0", MappingCondition.APPLIED).reason()).isEqualTo("Owned");
        settings = ReconcileSettings.USUAL;
        reconciler = restarted();
        settles();
        cluster.objects.remove("m0");
        settles();
        assertThat(String.valueOf(cluster.mapRoles())).doesNotContain("role/r0-");
    }

    @Test
    void nothingIsToldAsDoneInModeObserve() {
        cluster.writeAsOther("- rolearn: arn:aws:iam::111122223333:role/theirs\n  username: other\n");
        cluster.create("theirs", "theirs", "theirs");
        cluster.objects.get("theirs").metadata().putAnnotationsItem("iammapper.dev/adopt", "true");
        observe();
        settles();
        assertThat(cluster.reason("theirs")).isEqualTo("Observing");
        assertThat(cluster.events).noneMatch(event -> event.contains("Adopted"));
    }

    @Test
    void whatWouldBeHeldIsToldInModeObserve() {
        create(10);
        observe();
        delete(0, 6);
        settles();
        assertThat(cluster.events).anyMatch(event -> event.startsWith("aws-auth RemovalsHeld: ")
                && event.contains("would be held") && !event.contains("release " + digest()));
        assertThat(held()).as("in the ledger that is stored").isEmpty();
    }

    // ---- versions

    @Test
    void theVersionBeforeAWriteIsKeptWithTimeAndCause() {
        cluster.writeAsOther("[]");
        create(1);
        assertThat(cluster.snapshots).hasSize(1);
        assertThat(cluster.snapshots.getFirst().data().mapRoles()).isEqualTo("[]");
        assertThat(cluster.snapshots.getFirst().cause()).isEqualTo("1 added, 0 replaced, 0 removed (m0)");
        assertThat(cluster.snapshots.getFirst().time()).isEqualTo(now);
    }

    @Test
    void aVersionThatCannotBeKeptIsToldAndHoldsNothing() {
        cluster.writeAsOther("[]");
        cluster.snapshotFailure = "no permission";
        create(2);
        assertThat(cluster.mapRoles()).contains("role/r0-", "role/r1-");
        assertThat(cluster.events).anyMatch(event -> event.startsWith("aws-auth SnapshotFailed: ")
                && event.contains("no permission"));
        assertThat(registry.get("mapper.snapshots").tag("result", "failed").counter().count()).isEqualTo(1);
    }

    @Test
    void theVersionThatAnotherToolWroteOverIsKeptToo() {
        cluster.writeAsOther("[]");
        create(1);
        String good = cluster.mapRoles() + "- rolearn: arn:aws:iam::111122223333:role/nodes\n  username: nodes\n";
        cluster.writeAsOther(good);
        settles();
        cluster.writeAsOther("[]");
        settles();
        assertThat(cluster.snapshots).extracting(snapshot -> snapshot.data().mapRoles()).containsExactly("[]", good,
                "[]");
    }

    // ---- a full aws-auth

    @Test
    void aFullAwsAuthTakesTheOldestObjectsAndTheOthersWait() {
        cluster.writeAsOther("# " + "x".repeat(900 * 1024 - 600) + "\n");
        for (int i = 0; i < 8; i++) {
            cluster.create("m" + i, "r" + i + "-", "u" + i, "group");
        }
        settles();
        assertThat(cluster.reason("m0")).isEqualTo("Applied");
        assertThat(cluster.reason("m7")).isEqualTo("AwsAuthFull");
        assertThat(cluster.condition("m7", MappingCondition.STALLED).status()).isEqualTo("True");
        assertThat(cluster.mapRoles().length()).as("no room is left for one more").isBetween(900 * 1024 - 160,
                900 * 1024);

        cluster.writeAsOther(cluster.mapRoles().replaceFirst("x{1000}", ""));
        settles();
        assertThat(cluster.reason("m7")).isEqualTo("Applied");
    }

    // ---- fights

    @Test
    void aRowThatIsUndoneAgainAndAgainIsRestoredOnlyNowAndThen() {
        cluster.writeAsOther("[]");
        create(1);
        for (int i = 0; i < 6; i++) {
            cluster.writeAsOther("[]");
            settles();
            assertThat(cluster.mapRoles()).contains("role/r0-");
        }
        cluster.writeAsOther("[]");
        settles();
        assertThat(cluster.mapRoles()).doesNotContain("role/r0-");
        assertThat(cluster.reason("m0")).isEqualTo("Contended");
        assertThat(cluster.message("m0")).contains("eksctl", "Let one tool manage");

        nanos += Fights.PAUSE.toNanos();
        settles();
        assertThat(cluster.mapRoles()).contains("role/r0-");
        cluster.writeAsOther("[]");
        settles();
        assertThat(cluster.reason("m0")).isEqualTo("Contended");
        nanos += Fights.WINDOW.toNanos();
        settles();
        assertThat(cluster.reason("m0")).isEqualTo("Applied");
    }

    @Test
    void aToolThatAddsItsOwnRowAgainAndAgainIsNoticedToo() {
        cluster.create("m0", "r0-", "u0");
        cluster.objects.get("m0").metadata().putAnnotationsItem("iammapper.dev/adopt", "true");
        settles();
        String theirs = "- rolearn: arn:aws:iam::111122223333:role/r0-\n  username: theirs\n";
        for (int i = 0; i < 6; i++) {
            cluster.writeAsOther(cluster.mapRoles() + theirs);
            settles();
            assertThat(cluster.reason("m0")).isEqualTo("Applied");
        }
        cluster.writeAsOther(cluster.mapRoles() + theirs);
        String before = cluster.mapRoles();
        settles();
        assertThat(cluster.mapRoles()).isEqualTo(before);
        assertThat(cluster.reason("m0")).isEqualTo("Contended");
    }

    // ---- hands

    private void create(int count) {
        for (int i = 0; i < count; i++) {
            cluster.create("m" + i, "r" + i + "-", "u" + i);
        }
        settles();
    }

    private void delete(int from, int count) {
        delete("m", from, count);
    }

    private void delete(String prefix, int from, int count) {
        for (int i = from; i < from + count; i++) {
            cluster.objects.remove(prefix + i);
        }
    }

    private static IamIdentityMappingSpec until(String role, Instant end) {
        return new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/" + role, role, List.of(), null,
                end.toString());
    }

    private double unreadable() {
        return registry.get("mapper.awsauth.unreadable").tag("section", "mapRoles").gauge().value();
    }

    private double due(String within) {
        return registry.get("mapper.expiries.due").tag("within", within).gauge().value();
    }

    private void observe() {
        settings = new ReconcileSettings(Mode.OBSERVE, ReconcileSettings.Brake.USUAL);
        reconciler = restarted();
    }

    private void later(Duration time) {
        now = now.plus(time);
        if (!time.isNegative()) {
            nanos += time.toNanos();
        }
    }

    private List<dev.iammapper.render.HeldRemovals.Held> held() {
        return dev.iammapper.render.HeldRemovals.of(PlanWriter.ledger(cluster.ledger)).rows();
    }

    private String digest() {
        return dev.iammapper.render.HeldRemovals.of(PlanWriter.ledger(cluster.ledger)).digest();
    }

    private Instant settles() {
        PassResult result = pass();
        assertThat(result).isInstanceOf(PassResult.Settled.class);
        return ((PassResult.Settled) result).wakeAt();
    }

    private PassResult pass() {
        nanos += Duration.ofSeconds(1).toNanos();
        return reconciler.pass(Set.of(Trigger.MAPPINGS));
    }

    private AwsAuthReconciler restarted() {
        cluster.clock = clock(() -> now.plus(serverAhead));
        registry.clear();
        return new AwsAuthReconciler(cluster, Leadership.alone(), new Judge(Policy.SAFE), new Bell(() -> nanos),
                new ReconcileMetrics(registry, () -> true, () -> nanos), settings, clock(() -> now), () -> nanos,
                new Random(7));
    }

    private static Clock clock(InstantSource time) {
        return time.withZone(ZoneOffset.UTC);
    }
}
