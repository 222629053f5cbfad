package dev.iammapper.app;

import java.time.Duration;
import lombok.RequiredArgsConstructor;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Comes first when the program stops: a Pod that is going to end is called for a few more seconds, until all API
 * servers know its Service without it.
 */
@RequiredArgsConstructor
final class WebhookDrain implements SmartLifecycle {
    /** The phase of all else that we run: it stops after the server has answered what it was asked. */
    static final int AFTERWARDS = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 512;

    static final Duration IN_A_POD = Duration.ofSeconds(5);

    private final Duration calls;
    private final Runnable lastCalls;
    private volatile boolean running;

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        lastCalls.run();
        try {
            Thread.sleep(calls);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
