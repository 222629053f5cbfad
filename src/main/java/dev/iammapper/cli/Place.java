package dev.iammapper.cli;

import dev.iammapper.render.MalformedYaml;
import dev.iammapper.render.YamlNode;
import java.util.Comparator;

/**
 * A place in a file.
 *
 * @param line from 1
 * @param column from 1, counted in characters
 */
record Place(int line, int column) implements Comparable<Place> {
    static final Place START = new Place(1, 1);

    private static final Comparator<Place> ORDER = Comparator.comparingInt(Place::line).thenComparingInt(Place::column);

    /** Where a node stands whose document begins behind so many lines. */
    static Place of(YamlNode node, int linesBefore) {
        return new Place(linesBefore + node.line(), node.column());
    }

    static Place of(MalformedYaml malformed, int linesBefore) {
        return new Place(linesBefore + malformed.line(), malformed.column());
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
