package dev.iammapper.cli;

import dev.iammapper.cli.text.OutputFormat;
import picocli.CommandLine.Option;

/** The option that says in which format a command answers; to be mixed into a command. */
final class OutputOptions {
    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", description = "text, json or yaml (default: text)")
    private OutputFormat format = OutputFormat.text;

    OutputFormat format() {
        return format;
    }
}
