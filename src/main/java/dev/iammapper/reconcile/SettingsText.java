package dev.iammapper.reconcile;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Settings as the text that is published beside the policy, for commands that want to judge as the controller does: one
 * {@code name: value} on each line.
 */
public final class SettingsText {
    private static final String MODE = "mode";
    private static final String ROWS = "removal-brake.rows";
    private static final String PERCENT = "removal-brake.percent";
    private static final String LEADER_ELECTION = "leader-election";
    private static final String VERSION = "version";
    private static final String WINDOW = "removal-brake.window";

    private SettingsText() {}

    /**
     * The text.
     *
     * @param electsLeader whether a Lease says who writes
     * @param version of the program which writes it
     */
    public static String write(ReconcileSettings settings, boolean electsLeader, String version) {
        return MODE + ": " + settings.mode().name().toLowerCase(Locale.ROOT) + "\n"
                + ROWS + ": " + settings.brake().rows() + "\n"
                + PERCENT + ": " + settings.brake().percent() + "\n"
                + WINDOW + ": " + settings.brake().window() + "\n"
                + LEADER_ELECTION + ": " + electsLeader + "\n"
                + VERSION + ": " + version + "\n";
    }

    /**
     * What a text says; what it does not say is as usual.
     *
     * @throws IllegalArgumentException when a value is not one of its setting's
     */
    public static ReconcileSettings read(String text) {
        Map<String, String> values = values(text);
        ReconcileSettings.Brake usual = ReconcileSettings.Brake.USUAL;
        try {
            return new ReconcileSettings(
                    Mode.valueOf(values.getOrDefault(MODE, Mode.ENFORCE.name()).toUpperCase(Locale.ROOT)),
                    new ReconcileSettings.Brake(
                            Integer.parseInt(values.getOrDefault(ROWS, String.valueOf(usual.rows()))),
                            Integer.parseInt(values.getOrDefault(PERCENT, String.valueOf(usual.percent()))),
                            Duration.parse(values.getOrDefault(WINDOW, usual.window().toString()))));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(WINDOW + " is " + values.get(WINDOW) + ", which is no duration", e);
        }
    }

    /** Whether a Lease says who writes; so it is where a text does not say. */
    public static boolean electsLeader(String text) {
        return !"false".equals(values(text).get(LEADER_ELECTION));
    }

    /** Which version of the program wrote a text, if it says. */
    public static Optional<String> version(String text) {
        return Optional.ofNullable(values(text).get(VERSION));
    }

    private static Map<String, String> values(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines().map(line -> line.split(": ", 2)).filter(parts -> parts.length == 2)
                .forEach(parts -> values.put(parts[0].strip(), parts[1].strip()));
        return values;
    }
}
