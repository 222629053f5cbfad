package dev.iammapper.cli.input;

import dev.iammapper.cli.text.Shown;
import java.io.PrintStream;
import java.util.List;

/** Says that a command cannot begin, in sentences for the user. */
public final class UnusableInputException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> sentences;

    /** Several, each on a line of its own. */
    public UnusableInputException(List<String> sentences) {
        super(String.join("; ", sentences));
        this.sentences = List.copyOf(sentences);
    }

    /** One sentence. */
    public UnusableInputException(String sentence) {
        this(List.of(sentence));
    }

    /** Tells the user, a sentence on a line. */
    public void tell(PrintStream err) {
        sentences.forEach(sentence -> err.println(Shown.sentence(sentence)));
    }
}
