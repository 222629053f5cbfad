package dev.iammapper.app;

import dev.iammapper.reconcile.ReconcileLoop;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.ObjectWatch;
import java.time.Duration;
import java.util.List;
import lombok.RequiredArgsConstructor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/** Down only where a restart would help: never because of the cluster, its permissions or its objects. */
@RequiredArgsConstructor
final class Liveness implements HealthIndicator {
    /** Watches end, and bookmarks come, much more often. */
    private static final Duration SILENT = Duration.ofMinutes(15);

    private static final Duration ANSWERING = Duration.ofMinutes(2);

    /** Calls of a pass are bounded, so that one which takes this long does not come to its end. */
    private static final Duration STUCK = Duration.ofMinutes(10);

    private final SmartLifecycle lifecycle;
    private final ReconcileLoop loop;
    private final List<ObjectWatch<?>> watches;
    private final Leadership leadership;

    @Override
    public Health health() {
        if (lifecycle.isRunning() && !loop.isAlive()) {
            return Health.down().withDetail("reason", "the thread that runs passes is gone").build();
        }
        if (loop.passLasts().compareTo(STUCK) > 0) {
            return Health.down().withDetail("reason", "a pass has not ended for " + STUCK.toMinutes() + " minutes")
                    .build();
        }
        if (apiServerAnswers() && watches.stream().anyMatch(Liveness::hangs)) {
            return Health.down().withDetail("reason", "a watch has heard nothing for " + SILENT.toMinutes()
                    + " minutes although the API server answers").build();
        }
        return Health.up().build();
    }

    private boolean apiServerAnswers() {
        return (leadership.contested() && leadership.mayWrite())
                || watches.stream().anyMatch(watch -> watch.sinceLastContact().compareTo(ANSWERING) < 0);
    }

    /** A watch that knows what is in its way tries again by itself; a restart would find the same. */
    private static boolean hangs(ObjectWatch<?> watch) {
        return watch.problem() == null && watch.sinceLastContact().compareTo(SILENT) > 0;
    }
}
