package dev.iammapper.policy;

import java.util.Set;

/**
 * A binding that gives a group the means to become more than it is.
 *
 * @param binding the binding, as {@code ClusterRoleBinding "ops"}
 * @param role the role that it gives, as {@code ClusterRole "cluster-admin"}
 * @param powers the means, at least one
 */
public record Escalation(String binding, String role, Set<Power> powers) {
    /** Copies the set. */
    public Escalation {
        powers = Set.copyOf(powers);
    }
}
