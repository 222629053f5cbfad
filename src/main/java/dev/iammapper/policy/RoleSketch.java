package dev.iammapper.policy;

import java.util.List;

/**
 * What matters of a Role or ClusterRole.
 *
 * @param id which role
 * @param rules its rules
 */
public record RoleSketch(RbacId id, List<AccessRule> rules) {
    /** Copies the list. */
    public RoleSketch {
        rules = List.copyOf(rules);
    }
}
