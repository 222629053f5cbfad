package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.Kubeconfig.Selection;
import dev.iammapper.store.StoreException.Kind;
import io.kubernetes.client.openapi.ApiException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesAccessIT {
    private static final String ACCOUNT = "access-it";

    private final TestCluster cluster = TestCluster.shared();

    @TempDir
    private Path folder;

    private String server;
    private String authority;
    private String token;

    @BeforeEach
    void account() throws Exception {
        Selection selection = Kubeconfig.read(List.of(cluster.kubeconfigFor(ACCOUNT, ACCOUNT))).select(null);
        server = selection.cluster().text("server");
        authority = selection.cluster().text("certificate-authority-data");
        token = selection.user().text("token");
        try {
            Rights.grant(cluster, ACCOUNT, ACCOUNT, "", "configmaps", "get");
        } catch (ApiException e) {
            assertThat(e.getCode()).isEqualTo(409);
        }
    }

    @Test
    void theUserAgentNamesThisProgramAndItsVersion() throws Exception {
        try (KubernetesAccess access = kubeconfig("token: " + token)) {
            new AwsAuthStore(access).read();
            String agent = access.unary()
                    .buildCall(null, "/version", "GET", List.of(), List.of(), null, new HashMap<>(), Map.of(),
                            Map.of(), new String[0], null)
                    .request()
                    .header("User-Agent");
            assertThat(agent).isEqualTo("iam-identity-mapper/test");
        }
    }

    @Test
    void aTokenFileThatIsRotatedIsReadAgain() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "stale");
        try (KubernetesAccess access = kubeconfig("tokenFile: token")) {
            AwsAuthStore store = new AwsAuthStore(access);
            assertThatThrownBy(store::read).isInstanceOfSatisfying(StoreException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHENTICATED));
            Files.writeString(file, token + "\n");
            store.read();
            Files.delete(file);
            assertThatThrownBy(store::read).hasMessageContaining("cannot read the token file " + file);
            Files.writeString(file, token);
            store.read();
        }
    }

    @Test
    void thePodsServiceAccountIsUsedAndItsTokenMayRotate() throws Exception {
        Path pod = Files.createDirectories(folder.resolve("pod"));
        Files.write(pod.resolve("ca.crt"), Base64.getDecoder().decode(authority));
        Files.writeString(pod.resolve("token"), token);
        URI uri = URI.create(server);
        Map<String, String> environment = Map.of("KUBERNETES_SERVICE_HOST", uri.getHost(), "KUBERNETES_SERVICE_PORT",
                String.valueOf(uri.getPort()), "HOME", folder.toString());
        try (KubernetesAccess access = KubernetesAccess.open(new ClusterAddress(null, null), "test", environment,
                pod)) {
            AwsAuthStore store = new AwsAuthStore(access);
            store.read();
            Files.writeString(pod.resolve("token"), "stale");
            assertThatThrownBy(store::read).hasMessageContaining("does not accept the credentials");
            Files.writeString(pod.resolve("token"), token);
            store.read();
        }
    }

    @Test
    void aCredentialProgramIsRunAgainWhenTheServerRefusesItsToken() throws Exception {
        Path program = folder.resolve("program");
        // The first token is one that has expired by the time of its first use, although the program says otherwise.
        Files.writeString(program, "#!/bin/sh\ncd " + folder + "\necho x >> runs\n"
                + "if [ $(wc -l < runs) = 1 ]; then t=expired; else t=" + token + "; fi\n"
                + "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\","
                + "\"status\":{\"token\":\"'$t'\"}}'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        try (KubernetesAccess access = kubeconfig(
                "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./program}")) {
            AwsAuthStore store = new AwsAuthStore(access);
            assertThatThrownBy(store::read).as("run a moment ago").isInstanceOf(StoreException.class);
            Awaitility.await().atMost(Duration.ofSeconds(15)).ignoreExceptions().untilAsserted(store::read);
            assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(2);
            store.read();
            assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(2);
        }
    }

    @Test
    void aServerThatIsNotThereAndOneThatIsNotTrustedAreTold() throws Exception {
        try (KubernetesAccess access = open("https://127.0.0.1:1", authority, "token: t")) {
            assertThatThrownBy(() -> new AwsAuthStore(access).read())
                    .hasMessage("cannot get configmaps kube-system/aws-auth: cannot reach https://127.0.0.1:1:"
                            + " Connection refused");
        }
        String other = Base64.getEncoder().encodeToString(TestCertificates.ANY.getBytes(StandardCharsets.UTF_8));
        try (KubernetesAccess access = open(server, other, "token: t")) {
            assertThatThrownBy(() -> new AwsAuthStore(access).read())
                    .hasMessageContaining("no secure connection to " + server);
        }
    }

    private KubernetesAccess kubeconfig(String user) throws Exception {
        return open(server, authority, user);
    }

    private KubernetesAccess open(String url, String ca, String user) throws Exception {
        Path file = Files.writeString(folder.resolve("config"), """
                current-context: x
                clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                users:
                - name: u
                  user:
                    %s
                """.formatted(url, ca, user));
        return KubernetesAccess.open(new ClusterAddress(file, null), "test", Map.of());
    }
}
