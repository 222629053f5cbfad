package dev.iammapper.cli;

/** The formats of a command's answer, as they are written on the command line. */
enum OutputFormat {
    /** For people. */
    text,
    /** For programs. */
    json,
    /** For programs and people: the same data as {@link #json}. */
    yaml
}
