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
        tell(health, "waiting", state.notReady());
        tell(health, "trouble", state.problem());
        tell(health, "remark", state.remark());
        tell(health, "certificateExpires", state.certificateEnds());
        tell(health, "authorityExpires", state.authorityEnds());
        return health.build();
    }

    private static void tell(Health.Builder health, String name, @Nullable Object what) {
        if (what != null) {
            health.withDetail(name, what.toString());
        }
    }
}
