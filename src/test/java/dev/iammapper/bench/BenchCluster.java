package dev.iammapper.bench;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.ClusterException;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.util.PatchUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A cluster with the permissions of the controller and an aws-auth as clusters have it, and what others do in it. */
final class BenchCluster implements AutoCloseable {
    /** How long anything may take before the benchmark gives up. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    /** How the ARN of every mapping ends, and its closing quote as it stands in JSON. */
    static final String ROW_END = "-developers\\\"";

    private static final String NAMESPACE = "iam-identity-mapper";
    private static final String USER = "system:serviceaccount:" + NAMESPACE + ":controller";
    private static final int CLIENT_THREADS = 8;

    private final TestCluster cluster;
    private final ApiClient client;
    private final CustomObjectsApi objects;
    private final CoreV1Api core;
    private final Path kubeconfig;
    private final Map<String, String> foreign;

    BenchCluster(TestCluster cluster) {
        this.cluster = cluster;
        this.client = cluster.adminClient();
        this.objects = new CustomObjectsApi(client);
        this.core = new CoreV1Api(client);
        cluster.applyCrds();
        Manifests.create(client, Path.of("docs", "rbac.yaml"));
        Manifests.create(client, Path.of("src", "test", "resources", "demo", "aws-auth.yaml"));
        this.foreign = Map.copyOf(awsAuth().getData());
        this.kubeconfig = cluster.kubeconfigFor(NAMESPACE, "controller");
    }

    AwsAuthFeed followAwsAuth() {
        return new AwsAuthFeed(client);
    }

    StatusFeed followStatuses() {
        return new StatusFeed(client);
    }

    ControllerProcess startController(Path log, String... settings) {
        return ControllerProcess.start(kubeconfig, log, Arrays.asList(settings));
    }

    /** Access with the permissions of the controller. */
    Path kubeconfig() {
        return kubeconfig;
    }

    /** A registration for nothing that exists: the API server asks nobody, and the controller puts its CA there. */
    void registerWebhook() {
        Manifests.create(client, """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: iam-identity-mapper}
                webhooks:
                - name: nothing.iammapper.dev
                  admissionReviewVersions: [v1]
                  clientConfig: {url: "https://127.0.0.1:1/nothing"}
                  rules: [{apiGroups: [nothing.iammapper.dev], apiVersions: [v1], resources: [nothings],
                    operations: [CREATE]}]
                  sideEffects: None
                """);
    }

    /** Trust in what the controller put there. */
    SSLContext trustInWebhook() {
        byte[] bundle = answered("the webhook's registration", () -> new AdmissionregistrationV1Api(client)
                .readValidatingWebhookConfiguration("iam-identity-mapper").execute()).getWebhooks().getFirst()
                .getClientConfig().getCaBundle();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bundle))) {
                store.setCertificateEntry("authority-" + ++number, authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ClusterException("the webhook's registration holds no CA", e);
        }
    }

    static String name(int number) {
        return "team-%05d".formatted(number);
    }

    /** Creates one mapping, as kubectl does. */
    void create(int number) {
        String name = name(number);
        Map<String, Object> object = Map.of("apiVersion", IamIdentityMapping.API_VERSION, "kind",
                IamIdentityMapping.KIND, "metadata", Map.of("name", name), "spec",
                Map.of("arn", "arn:aws:iam::111122223333:role/" + name + "-developers", "username",
                        name + ":{{SessionName}}", "groups", List.of("developers", name + "-viewers")));
        answered("mapping " + name, () -> objects.createClusterCustomObject(IamIdentityMapping.GROUP,
                IamIdentityMapping.VERSION, IamIdentityMapping.PLURAL, object).execute());
    }

    /** Creates mappings as fast as one client with several threads can; returns when the last one was answered. */
    void createAll(int from, int to) {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENT_THREADS)) {
            List<Future<?>> created = IntStream.range(from, to)
                    .<Future<?>>mapToObj(number -> threads.submit(() -> create(number))).toList();
            for (Future<?> each : created) {
                each.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        } catch (ExecutionException e) {
            throw new ClusterException("a mapping could not be created: " + e.getCause(), e);
        }
    }

    void delete(int number) {
        answered("deletion", () -> objects.deleteClusterCustomObject(IamIdentityMapping.GROUP,
                IamIdentityMapping.VERSION, IamIdentityMapping.PLURAL, name(number)).execute());
    }

    void deleteAll() {
        answered("deletion", () -> objects.deleteCollectionClusterCustomObject(IamIdentityMapping.GROUP,
                IamIdentityMapping.VERSION, IamIdentityMapping.PLURAL).execute());
    }

    /** Removes the row of a mapping, as another tool that rewrites aws-auth would. */
    void removeRow(int number) {
        String rows = awsAuth().getData().get("mapRoles");
        int arn = rows.indexOf("role/" + name(number) + "-developers");
        int from = rows.lastIndexOf("\n- ", arn) + 1;
        int next = rows.indexOf("\n- ", arn);
        String without = rows.substring(0, from) + (next < 0 ? "" : rows.substring(next + 1));
        patchAwsAuth(Map.of("data", Map.of("mapRoles", without)));
    }

    /** Makes aws-auth as it was before any controller, and removes every trace that one left. */
    void forgetRows() {
        patchAwsAuth(Map.of("data", foreign));
        answered("deletion of the ledger",
                () -> core.deleteNamespacedConfigMap("iam-identity-mapper-ledger", "kube-system").execute());
    }

    private V1ConfigMap awsAuth() {
        return answered("aws-auth", () -> core.readNamespacedConfigMap("aws-auth", "kube-system").execute());
    }

    private void patchAwsAuth(Map<String, ?> change) {
        V1Patch patch = new V1Patch(JSON.serialize(change));
        answered("aws-auth", () -> PatchUtils.patch(V1ConfigMap.class,
                () -> core.patchNamespacedConfigMap("aws-auth", "kube-system", patch).buildCall(null),
                V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, client));
    }

    AuditLog.Mark mark() {
        return cluster.audit().mark();
    }

    /** What the controller asked of the API server since then. */
    List<AuditEvent> requests(AuditLog.Mark since) {
        return cluster.audit().since(since).stream().filter(event -> event.user().equals(USER)).toList();
    }

    private interface Question<T> {
        T ask() throws ApiException;
    }

    private static <T> T answered(String what, Question<T> question) {
        try {
            return question.ask();
        } catch (ApiException e) {
            throw new ClusterException(what + " was refused: " + e.getCode() + " " + e.getResponseBody(), e);
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
