package dev.iammapper.app;

import dev.iammapper.admission.BindingWatch;
import lombok.RequiredArgsConstructor;
import org.springframework.context.SmartLifecycle;

/** Watches bindings as long as the webhook needs them. */
@RequiredArgsConstructor
final class BindingLifecycle implements SmartLifecycle {
    private final BindingWatch bindings;
    private final boolean wanted;
    private volatile boolean running;

    @Override
    public void start() {
        if (wanted) {
            bindings.start();
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (wanted) {
            bindings.close();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebhookDrain.AFTERWARDS;
    }
}
