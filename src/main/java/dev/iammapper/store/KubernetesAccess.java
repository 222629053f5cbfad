package dev.iammapper.store;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import okhttp3.OkHttpClient;

/**
 * The two clients of one cluster: one for calls that must end, one for watches that must not. Credentials that expire
 * are renewed by themselves.
 */
public final class KubernetesAccess implements AutoCloseable {
    private static final Duration CONNECT_AND_READ = Duration.ofSeconds(10);
    private static final Duration WHOLE_CALL = Duration.ofSeconds(30);
    private static final Duration PING = Duration.ofSeconds(30);

    private final ApiClient unary;
    private final ApiClient watch;
    private final String origin;

    private KubernetesAccess(ApiClient unary, ApiClient watch, String origin) {
        this.unary = unary;
        this.watch = watch;
        this.origin = origin;
    }

    /**
     * Finds the cluster as kubectl does: the given kubeconfig, else the files that {@code KUBECONFIG} lists, else
     * {@code ~/.kube/config}, else the ServiceAccount of the Pod. Nothing is sent to the cluster yet; a kubeconfig's
     * credential program runs once.
     *
     * @param address what the user said
     * @param version of this program, for the user agent
     * @param environment as {@link System#getenv()} gives it
     * @throws ClusterAccessException if no file, context or credential can be used
     */
    public static KubernetesAccess open(ClusterAddress address, String version, Map<String, String> environment)
            throws ClusterAccessException {
        return open(address, version, environment, ClusterFinder.SERVICE_ACCOUNT);
    }

    static KubernetesAccess open(ClusterAddress address, String version, Map<String, String> environment,
            Path serviceAccount) throws ClusterAccessException {
        LenientJson.install();
        ClusterFinder.Found found = new ClusterFinder(environment, serviceAccount, Clock.systemUTC()).find(address);
        ApiClient unary = client(found, version);
        unary.setHttpClient(unary.getHttpClient().newBuilder().connectTimeout(CONNECT_AND_READ)
                .readTimeout(CONNECT_AND_READ).writeTimeout(CONNECT_AND_READ).callTimeout(WHOLE_CALL)
                .pingInterval(PING).build());
        ApiClient watch = client(found, version);
        watch.setHttpClient(watch.getHttpClient().newBuilder().connectTimeout(CONNECT_AND_READ)
                .readTimeout(Duration.ZERO).writeTimeout(CONNECT_AND_READ).pingInterval(PING).build());
        return new KubernetesAccess(unary, watch, found.origin());
    }

    private static ApiClient client(ClusterFinder.Found found, String version) throws ClusterAccessException {
        ClientBuilder builder = found.builder();
        try {
            ApiClient client = builder.build();
            OkHttpClient.Builder http = client.getHttpClient().newBuilder();
            found.customization().accept(http);
            client.setHttpClient(http.build());
            client.setUserAgent("iam-identity-mapper/" + version);
            return client;
        } catch (RuntimeException e) {
            // Certificates and keys that cannot be read come out of the client as various unchecked exceptions.
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new ClusterAccessException(found.origin() + ": its certificates or keys cannot be used: "
                    + root.getMessage() + "; write the kubeconfig anew");
        }
    }

    /** For reads and writes: 10 s to connect and between bytes, 30 s in all. */
    public ApiClient unary() {
        return unary;
    }

    /** For watches: no read timeout; dead connections are noticed by pings and by {@link ObjectWatch}. */
    public ApiClient watch() {
        return watch;
    }

    /** The API server's URL. */
    public String server() {
        return unary.getBasePath();
    }

    /** Where the API server is, and by which way it was found, for people. */
    public String description() {
        return server() + " (" + origin + ")";
    }

    /** Ends idle connections; requests on their way are left to their owners. */
    @Override
    public void close() {
        for (ApiClient client : new ApiClient[] {unary, watch}) {
            client.getHttpClient().connectionPool().evictAll();
            client.getHttpClient().dispatcher().executorService().shutdown();
        }
    }
}
