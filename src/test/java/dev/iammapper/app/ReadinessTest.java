package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.store.Leadership;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class ReadinessTest {
    private @Nullable String watchProblem = "the first list is not in";
    private @Nullable String trouble;
    private boolean leads;
    private final Readiness readiness = new Readiness(() -> watchProblem, new Role(), () -> trouble);

    @Test
    void whoHasNotReadEverythingOnceIsNotReady() {
        assertThat(readiness.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(readiness.health().getDetails()).containsEntry("waiting", "the first list is not in");
        watchProblem = null;
        assertThat(readiness.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void anApiServerThatIsAwayLaterTakesNobodyOutOfTheService() {
        watchProblem = null;
        readiness.health();
        watchProblem = "cannot reach the API server";
        assertThat(readiness.health().getStatus()).isEqualTo(Status.UP);
        assertThat(readiness.health().getDetails()).containsEntry("waiting", "cannot reach the API server");
    }

    @Test
    void whoStandsByIsAsReadyAsWhoLeadsAndTroubleStopsNoRollout() {
        watchProblem = null;
        assertThat(readiness.health().getDetails()).containsEntry("leads", false);
        leads = true;
        trouble = "the API server refuses aws-auth";
        assertThat(readiness.health().getStatus()).isEqualTo(Status.UP);
        assertThat(readiness.health().getDetails()).containsEntry("leads", true)
                .containsEntry("trouble", "the API server refuses aws-auth");
    }

    /** Leads when it is told to. */
    private final class Role implements Leadership {
        @Override
        public boolean mayWrite() {
            return leads;
        }

        @Override
        public long term() {
            return 1;
        }

        @Override
        public Duration remaining() {
            return Duration.ZERO;
        }
    }
}
