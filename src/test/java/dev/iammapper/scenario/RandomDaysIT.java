package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Days on which everybody does something at random. More of them with {@code -Dscenario.days=50}, and one of them again
 * with {@code -Dscenario.day=17}.
 */
@EnabledIf(value = "wanted", disabledReason = "a day takes minutes: ask for it with -Dscenario.days or -Dscenario.day")
class RandomDaysIT extends Scenario {
    private static final int STEPS = 60;
    private static final int MAPPINGS = 8;
    private static final int PRINCIPALS = 5;
    private static final int GRANTS = 3;

    private final Map<String, Mapping> present = new LinkedHashMap<>();
    private SplittableRandom random = new SplittableRandom();

    static boolean wanted() {
        return System.getProperty("scenario.days") != null || System.getProperty("scenario.day") != null;
    }

    static LongStream days() {
        Long one = Long.getLong("scenario.day");
        return one == null ? LongStream.rangeClosed(1, Integer.getInteger("scenario.days", 1)) : LongStream.of(one);
    }

    @ParameterizedTest
    @MethodSource("days")
    void peopleAloneGetExactlyWhatTheyAskFor(long day) {
        random = new SplittableRandom(day);
        for (int step = 0; step < STEPS; step++) {
            aPersonActs();
            if (step == STEPS / 2) {
                controller().kill();
                hands.releaseLease();
            }
        }
        controller();
        everyPrincipalIsWhoTheObjectsSay();
        everyStatusIsTrue();

        hands.deleteAllMappings();
        eventually(() -> assertThat(awsAuth().data()).isEqualTo(AwsAuth.USUAL));
    }

    @ParameterizedTest
    @MethodSource("days")
    void amongOtherToolsEveryStatusIsTrueAndNothingOfTheirsIsLost(long day) {
        random = new SplittableRandom(-day);
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(3) == 0) {
                aToolActs();
            } else {
                aPersonActs();
            }
        }
        everyStatusIsTrue();
        assertThat(AwsAuth.ROLES.lines()).allSatisfy(line -> assertThat(awsAuth().mapRoles().lines()).contains(line));

        put(AwsAuth.USUAL);
        everyPrincipalIsWhoTheObjectsSay();
        everyStatusIsTrue();
        hands.deleteAllMappings();
        eventually(() -> assertThat(awsAuth().data()).isEqualTo(AwsAuth.USUAL));
    }

    private void aPersonActs() {
        String name = "object-" + random.nextInt(MAPPINGS);
        Mapping mapping = role(principal()).named(name).as("user-" + random.nextInt(GRANTS), "team");
        if (!present.containsKey(name)) {
            create(mapping);
            present.put(name, mapping);
        } else if (random.nextInt(3) == 0) {
            delete(name);
            present.remove(name);
        } else {
            change(mapping);
            present.put(name, mapping);
        }
    }

    private void aToolActs() {
        String arn = roleArn(principal());
        String user = "user-" + random.nextInt(GRANTS);
        UnaryOperator<String> edit = switch (random.nextInt(4)) {
            case 0 -> text -> text + AwsAuth.row(arn, user, "team");
            case 1 -> text -> text.replaceFirst("user-[0-9]", user);
            case 2 -> text -> text.replaceFirst("(?m)^.*role/principal-[0-9](.*\n)(?s:.*?)(?=^-|^#|\\z)", "");
            default -> text -> AwsAuth.ROLES;
        };
        editRoles(edit);
    }

    private String principal() {
        return "principal-" + random.nextInt(PRINCIPALS);
    }

    private void everyPrincipalIsWhoTheObjectsSay() {
        eventually(Duration.ofSeconds(40), () -> {
            AwsAuth now = awsAuth();
            Map<String, String> expected = new HashMap<>();
            Map<String, String> found = new HashMap<>();
            for (int i = 0; i < PRINCIPALS; i++) {
                String arn = roleArn("principal-" + i);
                expected.put(arn, NOBODY);
                found.put(arn, who(arn, now));
            }
            hands.mappings().values().stream().sorted(Comparator.comparing(RandomDaysIT::age).reversed())
                    .map(object -> present.get(name(object)))
                    .forEach(mapping -> expected.put(mapping.arn(), grant(mapping)));
            assertThat(found).isEqualTo(expected);
        });
    }

    private void everyStatusIsTrue() {
        eventually(Duration.ofSeconds(40), () -> {
            AwsAuth now = awsAuth();
            hands.mappings().forEach((name, object) -> {
                Mapping mapping = present.get(name);
                Told told = Hands.told(object);
                String who = who(mapping.arn(), now);
                assertThat(told.reason()).isIn("Applied", "AlreadyPresent", "Conflict", "ForeignEntry");
                // Who loses to an older object may still be let in, by a row of another tool.
                if (!told.reason().equals("Conflict")) {
                    assertThat(told.isReady()).as("%s maps %s, EKS reads %s, the status says %s", name, mapping, who,
                            told).isEqualTo(who.equals(grant(mapping)));
                }
            });
        });
    }

    private static String grant(Mapping mapping) {
        return mapping.username() + " " + mapping.groups();
    }

    /** Objects sort by it as conflicts are decided: the older first, and by name within a second. */
    private static String age(JsonObject object) {
        return object.getAsJsonObject("metadata").get("creationTimestamp").getAsString() + name(object);
    }

    private static String name(JsonObject object) {
        return object.getAsJsonObject("metadata").get("name").getAsString();
    }
}
