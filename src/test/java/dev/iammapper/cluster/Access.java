package dev.iammapper.cluster;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import okhttp3.Call;
import okhttp3.Request;

/**
 * What it takes to speak to an API server as somebody.
 *
 * @param server its URL, https and an address of this machine
 * @param certificateAuthority PEM that proves the server
 * @param token the bearer token that proves the caller
 */
record Access(String server, String certificateAuthority, String token) {

    Access as(String otherToken) {
        return new Access(server, certificateAuthority, otherToken);
    }

    /** Writes a kubeconfig that only its owner can read, replacing what was there. */
    Path writeKubeconfig(Path target, String namespace) {
        try {
            Path parent = target.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(target, kubeconfig(namespace));
            if (target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the kubeconfig " + target, e);
        }
    }

    ApiClient client() {
        try {
            return ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(new StringReader(kubeconfig("default")))).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request that bypasses the client's models. */
    Request.Builder request(String path) {
        return new Request.Builder().url(server + path).header("Authorization", "Bearer " + token);
    }

    Call get(ApiClient client, String path) {
        return client.getHttpClient().newCall(request(path).build());
    }

    private String kubeconfig(String namespace) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: test
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: test
                  user:
                    token: %s
                contexts:
                - name: test
                  context:
                    cluster: test
                    user: test
                    namespace: %s
                current-context: test
                """.formatted(server,
                Base64.getEncoder().encodeToString(certificateAuthority.getBytes(StandardCharsets.UTF_8)), token,
                namespace);
    }
}
