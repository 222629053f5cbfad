package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.FaultProxy;
import dev.iammapper.cluster.FaultProxy.Asked;
import dev.iammapper.cluster.FaultProxy.Behaviour;
import dev.iammapper.cluster.FaultProxy.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The controller is killed (SIGKILL) between any two of its effects while everybody acts, again and again: more often
 * with {@code -Dfaults.kills=50}, and otherwise with {@code -Dfaults.seed=17}.
 */
class KillIT extends Scenario {
    private static final int KILLS = Integer.getInteger("faults.kills", 8);
    private static final long SEED = Long.getLong("faults.seed", 1);
    private static final String NO_BRAKE = "--mapper.removal-brake.rows=100000";
    private static final Duration ARRIVAL = Duration.ofSeconds(60);
    private static final Duration SETTLED = Duration.ofSeconds(60);
    private static final int BURST = 15;

    private final List<Replica> replicas = new ArrayList<>();
    private final Map<String, Integer> moments = new TreeMap<>();

    private record Replica(ControllerProcess process, FaultProxy proxy) {}

    /** What becomes of the request at which the controller dies. */
    private enum Fate {
        /** It never arrives. */
        LOST,
        /** It was stored before; its answer finds nobody. */
        STORED,
        /** It arrives when its sender is dead and another process may already lead. */
        LATE
    }

    @AfterEach
    void end() {
        stage.killControllers();
        replicas.forEach(replica -> replica.proxy().close());
    }

    @Test
    void killedBetweenAnyTwoEffectsNothingIsLostAndNothingForeignIsTouched() {
        System.out.println("The controller is killed " + KILLS + " times, -Dfaults.seed=" + SEED);
        stage.stopControllers();
        SplittableRandom random = new SplittableRandom(SEED);
        Bustle bustle = new Bustle(hands, random);
        Replica victim = launch(NO_BRAKE);
        int acts = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Fate fate = Fate.values()[(kill + kill / 4) % 3];
            Gate gate = new Gate();
            victim.proxy().inject(1, moment(kill, random), behaviour(fate, gate));
            // Of two that start at once either may lead.
            ControllerProcess leader = victim.process();
            eventually(ARRIVAL, () -> assertThat(leader.output()).contains("leading, term"));
            Replica next = launch(NO_BRAKE);
            int before = acts;
            long deadline = System.nanoTime() + ARRIVAL.toNanos();
            while (!gate.awaitArrival(Duration.ofMillis(acts - before < BURST ? random.nextInt(10, 150) : 1_500))) {
                assertThat(System.nanoTime()).as("time to come to kill %s", kill).isLessThan(deadline);
                bustle.act();
                acts++;
            }
            kill(victim, fate, gate);
            victim = next;
        }
        System.out.println("Last effect before each kill, of " + acts + " changes by others: " + moments);

        eventually(SETTLED, bustle::assertDone);
        bustle.deleteAll();
        eventually(SETTLED, () -> assertThat(awsAuth().data()).isEqualTo(bustle.foreignData()));
        eventually(bustle::assertDone);
        nobodyWasSurprised();
    }

    @Test
    void whatTheBrakeHoldsStaysHeldByWhoeverComesAfterAKill() {
        stage.stopControllers();
        List<String> names = IntStream.range(0, 8).mapToObj("held-%d"::formatted).toList();
        names.forEach(name -> create(role(name)));
        Replica first = launch();
        names.forEach(name -> told(name, "Applied", SETTLED));

        Gate marking = new Gate();
        first.proxy().inject(1, asked -> asked.writes("iam-identity-mapper-ledger"), new Behaviour.HeldAfter(marking));
        names.forEach(hands::delete);
        Replica second = launch();
        assertThat(marking.awaitArrival(ARRIVAL)).isTrue();
        kill(first, Fate.STORED, marking);

        create(role("added"));
        told("added", "Applied", SETTLED);
        names.forEach(name -> assertThat(who(roleArn(name))).isEqualTo(name + " []"));

        Gate removing = new Gate();
        second.proxy().inject(1, asked -> asked.writes("aws-auth"), new Behaviour.HeldAfter(removing));
        hands.editLedger(ledger -> ledger.replace("\"hold\":\"tooMany\"", "\"hold\":\"released\""));
        launch();
        assertThat(removing.awaitArrival(ARRIVAL)).isTrue();
        kill(second, Fate.STORED, removing);

        eventually(SETTLED, () -> assertThat(hands.ledger()).doesNotContain("held-"));
        names.forEach(name -> assertThat(who(roleArn(name))).isEqualTo(NOBODY));
        assertThat(who(roleArn("added"))).isEqualTo("added []");
        assertThat(awsAuth().mapRoles()).startsWith(AwsAuth.ROLES);
        nobodyWasSurprised();
    }

    private Replica launch(String... settings) {
        FaultProxy proxy = cluster().proxy("replica-" + (replicas.size() + 1));
        Replica replica = new Replica(stage.launchReplica(proxy, settings), proxy);
        replicas.add(replica);
        return replica;
    }

    /** Each of the four writes of a pass in turn; every fifth time whatever is asked for at the moment. */
    private static Predicate<Asked> moment(int kill, SplittableRandom random) {
        AtomicInteger seen = new AtomicInteger();
        if (kill % 5 == 4) {
            int nth = random.nextInt(1, 60);
            return asked -> !asked.isWatch() && seen.incrementAndGet() == nth;
        }
        int nth = 1 + kill % 4 + 4 * random.nextInt(2);
        return asked -> isEffect(asked) && seen.incrementAndGet() == nth;
    }

    private static boolean isEffect(Asked asked) {
        return asked.writes("iam-identity-mapper-ledger") || asked.writes("iam-identity-mapper-snapshots")
                || asked.writes("aws-auth");
    }

    private static Behaviour behaviour(Fate fate, Gate gate) {
        return fate == Fate.STORED ? new Behaviour.HeldAfter(gate) : new Behaviour.HeldBefore(gate);
    }

    private void kill(Replica victim, Fate fate, Gate gate) {
        victim.process().kill();
        moments.merge(lastEffect(victim) + (fate == Fate.LATE ? ", one more on its way" : ""), 1, Integer::sum);
        eventually(hands::releaseLease);
        if (fate == Fate.LATE) {
            gate.open();
        } else {
            gate.drop();
        }
    }

    private static String lastEffect(Replica victim) {
        return victim.proxy().forwarded().reversed().stream().filter(KillIT::isEffect).findFirst()
                .map(effect -> effect.writes("aws-auth") ? "rows written, not confirmed"
                        : effect.writes("iam-identity-mapper-snapshots") ? "snapshot kept, rows not written"
                                : effect.body().contains("pending") ? "claimed, rows not written" : "confirmed")
                .orElse("nothing yet");
    }

    private void nobodyWasSurprised() {
        assertThat(replicas).allSatisfy(replica -> assertThat(replica.process().output()).doesNotContain("\tat ")
                .doesNotContain("ERROR"));
    }
}
