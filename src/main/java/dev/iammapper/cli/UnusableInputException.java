package dev.iammapper.cli;

import java.io.PrintStream;
import java.util.List;

/** Says that a command cannot begin, in sentences for the user. */
final class UnusableInputException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> sentences;

    UnusableInputException(List<String> sentences) {
        super(String.join("; ", sentences));
        this.sentences = List.copyOf(sentences);
    }

    UnusableInputException(String sentence) {
        this(List.of(sentence));
    }

    /** Tells the user, a sentence on a line. */
    void tell(PrintStream err) {
        sentences.forEach(sentence -> err.println(Shown.sentence(sentence)));
    }
}
