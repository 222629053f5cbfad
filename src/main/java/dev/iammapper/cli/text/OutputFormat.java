package dev.iammapper.cli.text;

/** The formats of a command's answer, as they are written on the command line. */
public enum OutputFormat {
    /** For people. */
    text,
    /** For programs. */
    json,
    /** For programs and people: the same data as {@link #json}. */
    yaml
}
