package dev.iammapper.mapping;

/**
 * One thing that is wrong with an object.
 *
 * @param code stable CamelCase word
 * @param path the field, as {@code spec.groups[1]}
 * @param message what is wrong, a sentence
 * @param advice what to write instead, a sentence
 */
public record FieldError(String code, String path, String message, String advice) {

    /** The finding on one line, as status and log show it. */
    public String sentence() {
        return path + ": " + message + " " + advice + " (" + code + ")";
    }
}
