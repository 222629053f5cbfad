package dev.iammapper.architecture.offences.render;

import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/** Has a clock and a die; one of them only by reference. */
final class RenderThatGuesses {
    private static final Supplier<UUID> NEXT = UUID::randomUUID;

    private RenderThatGuesses() {}

    static String guess() {
        return NEXT.get() + " at " + Clock.systemUTC().millis();
    }
}
