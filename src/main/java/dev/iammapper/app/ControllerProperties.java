package dev.iammapper.app;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the controller; one that is not listed here is refused, wherever it is written.
 *
 * @param leaderElection which replica writes
 */
@ConfigurationProperties(prefix = "mapper", ignoreUnknownFields = false)
record ControllerProperties(@DefaultValue LeaderElection leaderElection) {

    /**
     * Which replica writes.
     *
     * @param enabled off only where nothing else writes for this cluster, as in a single local run
     */
    record LeaderElection(@DefaultValue("true") boolean enabled) {}
}
