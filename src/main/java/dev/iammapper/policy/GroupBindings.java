package dev.iammapper.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What RBAC makes of some groups.
 *
 * @param bound the groups that some binding names, each with the bindings that make it more than it looks
 */
public record GroupBindings(Map<String, List<Escalation>> bound) {

    /** Copies the map. */
    public GroupBindings {
        Map<String, List<Escalation>> copy = new HashMap<>();
        bound.forEach((group, escalations) -> copy.put(group, List.copyOf(escalations)));
        bound = Map.copyOf(copy);
    }

    boolean isBound(String group) {
        return bound.containsKey(group);
    }

    List<Escalation> escalations(String group) {
        return bound.getOrDefault(group, List.of());
    }
}
