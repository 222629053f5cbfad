package dev.iammapper.store;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the policy in force, which the controller publishes in a ConfigMap beside aws-auth. */
public final class PolicyReads {
    /** The ConfigMap's name; it is in {@code kube-system}. */
    public static final String NAME = "iam-identity-mapper-policy";

    /** The key under which the text stands. */
    public static final String KEY = "policy.yaml";

    private final GuardedConfigMap configMap;

    /** The reads of one cluster. */
    public PolicyReads(KubernetesAccess access) {
        this.configMap = new GuardedConfigMap(new ApiCalls(access), NAME, Map.of());
    }

    /**
     * The policy's text, or null where none is published.
     *
     * @throws StoreException if the answer is not to be had
     */
    public @Nullable String text() {
        V1ConfigMap read = configMap.read();
        return read == null || read.getData() == null ? null : read.getData().get(KEY);
    }
}
