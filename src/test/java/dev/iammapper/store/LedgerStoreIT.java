package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.cluster.TestCluster;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerStoreIT {
    private final KubernetesAccess access = Accesses.admin(TestCluster.shared());
    private final CoreV1Api core = new CoreV1Api(access.unary());
    private final LedgerStore store = new LedgerStore(access);

    @BeforeEach
    void remove() throws ApiException {
        if (!(store.read() instanceof StoredLedger.Absent)) {
            core.deleteNamespacedConfigMap(LedgerStore.NAME, "kube-system").execute();
        }
    }

    @AfterEach
    void close() {
        access.close();
    }

    @Test
    void aLedgerIsCreatedChangedAndReadBack() {
        StoredLedger.Present first = written(store.write(store.read(), ledger(1), Accesses.PATIENCE));
        assertThat(store.read()).isEqualTo(first);
        assertThat(store.write(first, ledger(1), Accesses.PATIENCE)).isEqualTo(new WriteResult.Unchanged<>());
        StoredLedger.Present second = written(store.write(first, ledger(2), Accesses.PATIENCE));
        assertThat(store.read()).isEqualTo(second);
        assertThat(store.write(first, ledger(3), Accesses.PATIENCE)).isEqualTo(new WriteResult.Conflict<>());
        assertThat(store.write(new StoredLedger.Absent(), ledger(3), Accesses.PATIENCE))
                .isEqualTo(new WriteResult.Conflict<>());
    }

    @Test
    void aLargeLedgerGoesToBinaryDataAndBackAgain() throws ApiException {
        StoredLedger.Present small = written(store.write(store.read(), ledger(1), Accesses.PATIENCE));
        StoredLedger.Present large = written(store.write(small, ledger(3000), Accesses.PATIENCE));
        V1ConfigMap stored = core.readNamespacedConfigMap(LedgerStore.NAME, "kube-system").execute();
        assertThat(stored.getBinaryData()).containsOnlyKeys("ledger.json.gz");
        assertThat(stored.getData()).isNullOrEmpty();
        assertThat(stored.getMetadata().getLabels()).containsEntry("app.kubernetes.io/name", "iam-identity-mapper");
        assertThat(store.read()).isEqualTo(large);
        StoredLedger.Present smaller = written(store.write(large, ledger(2), Accesses.PATIENCE));
        assertThat(store.read()).isEqualTo(smaller);
    }

    @Test
    void aLedgerThatAPersonBrokeIsNeitherReadAsEmptyNorWrittenOver() throws ApiException {
        written(store.write(store.read(), ledger(1), Accesses.PATIENCE));
        V1ConfigMap broken = core.readNamespacedConfigMap(LedgerStore.NAME, "kube-system").execute();
        for (Map<String, String> data : List.of(Map.of("ledger.json", "{oops"), Map.of("other", "x"))) {
            broken = core.replaceNamespacedConfigMap(LedgerStore.NAME, "kube-system", broken.data(data)).execute();
            StoredLedger read = store.read();
            assertThat(read).isInstanceOfSatisfying(StoredLedger.Malformed.class,
                    malformed -> assertThat(malformed.message())
                            .contains("kube-system/iam-identity-mapper-ledger, cannot be read: it")
                            .contains("Restore it from a backup, or delete it"));
            assertThatThrownBy(() -> store.write(read, ledger(2), Accesses.PATIENCE))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Ledger ledger(int claims) {
        Map<Claim.Key, Claim> map = new HashMap<>();
        for (int i = 0; i < claims; i++) {
            map.put(new Claim.Key(Section.ROLES, "arn:aws:iam::111122223333:role/" + i),
                    new Claim("m" + i, "uid" + i, "definition", "aa", null));
        }
        return new Ledger(claims, "uid", map, Map.of(Section.USERS, ""));
    }

    private static StoredLedger.Present written(WriteResult<StoredLedger.Present> result) {
        if (result instanceof WriteResult.Written<StoredLedger.Present>(StoredLedger.Present stored)) {
            return stored;
        }
        throw new AssertionError(result.toString());
    }
}
