package dev.iammapper.certificate;

import java.time.Instant;

/**
 * What time it is, as far as anybody knows. The API server decides what it accepts; but what cannot be undone is done
 * only where both clocks agree that it must be.
 *
 * @param server by the clock of the API server that answered last
 * @param here by the clock of this machine
 */
public record Times(Instant server, Instant here) {

    /** By the clock that is behind. */
    public Instant earliest() {
        return server.isBefore(here) ? server : here;
    }

    /** By the clock that is ahead. */
    public Instant latest() {
        return server.isBefore(here) ? here : server;
    }
}
