package dev.iammapper.mapping;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The end of a grant as an object states it, whatever else is wrong with the object. */
public final class StatedExpiry {
    private StatedExpiry() {}

    /** The instant that {@code spec.expiresAt} names, or null when it cannot be read or is not there. */
    public static @Nullable Instant of(@Nullable String expiresAt) {
        return expiresAt != null && InstantReader.read(expiresAt) instanceof ParsedInstant.Valid(Instant instant)
                ? instant
                : null;
    }
}
