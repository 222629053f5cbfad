package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterFinderTest {
    private static final String ONE = """
            current-context: one
            clusters: [{name: c, cluster: {server: "https://one:6443"}}]
            contexts: [{name: one, context: {cluster: c, user: u}}, {name: nowhere, context: {cluster: gone}}]
            users: [{name: u, user: {token: t}}]
            """;
    private static final String TWO = """
            current-context: two
            clusters: [{name: c, cluster: {server: "https://shadowed"}}, {name: d, cluster: {server: "https://two"}}]
            contexts: [{name: two, context: {cluster: d, user: u}}]
            """;

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void home() {
        environment.put("HOME", folder.resolve("home").toString());
    }

    @Test
    void aGivenFileComesFirstThenTheVariableThenHomeThenThePod() throws Exception {
        servePod();
        assertThat(open(null, null).description()).contains("https://10.0.0.1:6443", "ServiceAccount");
        write("home/.kube/config", "https://home");
        assertThat(open(null, null).server()).isEqualTo("https://home");
        environment.put("KUBECONFIG", write("variable", "https://variable").toString());
        assertThat(open(null, null).server()).isEqualTo("https://variable");
        assertThat(open(write("given", "https://given"), null).server()).isEqualTo("https://given");
    }

    @Test
    void anIpv6AddressOfThePodsApiServerIsBracketed() throws Exception {
        servePod();
        environment.put("KUBERNETES_SERVICE_HOST", "fd00::1");
        assertThat(open(null, null).server()).isEqualTo("https://[fd00::1]:6443");
    }

    @Test
    void severalFilesAreMergedAndTheFirstToNameSomethingDecides() throws Exception {
        Path one = file("one", ONE);
        Path two = file("two", TWO);
        environment.put("KUBECONFIG", folder.resolve("missing") + ":" + one + "::" + two);
        assertThat(open(null, null).server()).isEqualTo("https://one:6443");
        assertThat(open(null, "two").server()).isEqualTo("https://two");
        assertThat(open(null, "two").description()).contains("context two of " + one + ", " + two);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> open(folder.resolve("nothing"), null)).isInstanceOf(ClusterAccessException.class)
                .hasMessage("there is no kubeconfig " + folder.resolve("nothing") + "; check --kubeconfig");
        environment.put("KUBECONFIG", "/no/such/file");
        assertThatThrownBy(() -> open(null, null)).hasMessageContaining("KUBECONFIG names /no/such/file");
    }

    @Test
    void aContextThatDoesNotExistIsAnsweredWithThoseThatDo() throws Exception {
        Path one = file("one", ONE);
        assertThatThrownBy(() -> open(one, "prod"))
                .hasMessage("there is no context \"prod\" in " + one + "; there are: nowhere, one");
        assertThatThrownBy(() -> open(one, "nowhere")).hasMessageContaining("names the cluster \"gone\"")
                .hasMessageContaining("there is: c");
        assertThatThrownBy(() -> open(file("empty", ""), null)).hasMessageContaining("no current context");
    }

    @Test
    void aContextWithoutAnyKubeconfigIsNotAnsweredWithThePod() throws Exception {
        servePod();
        assertThatThrownBy(() -> open(null, "prod")).hasMessageContaining("needs a kubeconfig");
    }

    @Test
    void withoutAnyClusterTheMessageSaysWhereItLooked() {
        assertThatThrownBy(() -> open(null, null)).hasMessageContaining("KUBECONFIG is not set")
                .hasMessageContaining("home/.kube/config")
                .hasMessageContaining("--kubeconfig");
    }

    @Test
    void aPodWithoutATokenIsToldSo() {
        environment.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        assertThatThrownBy(() -> open(null, null)).hasMessageContaining("automountServiceAccountToken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [", "- 1", "just text", "clusters: 3", "a: b: c"})
    void textThatIsNoKubeconfigIsNamedWithItsFile(String text) throws Exception {
        Path file = file("bad", text);
        assertThatThrownBy(() -> open(file, null)).isInstanceOf(ClusterAccessException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("Exception");
    }

    @Test
    void aFolderAndAnotherTextEncodingAreNoKubeconfigsEither() throws Exception {
        assertThatThrownBy(() -> open(folder, null)).isInstanceOf(ClusterAccessException.class)
                .hasMessageContaining("cannot read");
        Path latin = folder.resolve("latin");
        Files.write(latin, new byte[] {'a', (byte) 0xe4});
        assertThatThrownBy(() -> open(latin, null)).hasMessageContaining("UTF-8");
    }

    @Test
    void relativePathsBelongToTheFileThatHoldsThem() throws Exception {
        Path config = file("sub/config", """
                current-context: x
                clusters: [{name: c, cluster: {server: "https://x", certificate-authority: ca.crt}}]
                contexts: [{name: x, context: {cluster: c}}]
                """);
        assertThatThrownBy(() -> open(config, null))
                .hasMessage("cannot read the kubeconfig's certificate-authority, the file "
                        + folder.resolve("sub/ca.crt"));
    }

    @Test
    void certificatesThatAreNoneAreNamedWithoutATrace() throws Exception {
        Path config = file("config", """
                current-context: x
                clusters: [{name: c, cluster: {server: "https://x", certificate-authority-data: bm9wZQ==}}]
                contexts: [{name: x, context: {cluster: c}}]
                """);
        assertThatThrownBy(() -> open(config, null)).isInstanceOf(ClusterAccessException.class)
                .hasMessageContaining("its certificates or keys cannot be used");
        Path key = file("key", """
                current-context: x
                clusters: [{name: c, cluster: {server: "https://x"}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                users: [{name: u, user: {client-certificate-data: bm9wZQ==, client-key-data: bm9wZQ==}}]
                """);
        assertThatThrownBy(() -> open(key, null)).isInstanceOf(ClusterAccessException.class)
                .hasMessageContaining("its certificates or keys cannot be used");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void clientCertificatesWithKeysInTheOldFormAndTheNewAreUsable(String algorithm) throws Exception {
        KeyPair pair = keys(algorithm).generateKeyPair();
        byte[] old = algorithm.equals("EC") ? sec1(pair) : pkcs1(pair);
        for (String key : List.of(pem(algorithm + " PRIVATE KEY", old),
                pem("PRIVATE KEY", pair.getPrivate().getEncoded()))) {
            Path config = file("config", """
                    current-context: x
                    clusters: [{name: c, cluster: {server: "https://x"}}]
                    contexts: [{name: x, context: {cluster: c, user: u}}]
                    users: [{name: u, user: {client-certificate-data: %s, client-key: client.key}}]
                    """.formatted(Base64.getEncoder().encodeToString(
                    TestCertificates.ANY.getBytes(StandardCharsets.UTF_8))));
            file("client.key", key);
            try (KubernetesAccess access = open(config, null)) {
                assertThat(access.unary().getKeyManagers()).isNotEmpty();
            }
        }
    }

    @Test
    void aCredentialProgramThatIsMissingIsToldWithItsHint() throws Exception {
        Path config = file("config", """
                current-context: x
                clusters: [{name: c, cluster: {server: "https://x"}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-program,
                  installHint: install the AWS CLI}}}]
                """);
        assertThatThrownBy(() -> open(config, null)).isInstanceOf(ClusterAccessException.class)
                .hasMessageContaining("\"no-such-program\" cannot be started")
                .hasMessageContaining("install the AWS CLI");
    }

    private KubernetesAccess open(Path kubeconfig, String context) throws ClusterAccessException {
        return KubernetesAccess.open(new ClusterAddress(kubeconfig, context), "test", environment,
                folder.resolve("pod"));
    }

    private static KeyPairGenerator keys(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("EC") ? 256 : 2048);
        return generator;
    }

    private static byte[] pkcs1(KeyPair pair) throws IOException {
        return PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded()).parsePrivateKey().toASN1Primitive()
                .getEncoded();
    }

    /** With the public key inside, as OpenSSL and Go write it; Java leaves it out. */
    private static byte[] sec1(KeyPair pair) throws IOException {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
        SubjectPublicKeyInfo point = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
        BigInteger secret = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
        return new ECPrivateKey(256, secret, new DERBitString(point.getPublicKeyData().getBytes()),
                info.getPrivateKeyAlgorithm().getParameters()).getEncoded();
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + label + "-----\n";
    }

    private void servePod() throws IOException {
        file("pod/token", "t");
        // Any certificate will do: nothing is sent.
        file("pod/ca.crt", TestCertificates.ANY);
        environment.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        environment.put("KUBERNETES_SERVICE_PORT", "6443");
    }

    private Path write(String name, String server) throws IOException {
        return file(name, ONE.replace("https://one:6443", server));
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
