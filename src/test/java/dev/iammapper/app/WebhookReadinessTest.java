package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.serving.CertificateSource;
import dev.iammapper.serving.ServingState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class WebhookReadinessTest {
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");

    /** A certificate that stands so. */
    private record Stands(ServingState state) implements CertificateSource {
        @Override
        public void start() {}

        @Override
        public long issued() {
            return 0;
        }

        @Override
        public long registered() {
            return 0;
        }

        @Override
        public void close() {}
    }

    @Test
    void whereNobodyWantsAWebhookNothingIsWaitedFor() {
        assertThat(new WebhookReadiness(null).health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void whoWouldBeRefusedByTheApiServerIsNotReadyAndSaysWhy() {
        Health health = health("there is no certificate", null);
        assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(health.getDetails()).containsEntry("waiting", "there is no certificate");
    }

    @Test
    void troubleThatLeavesTheCertificateStandingIsToldAndNothingMore() {
        Health health = health(null, "the Secret cannot be read");
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsEntry("trouble", "the Secret cannot be read")
                .containsEntry("certificateExpires", END.toString());
    }

    private static Health health(@Nullable String notReady, @Nullable String problem) {
        return new WebhookReadiness(new Stands(new ServingState(notReady, problem, null, END, null, true))).health();
    }
}
