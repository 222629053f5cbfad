package dev.iammapper.render;

import dev.iammapper.mapping.Grant;

/** Tells grants that let machines into the cluster: losing one turns nodes {@code NotReady}. */
public final class NodeLook {
    private NodeLook() {}

    /** Whether the grant has a node's group or a node's username. */
    public static boolean isNode(Grant grant) {
        return grant.groups().contains("system:nodes") || grant.groups().contains("system:bootstrappers")
                || grant.username().startsWith("system:node:");
    }
}
