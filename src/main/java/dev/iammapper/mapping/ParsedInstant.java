package dev.iammapper.mapping;

import java.time.Instant;

/** What became of a text that should be an instant as RFC 3339, section 5.6, writes it. */
sealed interface ParsedInstant {

    /** An instant; fractions of a second count down to nanoseconds. */
    record Valid(Instant instant) implements ParsedInstant {}

    /** Something else. */
    record Invalid(String message, String advice) implements ParsedInstant {}
}
