package dev.iammapper.app;

import dev.iammapper.policy.PolicySettings;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.reconcile.ReconcileSettings;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * The settings of the controller; one that is not listed here is refused, wherever it is written.
 *
 * @param mode whether rows are written: {@code enforce}, or {@code observe}
 * @param removalBrake when removals are held until a person lets them go
 * @param leaderElection which replica writes
 * @param namespace where the webhook's Secret and Service are; else the Pod's, or {@code iam-identity-mapper}
 * @param webhook the admission webhook
 * @param policy what mappings may grant, unchecked
 * @param log what the log looks like
 */
@ConfigurationProperties(prefix = "mapper", ignoreUnknownFields = false)
record ControllerProperties(@DefaultValue("enforce") Mode mode, @DefaultValue RemovalBrake removalBrake,
        @DefaultValue LeaderElection leaderElection, @Nullable String namespace,
        @DefaultValue WebhookProperties webhook, @DefaultValue PolicySettings policy,
        @DefaultValue LogProperties log) {

    /** Checks the namespace. */
    ControllerProperties {
        if (namespace != null) {
            WebhookProperties.requireLabel("mapper.namespace", namespace);
        }
    }

    /** What passes depend on. */
    ReconcileSettings reconcile() {
        return new ReconcileSettings(mode, removalBrake.brake());
    }

    /**
     * When removals are held: beyond the larger of both bounds within the window.
     *
     * @param rows from 0
     * @param percent of the rows that are ours, 0 to 100
     * @param window from {@code 1s} to {@code 24h}; in seconds unless it has a unit
     */
    record RemovalBrake(@DefaultValue("5") int rows, @DefaultValue("20") int percent,
            @DefaultValue("10m") @DurationUnit(ChronoUnit.SECONDS) Duration window) {
        /** Checks the bounds. */
        RemovalBrake {
            try {
                new ReconcileSettings.Brake(rows, percent, window);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("mapper.removal-brake." + e.getMessage(), e);
            }
        }

        private ReconcileSettings.Brake brake() {
            return new ReconcileSettings.Brake(rows, percent, window);
        }
    }

    /**
     * Which replica writes.
     *
     * @param enabled off only where nothing else writes for this cluster, as in a single local run
     */
    record LeaderElection(@DefaultValue("true") boolean enabled) {}
}
