package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.TestCluster;
import dev.iammapper.render.AwsAuthData;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotStoreIT {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private final KubernetesAccess access = Accesses.admin(TestCluster.shared());
    private final CoreV1Api core = new CoreV1Api(access.unary());
    private final SnapshotStore store = new SnapshotStore(access);

    @BeforeEach
    void remove() throws ApiException {
        try {
            core.deleteNamespacedConfigMap(SnapshotStore.NAME, "kube-system").execute();
        } catch (ApiException e) {
            assertThat(e.getCode()).isEqualTo(404);
        }
    }

    @AfterEach
    void close() {
        access.close();
    }

    @Test
    void theLastVersionsAreKeptTheNewestFirst() {
        for (int i = 1; i <= SnapshotStore.MOST + 2; i++) {
            keep(snapshot("version " + i));
        }
        assertThat(new SnapshotStore(access).list()).hasSize(SnapshotStore.MOST)
                .extracting(SnapshotStore.Revision::revision).startsWith(12L, 11L).endsWith(3L);
        assertThat(store.list().getFirst().snapshot()).isEqualTo(snapshot("version 12"));
    }

    @Test
    void aBurstDoesNotPushOutWhatIsOlder() {
        for (int day = 0; day < 5; day++) {
            keep(new Snapshot(TIME.plus(Duration.ofDays(day)), "x", new AwsAuthData("day " + day, null, null)));
        }
        for (int second = 0; second < 20; second++) {
            keep(new Snapshot(TIME.plus(Duration.ofDays(9)).plusSeconds(second), "x",
                    new AwsAuthData("burst " + second, null, null)));
        }
        assertThat(store.list()).extracting(revision -> revision.snapshot().data().mapRoles()).startsWith("burst 19",
                "burst 18").contains("day 4", "day 3", "day 2", "day 1");
    }

    @Test
    void aVersionWhoseWriteDidNotHappenGivesItsPlace() {
        keep(snapshot("good"));
        for (int i = 0; i < 12; i++) {
            keep(snapshot("raced " + i));
            store.discardNewest();
        }
        keep(snapshot("last"));
        assertThat(store.list()).extracting(revision -> revision.snapshot().data().mapRoles()).containsExactly("last",
                "good");
    }

    @Test
    void twoContentsThatTakeTurnsPushNothingElseOut() {
        keep(snapshot("good"));
        for (int i = 0; i < 20; i++) {
            keep(snapshot(i % 2 == 0 ? "ours" : "theirs"));
        }
        assertThat(store.list()).extracting(revision -> revision.snapshot().data().mapRoles()).containsExactly("theirs",
                "ours", "good");
    }

    @Test
    void whatAnotherWroteIsNotWrittenOver() throws ApiException {
        keep(snapshot("first"));
        assertThat(new SnapshotStore(access).keep(snapshot("of another process"), Accesses.PATIENCE)).isNull();
        V1ConfigMap stored = core.readNamespacedConfigMap(SnapshotStore.NAME, "kube-system").execute();
        stored.putBinaryDataItem("somebodys", new byte[] {1}).putBinaryDataItem("revision-7", new byte[] {1});
        core.replaceNamespacedConfigMap(SnapshotStore.NAME, "kube-system", stored).execute();
        keep(snapshot("last"));

        assertThat(store.list()).extracting(SnapshotStore.Revision::revision).containsExactly(8L, 7L, 2L, 1L);
        assertThat(store.list().get(1).problem()).isEqualTo("it is not valid gzip");
        assertThat(core.readNamespacedConfigMap(SnapshotStore.NAME, "kube-system").execute().getBinaryData())
                .containsKey("somebodys");
    }

    @Test
    void theObjectNeverGrowsPastItsBound() throws ApiException {
        Random random = new Random(7);
        for (int i = 0; i < 4; i++) {
            StringBuilder noise = new StringBuilder();
            for (int j = 0; j < 60_000; j++) {
                noise.append(Long.toHexString(random.nextLong()));
            }
            keep(snapshot(noise.toString()));
        }
        V1ConfigMap stored = core.readNamespacedConfigMap(SnapshotStore.NAME, "kube-system").execute();
        long bytes = stored.getBinaryData().values().stream().mapToLong(value -> value.length).sum();
        assertThat(bytes).isPositive().isLessThanOrEqualTo(SnapshotStore.MOST_STORED);
        assertThat(store.list()).isNotEmpty().hasSizeLessThan(4);
    }

    @Test
    void aVersionThatCanNeverFitIsRefusedInWords() {
        Random random = new Random(7);
        StringBuilder noise = new StringBuilder();
        while (noise.length() < 2_500_000) {
            noise.append(Long.toHexString(random.nextLong()));
        }
        assertThat(store.keep(snapshot(noise.toString()), Accesses.PATIENCE)).contains("more than the 900 KiB");
        assertThat(store.list()).isEmpty();
    }

    private void keep(Snapshot snapshot) {
        assertThat(store.keep(snapshot, Accesses.PATIENCE)).isNull();
    }

    private static Snapshot snapshot(String roles) {
        return new Snapshot(TIME, "1 added", new AwsAuthData(roles, null, "[]"));
    }
}
