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
 */
public record Sightings(Map<X509Certificate, Long> since) {
    /** Nothing was seen yet. */
    public static final Sightings NONE = new Sightings(Map.of());

    /** Copies the map. */
    public Sightings {
        since = Map.copyOf(since);
    }

    /** The same after one more look. */
    public Sightings look(Collection<X509Certificate> seen, long nanos) {
        Map<X509Certificate, Long> next = new HashMap<>();
        seen.forEach(each -> next.put(each, since.getOrDefault(each, nanos)));
        return new Sightings(next);
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
