package dev.iammapper.policy;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes times as people write them in settings: {@code 90m}, {@code 12h}, {@code 30d}, {@code PT12H}. */
final class Durations {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(36_525);
    private static final Pattern SHORT = Pattern.compile("(?<count>[0-9]{1,9})(?<unit>[smhd])");
    private static final int MAX_LENGTH = 32;

    private Durations() {}

    /** The time, if it is one and from a minute to a hundred years. */
    static Optional<Duration> read(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = SHORT.matcher(text);
        return (matcher.matches() ? Optional.of(duration(matcher)) : iso(text))
                .filter(duration -> duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0
                        && duration.truncatedTo(ChronoUnit.SECONDS).equals(duration));
    }

    private static Duration duration(Matcher matcher) {
        long count = Long.parseLong(matcher.group("count"));
        return switch (matcher.group("unit")) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    private static Optional<Duration> iso(String text) {
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeParseException | ArithmeticException noDuration) {
            return Optional.empty();
        }
    }

    /** The time in its largest whole unit. */
    static String write(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % Duration.ofDays(1).toSeconds() == 0) {
            return duration.toDays() + "d";
        }
        if (seconds % Duration.ofHours(1).toSeconds() == 0) {
            return duration.toHours() + "h";
        }
        return seconds % Duration.ofMinutes(1).toSeconds() == 0 ? duration.toMinutes() + "m" : seconds + "s";
    }
}
