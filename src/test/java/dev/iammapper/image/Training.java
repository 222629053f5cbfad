package dev.iammapper.image;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.iammapper.image.ApiStandIn.ApiPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Lets a controller work through everything once, against {@link ApiStandIn}, and fails if it does not: it starts, reads
 * the cluster, leads, writes rows and statuses, issues the webhook's certificate, judges reviews over TLS, follows
 * changes, shows its metrics, and ends when told to. With a JVM that records meanwhile, this trains the AOT cache of the
 * image.
 *
 * <p>{@code java -cp 'LIBRARIES/*' Training.java SERVICE-ACCOUNT-FOLDER java … -jar …} in the project's folder. It
 * needs nothing but the JDK and the controller's own libraries. The folder gets a ServiceAccount as a Pod has it: for
 * the controller to find it there, it is {@code /var/run/secrets/kubernetes.io/serviceaccount}. Elsewhere a kubeconfig
 * is put there, for the variable KUBECONFIG.
 */
public final class Training {
    private static final Path IN_A_POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final Path SAMPLES = Path.of("src", "test", "resources", "demo");
    private static final String NAMESPACE = "iam-identity-mapper";
    private static final String MAPPINGS = "/apis/iamauthenticator.k8s.aws/v1alpha1/iamidentitymappings";
    private static final String AWS_AUTH = "/api/v1/namespaces/kube-system/configmaps/aws-auth";
    private static final String REGISTRATION = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/"
            + NAMESPACE;
    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/" + NAMESPACE;
    private static final String PASSWORD = "only-for-training";
    private static final String TOKEN = "a-token-for-training";
    private static final int REVIEWS = 100;

    /** For each step; a whole run takes some seconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final StoredObjects objects = new StoredObjects(Clock.systemUTC());
    private final int webhookPort = freePort();
    private final URI management = URI.create("http://127.0.0.1:" + freePort() + "/actuator/");

    private Training(Path folder) {
        this.folder = folder;
    }

    /** Exit status 1, with a sentence and the controller's own words, when the run was not a good one. */
    public static void main(String[] args) throws IOException, InterruptedException {
        try {
            System.out.println(run(Path.of(args[0]), List.of(args).subList(1, args.length)));
        } catch (IllegalStateException e) {
            System.err.println("Training failed: " + e.getMessage());
            System.exit(1);
        }
    }

    /**
     * Runs a controller from its start to its end.
     *
     * @param serviceAccount gets the ServiceAccount, and the kubeconfig if it is not where Pods have theirs
     * @param command starts the controller; its arguments are added
     * @return what was seen, in one line
     * @throws IllegalStateException if the run was not a good one
     */
    static String run(Path serviceAccount, List<String> command) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("training");
        try {
            return new Training(folder).train(serviceAccount, command);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted((one, other) -> other.compareTo(one)).forEach(file -> file.toFile().delete());
            }
        }
    }

    private String train(Path serviceAccount, List<String> command) throws IOException, InterruptedException {
        fill();
        Path keys = makeKeys();
        try (ApiStandIn server = ApiStandIn.start(objects, keys, PASSWORD, TOKEN, folder)) {
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of("controller", "--server.port=" + webhookPort,
                    "--management.server.port=" + management.getPort(), "--mapper.webhook.enabled=true",
                    "--mapper.webhook.host=127.0.0.1"));
            ProcessBuilder launch = new ProcessBuilder(words).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("controller.log").toFile());
            introduce(serviceAccount, server.port(), launch.environment());
            Process controller = launch.start();
            try {
                String seen = workThrough(controller);
                if (!server.oddities().isEmpty()) {
                    throw new IllegalStateException("the stand-in did not understand " + server.oddities());
                }
                return seen;
            } catch (IllegalStateException e) {
                throw new IllegalStateException(
                        e.getMessage() + "\n" + Files.readString(folder.resolve("controller.log")), e);
            } finally {
                controller.destroyForcibly().waitFor();
            }
        }
    }

    /** The cluster before the controller comes: the definition, the registration, aws-auth, and mappings. */
    private void fill() throws IOException {
        JsonObject definition = yaml(Path.of("crds", "iamidentitymappings.yaml")).getFirst();
        definition.add("status", new Gson().toJsonTree(Map.of("conditions", List.of(Map.of("type", "Established",
                "status", "True")))));
        store("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/iamidentitymappings.iamauthenticator.k8s.aws",
                definition);
        store(REGISTRATION, yaml(Path.of("docs", "webhook.yaml")).getLast());
        store(AWS_AUTH, yaml(SAMPLES.resolve("aws-auth.yaml")).getFirst());
        try (Stream<Path> mappings = Files.list(SAMPLES.resolve("mappings"))) {
            for (Path file : mappings.sorted().toList()) {
                JsonObject mapping = yaml(file).getFirst();
                store(MAPPINGS + "/" + mapping.getAsJsonObject("metadata").get("name").getAsString(), mapping);
            }
        }
    }

    private void store(String path, JsonObject object) {
        objects.put(ApiPath.of(path).key(), object);
    }

    /** Who holds the Lease, or nothing. */
    private String holder() {
        JsonObject spec = stored(LEASE).getAsJsonObject("spec");
        return spec == null || !spec.has("holderIdentity") ? "" : spec.get("holderIdentity").getAsString();
    }

    private JsonObject stored(String path) {
        JsonObject object = objects.get(ApiPath.of(path).key());
        return object == null ? new JsonObject() : object;
    }

    private static List<JsonObject> yaml(Path file) throws IOException {
        List<JsonObject> documents = new ArrayList<>();
        String text = Files.readString(file).replace("IN_TWO_MINUTES",
                Clock.systemUTC().instant().plus(Duration.ofHours(1)).toString());
        new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text)
                .forEach(document -> documents.add(new Gson().toJsonTree(document).getAsJsonObject()));
        return documents;
    }

    /** The stand-in's key and certificate, and the certificate as PEM beside them. */
    private Path makeKeys() throws IOException, InterruptedException {
        Path keys = folder.resolve("keys.p12");
        keytool("-genkeypair", "-alias", "api", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=stand-in",
                "-ext", "san=ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12", "-storepass", PASSWORD,
                "-keystore", keys.toString());
        keytool("-exportcert", "-rfc", "-alias", "api", "-storepass", PASSWORD, "-keystore", keys.toString(), "-file",
                folder.resolve("ca.crt").toString());
        return keys;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String words = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool failed: " + words);
        }
    }

    private void introduce(Path serviceAccount, int port, Map<String, String> environment) throws IOException {
        Files.createDirectories(serviceAccount);
        Files.writeString(serviceAccount.resolve("token"), TOKEN);
        Files.writeString(serviceAccount.resolve("namespace"), NAMESPACE);
        Files.copy(folder.resolve("ca.crt"), serviceAccount.resolve("ca.crt"));
        environment.put("HOME", folder.toString());
        if (serviceAccount.equals(IN_A_POD)) {
            environment.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
            environment.put("KUBERNETES_SERVICE_PORT", Integer.toString(port));
            return;
        }
        environment.put("KUBECONFIG", Files.writeString(serviceAccount.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: training
                contexts: [{name: training, context: {cluster: training, user: training}}]
                clusters: [{name: training, cluster: {server: "https://127.0.0.1:%d", certificate-authority: ca.crt}}]
                users: [{name: training, user: {tokenFile: token}}]
                """.formatted(port)).toString());
    }

    private String workThrough(Process controller) throws IOException, InterruptedException {
        long started = System.nanoTime();
        HttpClient client = HttpClient.newHttpClient();
        await(controller, "readiness", () -> code(client, "health/readiness") == 200);
        long ready = (System.nanoTime() - started) / 1_000_000;
        double work = controller.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1000.0;
        await(controller, "a Lease", () -> !holder().isEmpty());
        await(controller, "rows", () -> hasRow("role/PlatformAdmins") && hasRow("user/ci/deployer"));
        await(controller, "a status for every mapping", () -> mappings().allMatch(mapping -> mapping.has("status")));
        judge();
        store(MAPPINGS + "/auditors", changed("auditors", "groups", List.of("auditors", "log-readers")));
        await(controller, "a changed row", () -> hasRow("log-readers"));
        objects.delete(ApiPath.of(MAPPINGS + "/contractor").key());
        await(controller, "a row that is gone", () -> !hasRow("role/Contractor"));
        await(controller, "liveness", () -> code(client, "health/liveness") == 200);
        int metrics = 0;
        for (int scrape = 0; scrape < 5; scrape++) {
            metrics = (int) body(client, "prometheus").lines().filter(line -> line.startsWith("mapper_")).count();
        }
        if (metrics == 0) {
            throw new IllegalStateException("there are no metrics of our own");
        }
        controller.destroy();
        if (!controller.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the controller did not end");
        }
        if (!holder().isEmpty()) {
            throw new IllegalStateException("the Lease was not given back");
        }
        return ("Trained: ready after %d ms and %.2f s of CPU, %d mappings, %d reviews, %d metrics,"
                + " ended with exit code %d after %d ms").formatted(ready, work, mappings().count(), REVIEWS, metrics,
                        controller.exitValue(),
                        (System.nanoTime() - started) / 1_000_000);
    }

    private Stream<JsonObject> mappings() {
        return objects.list(ApiPath.of(MAPPINGS).key()).getAsJsonArray("items").asList().stream()
                .map(item -> item.getAsJsonObject());
    }

    private JsonObject changed(String name, String field, Object value) {
        JsonObject mapping = stored(MAPPINGS + "/" + name);
        mapping.getAsJsonObject("spec").add(field, new Gson().toJsonTree(value));
        return mapping;
    }

    private boolean hasRow(String words) {
        return stored(AWS_AUTH).getAsJsonObject("data").toString().contains(words);
    }

    /** Sends reviews as the API server does, trusting what the controller wrote into its registration. */
    private void judge() throws IOException, InterruptedException {
        String bundle = stored(REGISTRATION).getAsJsonArray("webhooks").get(0).getAsJsonObject()
                .getAsJsonObject("clientConfig").get("caBundle").getAsString();
        HttpClient client = HttpClient.newBuilder().sslContext(trustIn(Base64.getDecoder().decode(bundle))).build();
        for (int review = 0; review < REVIEWS; review++) {
            boolean good = review % 5 != 0;
            HttpResponse<String> answer = client.send(HttpRequest
                    .newBuilder(URI.create("https://127.0.0.1:" + webhookPort + "/validate/iamidentitymapping"))
                    .header("Content-Type", "application/json").timeout(PATIENCE)
                    .POST(HttpRequest.BodyPublishers.ofString(review(review, good ? "readers" : "system:masters")))
                    .build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200 || !answer.body().contains("\"allowed\":" + good)) {
                throw new IllegalStateException("the webhook answered " + answer.statusCode() + " " + answer.body());
            }
        }
    }

    private static SSLContext trustIn(byte[] authorities) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (var each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(authorities))) {
                store.setCertificateEntry("authority-" + number++, each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the registration's caBundle is no authority", e);
        }
    }

    private static String review(int number, String group) {
        return """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
                  "uid": "00000000-0000-0000-0000-%012d",
                  "kind": {"group": "iamauthenticator.k8s.aws", "version": "v1alpha1", "kind": "IAMIdentityMapping"},
                  "resource": {"group": "iamauthenticator.k8s.aws", "version": "v1alpha1",
                    "resource": "iamidentitymappings"},
                  "name": "reader-%d", "operation": "CREATE", "dryRun": false, "oldObject": null, "options": null,
                  "userInfo": {"username": "jane", "groups": ["system:authenticated"]},
                  "object": {"apiVersion": "iamauthenticator.k8s.aws/v1alpha1", "kind": "IAMIdentityMapping",
                    "metadata": {"name": "reader-%d"},
                    "spec": {"arn": "arn:aws:iam::111122223333:role/reader-%d", "username": "reader:{{SessionName}}",
                      "groups": ["%s"]}}}}
                """.formatted(number, number, number, number, group);
    }

    private int code(HttpClient client, String page) {
        try {
            return answer(client, page).statusCode();
        } catch (IOException notYet) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private String body(HttpClient client, String page) throws IOException, InterruptedException {
        return answer(client, page).body();
    }

    private HttpResponse<String> answer(HttpClient client, String page) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(management.resolve(page)).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void await(Process controller, String what, BooleanSupplier seen) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!seen.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("there was not " + what + " within " + PATIENCE.toSeconds() + " s");
            }
            if (controller.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "the controller ended with " + controller.exitValue() + " before there was " + what);
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("there is no free port", e);
        }
    }
}
