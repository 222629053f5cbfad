package dev.iammapper.identity;

import dev.iammapper.policy.BindingIndex;
import dev.iammapper.policy.BindingSketch;
import dev.iammapper.policy.Power;
import dev.iammapper.policy.RbacId;
import dev.iammapper.policy.RoleSketch;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The bindings of a cluster, and the roles that they give. */
public final class Rbac {
    private static final RbacId CLUSTER_ADMIN = new RbacId("ClusterRole", "", "cluster-admin");

    private final List<BindingSketch> bindings;
    private final Map<RbacId, RoleSketch> roles;
    private final boolean isComplete;

    /**
     * RBAC as far as it could be read.
     *
     * @param isComplete whether these are all bindings, so that the absence of one says something
     */
    public Rbac(List<BindingSketch> bindings, List<RoleSketch> roles, boolean isComplete) {
        this.isComplete = isComplete;
        this.bindings = bindings.stream().sorted(Comparator.comparing(BindingSketch::id)).toList();
        this.roles = roles.stream().collect(Collectors.toMap(RoleSketch::id, Function.identity(), (_, last) -> last));
    }

    boolean isComplete() {
        return isComplete;
    }

    /** The bindings that somebody has, in order: those for the whole cluster first. */
    List<Explanation.Binding> bindingsOf(@Nullable String username, Set<String> groups) {
        return bindings.stream().flatMap(binding -> through(binding, username, groups).stream()).toList();
    }

    private List<Explanation.Binding> through(BindingSketch binding, @Nullable String username, Set<String> groups) {
        String through = username != null && binding.users().contains(username)
                ? "user " + username
                : binding.groups().stream().filter(groups::contains).findFirst().map(group -> "group " + group)
                        .orElse(null);
        return through == null ? List.of() : List.of(entry(binding, through));
    }

    private Explanation.Binding entry(BindingSketch binding, String through) {
        RoleSketch role = roles.get(binding.role());
        String namespace = binding.id().namespace();
        Set<Power> powers = role == null ? Set.of() : BindingIndex.powers(role, namespace);
        boolean everything = namespace.isEmpty()
                && (binding.role().equals(CLUSTER_ADMIN) || powers.contains(Power.EVERYTHING));
        return new Explanation.Binding(binding.id().kind(), namespace, binding.id().name(), binding.role().kind(),
                binding.role().name(), through, powers.stream().sorted().map(Power::words).toList(), everything);
    }
}
