package dev.iammapper.cli;

import dev.iammapper.render.YamlNode;

/**
 * One object of a file, not yet looked into.
 *
 * @param linesBefore how many lines of the file stand before the document
 * @param apiVersion empty when absent
 * @param kind empty when absent
 * @param root the object itself
 */
record Manifest(String file, int linesBefore, String apiVersion, String kind, YamlNode.Mapping root) {

    Place place() {
        return Place.of(root, linesBefore);
    }

    /** Where a node of the object stands. */
    Place place(YamlNode node) {
        return Place.of(node, linesBefore);
    }
}
