package dev.iammapper.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.TestCluster;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.slf4j.LoggerFactory;

/**
 * Days of the simulation, lived once on the model and once on a real API server: after every step both hold the same.
 * One of them alone: {@code -Dreplay.schedule=17}; the days are {@code -Dreplay.schedules=20} out of
 * {@code -Dreplay.choice=400}.
 */
class ReplayIT {
    private static final int SCHEDULES = Integer.getInteger("replay.schedules", 20);
    private static final int CHOICE = Integer.getInteger("replay.choice", 400);

    /** What is done to the cluster, and at which call what goes wrong. */
    private static final Pattern DEED = Pattern.compile("^  \\S+ (?:replica-\\d+ (meets \\S+ at \\S+|stands still)"
            + "|(people \\w+|[\\w-]+ writes|a [^{\\[]+|aws-auth [\\w ]+|the ledger [\\w ]+|Argo CD|Flux))");

    private static final Map<String, String> WISHES = Map.of(IamIdentityMapping.ADOPT_ANNOTATION,
            "people ask for adoption", "expiresAt=20", "people set an end", "notBefore=20", "people set a beginning",
            IamIdentityMapping.PROTECTED_LABEL, "people protect", People.BAD_ARN, "people err");

    /** Whatever else a choice holds, these must be among what is done. */
    private static final List<String> NEEDED = List.of("people create", "people change", "people delete",
            "people label", "people ask for adoption", "people set an end", "people protect", "eksctl writes",
            "terraform writes", "eks writes", "kubectl-edit writes",
            "a hand mends aws-auth", "a backup of aws-auth is restored", "a backup of the ledger is restored",
            "aws-auth is filled", "aws-auth is deleted", "the ledger is deleted", "the ledger is spoiled", "Argo CD",
            "Flux",
            "meets DIES_BEFORE at WRITE_AWS_AUTH", "meets DIES_BEHIND at WRITE_AWS_AUTH",
            "meets DIES_BEFORE at WRITE_LEDGER", "meets DIES_BEHIND at WRITE_LEDGER",
            "meets REPLY_LOST at WRITE_AWS_AUTH", "meets OTHERS_ACT at WRITE_AWS_AUTH",
            "meets STANDS_STILL at WRITE_LEDGER");

    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.iammapper");
    private static final Level LEVEL = LOGGER.getLevel();

    private static StoredGround ground;

    @BeforeAll
    static void open() {
        LOGGER.setLevel(Level.OFF);
        ground = new StoredGround(TestCluster.shared());
        ground.loosenDefinition();
    }

    @AfterAll
    static void close() {
        LOGGER.setLevel(LEVEL);
        ground.tightenDefinition();
        ground.close();
    }

    @TestFactory
    Stream<DynamicTest> theRealServerHoldsAfterEveryStepWhatTheModelHolds() {
        Long one = Long.getLong("replay.schedule");
        if (one != null) {
            System.out.println(Schedule.of(one).told(UnaryOperator.identity()));
            return Stream.of(replayed(one));
        }
        return chosen().stream().map(ReplayIT::replayed);
    }

    private static DynamicTest replayed(long seed) {
        return DynamicTest.dynamicTest("day " + seed, () -> replay(Schedule.of(seed)));
    }

    // ---- the choice

    private record Day(Schedule schedule, Set<String> deeds) {
        static Day of(Schedule schedule) {
            Set<String> deeds = new HashSet<>();
            schedule.told(UnaryOperator.identity()).lines().forEach(line -> {
                Matcher deed = DEED.matcher(line);
                if (deed.find()) {
                    deeds.add(Objects.requireNonNullElse(deed.group(1), deed.group(2)).strip());
                    WISHES.forEach((text, wish) -> {
                        if (line.contains(text)) {
                            deeds.add(wish);
                        }
                    });
                }
            });
            return new Day(schedule, deeds);
        }
    }

    /** Each day is the one in which most is done that is done in none before. */
    private static List<Long> chosen() {
        List<Day> days = new ArrayList<>(LongStream.range(0, CHOICE).mapToObj(Schedule::of)
                .filter(schedule -> schedule.steps().stream().noneMatch(
                        step -> step.actor() == Step.Actor.DEFINITION))
                .map(Day::of).toList());
        Set<String> all = new TreeSet<>();
        days.forEach(day -> all.addAll(day.deeds()));
        Set<String> done = new TreeSet<>();
        List<Day> chosen = new ArrayList<>();
        while (chosen.size() < SCHEDULES && !days.isEmpty()) {
            Day next = days.stream().max(Comparator.comparingLong(
                    (Day day) -> day.deeds().stream().filter(deed -> !done.contains(deed)).count())).orElseThrow();
            days.remove(next);
            done.addAll(next.deeds());
            chosen.add(next);
        }
        List<Long> seeds = chosen.stream().map(day -> day.schedule().seed()).toList();
        System.out.printf("Replaying the days %s, with %d of %d kinds of deeds and faults%n", seeds, done.size(),
                all.size());
        assertThat(done).containsAll(NEEDED);
        return seeds;
    }

    // ---- the replay

    /** What was stored after each step, and what went wrong in the end, or null. */
    private record Course(List<String> steps, List<Map<String, String>> standings, @Nullable Throwable failure) {}

    private static void replay(Schedule schedule) {
        long start = System.nanoTime();
        Course model = lived(schedule, new World(schedule.seed(), UnaryOperator.identity(), null), null);
        Course real;
        ground.clean();
        List<StoredServer> servers = new ArrayList<>();
        try {
            World world = new World(schedule.seed(), UnaryOperator.identity(), clock -> {
                servers.add(new StoredServer(ground, clock));
                return servers.getFirst();
            }, null);
            real = lived(schedule, world, model);
        } finally {
            servers.forEach(StoredServer::close);
        }
        System.out.printf("day %d: %d steps, %d ms%n", schedule.seed(), real.standings().size(),
                (System.nanoTime() - start) / 1_000_000);
        for (int i = 0; i < real.standings().size(); i++) {
            if (!real.standings().get(i).equals(model.standings().get(i))) {
                throw new AssertionError("day " + schedule.seed() + " differs after " + real.steps().get(i) + ":\n"
                        + difference(model.standings().get(i), real.standings().get(i)) + again(schedule));
            }
        }
        if (real.failure() != null || model.failure() != null) {
            throw new AssertionError("day " + schedule.seed() + ", on the model: " + model.failure()
                    + ", on the real server: " + real.failure() + again(schedule), real.failure());
        }
        assertThat(real.steps()).as("day %d", schedule.seed()).isEqualTo(model.steps());
    }

    private static String again(Schedule schedule) {
        return "\nagain with -Dreplay.schedule=" + schedule.seed();
    }

    /** Lives the day, until it differs from the other one. */
    private static Course lived(Schedule schedule, World world, @Nullable Course other) {
        List<String> steps = new ArrayList<>();
        List<Map<String, String>> standings = new ArrayList<>();
        try {
            schedule.run(world, step -> {
                steps.add(step);
                standings.add(Standing.of(world.server()));
                if (other != null && !standings.getLast().equals(other.standings().get(standings.size() - 1))) {
                    throw new Violation("the days differ");
                }
            });
            return new Course(steps, standings, null);
        } catch (RuntimeException | AssertionError failure) {
            return new Course(steps, standings, failure);
        }
    }

    private static String difference(Map<String, String> model, Map<String, String> real) {
        StringBuilder text = new StringBuilder();
        Stream.concat(model.keySet().stream(), real.keySet().stream()).distinct().sorted().forEach(key -> {
            if (!Objects.equals(model.get(key), real.get(key))) {
                text.append("  ").append(key).append("\n    model: ").append(model.get(key)).append("\n    real:  ")
                        .append(real.get(key)).append('\n');
            }
        });
        return text.toString();
    }
}
