package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.Oracle;
import dev.iammapper.cluster.OracleReading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many at once cost few writes, and nothing costs none. */
class BurstIT extends Scenario {
    private static final int MANY = 2_000;

    @Test
    void twoThousandAtOnceTakeFewWritesAndOneStatusEachAndARestartTakesNone() throws Exception {
        AuditLog.Mark start = mark();
        Instant begin = Instant.now();
        List<String> names = IntStream.range(0, MANY).mapToObj("many-%04d"::formatted).toList();
        try (ExecutorService people = Executors.newFixedThreadPool(8)) {
            names.forEach(name -> people.execute(() -> create(role(name).as(name, "everybody"))));
        }
        long seconds = Duration.between(begin, Instant.now()).toSeconds();
        eventually(() -> assertThat(awsAuth().mapRoles().split("role/many-", -1)).hasSize(MANY + 1));
        eventually(Duration.ofMinutes(2), () -> assertThat(hands.mappings().values()).hasSize(MANY)
                .allMatch(BurstIT::isApplied));

        assertThat(Oracle.shared().read(awsAuth().mapRoles(), null, null, names.stream().map(Mapping::roleArn).toList())
                .lookups()).hasSize(MANY).allMatch(OracleReading.Lookup::isMapped);
        Map<String, Long> writes = kinds(start);
        System.out.println("Writes for " + MANY + " mappings created within " + seconds + " s: " + writes);
        assertThat(writes.get("aws-auth")).as("one every two seconds and some at the ends")
                .isLessThanOrEqualTo(Math.max(20, seconds));
        assertThat(writes.get("ledger")).as("a claim before and a confirmation after each of those")
                .isLessThanOrEqualTo(2 * writes.get("aws-auth") + 2);
        assertThat(writes.get("snapshots")).as("one before each of those").isLessThanOrEqualTo(writes.get("aws-auth"));
        assertThat(writes.get("status")).as("one for each object; a few more where a pass came in between")
                .isBetween((long) MANY, MANY + MANY / 50L);

        stage.stopControllers();
        AuditLog.Mark restart = mark();
        controller();
        create(role("one-more"));
        told("one-more", "Applied");
        event("one-more", "Applied");
        assertThat(kinds(restart)).isEqualTo(Map.of("aws-auth", 1L, "snapshots", 1L, "ledger", 2L, "status",
                1L, "events", 2L));
        quietForFiveSeconds();
    }

    @Test
    void whatDoesNotChangeIsNotWrittenAndNotRepeated() {
        create(role("fine").as("fine"), role("data-science").as("somebody-else"),
                role("twin").named("twin-a").as("a"), role("twin").named("twin-b").as("b"),
                role("x").named("meaningless").ofArn("arn:aws:sts::111122223333:assumed-role/x/session"));
        told("fine", "Applied");
        told("data-science", "ForeignEntry");
        told("twin-a", "Applied");
        told("twin-b", "Conflict");
        told("meaningless", "Invalid");
        for (String name : List.of("fine", "data-science", "twin-a", "twin-b", "meaningless")) {
            eventually(() -> assertThat(hands.eventsOf(name)).isNotEmpty());
        }

        quietForFiveSeconds();
        // Passes that change nothing: other tools touch what is not ours.
        AuditLog.Mark touched = mark();
        editRoles(text -> text + "# a comment\n");
        create(role("last").as("last"));
        told("last", "Applied");
        event("last", "Applied");
        assertThat(kinds(touched)).containsEntry("aws-auth", 1L).containsEntry("status", 1L);
        assertThat(hands.eventsOf("twin-b")).hasSize(1);
        assertThat(hands.eventsOf("data-science")).hasSize(1);
        assertThat(hands.eventsOf("meaningless")).hasSize(1);
    }

    private void quietForFiveSeconds() {
        AuditLog.Mark quiet = mark();
        throughout(Duration.ofSeconds(5), () -> assertThat(writes(quiet)).as("writes although nothing changes")
                .isEmpty());
    }

    private Map<String, Long> kinds(AuditLog.Mark since) {
        return writes(since).stream().collect(Collectors.groupingBy(BurstIT::kind, Collectors.counting()));
    }

    private static String kind(AuditEvent event) {
        return switch (event.resource()) {
            case "configmaps" -> event.name().replace("iam-identity-mapper-", "");
            case "iamidentitymappings" -> event.subresource();
            default -> event.resource();
        };
    }

    private static boolean isApplied(JsonObject object) {
        return Hands.told(object).reason().equals("Applied");
    }
}
