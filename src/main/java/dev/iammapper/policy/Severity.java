package dev.iammapper.policy;

import java.util.Locale;

/** What a finding does to its object under the policy in force. */
public enum Severity {
    /** The object is not admitted, and its row not written. */
    DENY,
    /** The object is admitted, and its author told. */
    WARN,
    /** Shown by {@code lint} and reports only. */
    INFO;

    /** The word in output for people and machines: {@code deny}, {@code warn} or {@code info}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
