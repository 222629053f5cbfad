package dev.iammapper.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.iammapper.reconcile.Cluster;
import java.util.function.UnaryOperator;
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
    private static final long SCHEDULES = Long.getLong("simulation.schedules", 3000);
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
