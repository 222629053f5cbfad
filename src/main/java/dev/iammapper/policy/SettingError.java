package dev.iammapper.policy;

/**
 * One thing that is wrong with the settings of a policy.
 *
 * @param line the line of the text from 1, or 0 when the setting came from elsewhere
 * @param column the column from 1, or 0
 * @param key the setting, as {@code masters[1]}; empty when the text as a whole is meant
 * @param message what is wrong, a sentence that goes on from the key
 * @param advice what to write instead, a sentence
 */
public record SettingError(int line, int column, String key, String message, String advice) {

    static SettingError of(String key, String message, String advice) {
        return new SettingError(0, 0, key, message, advice);
    }

    SettingError at(int errorLine, int errorColumn) {
        return new SettingError(errorLine, errorColumn, key, message, advice);
    }

    /** The error on one line. */
    public String sentence() {
        String place = line == 0 ? "" : "line " + line + ", column " + column + ": ";
        return place + (key.isEmpty() ? "the policy " : key + ": ") + message + " " + advice;
    }
}
