package dev.iammapper.app;

import dev.iammapper.store.ObjectWatch;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Down only where a restart would help: never because of the cluster, its permissions or its objects. */
@RequiredArgsConstructor
final class Liveness implements HealthIndicator {
    /** Watches end, and bookmarks come, much more often. */
    static final Duration SILENT = Duration.ofMinutes(15);

    /** Who was heard so recently is taken to answer now. */
    static final Duration ANSWERING = Duration.ofMinutes(2);

    /** Calls of a pass are bounded, so that one which takes this long does not come to its end. */
    static final Duration STUCK = Duration.ofMinutes(10);

    private final BooleanSupplier loopIsGone;
    private final Supplier<Duration> passLasts;
    private final List<Watch> watches;
    private final BooleanSupplier leaseIsRenewed;

    /**
     * What is asked of a watch.
     *
     * @param sinceLastContact how long ago the API server was heard
     * @param problem what the watch knows to be in its way, or null
     */
    record Watch(Supplier<Duration> sinceLastContact, Supplier<@Nullable String> problem) {
        static Watch of(ObjectWatch<?> watch) {
            return new Watch(watch::sinceLastContact, watch::problem);
        }

        /** A watch that knows what is in its way tries again by itself; a restart would find the same. */
        boolean hangs() {
            return problem.get() == null && sinceLastContact.get().compareTo(SILENT) > 0;
        }

        boolean hears() {
            return sinceLastContact.get().compareTo(ANSWERING) < 0;
        }
    }

    @Override
    public Health health() {
        if (loopIsGone.getAsBoolean()) {
            return Health.down().withDetail("reason", "the thread that runs passes is gone").build();
        }
        if (passLasts.get().compareTo(STUCK) > 0) {
            return Health.down().withDetail("reason", "a pass has not ended for " + STUCK.toMinutes() + " minutes")
                    .build();
        }
        boolean serverAnswers = leaseIsRenewed.getAsBoolean() || watches.stream().anyMatch(Watch::hears);
        if (serverAnswers && watches.stream().anyMatch(Watch::hangs)) {
            return Health.down().withDetail("reason", "a watch has heard nothing for " + SILENT.toMinutes()
                    + " minutes although the API server answers").build();
        }
        return Health.up().build();
    }
}
