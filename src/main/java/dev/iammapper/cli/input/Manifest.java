package dev.iammapper.cli.input;

import dev.iammapper.render.YamlNode;

/**
 * One object of a file, not yet looked into.
 *
 * @param lines of the document
 * @param apiVersion empty when absent
 * @param kind empty when absent
 * @param root the object itself
 */
public record Manifest(String file, DocumentLines lines, String apiVersion, String kind, YamlNode.Mapping root) {

    /** Where the object begins. */
    public Place place() {
        return lines.of(root);
    }

    /** Where a node of the object stands. */
    public Place place(YamlNode node) {
        return lines.of(node);
    }
}
