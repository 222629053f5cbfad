package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The API server goes away and comes back; the controller does not have to. */
class OutageIT extends Scenario {
    private static final Duration OUTAGE = Duration.ofSeconds(20);
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    @Test
    void anApiServerThatWasGoneForTwentySecondsIsFollowedAgainWithoutARestart() {
        assumeTrue(cluster().canStopApiServer(), "the API server of k3s cannot be stopped and started");
        Instant end = Instant.now().plusSeconds(10).truncatedTo(ChronoUnit.SECONDS);
        create(role("before").as("before"), role("ends-meanwhile").until(end));
        told("before", "Applied");
        told("ends-meanwhile", "Applied");
        int printed = said().length();

        cluster().stopApiServer();
        Awaitility.await().pollInSameThread().pollInterval(Duration.ofSeconds(1)).during(OUTAGE)
                .atMost(OUTAGE.plusSeconds(10)).until(() -> answers("health/liveness") == 200);
        String during = said().substring(printed);
        assertThat(during.lines()).as("a few lines, not a flood").hasSizeBetween(1, 20);
        cluster().startApiServer();

        create(role("after").as("after"));
        eventually(RECOVERY, () -> assertThat(who(roleArn("after"))).isEqualTo("after []"));
        delete("before");
        becomes(roleArn("before"), NOBODY);
        becomes(roleArn("ends-meanwhile"), NOBODY);
        told("after", "Applied");
        told("ends-meanwhile", "Expired");
        assertThat(answers("health/readiness")).isEqualTo(200);
    }

    @Test
    void anApiServerThatHangsIsFollowedAgainWhenItAnswers() {
        assumeTrue(cluster().canStopApiServer(), "the API server of k3s cannot be paused");
        create(role("calm").as("calm"));
        told("calm", "Applied");

        cluster().pause();
        try {
            Awaitility.await().pollInSameThread().pollInterval(Duration.ofSeconds(1)).during(Duration.ofSeconds(12))
                    .atMost(Duration.ofSeconds(30)).until(() -> answers("health/liveness") == 200);
        } finally {
            cluster().resume();
        }
        create(role("awake").as("awake"));
        eventually(RECOVERY, () -> assertThat(who(roleArn("awake"))).isEqualTo("awake []"));
        told("awake", "Applied");
    }
}
