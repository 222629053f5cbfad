package dev.iammapper.app;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.reconcile.Bell;
import dev.iammapper.reconcile.ReconcileLoop;
import dev.iammapper.reconcile.Trigger;
import dev.iammapper.store.EventRecorder;
import dev.iammapper.store.LeaderElector;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.MappingStatusWriter;
import dev.iammapper.store.ObjectWatch;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.time.Duration;
import lombok.RequiredArgsConstructor;
import lombok.extern.slf4j.Slf4j;
import org.springframework.context.SmartLifecycle;

/**
 * Starts what has a thread of its own, and stops it in the order in which nothing is cut off half-way: a pass comes to
 * its end before the Lease is given to another replica.
 */
@Slf4j
@RequiredArgsConstructor
final class ControllerLifecycle implements SmartLifecycle {
    /** How long a stop waits for the pass that runs: longer than any of its writes may take. */
    static final Duration LAST_PASS = Duration.ofSeconds(15);

    private static final Duration LAST_STATUSES = Duration.ofSeconds(2);

    private final ObjectWatch<IamIdentityMapping> mappings;
    private final ObjectWatch<V1ConfigMap> awsAuth;
    private final Leadership leadership;
    private final ReconcileLoop loop;
    private final Bell bell;
    private final MappingStatusWriter statuses;
    private final EventRecorder events;
    private final Duration lastPass;
    private volatile boolean running;

    @Override
    public void start() {
        mappings.start();
        awsAuth.start();
        if (leadership instanceof LeaderElector elector) {
            elector.start();
        } else {
            bell.ring(Trigger.LEADERSHIP);
        }
        loop.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        boolean idle = loop.stop(lastPass);
        if (!idle) {
            log.warn("The last pass did not come to its end within {} s", lastPass.toSeconds());
        }
        awaitStatuses();
        if (leadership instanceof LeaderElector elector) {
            elector.close(() -> idle);
        }
        statuses.close();
        events.close();
        awsAuth.close();
        mappings.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void awaitStatuses() {
        try {
            if (!statuses.awaitIdle(LAST_STATUSES)) {
                log.info("{} statuses are left to the next leader", statuses.pending());
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int getPhase() {
        return WebhookDrain.AFTERWARDS;
    }
}
