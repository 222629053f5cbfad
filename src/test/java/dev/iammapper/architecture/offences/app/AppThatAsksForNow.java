package dev.iammapper.architecture.offences.app;

import java.time.Instant;

/** Reads the system's time. */
final class AppThatAsksForNow {
    private AppThatAsksForNow() {}

    static Instant now() {
        return Instant.now();
    }
}
