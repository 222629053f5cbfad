package dev.iammapper.admission;

import dev.iammapper.policy.BindingIndex;
import dev.iammapper.policy.BindingSketch;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.GroupBindings;
import dev.iammapper.policy.RbacId;
import dev.iammapper.policy.RbacSketches;
import dev.iammapper.policy.RoleSketch;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.ObjectWatch;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** RBAC by group, kept up to date by four watches. */
public final class BindingWatch implements AutoCloseable {
    private final BindingIndex index = new BindingIndex();
    private final List<Feed<?>> feeds;
    private final List<ObjectWatch<?>> watches;

    /** Watches that are not started. */
    public BindingWatch(KubernetesAccess access) {
        Feed<V1ClusterRole> clusterRoles = roles(RbacSketches::of);
        Feed<V1Role> roles = roles(RbacSketches::of);
        Feed<V1ClusterRoleBinding> clusterRoleBindings = bindings(RbacSketches::of);
        Feed<V1RoleBinding> roleBindings = bindings(RbacSketches::of);
        this.feeds = List.of(clusterRoles, roles, clusterRoleBindings, roleBindings);
        this.watches = List.of(ObjectWatch.clusterRoles(access, clusterRoles), ObjectWatch.roles(access, roles),
                ObjectWatch.clusterRoleBindings(access, clusterRoleBindings),
                ObjectWatch.roleBindings(access, roleBindings));
    }

    /** Starts the watches; once. */
    public void start() {
        watches.forEach(ObjectWatch::start);
    }

    /** What RBAC makes of the candidate's groups, or null while something has not been listed. */
    @Nullable
    GroupBindings bindingsOf(Candidate candidate) {
        return feeds.stream().allMatch(feed -> feed.listed)
                ? index.bindingsOf(candidate)
                : null;
    }

    /** Ends the watches. */
    @Override
    public void close() {
        watches.forEach(ObjectWatch::close);
    }

    private <T> Feed<T> roles(Function<T, RoleSketch> sketch) {
        return new Feed<>(object -> index.put(sketch.apply(object)), object -> sketch.apply(object).id());
    }

    private <T> Feed<T> bindings(Function<T, BindingSketch> sketch) {
        return new Feed<>(object -> index.put(sketch.apply(object)), object -> sketch.apply(object).id());
    }

    private final class Feed<T> implements ObjectWatch.Listener<T> {
        private final Consumer<T> put;
        private final Function<T, RbacId> id;
        private volatile boolean listed;

        Feed(Consumer<T> put, Function<T, RbacId> id) {
            this.put = put;
            this.id = id;
        }

        @Override
        public void onChange(@Nullable T before, @Nullable T after) {
            if (after != null) {
                put.accept(after);
            } else if (before != null) {
                index.remove(id.apply(before));
            }
        }

        @Override
        public void onRelist() {
            listed = true;
        }
    }
}
