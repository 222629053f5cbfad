package dev.iammapper.bench;

import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was measured.
 *
 * @param work during which work
 * @param name what of it
 * @param unit of the values; empty for counts
 * @param values one for each time it was measured, at least one
 * @param toReach the bounds that were set for it, or null when it only informs
 */
record Figure(String work, String name, String unit, List<Double> values, @Nullable ToReach toReach) {

    /** Copies the values. */
    Figure {
        values = List.copyOf(values);
    }

    /**
     * Bounds, in the figure's unit.
     *
     * @param median the most that the median may be
     * @param worst the most that any value may be
     */
    record ToReach(double median, double worst) {
        static ToReach atMost(double bound) {
            return new ToReach(bound, bound);
        }
    }

    static Figure one(String work, String name, String unit, double value, @Nullable ToReach toReach) {
        return new Figure(work, name, unit, List.of(value), toReach);
    }

    double best() {
        return Collections.min(values);
    }

    double worst() {
        return Collections.max(values);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** "yes" or "no", or nothing when there is nothing to reach. */
    String reached() {
        if (toReach == null) {
            return "";
        }
        return median() <= toReach.median() && worst() <= toReach.worst() ? "yes" : "no";
    }

    /** For programs. */
    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("work", work);
        json.addProperty("figure", name);
        json.addProperty("unit", unit);
        json.addProperty("n", values.size());
        json.addProperty("median", rounded(median()));
        json.addProperty("best", rounded(best()));
        json.addProperty("worst", rounded(worst()));
        if (toReach != null) {
            json.addProperty("medianToReach", rounded(toReach.median()));
            json.addProperty("worstToReach", rounded(toReach.worst()));
            json.addProperty("reached", reached().equals("yes"));
        }
        return json;
    }

    /** The cells of a table: figure, median, best, worst, number of measurements, to reach, reached. */
    List<String> cells() {
        return List.of(name, text(median()) + (unit.isEmpty() ? "" : " " + unit), text(best()), text(worst()),
                Integer.toString(values.size()), toReach == null ? "" : bounds(toReach), reached());
    }

    private static String bounds(ToReach toReach) {
        return "≤ " + text(toReach.median())
                + (toReach.worst() == toReach.median() ? "" : ", worst ≤ " + text(toReach.worst()));
    }

    private static String text(double value) {
        return rounded(value).toPlainString();
    }

    /** Three digits say all that a measurement on a shared machine can say. */
    private static BigDecimal rounded(double value) {
        BigDecimal whole = BigDecimal.valueOf(value);
        BigDecimal rounded = Math.abs(value) >= 100
                ? whole.setScale(0, java.math.RoundingMode.HALF_UP)
                : whole.round(new MathContext(3));
        return rounded.stripTrailingZeros().scale() < 0 ? rounded.setScale(0) : rounded.stripTrailingZeros();
    }
}
