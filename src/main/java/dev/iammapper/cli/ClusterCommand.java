package dev.iammapper.cli;

import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.cli.text.OutputFormat;
import dev.iammapper.cli.text.StructuredOutput;
import dev.iammapper.cli.text.TextLines;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What commands have in common that answer about one cluster: how they find it, answer, and say that they cannot. */
public abstract class ClusterCommand implements Callable<Integer> {
    /** Which cluster. */
    @Mixin
    protected final ClusterOptions cluster = new ClusterOptions();

    /** Streams and clock. */
    protected final CommandSurroundings surroundings;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Spec
    private @Nullable CommandSpec spec;

    /** The command in its surroundings. */
    protected ClusterCommand(CommandSurroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Visits the cluster and returns an exit code: that of the visit, or {@code unable} with a sentence for the user. */
    protected final int visit(int unable, ClusterOptions.Visit<Integer> visit) {
        try {
            return cluster.visit(surroundings, visit);
        } catch (UnusableInputException e) {
            e.tell(surroundings.err());
            return unable;
        }
    }

    /** The format for programs in which an answer comes that nobody reads otherwise. */
    final OutputFormat structuredFormat() {
        return isText() ? OutputFormat.yaml : output.format();
    }

    /** Whether people read the answer. */
    protected final boolean isText() {
        return output.format() == OutputFormat.text;
    }

    /** Answers programs. */
    protected final void answer(Object report) {
        StructuredOutput.print(surroundings.out(), output.format(), report);
    }

    /** Answers people. */
    protected final TextLines lines() {
        return TextLines.to(surroundings.out(), command());
    }

    /** What picocli knows about the command that runs. */
    protected final CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("picocli says who is run before it runs anything");
        }
        return spec;
    }

    /** A mistake in the command line: picocli prints it with the usage. */
    protected final ParameterException mistake(String message) {
        return new ParameterException(command().commandLine(), message);
    }
}
