package dev.iammapper.mapping;

import java.util.List;
import java.util.TreeSet;

/**
 * Who a principal becomes in the cluster.
 *
 * @param username the Kubernetes username, templates unrendered
 * @param groups the Kubernetes groups in the order in which they were written; they mean a set
 */
public record Grant(String username, List<String> groups) {

    /** Copies the groups. */
    public Grant {
        groups = List.copyOf(groups);
    }

    /** Whether both give the same access: equal usernames, and equal groups as sets. */
    public boolean means(Grant other) {
        return username.equals(other.username)
                && (groups.equals(other.groups) || new TreeSet<>(groups).equals(new TreeSet<>(other.groups)));
    }
}
