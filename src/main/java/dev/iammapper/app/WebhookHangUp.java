package dev.iammapper.app;

import lombok.RequiredArgsConstructor;
import org.springframework.context.SmartLifecycle;

/**
 * Comes when the server has answered what it was asked, and before the last pass: from then on nobody reads what arrives
 * on a connection, so none may stand.
 */
@RequiredArgsConstructor
final class WebhookHangUp implements SmartLifecycle {
    private final TlsConnector connector;
    private volatile boolean running;

    @Override
    public int getPhase() {
        return WebhookDrain.AFTERWARDS + 1;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        connector.hangUp();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
