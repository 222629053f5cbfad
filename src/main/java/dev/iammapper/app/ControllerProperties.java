package dev.iammapper.app;

import dev.iammapper.policy.PolicySettings;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the controller; one that is not listed here is refused, wherever it is written.
 *
 * @param leaderElection which replica writes
 * @param namespace where the webhook's Secret and Service are; else the Pod's, or {@code iam-identity-mapper}
 * @param webhook the admission webhook
 * @param policy what mappings may grant, unchecked
 */
@ConfigurationProperties(prefix = "mapper", ignoreUnknownFields = false)
record ControllerProperties(@DefaultValue LeaderElection leaderElection, @Nullable String namespace,
        @DefaultValue WebhookProperties webhook, @DefaultValue PolicySettings policy) {

    /** Checks the namespace. */
    ControllerProperties {
        if (namespace != null) {
            WebhookProperties.requireLabel("mapper.namespace", namespace);
        }
    }

    /**
     * Which replica writes.
     *
     * @param enabled off only where nothing else writes for this cluster, as in a single local run
     */
    record LeaderElection(@DefaultValue("true") boolean enabled) {}
}
