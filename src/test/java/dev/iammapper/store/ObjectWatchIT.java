package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.store.ObjectWatch.Listener;
import dev.iammapper.store.ObjectWatch.Timing;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.HttpUrl;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Has a cluster of its own, which it stops, freezes and takes the definition from. */
class ObjectWatchIT {
    private static TestCluster cluster;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger relists = new AtomicInteger();
    private final Listener<IamIdentityMapping> listener = new Listener<>() {
        @Override
        public void onChange(@Nullable IamIdentityMapping before, @Nullable IamIdentityMapping after) {
            told.add((before == null ? "+" : after == null ? "-" : "~")
                    + (after == null ? before : after).metadata().getName());
        }

        @Override
        public void onRelist() {
            relists.incrementAndGet();
        }
    };
    private final Mappings mappings = new Mappings(cluster);

    @BeforeAll
    static void start() {
        cluster = TestCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void clean() throws ApiException {
        cluster.applyCrds();
        mappings.deleteAll();
    }

    @Test
    void changesArriveWithinAMomentAndTheSnapshotFollows() throws ApiException {
        mappings.create("old");
        try (KubernetesAccess access = Accesses.admin(cluster);
                ObjectWatch<IamIdentityMapping> watch = ObjectWatch.mappings(access, listener)) {
            assertThat(watch.synced()).isFalse();
            watch.start();
            soon().until(watch::synced);
            assertThat(Mappings.names(watch.snapshot())).containsExactly("old");
            mappings.create("new");
            soon().until(() -> told.contains("+new"));
            mappings.delete("old");
            soon().until(() -> told.contains("-old"));
            assertThat(Mappings.names(watch.snapshot())).containsExactly("new");
            assertThat(told).containsExactly("+old", "+new", "-old");
            assertThat(watch.problem()).isNull();
            assertThat(watch.sinceLastContact()).isLessThan(Duration.ofSeconds(30));
            assertThat(relists).hasValue(1);
        }
    }

    @Test
    void onlyAwsAuthIsSeenOfAllConfigMaps() throws ApiException {
        CoreV1Api core = new CoreV1Api(cluster.adminClient());
        core.createNamespacedConfigMap("kube-system", new V1ConfigMap().metadata(new V1ObjectMeta().name("other")))
                .execute();
        try (KubernetesAccess access = Accesses.admin(cluster);
                ObjectWatch<V1ConfigMap> watch = ObjectWatch.awsAuth(access, (before, after) -> {})) {
            watch.start();
            soon().until(watch::synced);
            assertThat(watch.snapshot()).isEmpty();
            new AwsAuthStore(access).write(StoredAwsAuth.ABSENT,
                    new AwsAuthData("[]", null, null), Accesses.PATIENCE);
            soon().until(() -> watch.snapshot().size() == 1);
            assertThat(AwsAuthStore.stored(watch.snapshot().getFirst())).isEqualTo(new AwsAuthStore(access).read());
        }
    }

    @Test
    void watchesThatTheServerEndsGoOnWithoutAnotherList() throws ApiException {
        try (KubernetesAccess access = Accesses.admin(cluster);
                ObjectWatch<IamIdentityMapping> watch = watch(access,
                        new Timing(Duration.ofSeconds(1), Duration.ofSeconds(5)))) {
            watch.start();
            soon().until(watch::synced);
            AtomicInteger made = new AtomicInteger();
            Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(300)).until(() -> {
                mappings.create("m" + made.incrementAndGet());
                return made.get() == 12;
            });
            soon().until(() -> told.size() == 12);
            assertThat(relists).hasValue(1);
            assertThat(watch.problem()).isNull();
        }
    }

    @Test
    void anApiServerThatStopsAndStartsAgainIsFollowedWithoutGhosts() throws ApiException {
        Assumptions.assumeTrue(cluster.canStopApiServer(), "this cluster cannot stop its API server");
        mappings.create("stays");
        mappings.create("goes");
        try (KubernetesAccess access = Accesses.admin(cluster);
                ObjectWatch<IamIdentityMapping> watch = ObjectWatch.mappings(access, listener)) {
            AtomicBoolean cutOff = new AtomicBoolean();
            for (ApiClient client : List.of(access.unary(), access.watch())) {
                client.setHttpClient(client.getHttpClient().newBuilder().addInterceptor(chain -> {
                    if (cutOff.get()) {
                        throw new IOException("unplugged");
                    }
                    return chain.proceed(chain.request());
                }).build());
            }
            watch.start();
            soon().until(() -> watch.snapshot().size() == 2);
            cluster.stopApiServer();
            soon().until(() -> watch.problem() != null);
            assertThat(watch.problem()).contains("127.0.0.1").doesNotContain("\n");
            assertThat(watch.synced()).isTrue();
            assertThat(Mappings.names(watch.snapshot())).containsExactly("goes", "stays");
            told.clear();
            cutOff.set(true);
            cluster.startApiServer();
            mappings.delete("goes");
            mappings.create("comes");
            cutOff.set(false);
            soon().until(() -> Mappings.names(watch.snapshot()).equals(List.of("comes", "stays")));
            soon().until(() -> watch.problem() == null);
            assertThat(told).containsExactlyInAnyOrder("-goes", "+comes");
        }
    }

    @Test
    void aSilentConnectionIsCutAndOpenedAnew() throws ApiException {
        Assumptions.assumeTrue(cluster.canStopApiServer(), "this cluster cannot freeze its API server");
        try (KubernetesAccess access = Accesses.admin(cluster);
                ObjectWatch<IamIdentityMapping> watch = watch(access,
                        new Timing(Duration.ofSeconds(2), Duration.ofSeconds(1)))) {
            watch.start();
            soon().until(watch::synced);
            cluster.pause();
            try {
                soon().until(() -> watch.problem() != null);
                assertThat(watch.problem()).contains("in time");
            } finally {
                cluster.resume();
            }
            mappings.create("after");
            soon().until(() -> told.contains("+after"));
            soon().until(() -> watch.problem() == null);
        }
    }

    @Test
    void aVersionThatIsNoLongerKeptLeadsToAnotherList() throws ApiException {
        mappings.create("one");
        mappings.create("two");
        AtomicInteger watches = new AtomicInteger();
        try (KubernetesAccess access = Accesses.admin(cluster);
                ObjectWatch<IamIdentityMapping> watch = ObjectWatch.mappings(access, listener)) {
            // The first watch asks the real server for a version from before anything existed.
            access.watch().setHttpClient(access.watch().getHttpClient().newBuilder().addInterceptor(chain -> {
                HttpUrl url = chain.request().url();
                if (watches.getAndIncrement() == 0) {
                    url = url.newBuilder().setQueryParameter("resourceVersion", "1").build();
                }
                return chain.proceed(chain.request().newBuilder().url(url).build());
            }).build());
            watch.start();
            soon().until(() -> relists.get() == 2);
            mappings.create("three");
            soon().until(() -> told.contains("+three"));
            assertThat(told).containsExactlyInAnyOrder("+one", "+two", "+three");
            assertThat(watch.problem()).isNull();
        }
    }

    @Test
    void aListThatIsAskedForComesAtOnceAndIsNoProblem() throws ApiException {
        mappings.create("one");
        try (KubernetesAccess access = Accesses.admin(cluster);
                ObjectWatch<IamIdentityMapping> watch = ObjectWatch.mappings(access, listener)) {
            watch.start();
            soon().until(watch::synced);
            watch.relist();
            soon().until(() -> relists.get() == 2 && watch.synced());
            mappings.create("two");
            soon().until(() -> told.contains("+two"));
            assertThat(told).containsExactly("+one", "+two");
            assertThat(watch.problem()).isNull();
        }
    }

    @Test
    void listsThatAreAskedForOneAfterTheOtherAreNoFailuresToBackOffFrom() {
        try (KubernetesAccess access = Accesses.admin(cluster);
                ObjectWatch<IamIdentityMapping> watch = ObjectWatch.mappings(access, listener)) {
            watch.start();
            soon().until(watch::synced);
            long start = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                watch.relist();
                soon().until(watch::synced);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(relists).hasValue(11);
        }
    }

    @Test
    void aListThatIsAskedForWhileTheWatchWaitsAfterFailuresComesAtOnce() {
        AtomicInteger lists = new AtomicInteger();
        try (KubernetesAccess access = Accesses.admin(cluster)) {
            access.unary().setHttpClient(access.unary().getHttpClient().newBuilder().addInterceptor(chain -> {
                if (lists.incrementAndGet() <= 6) {
                    throw new IOException("unplugged");
                }
                return chain.proceed(chain.request());
            }).build());
            // Made after the interceptor, so that its lists go through it.
            try (ObjectWatch<IamIdentityMapping> watch = ObjectWatch.mappings(access, listener)) {
                watch.start();
                soon().until(() -> lists.get() == 6);
                watch.relist();
                Awaitility.await().atMost(Duration.ofSeconds(2)).pollInterval(Duration.ofMillis(20))
                        .until(watch::synced);
            }
        }
    }

    @Test
    void aMissingDefinitionIsWaitedForAndItsRemovalNoticed() throws ApiException {
        ApiextensionsV1Api definitions = new ApiextensionsV1Api(cluster.adminClient());
        mappings.create("victim");
        try (KubernetesAccess access = Accesses.admin(cluster);
                ObjectWatch<IamIdentityMapping> watch = ObjectWatch.mappings(access, listener)) {
            watch.start();
            soon().until(watch::synced);
            definitions.deleteCustomResourceDefinition(IamIdentityMapping.CRD_NAME).execute();
            soon().until(() -> !watch.synced());
            assertThat(watch.problem()).contains("iamidentitymappings.iamauthenticator.k8s.aws is not served");
            cluster.applyCrds();
            mappings.create("back");
            soon().until(() -> watch.synced() && Mappings.names(watch.snapshot()).equals(List.of("back")));
            soon().until(() -> watch.problem() == null);
        }
    }

    @Test
    void aMissingPermissionIsNamedOnceItIsGrantedTheWatchWorks() throws ApiException {
        try (KubernetesAccess poor = Accesses.of(cluster.kubeconfigFor("watch-it", "poor"));
                ObjectWatch<IamIdentityMapping> watch = ObjectWatch.mappings(poor, listener)) {
            watch.start();
            soon().until(() -> watch.problem() != null);
            assertThat(watch.problem()).contains("not allowed to list iamidentitymappings")
                    .contains("verbs: [\"list\"]");
            assertThat(watch.synced()).isFalse();
            Rights.grant(cluster, "watch-it", "poor", IamIdentityMapping.GROUP, IamIdentityMapping.PLURAL, "list");
            soon().until(() -> String.valueOf(watch.problem()).contains("not allowed to watch"));
            assertThat(watch.synced()).isTrue();
            Rights.grant(cluster, "watch-it", "poor", IamIdentityMapping.GROUP, IamIdentityMapping.PLURAL, "watch");
            soon().until(() -> watch.problem() == null);
        }
    }

    @Test
    void closingEndsTheThreadAtOnceAlsoWhileTheServerIsAway() {
        Map<Thread, StackTraceElement[]> before = Thread.getAllStackTraces();
        KubernetesAccess access = Accesses.admin(cluster);
        ObjectWatch<IamIdentityMapping> watch = ObjectWatch.mappings(access, listener);
        watch.start();
        soon().until(watch::synced);
        long start = System.nanoTime();
        watch.close();
        access.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(Thread.getAllStackTraces().keySet()).filteredOn(thread -> !before.containsKey(thread))
                .noneMatch(thread -> thread.getName().startsWith("watch-"));
        assertThat(watch.problem()).isNull();
    }

    private ObjectWatch<IamIdentityMapping> watch(KubernetesAccess access, Timing timing) {
        return new ObjectWatch<>(access, WatchedResource.MAPPINGS, listener, timing, System::nanoTime);
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }
}
