package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedMapping;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MappingIndexTest {
    private static final int SAMPLES = Integer.getInteger("properties.samples", 150);
    private static final int SEED = Integer.getInteger("properties.seed", 1);
    private static final List<String> ROLES = List.of("Web", "web", "Mobile", "AWSReservedSSO_A_0123456789abcdef",
            "AWSReservedSSO_B_0123456789abcdef");

    @Test
    void answersAsAScanOverAllObjectsWould() {
        for (int seed = SEED; seed < SEED + SAMPLES; seed++) {
            Random random = new Random(seed);
            MappingIndex index = new MappingIndex();
            Map<String, IamIdentityMapping> all = new HashMap<>();
            for (int step = 0; step < 40; step++) {
                IamIdentityMapping object = object(random);
                if (random.nextInt(3) == 0) {
                    index.remove(object.metadata().getName());
                    all.remove(object.metadata().getName());
                } else {
                    index.put(MappingParser.parse(object));
                    all.put(object.metadata().getName(), object);
                }
                assertSameAsScan(seed, index, all, Candidate.of(object(random)));
            }
            List.copyOf(all.keySet()).forEach(index::remove);
            assertThat(index.size()).isZero();
        }
    }

    private static void assertSameAsScan(int seed, MappingIndex index, Map<String, IamIdentityMapping> all,
            Candidate candidate) {
        List<IdentityMapping> others = new ArrayList<>();
        all.values().forEach(object -> {
            if (MappingParser.parse(object) instanceof ParsedMapping.Valid(IdentityMapping mapping)
                    && !mapping.name().equals(candidate.parts().name())) {
                others.add(mapping);
            }
        });
        Neighbours neighbours = index.neighboursOf(candidate);
        List<IdentityMapping> principal = others.stream().filter(other -> candidate.parts().principal() != null
                && other.principal().key().equals(candidate.parts().principal().key())).toList();
        assertThat(neighbours.samePrincipal()).as("seed " + seed).containsExactlyInAnyOrderElementsOf(principal);
        assertThat(neighbours.samePrincipal()).extracting(IdentityMapping::createdAt).isSorted();

        List<IdentityMapping> username = others.stream()
                .filter(other -> other.grant().username().equals(candidate.parts().username())
                        && !principal.contains(other))
                .toList();
        assertThat(username).containsAll(neighbours.sameUsername());
        assertThat(neighbours.sameUsername().stream().map(other -> IdentityCenter.isRole(other.principal())))
                .as("seed " + seed).containsExactlyInAnyOrderElementsOf(username.stream()
                        .map(other -> IdentityCenter.isRole(other.principal())).distinct().toList());
    }

    private static IamIdentityMapping object(Random random) {
        String role = random.nextInt(20) == 0 ? "bad role" : ROLES.get(random.nextInt(ROLES.size()));
        return object("m" + random.nextInt(8), Instant.ofEpochSecond(random.nextInt(5)), role,
                "u" + random.nextInt(3));
    }

    private static IamIdentityMapping object(String name, Instant createdAt, String role, String username) {
        return new IamIdentityMapping(IamIdentityMapping.API_VERSION, IamIdentityMapping.KIND,
                new V1ObjectMeta().name(name).creationTimestamp(createdAt.atOffset(ZoneOffset.UTC)),
                new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/" + role, username, List.of(), null, null),
                null);
    }

    @Test
    void aFewNeighboursTellAsMuchAsThousands() {
        MappingIndex index = new MappingIndex();
        IntStream.range(0, 5_000).forEach(number -> index
                .put(MappingParser.parse(object("m" + number, Instant.EPOCH, "r" + number, "shared"))));
        Neighbours neighbours = index
                .neighboursOf(Candidate.of(object("new", Instant.EPOCH, "r7", "shared")));
        assertThat(neighbours.samePrincipal()).extracting(IdentityMapping::name).containsExactly("m7");
        assertThat(neighbours.sameUsername()).hasSize(1);
    }

    @Test
    void severalThreadsMayChangeAndAskAtOnce() throws InterruptedException {
        MappingIndex index = new MappingIndex();
        CountDownLatch start = new CountDownLatch(1);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> threads = IntStream.range(0, 4).mapToObj(seed -> Thread.ofVirtual()
                .uncaughtExceptionHandler((_, failure) -> failures.add(failure)).start(() -> {
                    Random random = new Random(seed);
                    awaitQuietly(start);
                    for (int step = 0; step < 2_000; step++) {
                        index.put(MappingParser.parse(object(random)));
                        index.neighboursOf(Candidate.of(object(random)));
                        index.remove("m" + random.nextInt(8));
                    }
                })).toList();
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        IntStream.range(0, 8).forEach(number -> index.remove("m" + number));
        assertThat(index.size()).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void afreshReadingReplacesWhatTheIndexKnew() {
        IdentityMapping old = valid(object("a", Instant.EPOCH, "Web", "u"));
        IdentityMapping now = valid(object("a", Instant.EPOCH, "Web", "v"));
        Neighbours neighbours = new Neighbours(List.of(old), List.of(old));
        assertThat(neighbours.afresh("a", now)).isEqualTo(new Neighbours(List.of(now), List.of(now)));
        assertThat(neighbours.afresh("a", null)).isEqualTo(Neighbours.NONE);
        assertThat(neighbours.afresh("b", null)).isEqualTo(neighbours);
    }

    private static IdentityMapping valid(IamIdentityMapping object) {
        return switch (MappingParser.parse(object)) {
            case ParsedMapping.Valid(IdentityMapping mapping) -> mapping;
            case ParsedMapping.Invalid invalid -> throw new AssertionError(invalid);
        };
    }
}
