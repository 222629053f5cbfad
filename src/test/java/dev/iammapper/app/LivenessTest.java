package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class LivenessTest {
    private static final Duration LATELY = Duration.ofSeconds(20);
    private static final Duration LONG_AGO = Liveness.SILENT.plusSeconds(1);

    private boolean loopIsGone;
    private boolean leaseIsRenewed;
    private Duration pass = Duration.ZERO;
    private Duration mappings = LATELY;
    private Duration awsAuth = LATELY;
    private String problem;

    private final Liveness liveness = new Liveness(() -> loopIsGone, () -> pass,
            List.of(new Liveness.Watch(() -> mappings, () -> problem), new Liveness.Watch(() -> awsAuth, () -> null)),
            () -> leaseIsRenewed);

    @Test
    void allIsWellWhileBothWatchesHear() {
        assertThat(status()).isEqualTo(Status.UP);
    }

    @Test
    void aThreadThatIsGoneComesBackOnlyWithARestart() {
        loopIsGone = true;
        assertThat(status()).isEqualTo(Status.DOWN);
    }

    @Test
    void aPassThatDoesNotEndIsMendedByARestart() {
        pass = Liveness.STUCK.plusSeconds(1);
        assertThat(status()).isEqualTo(Status.DOWN);
    }

    @Test
    void aWatchThatHangsWhileTheOtherHearsIsMendedByARestart() {
        mappings = LONG_AGO;
        assertThat(status()).isEqualTo(Status.DOWN);
    }

    @Test
    void watchesThatHangWhileTheLeaseIsRenewedAreMendedByARestart() {
        mappings = LONG_AGO;
        awsAuth = LONG_AGO;
        leaseIsRenewed = true;
        assertThat(status()).isEqualTo(Status.DOWN);
    }

    @Test
    void anOutageOfTheApiServerIsNotMendedByARestart() {
        mappings = LONG_AGO;
        awsAuth = LONG_AGO;
        assertThat(status()).isEqualTo(Status.UP);
    }

    @Test
    void aDefinitionOrPermissionThatIsMissingIsNotMendedByARestart() {
        mappings = LONG_AGO;
        problem = "iamidentitymappings is not served";
        assertThat(status()).isEqualTo(Status.UP);
    }

    private Status status() {
        return liveness.health().getStatus();
    }
}
