package dev.iammapper.store;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What is in the way right now, logged as one line for each distinct problem and not again for a while. */
public final class ProblemLog {
    private static final long QUIET_NANOS = Duration.ofMinutes(10).toNanos();
    private static final int MOST_REMEMBERED = 32;

    private final Logger log;
    private final String subject;
    private final LongSupplier nanoTime;
    private final Map<String, Long> loggedAt = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };
    private volatile @Nullable String current;
    private boolean recoveryWorthALine;

    /**
     * A log of problems.
     *
     * @param subject begins each line, as {@code watch of iamidentitymappings}
     */
    public ProblemLog(Logger log, String subject, LongSupplier nanoTime) {
        this.log = log;
        this.subject = subject;
        this.nanoTime = nanoTime;
    }

    /** Something is in the way. */
    public synchronized void report(String problem) {
        current = problem;
        long now = nanoTime.getAsLong();
        Long last = loggedAt.get(problem);
        if (last != null && now - last < QUIET_NANOS) {
            return;
        }
        loggedAt.remove(problem);
        loggedAt.put(problem, now);
        recoveryWorthALine = true;
        log.warn("{}: {}; trying again", subject, problem);
    }

    /** Nothing is in the way any more. */
    public synchronized void clear() {
        current = null;
        if (recoveryWorthALine) {
            recoveryWorthALine = false;
            log.info("{}: works again", subject);
        }
    }

    /** The problem, or null. */
    public @Nullable String current() {
        return current;
    }
}
