package dev.iammapper.serving;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with the certificate.
 *
 * @param notReady why calls would be refused, or null when they would not
 * @param problem what is in the way, or null
 * @param remark what a person should know although nothing is in the way, or null
 * @param certificateEnds the last instant of what is served, or null
 * @param authorityEnds the last instant of the authority that issued it, or null when that is unknown
 * @param renewed whether it is renewed by itself
 */
public record ServingState(@Nullable String notReady, @Nullable String problem, @Nullable String remark,
        @Nullable Instant certificateEnds, @Nullable Instant authorityEnds, boolean renewed) {}
