package dev.iammapper.store;

import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.LongSupplier;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What time it is for the API server: the Date of its last answer, and what passed since by a clock that only goes
 * forward. The clock of this machine counts only before the first answer.
 */
public final class ServerTime implements Interceptor {
    private final Clock clock;
    private final LongSupplier nanoTime;
    private volatile @Nullable Reading last;

    /** Heard nothing yet. */
    public ServerTime(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    private record Reading(Instant date, long nanos) {}

    /** The time there, to a second or so. */
    public Instant now() {
        Reading reading = last;
        return reading == null
                ? clock.instant()
                : reading.date().plus(Duration.ofNanos(nanoTime.getAsLong() - reading.nanos()));
    }

    /** The time by the clock of this machine. */
    public Instant here() {
        return clock.instant();
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        String date = response.header("Date");
        if (date != null) {
            try {
                last = new Reading(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant(),
                        nanoTime.getAsLong());
            } catch (DateTimeException unreadable) {
                // A proxy's, perhaps; the reading before it holds.
                return response;
            }
        }
        return response;
    }
}
