package dev.iammapper.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Asks a person before something is written; to be mixed into a command. */
final class Confirmation {
    @Option(names = {"-y", "--yes"}, description = "do not ask; needed where nobody sits at a terminal")
    private boolean yes;

    private final BooleanSupplier terminal;

    Confirmation() {
        this(Confirmation::isTerminal);
    }

    /** For tests: somebody else says whether a person sits there. */
    Confirmation(BooleanSupplier terminal) {
        this.terminal = terminal;
    }

    /** There is a console without a terminal in some versions of Java, and none at all in others. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /**
     * Refuses where nobody could answer, or would see what the question is about; to be called before anything is read
     * or printed.
     *
     * @param shown whether what will happen is shown before the question
     * @throws ParameterException that says so
     */
    void require(CommandSpec command, boolean shown) {
        if (!yes && !shown) {
            throw new ParameterException(command.commandLine(),
                    "with -o json or yaml nothing is shown before the question: look at what \"" + command.name()
                            + "\" shows with -o text first, then add --yes.");
        }
        if (!yes && !terminal.getAsBoolean()) {
            throw new ParameterException(command.commandLine(),
                    "nobody can be asked here, because this is no terminal: look at what \"" + command.name()
                            + "\" shows on a terminal first, then add --yes.");
        }
    }

    /** Whether it may be done. */
    boolean given(CommandSurroundings surroundings, String question) {
        if (yes) {
            return true;
        }
        surroundings.err().print(question + " [y/N] ");
        surroundings.err().flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(surroundings.in(), Charset.defaultCharset()))
                    .readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException gone) {
            return false;
        }
    }
}
