package dev.iammapper.render;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Where our reader gives up and the authenticator's does not. All are harmless: the section is left alone and said to
 * be unreadable, with its place. There is none the other way round, and no document that both read differently.
 */
final class KnownDifferences {
    /** What our reader says, and why it differs. */
    private record Known(Pattern message, String reason) {
        Known(String message, String reason) {
            this(Pattern.compile(message), reason);
        }
    }

    private static final List<Known> ALL = List.of(
            new Known("^a tab |^nothing from here on is read",
                    "SnakeYAML allows no tab between tokens, libyaml does where no line begins; behind the end of a list"
                            + " we do not try to tell"),
            new Known(
                    "^expected |^unexpected |^found |^could not find |^(mapping|sequence) [a-z]+ are not|^this is indented otherwise"
                            + "|^the character U\\+|^a list cannot be the name of a field",
                    "SnakeYAML looks further ahead, behind the end of the first document too, and knows fewer forms of"
                            + " tags, escapes, keys and comments"),
            new Known("^the number .* has no form in JSON", "a later field of the same name may hide the number"),
            new Known("^a line must not begin with ",
                    "SnakeYAML ignores directives that libyaml refuses, and ends a document at three dashes whatever follows,"
                            + " so that all such lines are refused"),
            new Known("^between brackets, ",
                    "SnakeYAML and libyaml end unquoted text between brackets at different places"),
            new Known("^the name of an anchor ", "libyaml ends the names of anchors earlier"),
            new Known("^values with the tag !!", "whether the text fits its tag is not checked as go-yaml checks it"),
            new Known("^a number this big ", "such keys are refused a little too early"));

    private KnownDifferences() {}

    static boolean contains(String message) {
        return ALL.stream().anyMatch(known -> known.message().matcher(message).find());
    }
}
