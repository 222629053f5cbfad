package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.AuditLog;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Grants that end by themselves. */
class ExpiryIT extends Scenario {
    private static final int MANY = 300;

    @Test
    void hundredsThatEndAtOneInstantGoInOneWriteWhichNoBrakeHolds() {
        create(role("stays"));
        Instant end = Instant.now().plusSeconds(15).truncatedTo(ChronoUnit.SECONDS);
        try (ExecutorService people = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < MANY; i++) {
                Mapping mapping = role("ends-%03d".formatted(i)).until(end);
                people.execute(() -> create(mapping));
            }
        }
        eventually(() -> assertThat(awsAuth().mapRoles().split("role/ends-", -1)).hasSize(MANY + 1));
        assertThat(Instant.now()).as("all of them stood before they ended").isBefore(end);

        AuditLog.Mark before = mark();
        eventually(() -> assertThat(awsAuth().mapRoles()).doesNotContain("role/ends-"));
        assertThat(Instant.now()).isAfterOrEqualTo(end);
        assertThat(awsAuthWrites(before).stream().filter(write -> write.name().equals("aws-auth"))).hasSize(1);
        assertThat(who(roleArn("stays"))).isEqualTo("stays []");
        eventually(Duration.ofSeconds(60), () -> assertThat(hands.mappings().values())
                .filteredOn(object -> Hands.told(object).reason().equals("Expired")).hasSize(MANY));
    }

    @Test
    void anInstantThatHasPassedGrantsNothing() {
        AuditLog.Mark before = mark();
        create(role("too-late").until(Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS)));
        told("too-late", "Expired");
        assertThat(awsAuthWrites(before)).isEmpty();
        assertThat(awsAuth().data()).isEqualTo(AwsAuth.USUAL);
    }
}
