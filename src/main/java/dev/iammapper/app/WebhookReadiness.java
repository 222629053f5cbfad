package dev.iammapper.app;

import dev.iammapper.serving.CertificateSource;
import dev.iammapper.serving.ServingState;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Up while calls of the API server would be answered; or when nobody wants them to be. */
@RequiredArgsConstructor
final class WebhookReadiness implements HealthIndicator {
    private final @Nullable CertificateSource source;

    @Override
    public Health health() {
        if (source == null) {
            return Health.up().withDetail("webhook", "off").build();
        }
        ServingState state = source.state();
        Health.Builder health = state.notReady() == null ? Health.up() : Health.outOfService();
        Readiness.tell(health, "waiting", state.notReady());
        Readiness.tell(health, "trouble", state.problem());
        Readiness.tell(health, "remark", state.remark());
        Readiness.tell(health, "certificateExpires", state.certificateEnds());
        Readiness.tell(health, "authorityExpires", state.authorityEnds());
        return health.build();
    }
}
