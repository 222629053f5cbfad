package dev.iammapper.cli.input;

import dev.iammapper.policy.Severity;
import org.jspecify.annotations.Nullable;

/**
 * One thing that {@code lint} has to say, and where.
 *
 * @param file as the user named it, or the way to it from the folder that the user named
 * @param kind of the object, empty where there is none to be read
 * @param name of the object, empty where there is none to be read
 * @param code a stable CamelCase word
 * @param field the field, as {@code spec.groups[1]}; empty when the document as a whole is meant
 * @param message what is wrong, a sentence that goes on from the field
 * @param advice what to write instead, a sentence
 * @param related where the other object stands that the finding speaks of, or null
 */
public record LintFinding(String file, Place place, String kind, String name, String code, Severity severity,
        String field,
        String message, String advice, @Nullable Related related) {

    /** Another object, and where it stands. */
    public record Related(String file, Place place, String name) {}
}
