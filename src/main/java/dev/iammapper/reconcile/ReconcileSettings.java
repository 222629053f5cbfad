package dev.iammapper.reconcile;

import dev.iammapper.render.RemovalBrake;
import java.time.Duration;
import java.time.Instant;

/**
 * What somebody may choose about passes.
 *
 * @param mode whether anything is written
 * @param brake when removals are held
 */
public record ReconcileSettings(Mode mode, Brake brake) {
    /** What holds when nobody chooses. */
    public static final ReconcileSettings USUAL = new ReconcileSettings(Mode.ENFORCE, Brake.USUAL);

    /**
     * When removals are held: beyond the larger of both bounds within the window.
     *
     * @param rows from 0
     * @param percent of the rows that are ours, 0 to 100
     * @param window at least a second, at most a day
     */
    public record Brake(int rows, int percent, Duration window) {
        private static final Duration LONGEST = Duration.ofDays(1);

        /** What holds when nobody chooses. */
        public static final Brake USUAL = new Brake(5, 20, Duration.ofMinutes(10));

        /**
         * Checks the bounds.
         *
         * @throws IllegalArgumentException naming the setting, what is wrong and what to write
         */
        public Brake {
            if (rows < 0) {
                throw new IllegalArgumentException("rows is " + rows + ": write a number from 0");
            }
            if (percent < 0 || percent > 100) {
                throw new IllegalArgumentException("percent is " + percent + ": write a number from 0 to 100");
            }
            if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("window is " + window + ": write a time from 1s to 24h");
            }
        }

        RemovalBrake at(Instant now) {
            return new RemovalBrake(rows, percent, window, now);
        }
    }
}
