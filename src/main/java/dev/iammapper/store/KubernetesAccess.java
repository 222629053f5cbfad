package dev.iammapper.store;

import io.kubernetes.client.openapi.ApiClient;
import java.util.Map;

/**
 * The two clients of one cluster: one for calls that must end, one for watches that must not. Credentials that expire
 * are renewed by themselves.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class KubernetesAccess implements AutoCloseable {

    /**
     * Finds the cluster as kubectl does: the given kubeconfig, else the files that {@code KUBECONFIG} lists, else
     * {@code ~/.kube/config}, else the ServiceAccount of the Pod. Nothing is sent to the cluster yet.
     *
     * @param address what the user said
     * @param version of this program, for the user agent
     * @param environment as {@link System#getenv()} gives it
     * @throws ClusterAccessException if no file, context or credential can be used
     */
    public static KubernetesAccess open(ClusterAddress address, String version, Map<String, String> environment)
            throws ClusterAccessException {
        throw new UnsupportedOperationException();
    }

    /** For reads and writes: 10 s to connect and between bytes, 30 s in all. */
    public ApiClient unary() {
        throw new UnsupportedOperationException();
    }

    /** For watches: no read timeout; dead connections are noticed by pings and by {@link ObjectWatch}. */
    public ApiClient watch() {
        throw new UnsupportedOperationException();
    }

    /** Where the API server is, and by which way it was found, for people. */
    public String description() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
