package dev.iammapper.admission;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Takes bodies in, within bounds for each of them, for all together, and for the time that one may take to arrive. */
final class AdmissionBody {
    /** An object and what it was before; the API server stores no mapping of half this size. */
    static final int MOST_BYTES = 1 << 20;

    private static final int MOST_KIBIBYTES_TOGETHER = 12 << 10;
    private static final Duration ARRIVAL = Duration.ofSeconds(5);
    private static final int CHUNK = 8 << 10;

    private final Semaphore kibibytes = new Semaphore(MOST_KIBIBYTES_TOGETHER);
    private final LongSupplier nanoTime;

    AdmissionBody(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** What is done with a body while its bytes count. */
    interface Use<R> {
        /** Uses the bytes. */
        R of(byte[] body);
    }

    /**
     * Reads a body and hands it on.
     *
     * @param length as announced, or negative when it was not
     * @throws Refused if it is too large, too slow, or one too many
     * @throws IOException if it breaks off
     */
    <R> R with(InputStream in, long length, Use<R> use) throws Refused, IOException {
        if (length > MOST_BYTES) {
            throw tooLarge();
        }
        Taken taken = new Taken();
        try {
            return use.of(read(in, taken));
        } finally {
            kibibytes.release(taken.kibibytes);
        }
    }

    /** Room counts from when it is filled: an announcement costs its author nothing. */
    private final class Taken {
        private int kibibytes;

        void chunk() throws Refused {
            int more = CHUNK >> 10;
            try {
                if (!AdmissionBody.this.kibibytes.tryAcquire(more, 1, TimeUnit.SECONDS)) {
                    throw new Refused(503, "too many requests at once; try again");
                }
                kibibytes += more;
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new Refused(503, "the webhook is stopping; try again");
            }
        }
    }

    private byte[] read(InputStream in, Taken taken) throws Refused, IOException {
        long end = nanoTime.getAsLong() + ARRIVAL.toNanos();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            if (body.size() + count > taken.kibibytes << 10) {
                taken.chunk();
            }
            body.write(chunk, 0, count);
            if (body.size() > MOST_BYTES) {
                throw tooLarge();
            }
            if (nanoTime.getAsLong() - end > 0) {
                throw new Refused(408, "the body did not arrive within " + ARRIVAL.toSeconds() + " s");
            }
        }
        return body.toByteArray();
    }

    private static Refused tooLarge() {
        return new Refused(413, "the body is larger than " + (MOST_BYTES >> 10) + " KiB, which no review of a mapping"
                + " needs");
    }

    /** The body is not read. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }

        /** The HTTP status that says so. */
        int status() {
            return status;
        }
    }
}
