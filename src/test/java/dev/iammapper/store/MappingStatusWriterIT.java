package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.TestCluster;
import io.kubernetes.client.openapi.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MappingStatusWriterIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestCluster cluster = TestCluster.shared();
    private final KubernetesAccess access = Accesses.admin(cluster);
    private final MappingReads reads = new MappingReads(access);
    private final Mappings mappings = new Mappings(cluster);
    private final AtomicBoolean leading = new AtomicBoolean(true);
    private final MappingStatusWriter writer = new MappingStatusWriter(access, leading::get);

    @BeforeEach
    void clean() throws ApiException {
        cluster.applyCrds();
        mappings.deleteAll();
    }

    @AfterEach
    void close() {
        writer.close();
        access.close();
    }

    @Test
    void aStatusIsWrittenOnceAndThenOnlyWhenItDiffers() throws Exception {
        mappings.create("one");
        AuditLog.Mark mark = cluster.audit().mark();
        writer.want(read("one"), status("a", "True"));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        assertThat(read("one").status()).isEqualTo(status("a", "True"));
        writer.want(read("one"), status("a", "True"));
        assertThat(writer.pending()).isZero();
        writer.want(read("one"), new IamIdentityMappingStatus(null, null, 2L, null));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        assertThat(read("one").status()).isEqualTo(new IamIdentityMappingStatus(null, null, 2L, null));
        assertThat(patches(mark)).isEqualTo(2);
        assertThat(read("one").spec().username()).isEqualTo("one");
    }

    @Test
    void aWishThatEqualsAnOutdatedReadIsWrittenAllTheSame() throws Exception {
        mappings.create("one");
        writer.want(read("one"), status("a", "False"));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        IamIdentityMapping outdated = read("one");
        writer.want(outdated, status("a", "True"));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        writer.want(outdated, status("a", "False"));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        assertThat(read("one").status()).isEqualTo(status("a", "False"));
    }

    @Test
    void aTransitionTimeThatWasComputedAnewBeforeTheFirstOneWasSeenIsNotWritten() throws Exception {
        mappings.create("one");
        IamIdentityMapping outdated = read("one");
        AuditLog.Mark mark = cluster.audit().mark();
        writer.want(outdated, status("a", "True"));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        writer.want(outdated, status("a", "True", "2026-01-01T00:00:07Z"));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        assertThat(patches(mark)).isEqualTo(1);
        assertThat(read("one").status()).isEqualTo(status("a", "True"));
    }

    @Test
    void aStatusThatWasTakenAwayBeforeItWasSeenIsWrittenAgainAfterAWhile() throws Exception {
        mappings.create("one");
        IamIdentityMapping without = read("one");
        AtomicLong later = new AtomicLong();
        try (MappingStatusWriter other = new MappingStatusWriter(access, leading::get,
                () -> System.nanoTime() + later.get())) {
            AuditLog.Mark mark = cluster.audit().mark();
            other.want(without, status("a", "True"));
            assertThat(other.awaitIdle(SOON)).isTrue();
            other.want(without, status("a", "True"));
            assertThat(other.awaitIdle(SOON)).as("the watch may lag").isTrue();
            assertThat(patches(mark)).isEqualTo(1);

            later.set(Duration.ofMinutes(2).toNanos());
            other.want(without, status("a", "True"));
            assertThat(other.awaitIdle(SOON)).isTrue();
            assertThat(patches(mark)).isEqualTo(2);
        }
    }

    @Test
    void onlyTheLatestWishOfAnObjectIsSentAndAllObjectsComeToTheirTurn() throws Exception {
        for (int i = 0; i < 120; i++) {
            mappings.create("m-" + i);
        }
        AuditLog.Mark mark = cluster.audit().mark();
        List<IamIdentityMapping> all = ((MappingListing.Read) reads.quorumList(object -> object)).objects();
        long start = System.nanoTime();
        for (int round = 0; round < 20; round++) {
            for (IamIdentityMapping mapping : all) {
                writer.want(mapping, status("round-" + round, "True"));
            }
        }
        assertThat(writer.pending()).isPositive();
        assertThat(writer.awaitIdle(SOON)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("50 at once, then 50 a second")
                .isGreaterThan(Duration.ofMillis(1200));
        assertThat(((MappingListing.Read) reads.quorumList(object -> object)).objects())
                .extracting(IamIdentityMapping::status)
                .containsOnly(status("round-19", "True"));
        assertThat(patches(mark)).isBetween(120L, 180L);
        mappings.deleteAll();
    }

    @Test
    void objectsThatAreGoneOrReplacedAreLeftAlone() throws Exception {
        mappings.create("one");
        IamIdentityMapping first = read("one");
        mappings.delete("one");
        writer.want(first, status("first", "True"));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        mappings.create("one");
        writer.want(first, status("first", "True"));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        assertThat(read("one").status()).isEqualTo(new IamIdentityMappingStatus(null, null, 0L, null));
        writer.want(read("one"), status("second", "True"));
        assertThat(writer.awaitIdle(SOON)).isTrue();
        assertThat(read("one").status()).isEqualTo(status("second", "True"));
    }

    @Test
    void failuresAreRetriedAndAFollowerSendsNothing() throws Exception {
        mappings.create("one");
        AtomicInteger failures = new AtomicInteger(3);
        KubernetesAccess shaky = Accesses.admin(cluster);
        shaky.unary().setHttpClient(shaky.unary().getHttpClient().newBuilder().addInterceptor(chain -> {
            if (failures.getAndDecrement() > 0) {
                throw new IOException("unplugged");
            }
            return chain.proceed(chain.request());
        }).build());
        try (shaky; MappingStatusWriter retrying = new MappingStatusWriter(shaky, leading::get)) {
            retrying.want(read("one"), status("a", "True"));
            assertThat(retrying.awaitIdle(SOON)).isTrue();
            assertThat(read("one").status()).isEqualTo(status("a", "True"));

            leading.set(false);
            retrying.want(read("one"), status("b", "True"));
            assertThat(retrying.awaitIdle(SOON)).isTrue();
            assertThat(read("one").status()).isEqualTo(status("a", "True"));
        }
    }

    private IamIdentityMapping read(String name) {
        return ((MappingListing.Read) reads.quorumList(object -> object)).objects().stream()
                .filter(mapping -> mapping.metadata().getName().equals(name)).findFirst().orElseThrow();
    }

    private long patches(AuditLog.Mark mark) {
        return cluster.audit().since(mark).stream().filter(AuditEvent::isWrite)
                .filter(event -> event.verb().equals("patch")).count();
    }

    private static IamIdentityMappingStatus status(String canonical, String ready) {
        return status(canonical, ready, "2026-01-01T00:00:00Z");
    }

    private static IamIdentityMappingStatus status(String canonical, String ready, String since) {
        return new IamIdentityMappingStatus(canonical, null, 1L, List.of(new MappingCondition("Ready", ready, "Applied",
                "A message with <b> and \"quotes\".", since, 1L)));
    }
}
