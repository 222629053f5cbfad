package dev.iammapper.cli.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was found so far, in the order in which it is told, and how it is worded. */
final class Findings {
    static final int MOST_NAMED = 10;

    private final List<Finding> all = new ArrayList<>();

    /** How bad it is. */
    enum Severity {
        /** As it should be. */
        OK,
        /** Worth knowing. */
        INFO,
        /** Somebody should look. */
        WARN,
        /** It does not work, or will not. */
        FAIL,
        /** Not looked at, so nobody knows. */
        UNKNOWN
    }

    /**
     * One thing that was found.
     *
     * @param code a stable word
     * @param message a sentence
     * @param mend the command that mends it, or that shows more; null when there is nothing to do
     */
    record Finding(Severity severity, String code, String message, @Nullable String mend) {}

    List<Finding> all() {
        return List.copyOf(all);
    }

    void ok(String code, String message) {
        all.add(new Finding(Severity.OK, code, message, null));
    }

    void info(String code, String message, @Nullable String mend) {
        all.add(new Finding(Severity.INFO, code, message, mend));
    }

    void warn(String code, String message, @Nullable String mend) {
        all.add(new Finding(Severity.WARN, code, message, mend));
    }

    void fail(String code, String message, @Nullable String mend) {
        all.add(new Finding(Severity.FAIL, code, message, mend));
    }

    void unseen(String code, String what, String why) {
        all.add(new Finding(Severity.UNKNOWN, code, "Not looked at: " + what + ": " + why
                + (why.endsWith(".") ? "" : "."), null));
    }

    int size() {
        return all.size();
    }

    /** Whether nothing that was added since needs anybody. */
    boolean areGoodSince(int size) {
        return all.subList(size, all.size()).stream().allMatch(finding -> switch (finding.severity()) {
            case OK, INFO -> true;
            case WARN, FAIL, UNKNOWN -> false;
        });
    }

    static String sentence(String message) {
        return message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1)
                + (message.endsWith(".") ? "" : ".");
    }

    static String named(List<String> names) {
        return names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "");
    }

    static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    static String words(Duration time) {
        if (time.toDays() > 1) {
            return time.toDays() + " days";
        }
        if (time.toHours() > 1) {
            return time.toHours() + " hours";
        }
        return time.toMinutes() > 1 ? time.toMinutes() + " minutes" : count((int) time.toSeconds(), "second");
    }
}
