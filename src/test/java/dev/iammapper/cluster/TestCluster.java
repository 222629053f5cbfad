package dev.iammapper.cluster;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.AuthenticationV1TokenRequest;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1TokenRequestSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A real Kubernetes API server for tests and the demo, with RBAC on and a log of every request.
 *
 * <p>It comes from, in this order: the programs in the folder that KUBEBUILDER_ASSETS names; k3s in Docker, when a
 * daemon answers; or a build from source, kept in the user's cache folder. The system property {@code cluster} with the
 * value {@code local} or {@code k3s} keeps Docker out or insists on it. Without controllers, kubelet and scheduler (all
 * but k3s), Pods do not run, namespaces stay Terminating and nothing is garbage-collected.
 */
public final class TestCluster implements AutoCloseable {

    private static final Duration SERVED_WITHIN = Duration.ofSeconds(30);
    private static final long TOKEN_SECONDS = 24 * 60 * 60;

    private static @Nullable TestCluster shared;

    private final DataFolder folder;
    private final ControlPlane plane;
    private final ApiClient client;
    private final AuditLog audit;

    private TestCluster(DataFolder folder, ControlPlane plane) {
        this.folder = folder;
        this.plane = plane;
        this.client = plane.admin().client();
        this.audit = new AuditLog(plane, client);
    }

    /** The cluster that all tests of this JVM use, started when the first one asks, and stopped with the JVM. */
    public static synchronized TestCluster shared() {
        if (shared == null) {
            TestCluster started = start(System.out::println);
            Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop-shared-cluster"));
            shared = started;
        }
        return shared;
    }

    /** A cluster of the caller's own, to stop, pause or fill; the caller closes it. */
    public static TestCluster start() {
        return start(System.out::println);
    }

    /**
     * A cluster of the caller's own. If the caller cannot close it, it ends with the JVM all the same.
     *
     * @param progress gets the lines that a person reads while waiting, at last the one that says what was started
     * @throws ClusterException saying what to install when there is no way to a cluster
     */
    public static TestCluster start(Consumer<String> progress) {
        DataFolder folder = DataFolder.create();
        try {
            TestCluster cluster = new TestCluster(folder, ControlPlanes.start(folder.path(), progress));
            progress.accept(cluster.description());
            return cluster;
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** One line that says what this cluster is and where it came from. */
    public String description() {
        return plane.description();
    }

    /** A kubeconfig with all rights. */
    public Path kubeconfig() {
        return writeKubeconfig(folder.path().resolve("admin.kubeconfig"));
    }

    /** Writes a kubeconfig with all rights where the caller wants it. */
    public Path writeKubeconfig(Path target) {
        return plane.admin().writeKubeconfig(target, "default");
    }

    /** A client with all rights; the same one for every caller, so leave its settings as they are. */
    public ApiClient adminClient() {
        return client;
    }

    /**
     * A kubeconfig with the rights of a ServiceAccount, which is created with its namespace when absent. Its token
     * holds for a day.
     */
    public Path kubeconfigFor(String namespace, String serviceAccount) {
        CoreV1Api core = new CoreV1Api(client);
        createIfAbsent(() -> core
                .createNamespace(new V1Namespace().metadata(new V1ObjectMeta().name(namespace)))
                .execute());
        createIfAbsent(() -> core
                .createNamespacedServiceAccount(namespace,
                        new V1ServiceAccount().metadata(new V1ObjectMeta().name(serviceAccount)))
                .execute());
        try {
            AuthenticationV1TokenRequest request = new AuthenticationV1TokenRequest()
                    .spec(new V1TokenRequestSpec().audiences(List.of()).expirationSeconds(TOKEN_SECONDS));
            AuthenticationV1TokenRequest answer = core
                    .createNamespacedServiceAccountToken(serviceAccount, namespace, request)
                    .execute();
            String token = Objects.requireNonNull(answer.getStatus()).getToken();
            return plane.admin()
                    .as(token)
                    .writeKubeconfig(folder.path().resolve(namespace + "-" + serviceAccount + ".kubeconfig"),
                            namespace);
        } catch (ApiException e) {
            throw refused("a token for ServiceAccount " + namespace + "/" + serviceAccount, e);
        }
    }

    /** Creates or updates every object in the YAML files of crds/, and returns when the API server serves them. */
    public void applyCrds() {
        Path crds = Path.of(System.getProperty("basedir", ""), "crds");
        try (Stream<Path> files = Files.list(crds)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
                applyCrds(Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + crds.toAbsolutePath(), e);
        }
    }

    /**
     * Creates or updates every CustomResourceDefinition of a YAML text, and returns when the API server serves them.
     */
    public void applyCrds(String yaml) {
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            if (document instanceof Map<?, ?> definition) {
                applyCrd(new Gson().toJsonTree(definition).getAsJsonObject());
            }
        }
    }

    /** What clients asked of the API server. */
    public AuditLog audit() {
        return audit;
    }

    /** The host by which the API server calls a port of this machine, as webhooks are called. */
    public String hostFor(int port) {
        return plane.hostFor(port);
    }

    /** Whether the API server can be stopped and started again; tests that need it are skipped where it cannot. */
    public boolean canStopApiServer() {
        return plane.canStopApiServer();
    }

    /**
     * Ends the API server as a crash would; its data stay.
     *
     * @throws UnsupportedOperationException saying why, if {@link #canStopApiServer()} is false
     */
    public void stopApiServer() {
        plane.stopApiServer();
    }

    /** Starts the API server again at the same address and with the same data, and returns when it is ready. */
    public void startApiServer() {
        plane.startApiServer();
    }

    /** Freezes the API server: connections stay open, and nothing answers. */
    public void pause() {
        plane.pause();
    }

    /** Ends a {@link #pause()}. */
    public void resume() {
        plane.resume();
    }

    /** Whether the whole cluster can be put back to an earlier time; tests that need it are skipped where it cannot. */
    public boolean canRestore() {
        return plane.canStopApiServer();
    }

    /** Stops the cluster, keeps a copy of everything that is stored in it, and starts it again. */
    public void backUp() {
        plane.backUp();
    }

    /** Puts back what the latest {@link #backUp()} kept: objects and resourceVersions are those of that time. */
    public void restore() {
        plane.restore();
    }

    /**
     * Another way to the API server, on which things can go wrong; the caller closes it.
     *
     * @param label ends the user agent of what came this way
     */
    public FaultProxy proxy(String label) {
        return FaultProxy.start(plane.admin(), label);
    }

    /** Stops everything that was started for this cluster, and deletes its data. */
    @Override
    public void close() {
        plane.close();
        client.getHttpClient().connectionPool().evictAll();
        folder.close();
    }

    private void applyCrd(JsonObject definition) {
        String name = definition.getAsJsonObject("metadata").get("name").getAsString();
        String path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + name;
        // What is applied to a CRD that is being deleted would go with it.
        await("CRD " + name + " to be gone", () -> !isTerminating(path));
        RequestBody body = RequestBody.create(definition.toString(), MediaType.get("application/apply-patch+yaml"));
        send("apply CRD " + name, request(path + "?fieldManager=test-cluster&force=true").patch(body).build());

        JsonObject spec = definition.getAsJsonObject("spec");
        List<String> served = new ArrayList<>();
        for (JsonElement version : spec.getAsJsonArray("versions")) {
            if (version.getAsJsonObject().get("served").getAsBoolean()) {
                served.add("/apis/" + spec.get("group").getAsString() + "/"
                        + version.getAsJsonObject().get("name").getAsString() + "/"
                        + spec.getAsJsonObject("names").get("plural").getAsString());
            }
        }
        await("CRD " + name + " to be established and served",
                () -> isEstablished(path) && served.stream().allMatch(this::isServed));
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(SERVED_WITHIN)
                .until(condition);
    }

    private boolean isTerminating(String path) throws IOException {
        try (Response response = plane.admin().get(client, path).execute()) {
            return response.isSuccessful() && JsonParser.parseString(response.body().string())
                    .getAsJsonObject()
                    .getAsJsonObject("metadata")
                    .has("deletionTimestamp");
        }
    }

    private boolean isEstablished(String path) {
        JsonObject status = send("read " + path, request(path).build()).getAsJsonObject("status");
        if (status == null || !(status.get("conditions") instanceof JsonArray conditions)) {
            return false;
        }
        for (JsonElement condition : conditions) {
            JsonObject fields = condition.getAsJsonObject();
            if (fields.get("type").getAsString().equals("Established")) {
                return fields.get("status").getAsString().equals("True");
            }
        }
        return false;
    }

    private boolean isServed(String path) {
        try (Response response = plane.admin().get(client, path).execute()) {
            return response.isSuccessful();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Request.Builder request(String path) {
        return plane.admin().request(path);
    }

    private JsonObject send(String attempt, Request request) {
        try (Response response = client.getHttpClient().newCall(request).execute()) {
            String answer = response.body().string();
            if (!response.isSuccessful()) {
                throw new IllegalStateException("could not " + attempt + ": " + answer);
            }
            return JsonParser.parseString(answer).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException("could not " + attempt, e);
        }
    }

    private static void createIfAbsent(Creation creation) {
        try {
            creation.create();
        } catch (ApiException e) {
            if (e.getCode() != 409) {
                throw refused("an object", e);
            }
        }
    }

    private static IllegalStateException refused(String what, ApiException e) {
        return new IllegalStateException("the API server refused to create " + what + ": " + e.getResponseBody(), e);
    }

    @FunctionalInterface
    private interface Creation {
        void create() throws ApiException;
    }
}
