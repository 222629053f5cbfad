package dev.iammapper.policy;

import java.util.List;
import java.util.function.Predicate;

/**
 * One rule of a Role or ClusterRole; fields that it does not have are empty.
 *
 * @param apiGroups API groups, empty text for the core
 * @param resources resources, as {@code pods/log}
 * @param resourceNames the only objects that are meant, or none for all
 * @param verbs verbs
 */
public record AccessRule(List<String> apiGroups, List<String> resources, List<String> resourceNames,
        List<String> verbs) {
    private static final String ALL = "*";

    /** Copies the lists. */
    public AccessRule {
        apiGroups = List.copyOf(apiGroups);
        resources = List.copyOf(resources);
        resourceNames = List.copyOf(resourceNames);
        verbs = List.copyOf(verbs);
    }

    boolean isEverything() {
        return apiGroups.contains(ALL) && resources.contains(ALL) && verbs.contains(ALL) && resourceNames.isEmpty();
    }

    /** Whether one of the verbs is allowed on the resource, on all objects or on some. */
    boolean allows(String apiGroup, String resource, String... oneOf) {
        return (apiGroups.contains(ALL) || apiGroups.contains(apiGroup)) && allowsResource(resource)
                && (verbs.contains(ALL) || List.of(oneOf).stream().anyMatch(verbs::contains));
    }

    /** As RBAC matches resources: a star is all of them, and {@code *}{@code /log} the subresource of all. */
    private boolean allowsResource(String resource) {
        int slash = resource.indexOf('/');
        return resources.contains(ALL) || resources.contains(resource)
                || (slash >= 0 && resources.contains(ALL + resource.substring(slash)));
    }

    /** Whether the rule is for all objects, or names one of those. */
    boolean reaches(Predicate<String> name) {
        return resourceNames.isEmpty() || resourceNames.stream().anyMatch(name);
    }
}
