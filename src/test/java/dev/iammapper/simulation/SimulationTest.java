package dev.iammapper.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.iammapper.reconcile.Cluster;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Random days of the controller on a model of the cluster, judged after every write and at rest: docs/simulation.md. One
 * of them again, told step by step: {@code -Dsimulation.schedule=17}; more of them: {@code -Dsimulation.schedules=1000000
 * -Dsimulation.seed=1000000}.
 */
class SimulationTest {
    private static final long SCHEDULES = Long.getLong("simulation.schedules", 2000);
    private static final long FIRST = Long.getLong("simulation.seed", 0);
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.iammapper");
    private static final Level LEVEL = LOGGER.getLevel();

    /** Millions of passes would fill the disk. */
    @BeforeAll
    static void silence() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        LOGGER.setLevel(LEVEL);
    }

    @Test
    void noDayBreaksAnInvariant() {
        Long one = Long.getLong("simulation.schedule");
        if (one != null) {
            Schedule schedule = Schedule.of(one);
            System.out.println(schedule.told(UnaryOperator.identity()));
            lives(schedule);
            return;
        }
        for (long seed = FIRST; seed < FIRST + SCHEDULES; seed++) {
            lives(Schedule.of(seed));
        }
    }

    /** The real guard is a version; without it the text of others is written over sooner or later. */
    @Test
    void aClusterThatTakesWritesOfOldVersionsIsNoticed() {
        isNoticed((cluster, method, arguments) -> {
            if (method.getName().equals("writeAwsAuth")) {
                StoredAwsAuth base = (StoredAwsAuth) arguments[0];
                StoredAwsAuth now = cluster.awsAuth();
                arguments[0] = new StoredAwsAuth(now.uid(), now.resourceVersion(), base.data(), base.otherBytes(),
                        base.writers());
            }
            return method.invoke(cluster, arguments);
        });
    }

    @Test
    void removalsThatRestOnTheWatchAreNoticed() {
        isNoticed((cluster, method, arguments) -> method.getName().equals("listMappings")
                ? new MappingListing.Read(cluster.watchedMappings())
                : method.invoke(cluster, arguments));
    }

    @Test
    void claimsThatAreNotStoredAreNoticed() {
        isNoticed((cluster, method, arguments) -> method.getName().equals("writeLedger")
                ? new WriteResult.Written<>(new StoredLedger.Present((Ledger) arguments[1], "1"))
                : method.invoke(cluster, arguments));
    }

    private interface Fault {
        Object answer(Cluster cluster, Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    /** Proof that the invariants can fail. */
    private static void isNoticed(Fault fault) {
        UnaryOperator<Cluster> seam = cluster -> (Cluster) Proxy.newProxyInstance(Cluster.class.getClassLoader(),
                new Class<?>[] {Cluster.class}, (_, method, arguments) -> {
                    try {
                        return fault.answer(cluster, method, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
        assertThat(LongStream.range(0, 500).mapToObj(seed -> Schedule.of(seed).failure(seam))
                .filter(Objects::nonNull).findFirst()).get().isInstanceOf(Violation.class);
    }

    private static void lives(Schedule schedule) {
        UnaryOperator<Cluster> straight = UnaryOperator.identity();
        Throwable failure = schedule.failure(straight);
        if (failure != null) {
            Schedule small = schedule.shrunk(straight, failure);
            throw new AssertionError("schedule " + schedule.seed() + ": " + failure.getMessage()
                    + "\nagain with -Dsimulation.schedule=" + schedule.seed() + "; its shortest form:\n"
                    + small.told(straight), failure);
        }
    }
}
