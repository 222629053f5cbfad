package dev.iammapper.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a program prints, collected on a thread of its own up to a bound. The pipe may stay open when the program has
 * ended, because a child that it started holds it: what was printed until then can be had all the same.
 */
final class ProcessOutput {
    private final InputStream stream;
    private final int most;
    private final Thread thread;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean tooLong;

    private ProcessOutput(InputStream stream, int most) {
        this.stream = stream;
        this.most = most;
        this.thread = Thread.ofPlatform().daemon().name("process-output").start(this::collect);
    }

    /** Collects at most {@code most} bytes; what comes after them is read, so that the program goes on, and dropped. */
    static ProcessOutput of(InputStream stream, int most) {
        return new ProcessOutput(stream, most);
    }

    /** Waits for the end of the pipe, for at most that long, and returns what was printed. */
    String text(Duration atMost) throws InterruptedException {
        thread.join(atMost);
        synchronized (bytes) {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /** Whether more was printed than is kept. */
    boolean isTooLong() {
        synchronized (bytes) {
            return tooLong;
        }
    }

    private void collect() {
        byte[] buffer = new byte[8 << 10];
        try (stream) {
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                synchronized (bytes) {
                    int kept = Math.min(read, most - bytes.size());
                    bytes.write(buffer, 0, kept);
                    tooLong |= kept < read;
                }
            }
        } catch (IOException closed) {
            // The program is gone; what it printed counts.
        }
    }
}
