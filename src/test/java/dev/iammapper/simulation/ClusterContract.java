package dev.iammapper.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.reconcile.Cluster;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the controller finds at an API server: the same at the model and at the real one. */
abstract class ClusterContract {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final AwsAuthData ROW = new AwsAuthData("- rolearn: x\n", null, null);
    private static final IamIdentityMappingSpec SPEC = new IamIdentityMappingSpec(People.role("dev"), "dev",
            List.of("viewers"), null, "2030-01-01T00:00:00Z");

    private Ground ground;
    private Cluster cluster;

    abstract Ground ground();

    @BeforeEach
    void open() {
        ground = ground();
        cluster = ground.cluster();
        ground.catchUp();
    }

    @AfterEach
    void close() {
        ground.close();
    }

    // ---- aws-auth

    @Test
    void anAwsAuthThatIsMissingIsCreatedOnce() {
        assertThat(cluster.awsAuth()).isEqualTo(StoredAwsAuth.ABSENT);
        StoredAwsAuth written = written(cluster.writeAwsAuth(StoredAwsAuth.ABSENT, ROW, LIMIT));
        assertThat(written.data()).isEqualTo(ROW);
        assertThat(cluster.awsAuth()).isEqualTo(written);
        assertThat(cluster.writeAwsAuth(StoredAwsAuth.ABSENT, ROW, LIMIT)).isInstanceOf(WriteResult.Conflict.class);
    }

    @Test
    void onlyWhatDiffersIsWrittenAndNullRemovesTheKey() {
        ground.put(AwsAuthStore.NAME, "eksctl",
                Map.of("mapRoles", "r", "mapUsers", "u", "mapAccounts", "[]", "odd", "o"));
        StoredAwsAuth base = cluster.awsAuth();
        assertThat(base.otherBytes()).isEqualTo(1);
        StoredAwsAuth next = written(cluster.writeAwsAuth(base, new AwsAuthData("r2", null, "[]"), LIMIT));
        assertThat(next.uid()).isEqualTo(base.uid());
        assertThat(next.resourceVersion()).isNotEqualTo(base.resourceVersion());
        assertThat(ground.data(AwsAuthStore.NAME)).isEqualTo(Map.of("mapRoles", "r2", "mapAccounts", "[]", "odd", "o"));
        assertThat(cluster.writeAwsAuth(next, next.data(), LIMIT)).isInstanceOf(WriteResult.Unchanged.class);
        written(cluster.writeAwsAuth(next, new AwsAuthData(null, null, "[]"), LIMIT));
        assertThat(cluster.awsAuth().data()).isEqualTo(new AwsAuthData(null, null, "[]"));
    }

    @Test
    void whoeverWroteOrDeletedSinceTheReadMakesItAConflict() {
        StoredAwsAuth base = written(cluster.writeAwsAuth(StoredAwsAuth.ABSENT, ROW, LIMIT));
        ground.put(AwsAuthStore.NAME, "eksctl", Map.of("mapRoles", "- rolearn: y\n"));
        assertThat(cluster.writeAwsAuth(base, ROW.with(Section.USERS, "u"), LIMIT))
                .isInstanceOf(WriteResult.Conflict.class);
        StoredAwsAuth theirs = cluster.awsAuth();
        assertThat(theirs.data().mapRoles()).isEqualTo("- rolearn: y\n");
        ground.deleteConfigMap(AwsAuthStore.NAME);
        assertThat(cluster.writeAwsAuth(theirs, ROW, LIMIT)).isInstanceOf(WriteResult.Conflict.class);
        ground.put(AwsAuthStore.NAME, "eksctl", Map.of("mapRoles", "- rolearn: y\n"));
        assertThat(cluster.awsAuth().uid()).isNotEqualTo(theirs.uid());
        assertThat(cluster.writeAwsAuth(theirs, ROW, LIMIT)).isInstanceOf(WriteResult.Conflict.class);
    }

    @Test
    void aWriteThatChangesNothingMakesNoVersion() {
        ground.put(AwsAuthStore.NAME, "eksctl", Map.of("mapRoles", "r"));
        StoredAwsAuth before = cluster.awsAuth();
        ground.put(AwsAuthStore.NAME, "eksctl", Map.of("mapRoles", "r"));
        assertThat(cluster.awsAuth().resourceVersion()).isEqualTo(before.resourceVersion());
    }

    @Test
    void whatIsTooLongOrFrozenIsRefusedAndNothingChanges() {
        StoredAwsAuth base = written(cluster.writeAwsAuth(StoredAwsAuth.ABSENT, ROW, LIMIT));
        AwsAuthData fits = ROW.with(Section.USERS, "u".repeat(ApiServerModel.MOST_BYTES - 13));
        AwsAuthData tooLong = ROW.with(Section.USERS, "u".repeat(ApiServerModel.MOST_BYTES - 12));
        assertThat(cluster.writeAwsAuth(base, tooLong, LIMIT)).isInstanceOf(WriteResult.Rejected.class);
        assertThat(cluster.awsAuth()).isEqualTo(base);
        StoredAwsAuth full = written(cluster.writeAwsAuth(base, fits, LIMIT));
        written(cluster.writeAwsAuth(full, ROW, LIMIT));
        ground.freeze(AwsAuthStore.NAME);
        assertThat(cluster.writeAwsAuth(cluster.awsAuth(), ROW.with(Section.USERS, "u"), LIMIT))
                .isInstanceOf(WriteResult.Rejected.class);
    }

    @Test
    void whoWroteAKeyLastOwnsItAlone() {
        ground.put(AwsAuthStore.NAME, "eksctl", Map.of("mapRoles", "r", "mapUsers", "u"));
        written(cluster.writeAwsAuth(cluster.awsAuth(), new AwsAuthData("r2", "u", null), LIMIT));
        assertThat(owners()).isEqualTo(Map.of("eksctl", Set.of("mapUsers"), AwsAuthStore.FIELD_MANAGER,
                Set.of("mapRoles")));
        ground.put(AwsAuthStore.NAME, "terraform", Map.of("mapRoles", "r3", "mapUsers", "u"));
        assertThat(owners().get("terraform")).contains("mapRoles");
        assertThat(owners().getOrDefault(AwsAuthStore.FIELD_MANAGER, Set.of())).isEmpty();
    }

    private Map<String, Set<String>> owners() {
        Map<String, Set<String>> owners = new HashMap<>();
        cluster.awsAuth().writers().forEach(writer -> owners.put(writer.manager(), writer.dataKeys()));
        return owners;
    }

    // ---- the ledger

    @Test
    void aLedgerIsGuardedByItsOwnVersion() {
        assertThat(cluster.ledger()).isEqualTo(new StoredLedger.Absent());
        StoredLedger.Present first = written(cluster.writeLedger(new StoredLedger.Absent(), ledger(1), LIMIT));
        assertThat(cluster.ledger()).isEqualTo(first);
        assertThat(cluster.writeLedger(new StoredLedger.Absent(), ledger(2), LIMIT))
                .isInstanceOf(WriteResult.Conflict.class);
        assertThat(cluster.writeLedger(first, ledger(1), LIMIT)).isInstanceOf(WriteResult.Unchanged.class);
        StoredLedger.Present second = written(cluster.writeLedger(first, ledger(2), LIMIT));
        assertThat(cluster.writeLedger(first, ledger(3), LIMIT)).isInstanceOf(WriteResult.Conflict.class);
        ground.deleteConfigMap(LedgerStore.NAME);
        assertThat(cluster.writeLedger(second, ledger(3), LIMIT)).isInstanceOf(WriteResult.Conflict.class);
        assertThat(cluster.ledger()).isEqualTo(new StoredLedger.Absent());
    }

    @Test
    void aLargeLedgerIsReadBackAndOneThatIsSpoiledIsNotEmpty() {
        StoredLedger.Present large = written(cluster.writeLedger(new StoredLedger.Absent(), ledger(2000), LIMIT));
        assertThat(cluster.ledger()).isEqualTo(large);
        StoredLedger.Present small = written(cluster.writeLedger(large, ledger(3), LIMIT));
        assertThat(cluster.ledger()).isEqualTo(small);
        ground.put(LedgerStore.NAME, "kubectl-edit", Map.of("ledger.json", "{oops"));
        assertThat(cluster.ledger()).isInstanceOf(StoredLedger.Malformed.class);
    }

    private static Ledger ledger(int claims) {
        Map<Claim.Key, Claim> map = new HashMap<>();
        for (int i = 0; i < claims; i++) {
            map.put(new Claim.Key(Section.ROLES, People.role("r" + i).toLowerCase(java.util.Locale.ROOT)),
                    new Claim("m" + i, "uid" + i, "d", "a" + i, i % 2 == 0 ? "p" + i : null, i % 3 == 0,
                            i % 5 == 0 ? Claim.Hold.TOO_MANY : null, i % 7));
        }
        return new Ledger(claims, "uid", map, Map.of(Section.USERS, "[]"),
                List.of(new Ledger.Removals(World.START, 2)), new Ledger.Pause("why", World.START));
    }

    // ---- objects

    @Test
    void aSpecRaisesTheGenerationAndALabelOrAStatusDoesNot() {
        ground.create("dev", SPEC, Map.of(), Map.of(), World.START);
        ground.catchUp();
        IamIdentityMapping first = listed().getFirst();
        assertThat(cluster.watchedMappings()).containsExactly(first);
        assertThat(generation()).isEqualTo(1);
        ground.describe("dev", Map.of("a", "b"), Map.of("c", "d"));
        cluster.wantStatus(first, new IamIdentityMappingStatus("arn", null, 1L, List.of()));
        ground.catchUp();
        assertThat(generation()).isEqualTo(1);
        assertThat(listed().getFirst().status().canonicalARN()).isEqualTo("arn");
        assertThat(listed().getFirst().metadata().getLabels()).isEqualTo(Map.of("a", "b"));
        ground.change("dev", new IamIdentityMappingSpec(People.role("dev"), "other", List.of(), null, null));
        ground.catchUp();
        assertThat(generation()).isEqualTo(2);
        assertThat(cluster.watchedMappings()).isEqualTo(listed());
    }

    @Test
    void aStatusReachesOnlyTheObjectThatWasLookedAt() {
        ground.create("dev", SPEC, Map.of(), Map.of(), World.START);
        ground.catchUp();
        IamIdentityMapping gone = listed().getFirst();
        ground.delete("dev");
        Instant later = ground.create("dev", SPEC, Map.of(), Map.of(), World.START);
        assertThat(later).isNotNull();
        cluster.wantStatus(gone, new IamIdentityMappingStatus("of another", null, 1L, List.of()));
        ground.catchUp();
        assertThat(listed().getFirst().metadata().getUid()).isNotEqualTo(gone.metadata().getUid());
        assertThat(listed().getFirst().status()).isEqualTo(ApiServerModel.NOBODY_LOOKED);
    }

    @Test
    void whatAnObjectSaysAlreadyMakesNoVersion() {
        ground.create("dev", SPEC, Map.of(), Map.of(), World.START);
        ground.describe("dev", Map.of("a", "b"), Map.of("c", "d"));
        List<IamIdentityMapping> before = listed();
        ground.describe("dev", Map.of("a", "b"), Map.of("c", "d"));
        ground.change("dev", SPEC);
        assertThat(listed()).isEqualTo(before);
    }

    @Test
    void whoPutsDataLeavesTheFormOfALargeLedgerThere() {
        written(cluster.writeLedger(new StoredLedger.Absent(), ledger(2000), LIMIT));
        ground.put(LedgerStore.NAME, "kubectl-edit", Map.of("ledger.json", "{oops"));
        ground.put(LedgerStore.NAME, "kubectl-edit", Map.of());
        assertThat(cluster.ledger()).isInstanceOfSatisfying(StoredLedger.Present.class,
                present -> assertThat(present.ledger()).isEqualTo(ledger(2000)));
    }

    private long generation() {
        return listed().getFirst().metadata().getGeneration();
    }

    private List<IamIdentityMapping> listed() {
        return ((MappingListing.Read) cluster.listMappings()).objects();
    }

    // ---- the definition

    @Test
    void aDefinitionThatLacksAFieldServesObjectsWithoutItUntilItIsWholeAgain() {
        ground.create("dev", SPEC, Map.of(), Map.of(), World.START);
        assertThat(cluster.definition()).isInstanceOf(ServedDefinition.Served.class);
        ground.cutDefinition();
        assertThat(cluster.definition()).isInstanceOfSatisfying(ServedDefinition.LacksFields.class,
                lacks -> assertThat(lacks.missing()).containsExactly("spec.expiresAt"));
        org.awaitility.Awaitility.await().until(() -> listed().getFirst().spec().expiresAt() == null);
        ground.applyDefinition();
        org.awaitility.Awaitility.await().until(() -> SPEC.expiresAt().equals(listed().getFirst().spec().expiresAt()));
        assertThat(cluster.definition()).isInstanceOf(ServedDefinition.Served.class);
    }

    @Test
    void aDefinitionThatGoesTakesItsObjectsAlongAndComesBackAsAnotherOne() {
        ground.create("dev", SPEC, Map.of(), Map.of(), World.START);
        String before = ((ServedDefinition.Served) cluster.definition()).uid();
        ground.deleteDefinition();
        assertThat(cluster.definition()).isEqualTo(new ServedDefinition.Missing());
        assertThat(cluster.listMappings()).isEqualTo(new MappingListing.NotServed());
        ground.applyDefinition();
        assertThat(((ServedDefinition.Served) cluster.definition()).uid()).isNotEqualTo(before);
        assertThat(listed()).isEmpty();
    }

    private static <S> S written(WriteResult<S> result) {
        if (result instanceof WriteResult.Written<S>(S stored)) {
            return stored;
        }
        throw new AssertionError(result.toString());
    }
}
