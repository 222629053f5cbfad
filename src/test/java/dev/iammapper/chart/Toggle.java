package dev.iammapper.chart;

/**
 * Values that somebody could choose.
 *
 * @param name for reports
 * @param values YAML
 */
public record Toggle(String name, String values) {
    @Override
    public String toString() {
        return name;
    }
}
