package dev.iammapper.render;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node of a YAML document together with the text it was read from. */
public sealed interface YamlNode {
    /** Where the node's own text begins, a char offset. */
    int start();

    /** Where the node's own text ends, exclusive; blank lines and comments behind a block collection are not in it. */
    int end();

    /** From 1. */
    int line();

    /** From 1. */
    int column();

    /**
     * A scalar.
     *
     * @param tag the explicit tag in its long form, or null
     * @param implicit whether the text was plain, so that its type is guessed from its looks
     */
    record Scalar(String value, @Nullable String tag, boolean implicit, int start, int end, int line,
            int column) implements YamlNode {}

    /** A list. */
    record Sequence(List<YamlNode> items, boolean flow, int start, int end, int line, int column) implements YamlNode {}

    /** A map, keys and values in the order of the text. */
    record Mapping(List<Pair> pairs, int start, int end, int line, int column) implements YamlNode {}

    /** A reference to an earlier node. */
    record Alias(YamlNode target, int start, int end, int line, int column) implements YamlNode {}

    /** A key and its value. */
    record Pair(YamlNode key, YamlNode value) {}
}
