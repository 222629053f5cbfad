package dev.iammapper.mapping;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads instants as RFC 3339, section 5.6, writes them: capitals only, as
 * Kubernetes takes them.
 */
final class InstantReader {
    /** Longer texts are not looked at. */
    static final int MAX_LENGTH = 64;

    private static final String EXAMPLE = "Write date, time of day and offset, such as \"2026-03-01T18:00:00Z\" or"
            + " \"2026-03-01T18:00:00+01:00\".";
    private static final Pattern DATE_TIME = Pattern.compile("(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T"
            + "(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\\.(?<fraction>[0-9]+))?"
            + "(?:Z|(?<sign>[+-])(?<hours>[01][0-9]|2[0-3]):(?<minutes>[0-5][0-9]))");
    private static final Pattern WITHOUT_OFFSET = Pattern
            .compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?");
    private static final Pattern DATE_ONLY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final int NANO_DIGITS = 9;

    private InstantReader() {}

    static ParsedInstant read(String text) {
        if (text.length() > MAX_LENGTH) {
            return notAnInstant(text, "it has more than " + MAX_LENGTH + " characters");
        }
        Matcher matcher = DATE_TIME.matcher(text);
        if (!matcher.matches()) {
            return notAnInstant(text, missing(text));
        }
        try {
            LocalDateTime local = LocalDateTime.parse(matcher.group("date") + "T" + matcher.group("time"));
            return new ParsedInstant.Valid(
                    local.toInstant(ZoneOffset.UTC).plusNanos(nanos(matcher)).minusSeconds(offsetSeconds(matcher)));
        } catch (DateTimeException noSuchTime) {
            return notAnInstant(text, "there is no such date or time of day");
        }
    }

    private static ParsedInstant notAnInstant(String text, String reason) {
        return new ParsedInstant.Invalid(Quoted.text(text) + " is not an instant: " + reason + ".", EXAMPLE);
    }

    private static String missing(String text) {
        if (text.isEmpty()) {
            return "it is empty";
        }
        if (WITHOUT_OFFSET.matcher(text).matches()) {
            return "the offset is missing at its end";
        }
        if (DATE_ONLY.matcher(text).matches()) {
            return "the time of day is missing";
        }
        return "RFC 3339 wants another form";
    }

    private static long nanos(Matcher matcher) {
        String fraction = matcher.group("fraction");
        if (fraction == null) {
            return 0;
        }
        return Long.parseLong((fraction + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS));
    }

    private static long offsetSeconds(Matcher matcher) {
        String sign = matcher.group("sign");
        if (sign == null) {
            return 0;
        }
        long seconds = Long.parseLong(matcher.group("hours")) * 3600
                + Long.parseLong(matcher.group("minutes")) * 60;
        return sign.equals("-") ? -seconds : seconds;
    }
}
