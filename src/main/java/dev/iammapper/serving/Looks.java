package dev.iammapper.serving;

import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that looks, waits as long as the look says, and looks again. */
final class Looks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Looks.class);
    private static final Duration AFTER_A_BUG = Duration.ofSeconds(15);
    private static final Duration LAST_LOOK = Duration.ofSeconds(5);

    private final Supplier<Duration> look;
    private final Thread thread;
    private final Object lock = new Object();
    private boolean closed;

    Looks(String name, Supplier<Duration> look) {
        this.look = look;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (pause(lookOnce())) {
            LOG.trace("looking again");
        }
    }

    private Duration lookOnce() {
        try {
            return look.get();
        } catch (RuntimeException e) {
            // A bug: a thread that ends would let the certificate run out in silence.
            LOG.error("the webhook's certificate met the unexpected", e);
            return AFTER_A_BUG;
        }
    }

    private boolean pause(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        synchronized (lock) {
            try {
                for (long left = pause.toNanos(); left > 0 && !closed; left = end - System.nanoTime()) {
                    lock.wait(Math.max(1, Duration.ofNanos(left).toMillis()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            return !closed;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        try {
            thread.join(LAST_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
