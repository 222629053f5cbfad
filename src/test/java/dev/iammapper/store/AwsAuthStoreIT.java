package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Section;
import dev.iammapper.store.StoreException.Kind;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AwsAuthStoreIT {
    private static final AwsAuthData ROW = new AwsAuthData("- rolearn: a\n", null, null);

    private final TestCluster cluster = TestCluster.shared();
    private final KubernetesAccess access = Accesses.admin(cluster);
    private final CoreV1Api core = new CoreV1Api(access.unary());
    private final AwsAuthStore store = new AwsAuthStore(access);

    @BeforeEach
    void remove() throws ApiException {
        if (store.read().exists()) {
            core.deleteNamespacedConfigMap("aws-auth", "kube-system").execute();
        }
    }

    @AfterEach
    void close() {
        access.close();
    }

    @Test
    void aMissingAwsAuthReadsAsAbsentAndIsCreatedByTheFirstWrite() throws ApiException {
        StoredAwsAuth absent = store.read();
        assertThat(absent).isEqualTo(StoredAwsAuth.ABSENT);
        assertThat(store.write(absent, AwsAuthData.EMPTY, Accesses.PATIENCE)).isEqualTo(new WriteResult.Unchanged<>());

        StoredAwsAuth written = written(store.write(absent, ROW, Accesses.PATIENCE));
        assertThat(written.data()).isEqualTo(ROW);
        assertThat(store.read()).isEqualTo(written);
        assertThat(core.readNamespacedConfigMap("aws-auth", "kube-system").execute().getData())
                .containsOnly(Map.entry("mapRoles", "- rolearn: a\n"));
        assertThat(store.write(absent, ROW, Accesses.PATIENCE)).as("somebody else created it")
                .isEqualTo(new WriteResult.Conflict<>());
    }

    @Test
    void everythingOfOthersSurvivesByteForByte() throws ApiException {
        V1ConfigMap theirs = new V1ConfigMap()
                .metadata(new V1ObjectMeta().name("aws-auth")
                        .namespace("kube-system")
                        .labels(Map.of("app", "eks"))
                        .annotations(
                                Map.of("kubectl.kubernetes.io/last-applied-configuration", "{\"a\":\"<&>'\\u0001\"}")))
                .data(Map.of("mapRoles", "- rolearn: x # Ä€😀\r\n", "mapUsers", "[]", "mapAccounts",
                        "- \"012345670123\"\n",
                        "odd.key-1", "\t \u2028 trailing  "))
                .binaryData(Map.of("bytes", new byte[] {0, -1, 127, -128}));
        core.createNamespacedConfigMap("kube-system", theirs).execute();
        JsonObject before = raw();

        StoredAwsAuth base = store.read();
        assertThat(base.data().mapAccounts()).isEqualTo("- \"012345670123\"\n");
        String next = base.data().mapRoles() + "- rolearn: \"y <&>\"\r\n";
        written(store.write(base, base.data().with(Section.ROLES, next), Accesses.PATIENCE));

        JsonObject expected = before.deepCopy();
        expected.getAsJsonObject("data").addProperty("mapRoles", next);
        assertThat(withoutVersions(raw())).isEqualTo(withoutVersions(expected));
    }

    @Test
    void aSectionThatIsNullLosesItsKeyAndOnlyWhatDiffersIsSent() {
        StoredAwsAuth both = written(store.write(store.read(), new AwsAuthData("r", "u", null), Accesses.PATIENCE));
        AuditLog.Mark mark = cluster.audit().mark();
        StoredAwsAuth one = written(store.write(both, both.data().with(Section.USERS, null), Accesses.PATIENCE));
        assertThat(one.data()).isEqualTo(new AwsAuthData("r", null, null));
        assertThat(store.write(one, one.data(), Accesses.PATIENCE)).isEqualTo(new WriteResult.Unchanged<>());
        assertThat(cluster.audit().since(mark)).filteredOn(AuditEvent::isWrite)
                .filteredOn(event -> event.name().equals("aws-auth"))
                .hasSize(1);
        written(store.write(one, AwsAuthData.EMPTY, Accesses.PATIENCE));
        assertThat(store.read().data()).isEqualTo(AwsAuthData.EMPTY);
        written(store.write(store.read(), ROW, Accesses.PATIENCE));
    }

    @Test
    void aChangeByAnybodySinceTheReadIsAConflict() throws ApiException {
        StoredAwsAuth base = written(store.write(store.read(), ROW, Accesses.PATIENCE));
        StoredAwsAuth newer = written(store.write(base, base.data().with(Section.USERS, "u"), Accesses.PATIENCE));
        assertThat(store.write(base, base.data().with(Section.ROLES, "mine"), Accesses.PATIENCE))
                .isEqualTo(new WriteResult.Conflict<>());
        assertThat(store.read()).isEqualTo(newer);
        core.deleteNamespacedConfigMap("aws-auth", "kube-system").execute();
        assertThat(store.write(newer, ROW.with(Section.ROLES, "mine"), Accesses.PATIENCE))
                .isEqualTo(new WriteResult.Conflict<>());
        written(store.write(store.read(), ROW, Accesses.PATIENCE));
        assertThat(store.write(newer, ROW.with(Section.ROLES, "mine"), Accesses.PATIENCE))
                .as("another ConfigMap of that name")
                .isEqualTo(new WriteResult.Conflict<>());
    }

    @Test
    void ofManyWritersAtOnceNoneLosesAnUpdate() throws Exception {
        int writers = 6;
        int each = 10;
        written(store.write(store.read(), new AwsAuthData("", "", null), Accesses.PATIENCE));
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            List<Callable<Integer>> tasks = IntStream.range(0, writers)
                    .<Callable<Integer>>mapToObj(writer -> () -> append(writer, each))
                    .toList();
            int conflicts = 0;
            for (Future<Integer> done : threads.invokeAll(tasks)) {
                conflicts += done.get();
            }
            assertThat(conflicts).as("they did meet").isPositive();
        }
        String all = store.read().data().mapRoles() + store.read().data().mapUsers();
        assertThat(all.lines()).hasSize(writers * each).doesNotHaveDuplicates();
    }

    @Test
    void theLastWriterOfEachKeyIsKnown() {
        StoredAwsAuth written = written(store.write(store.read(), ROW, Accesses.PATIENCE));
        assertThat(written.writers()).singleElement().satisfies(writer -> {
            assertThat(writer.manager()).isEqualTo("iam-identity-mapper");
            assertThat(writer.dataKeys()).containsExactly("mapRoles");
            assertThat(writer.time()).isNotNull();
        });
    }

    @Test
    void contentThatTheServerRefusesIsRejectedWithItsWords() throws ApiException {
        StoredAwsAuth base = written(store.write(store.read(), ROW, Accesses.PATIENCE));
        assertThat(store.write(base, ROW.with(Section.ROLES, "x".repeat(1_100_000)), Accesses.PATIENCE))
                .isInstanceOfSatisfying(WriteResult.Rejected.class,
                        rejected -> assertThat(rejected.message()).contains("Too long"));
        assertThat(store.write(base, ROW.with(Section.ROLES, "x".repeat(4 << 20)), Accesses.PATIENCE))
                .isInstanceOf(WriteResult.Rejected.class);
        V1ConfigMap frozen = core.readNamespacedConfigMap("aws-auth", "kube-system").execute().immutable(true);
        core.replaceNamespacedConfigMap("aws-auth", "kube-system", frozen).execute();
        assertThat(store.write(store.read(), ROW.with(Section.USERS, "u"), Accesses.PATIENCE))
                .isInstanceOfSatisfying(WriteResult.Rejected.class,
                        rejected -> assertThat(rejected.message()).contains("immutable"));
    }

    @Test
    void aPermissionThatIsMissingIsNamedWithTheRuleThatGrantsIt() throws Exception {
        StoredAwsAuth base = written(store.write(store.read(), ROW, Accesses.PATIENCE));
        try (KubernetesAccess poor = Accesses.of(cluster.kubeconfigFor("store-it", "poor"))) {
            AwsAuthStore poorStore = new AwsAuthStore(poor);
            assertThatThrownBy(poorStore::read).isInstanceOfSatisfying(StoreException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.FORBIDDEN))
                    .hasMessageContaining("not allowed to get configmaps kube-system/aws-auth")
                    .hasMessageContaining("verbs: [\"get\"]")
                    .hasMessageContaining("system:serviceaccount:store-it:poor");
            assertThat(poorStore.write(base, AwsAuthData.EMPTY, Accesses.PATIENCE))
                    .isInstanceOfSatisfying(WriteResult.MissingPermission.class, missing -> {
                        assertThat(missing.action().verb()).isEqualTo("patch");
                        assertThat(missing.message()).contains("resourceNames: [\"aws-auth\"]");
                    });
            assertThat(poorStore.write(StoredAwsAuth.ABSENT, ROW, Accesses.PATIENCE))
                    .isInstanceOfSatisfying(WriteResult.MissingPermission.class,
                            missing -> assertThat(missing.action().verb()).isEqualTo("create"));
        }
    }

    private int append(int writer, int times) {
        int conflicts = 0;
        for (int i = 0; i < times;) {
            StoredAwsAuth base = store.read();
            Section section = i % 2 == 0 ? Section.ROLES : Section.USERS;
            String text = base.data().section(section) + writer + "/" + i + "\n";
            switch (store.write(base, base.data().with(section, text), Accesses.PATIENCE)) {
                case WriteResult.Written<StoredAwsAuth> _ -> i++;
                case WriteResult.Conflict<StoredAwsAuth> _ -> conflicts++;
                case WriteResult<StoredAwsAuth> other -> throw new AssertionError(other);
            }
        }
        return conflicts;
    }

    private JsonObject raw() throws ApiException {
        return access.unary()
                .<JsonObject>execute(core.readNamespacedConfigMap("aws-auth", "kube-system").buildCall(null),
                        JsonObject.class)
                .getData();
    }

    private static JsonObject withoutVersions(JsonObject configMap) {
        configMap.getAsJsonObject("metadata").remove("resourceVersion");
        configMap.getAsJsonObject("metadata").remove("managedFields");
        return configMap;
    }

    private static StoredAwsAuth written(WriteResult<StoredAwsAuth> result) {
        if (result instanceof WriteResult.Written<StoredAwsAuth>(StoredAwsAuth stored)) {
            return stored;
        }
        throw new AssertionError(result.toString());
    }
}
