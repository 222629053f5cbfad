package dev.iammapper.policy;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a rule has to say about an object.
 *
 * @param code which rule
 * @param severity what it does to the object under the policy in force
 * @param path the field, as {@code spec.groups[1]}
 * @param message what is wrong, a sentence that goes on from the path
 * @param advice what to write instead, a sentence
 * @param other the name of the other object that the finding speaks of, or null when there is none
 */
public record Finding(RuleCode code, Severity severity, String path, String message, String advice,
        @Nullable String other) {

    /** The finding on one line, as admission, status and log show it. */
    public String sentence() {
        return path + ": " + message + " " + advice + " (" + code.word() + ")";
    }
}
