package dev.iammapper.certificate;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Since when something is seen without a break, by a clock that only goes forward: of when others began to see it this
 * says that it was not later.
 *
 * @param since in nanoseconds of that clock
 * @param lookedAt when the last look was
 */
public record Sightings(Map<X509Certificate, Long> since, long lookedAt) {
    /** Nothing was seen yet. */
    public static final Sightings NONE = new Sightings(Map.of(), 0);

    /** Copies the map. */
    public Sightings {
        since = Map.copyOf(since);
    }

    /**
     * The same after one more look.
     *
     * @param longestGap who did not look for longer does not know what happened meanwhile, and begins anew
     */
    public Sightings look(Collection<X509Certificate> seen, long nanos, Duration longestGap) {
        boolean broken = nanos - lookedAt > longestGap.toNanos();
        Map<X509Certificate, Long> next = new HashMap<>();
        seen.forEach(each -> next.put(each, broken ? nanos : since.getOrDefault(each, nanos)));
        return new Sightings(next, nanos);
    }

    /** Whether the last look saw it. */
    public boolean contains(X509Certificate certificate) {
        return since.containsKey(certificate);
    }

    /** What the last look saw. */
    public Set<X509Certificate> all() {
        return since.keySet();
    }

    /** Whether it is seen for at least that long. */
    public boolean lasts(X509Certificate certificate, Duration atLeast, long nanos) {
        Long first = since.get(certificate);
        return first != null && nanos - first >= atLeast.toNanos();
    }
}
