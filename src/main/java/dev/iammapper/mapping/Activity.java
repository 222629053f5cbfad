package dev.iammapper.mapping;

import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Stream;

/** Where an instant lies relative to the time in which a grant holds. */
public enum Activity {
    /** Before {@code notBefore}. */
    NOT_YET_ACTIVE,
    /** From {@code notBefore} on, and before {@code expiresAt}. */
    ACTIVE,
    /** From {@code expiresAt} on. */
    EXPIRED;

    /** The activity of a mapping at an instant. */
    public static Activity of(IdentityMapping mapping, Instant now) {
        if (mapping.expiresAt() != null && !now.isBefore(mapping.expiresAt())) {
            return EXPIRED;
        }
        if (mapping.notBefore() != null && now.isBefore(mapping.notBefore())) {
            return NOT_YET_ACTIVE;
        }
        return ACTIVE;
    }

    /**
     * The first instant after {@code now} at which the activity of any mapping changes, or {@code latest} when none
     * does until then.
     */
    public static Instant nextChange(Collection<IdentityMapping> mappings, Instant now, Instant latest) {
        return mappings.stream().flatMap(mapping -> Stream.of(mapping.notBefore(), mapping.expiresAt()))
                .filter(Objects::nonNull).filter(instant -> instant.isAfter(now) && instant.isBefore(latest))
                .min(Instant::compareTo).orElse(latest);
    }
}
