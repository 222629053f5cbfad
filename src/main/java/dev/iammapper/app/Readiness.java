package dev.iammapper.app;

import dev.iammapper.store.LeaderElector;
import dev.iammapper.store.Leadership;
import java.util.function.Supplier;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Up once everything was read once; what is in the way after that is told, but changes nothing for a rollout. */
@RequiredArgsConstructor
final class Readiness implements HealthIndicator {
    private final Supplier<@Nullable String> watchProblem;
    private final Leadership leadership;
    private final Supplier<@Nullable String> troubleOfPasses;
    private volatile boolean wasReady;

    @Override
    public Health health() {
        String waiting = watchProblem.get();
        if (waiting == null) {
            wasReady = true;
        }
        Health.Builder health = wasReady ? Health.up() : Health.outOfService();
        tell(health, "waiting", waiting);
        tell(health, "trouble", troubleOfPasses.get());
        health.withDetail("leads", leadership.mayWrite());
        if (leadership instanceof LeaderElector elector) {
            tell(health, "leader", elector.leader());
            tell(health, "election", elector.problem());
        }
        return health.build();
    }

    /** Tells it under the name, if there is anything to tell. */
    static void tell(Health.Builder health, String name, @Nullable Object what) {
        if (what != null) {
            health.withDetail(name, what.toString());
        }
    }
}
