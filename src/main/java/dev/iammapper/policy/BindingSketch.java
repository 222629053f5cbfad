package dev.iammapper.policy;

import java.util.List;

/**
 * What matters of a RoleBinding or ClusterRoleBinding.
 *
 * @param id which binding
 * @param role the role that it gives; a Role is in the binding's namespace
 * @param groups the groups among its subjects
 * @param users the users among its subjects, by their names
 */
public record BindingSketch(RbacId id, RbacId role, List<String> groups, List<String> users) {
    /** Copies the lists. */
    public BindingSketch {
        groups = List.copyOf(groups);
        users = List.copyOf(users);
    }
}
