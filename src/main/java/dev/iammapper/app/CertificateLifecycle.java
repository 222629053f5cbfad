package dev.iammapper.app;

import dev.iammapper.serving.CertificateSource;
import lombok.RequiredArgsConstructor;
import org.springframework.context.SmartLifecycle;

/** Starts the care for the certificate with the server, and ends it before the server ends. */
@RequiredArgsConstructor
final class CertificateLifecycle implements SmartLifecycle {
    private final CertificateSource source;
    private volatile boolean running;

    @Override
    public void start() {
        source.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        source.close();
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
