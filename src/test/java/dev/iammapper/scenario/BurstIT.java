package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.Oracle;
import dev.iammapper.cluster.OracleReading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many at once cost few writes, and nothing costs none. */
class BurstIT extends Scenario {
    private static final int MANY = 2_000;

    @Test
    void twoThousandAtOnceTakeFewWritesAndOneStatusEachAndThenAllIsQuiet() {
        AuditLog.Mark start = mark();
        List<String> names = IntStream.range(0, MANY).mapToObj("many-%04d"::formatted).toList();
        names.parallelStream().forEach(name -> hands.create(role(name).as(name, "everybody")));
        eventually(() -> assertThat(awsAuth().mapRoles().split("role/many-", -1)).hasSize(MANY + 1));
        eventually(Duration.ofMinutes(2), () -> assertThat(hands.mappings().values()).hasSize(MANY)
                .allMatch(BurstIT::isApplied));

        List<String> canonical = names.stream().map(Mapping::roleArn).toList();
        OracleReading reading = Oracle.shared().read(awsAuth().mapRoles(), null, null, canonical);
        assertThat(reading.lookups()).allMatch(OracleReading.Lookup::isMapped).hasSize(MANY);
        Map<String, Long> writes = writes(start).stream()
                .collect(Collectors.groupingBy(BurstIT::kind, Collectors.counting()));
        System.out.println("Writes for " + MANY + " mappings created at once: " + writes);
        assertThat(writes.get("aws-auth")).isLessThanOrEqualTo(20);
        assertThat(writes.get("ledger")).as("a claim before and a confirmation after each of those")
                .isLessThanOrEqualTo(2 * writes.get("aws-auth") + 2);
        // One more only where an object was read before its row could be written.
        assertThat(writes.get("status")).isBetween((long) MANY, MANY + MANY / 20L);

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
        event("meaningless", "Invalid");

        quietForFiveSeconds();
        // Passes that change nothing: other tools touch what is not ours.
        AuditLog.Mark touched = mark();
        editRoles(text -> text + "# a comment\n");
        create(role("last").as("last"));
        told("last", "Applied");
        event("last", "Applied");
        assertThat(writes(touched).stream().map(BurstIT::kind).filter(kind -> kind.equals("status"))).hasSize(1);
        assertThat(hands.eventsOf("twin-b")).hasSize(1);
        assertThat(hands.eventsOf("data-science")).hasSize(1);
        assertThat(hands.eventsOf("meaningless")).hasSize(1);
    }

    private void quietForFiveSeconds() {
        eventually(() -> {
            AuditLog.Mark calm = mark();
            throughout(Duration.ofMillis(700), () -> assertThat(writes(calm)).isEmpty());
        });
        AuditLog.Mark quiet = mark();
        throughout(Duration.ofSeconds(5), () -> assertThat(writes(quiet)).as("writes although nothing changes")
                .isEmpty());
    }

    private static String kind(AuditEvent event) {
        return switch (event.resource()) {
            case "configmaps" -> event.name().equals("aws-auth") ? "aws-auth" : "ledger";
            case "iamidentitymappings" -> event.subresource();
            default -> event.resource();
        };
    }

    private static boolean isApplied(JsonObject object) {
        return Hands.told(object).reason().equals("Applied");
    }
}
