package dev.iammapper.store;

import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.models.V1Lease;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A Lease in {@code kube-system}. */
final class KubernetesLease implements LeaseRequests {
    static final String NAMESPACE = "kube-system";

    private final ApiCalls calls;
    private final CoordinationV1Api api;
    private final String name;

    /**
     * A Lease of that name.
     *
     * @param limit for each request: a renewal that hangs must not eat up the time for the next attempt
     */
    KubernetesLease(KubernetesAccess access, String name, Duration limit) {
        this.calls = new ApiCalls(access).within(limit);
        this.api = new CoordinationV1Api(calls.client());
        this.name = name;
    }

    @Override
    public @Nullable V1Lease get() {
        return orNull("get", 404, () -> api.readNamespacedLease(name, NAMESPACE).buildCall(null));
    }

    @Override
    public @Nullable V1Lease create(V1Lease lease) {
        return orNull("create", 409, () -> api.createNamespacedLease(NAMESPACE, lease)
                .fieldManager(AwsAuthStore.FIELD_MANAGER).buildCall(null));
    }

    @Override
    public @Nullable V1Lease replace(V1Lease lease) {
        return orNull("update", 409, () -> api.replaceNamespacedLease(name, NAMESPACE, lease)
                .fieldManager(AwsAuthStore.FIELD_MANAGER).buildCall(null));
    }

    private @Nullable V1Lease orNull(String verb, int expected, ApiCalls.Source call) {
        ApiAction action = new ApiAction(verb, "coordination.k8s.io", "leases", NAMESPACE, name);
        try {
            return calls.send(action, V1Lease.class, call);
        } catch (ApiException e) {
            // A Lease that was deleted between reading and replacing is as lost as one that somebody else took.
            if (e.getCode() == expected || (e.getCode() == 404 && verb.equals("update"))) {
                return null;
            }
            throw calls.failure(action, e);
        }
    }
}
