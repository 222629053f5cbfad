package dev.iammapper.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.iammapper.certificate.Issuer;
import dev.iammapper.certificate.KeyringCodec;
import dev.iammapper.certificate.ServingCertificate;
import dev.iammapper.certificate.Step;
import dev.iammapper.serving.World.Replica;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Years in which replicas look at random, restart, sleep, and clocks and people do what they like: whoever calls itself
 * ready is trusted by every API server, whichever version of the configuration that one still holds.
 */
class RotationPropertiesTest {
    private static final int SEEDS = Math.max(1, Integer.getInteger("properties.samples", 150) / 30);
    private static final Duration YEARS = Duration.ofDays(8 * 365);
    private static final Duration LONGEST_LOOK = Duration.ofHours(12);

    @TestFactory
    Stream<DynamicTest> whoIsReadyIsTrusted() {
        return seeds(SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> told(seed, () -> years(seed))));
    }

    @TestFactory
    Stream<DynamicTest> aServerWhoseClockJumpsCausesNoStormAndAllIsWellAfterwards() {
        return seeds(3).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> told(seed, () -> jumps(seed))));
    }

    @Test
    void somebodyWhoKeepsSpoilingTheSecretCausesNoStorm() {
        World world = new World(1);
        Replica replica = world.new Replica();
        world.replicas.add(replica);
        replica.look();
        for (int minute = 0; minute < 50; minute++) {
            world.pass(Duration.ofMinutes(1));
            Map<String, byte[]> data = new HashMap<>(world.secret());
            data.put("tls.crt", "spoilt".getBytes(StandardCharsets.UTF_8));
            world.putSecret(data);
            replica.look();
        }
        assertThat(world.secretWrites).isEqualTo(6);
        assertThat(replica.source.state().problem()).contains("somebody else keeps changing it");
        assertThat(replica.isReady()).as("what was shown before stays").isTrue();
        world.pass(Duration.ofHours(1));
        replica.look();
        assertThat(world.secretWrites).isGreaterThan(6);
    }

    private static void told(long seed, ThrowingCallable story) {
        assertThatCode(story).as("-Dproperties.seed=%d tells it again", seed).doesNotThrowAnyException();
    }

    private static LongStream seeds(int count) {
        Long given = Long.getLong("properties.seed");
        return given == null ? new Random().longs(count) : LongStream.of(given);
    }

    private static void years(long seed) {
        World world = new World(seed);
        Random random = world.random;
        for (int replica = 0; replica < 1 + random.nextInt(4); replica++) {
            world.replicas.add(world.new Replica());
        }
        Map<Replica, Duration> asleep = new HashMap<>();
        List<Replica> steady = new ArrayList<>();
        int disturbances = 0;
        Duration passed = Duration.ZERO;
        while (passed.compareTo(YEARS) < 0) {
            Duration pause = Duration.ofMinutes(1 + random.nextLong(LONGEST_LOOK.toMinutes() / world.replicas.size()));
            world.pass(pause);
            passed = passed.plus(pause);
            Duration now = passed;
            asleep.values().removeIf(until -> until.compareTo(now) < 0);
            if (random.nextInt(200) == 0) {
                disturbances++;
                steady.removeAll(disturb(world, asleep, now));
            }
            Replica next = world.replicas.removeFirst();
            world.replicas.add(next);
            if (!asleep.containsKey(next)) {
                next.look();
                if (!steady.contains(next) && next.isUpToDate()) {
                    steady.add(next);
                }
            }
            check(world, steady);
        }
        assertThat(world.secretWrites).as("writes of the Secret").isLessThan(3 * disturbances + 8 * 365 / 30);
        settle(world);
        world.replicas.forEach(replica -> assertThat(replica.isReady()).isTrue());
    }

    private static void check(World world, List<Replica> steady) {
        for (Replica replica : world.replicas) {
            ServingCertificate shown = replica.source.served();
            if (replica.isReady()) {
                assertThat(world.refusal(shown)).as("at %s", world.time()).isNull();
                assertThat(replica.keys.current()).isEqualTo(shown.pair());
            } else {
                assertThat(steady).as("replicas that looked all the time: %s", replica.source.state())
                        .doesNotContain(replica);
            }
        }
    }

    /** Returns the replicas that may be without a certificate for a while, because they were cut off or restarted. */
    private static List<Replica> disturb(World world, Map<Replica, Duration> asleep, Duration now) {
        Random random = world.random;
        Replica one = world.replicas.get(random.nextInt(world.replicas.size()));
        return switch (random.nextInt(8)) {
            case 0 -> {
                world.deleteSecret();
                yield List.of();
            }
            case 1 -> {
                Map<String, byte[]> data = new HashMap<>(world.secret());
                List<String> keys = List.of("tls.crt", "tls.key", "ca.crt", "ca.key", "next-ca.crt", "next-ca.key");
                data.put(keys.get(random.nextInt(keys.size())), "spoilt".getBytes(StandardCharsets.UTF_8));
                world.putSecret(data);
                yield List.of();
            }
            case 2 -> {
                one.clockIsAhead = Duration.ofDays(random.nextLong(-20_000, 20_000));
                yield List.of();
            }
            case 3 -> {
                asleep.put(one, now.plus(Duration.ofDays(random.nextLong(60))));
                yield List.of(one);
            }
            case 4 -> {
                world.putSecret(ofAPerson(world, random.nextBoolean()));
                yield List.of();
            }
            case 5 -> {
                Map<String, byte[]> data = new HashMap<>(world.secret());
                data.remove("ca.key");
                world.putSecret(data);
                yield List.of();
            }
            case 6 -> {
                world.deleteSecret();
                one.restart();
                one.look();
                yield List.of(one);
            }
            default -> {
                one.restart();
                yield List.of(one);
            }
        };
    }

    private static Map<String, byte[]> ofAPerson(World world, boolean withItsKey) {
        Issuer issuer = new Issuer(World.SCHEDULE, World.NAMES, world.keys);
        Map<String, byte[]> data = new HashMap<>();
        KeyringCodec.write(issuer.carryOut(new Step.BeginAnew("a person's own"), world.time())).forEach((key, text) -> {
            if (text != null && (withItsKey || !key.equals("ca.key"))) {
                data.put(key, text.getBytes(StandardCharsets.UTF_8));
            }
        });
        return data;
    }

    private static void jumps(long seed) {
        World world = new World(seed);
        for (int replica = 0; replica < 3; replica++) {
            world.replicas.add(world.new Replica());
        }
        settle(world);
        int before = world.secretWrites;
        int jumps = 20;
        for (int jump = 0; jump < jumps; jump++) {
            world.serverClockJumps(Duration.ofDays(world.random.nextLong(-20_000, 20_000)));
            world.pass(Duration.ofMinutes(10));
            for (int look = 0; look < 30; look++) {
                world.pass(Duration.ofSeconds(10));
                world.replicas.forEach(Replica::look);
            }
        }
        assertThat(world.secretWrites - before).as("writes of the Secret in " + jumps + " jumps")
                .isLessThanOrEqualTo(2 * jumps);
        world.serverClockJumps(Duration.ZERO);
        settle(world);
        for (Replica replica : world.replicas) {
            assertThat(replica.isReady()).isTrue();
            assertThat(world.refusal(replica.source.served())).isNull();
        }
        assertThat(world.bundle(0)).hasSize(1);
    }

    private static void settle(World world) {
        for (int look = 0; look < 200; look++) {
            world.pass(Duration.ofHours(8));
            world.replicas.forEach(Replica::look);
        }
    }
}
