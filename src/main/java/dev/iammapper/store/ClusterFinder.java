package dev.iammapper.store;

import dev.iammapper.store.Kubeconfig.Entry;
import dev.iammapper.store.Kubeconfig.Selection;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.SSLUtils;
import io.kubernetes.client.util.credentials.Authentication;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Finds out which cluster to talk to, and with which credential, as kubectl does. */
final class ClusterFinder {
    /** Where a Pod finds its ServiceAccount. */
    static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private static final Pattern LIST_SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

    private final Map<String, String> environment;
    private final Path serviceAccount;
    private final Clock clock;

    ClusterFinder(Map<String, String> environment, Path serviceAccount, Clock clock) {
        this.environment = environment;
        this.serviceAccount = serviceAccount;
        this.clock = clock;
    }

    /**
     * A cluster.
     *
     * @param builder makes clients of it
     * @param customization adds to a client's transport what the builder does not know
     * @param origin where this was found, for people
     */
    record Found(ClientBuilder builder, Consumer<OkHttpClient.Builder> customization, String origin) {}

    Found find(ClusterAddress address) throws ClusterAccessException {
        Path given = address.kubeconfig();
        if (given != null) {
            if (!Files.exists(given)) {
                throw new ClusterAccessException("there is no kubeconfig " + given + "; check --kubeconfig");
            }
            return fromKubeconfig(List.of(given), address.context());
        }
        String listed = environment.get("KUBECONFIG");
        if (listed != null && !listed.isBlank()) {
            return fromKubeconfig(existing(listed), address.context());
        }
        String home = environment.get("HOME");
        Path usual = Path.of(home == null ? System.getProperty("user.home") : home, ".kube", "config");
        if (Files.exists(usual)) {
            return fromKubeconfig(List.of(usual), address.context());
        }
        if (address.context() != null) {
            throw new ClusterAccessException("the context \"" + address.context()
                    + "\" needs a kubeconfig: KUBECONFIG is not set, and there is no " + usual);
        }
        if (environment.get("KUBERNETES_SERVICE_HOST") != null) {
            return fromServiceAccount();
        }
        throw new ClusterAccessException("no cluster to talk to: KUBECONFIG is not set, there is no " + usual
                + ", and this is no Pod; name a file with --kubeconfig");
    }

    /** kubectl leaves out files of the list that do not exist; when none does, a person mistyped. */
    private static List<Path> existing(String listed) throws ClusterAccessException {
        List<Path> files = LIST_SEPARATOR.splitAsStream(listed).filter(name -> !name.isBlank()).map(Path::of)
                .filter(Files::exists).toList();
        if (files.isEmpty()) {
            throw new ClusterAccessException("KUBECONFIG names " + listed
                    + ", which does not exist; correct it, unset it, or name a file with --kubeconfig");
        }
        return files;
    }

    private Found fromServiceAccount() throws ClusterAccessException {
        Path token = serviceAccount.resolve("token");
        Path authority = serviceAccount.resolve("ca.crt");
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        if (!Files.isReadable(token) || !Files.isReadable(authority)) {
            throw new ClusterAccessException("this Pod has no ServiceAccount token in " + serviceAccount
                    + "; set automountServiceAccountToken: true, or set KUBECONFIG");
        }
        String server = "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        ClientBuilder builder = new ClientBuilder().setBasePath(server)
                .setCertificateAuthority(bytes(authority, "the cluster's CA certificate"));
        BearerToken credential = new BearerToken(BearerToken.file(token));
        return new Found(builder, http -> http.addInterceptor(credential), "the Pod's ServiceAccount");
    }

    private Found fromKubeconfig(List<Path> files, @Nullable String context) throws ClusterAccessException {
        Kubeconfig kubeconfig = Kubeconfig.read(files);
        Selection selection = kubeconfig.select(context);
        String origin = "context " + selection.context() + " of " + kubeconfig.where();
        Entry cluster = selection.cluster();
        String server = cluster.text("server");
        if (server == null) {
            throw new ClusterAccessException(origin + ": its cluster has no server");
        }
        ClientBuilder builder = new ClientBuilder().setBasePath(server.contains("://") ? server : "https://" + server)
                .setVerifyingSsl(!"true".equals(cluster.text("insecure-skip-tls-verify")));
        byte[] authority = dataOrFile(cluster, "certificate-authority");
        if (authority != null) {
            builder.setCertificateAuthority(authority);
        }
        String serverName = cluster.text("tls-server-name");
        if (serverName != null) {
            builder.setTlsServerName(serverName);
        }
        Consumer<OkHttpClient.Builder> credential = credential(selection, builder, origin);
        String proxy = cluster.text("proxy-url");
        return new Found(builder, proxy == null ? credential : credential.andThen(through(proxy, origin)), origin);
    }

    /** In client-go's order: certificates may stand beside a token, of two tokens the file counts. */
    private Consumer<OkHttpClient.Builder> credential(Selection selection, ClientBuilder builder, String origin)
            throws ClusterAccessException {
        Entry user = selection.user();
        byte[] certificate = dataOrFile(user, "client-certificate");
        byte[] key = dataOrFile(user, "client-key");
        if (certificate != null && key != null) {
            builder.setAuthentication(clientCertificate(certificate, key));
        }
        Path tokenFile = user.path("tokenFile");
        if (tokenFile != null) {
            BearerToken bearer = new BearerToken(BearerToken.file(tokenFile));
            return http -> http.addInterceptor(bearer);
        }
        String token = user.text("token");
        if (token != null) {
            BearerToken bearer = new BearerToken(BearerToken.fixed(token));
            return http -> http.addInterceptor(bearer);
        }
        String username = user.text("username");
        String password = user.text("password");
        if (username != null && password != null) {
            String basic = Credentials.basic(username, password, StandardCharsets.UTF_8);
            return http -> http.addInterceptor(
                    chain -> chain.proceed(chain.request().newBuilder().header("Authorization", basic).build()));
        }
        Entry exec = user.object("exec");
        if (exec != null) {
            return fromProgram(new ExecCredential(exec, clock), builder, origin);
        }
        if (user.object("auth-provider") != null) {
            throw new ClusterAccessException(origin + ": its user has an auth-provider, which Kubernetes has given up;"
                    + " write the kubeconfig anew with a credential program (exec)");
        }
        return http -> {};
    }

    /** Runs the program now, so that a person learns at once what is wrong with it. */
    private static Consumer<OkHttpClient.Builder> fromProgram(ExecCredential program, ClientBuilder builder,
            String origin) throws ClusterAccessException {
        try {
            ExecCredential.Output output = program.output();
            if (output.certificate() != null && output.key() != null) {
                builder.setAuthentication(
                        clientCertificate(output.certificate().getBytes(StandardCharsets.UTF_8),
                                output.key().getBytes(StandardCharsets.UTF_8)));
            }
            if (output.token() == null) {
                return http -> {};
            }
            BearerToken bearer = new BearerToken(program);
            return http -> http.addInterceptor(bearer);
        } catch (CredentialException e) {
            throw new ClusterAccessException(origin + ": " + e.getMessage());
        }
    }

    /** The client's own class for this logs a stack trace when the key is a bad one. */
    private static Authentication clientCertificate(byte[] certificate, byte[] key) {
        return client -> {
            try {
                client.setKeyManagers(
                        SSLUtils.keyManagers(certificate, key, SSLUtils.recognizePrivateKeyAlgo(key), "", null, null));
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalArgumentException("the client certificate or its key is unusable", e);
            }
        };
    }

    private static Consumer<OkHttpClient.Builder> through(String proxyUrl, String origin)
            throws ClusterAccessException {
        try {
            URI uri = URI.create(proxyUrl);
            boolean socks = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT).startsWith("socks");
            int port = uri.getPort() >= 0 ? uri.getPort() : socks ? 1080 : 80;
            Proxy proxy = new Proxy(socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
                    InetSocketAddress.createUnresolved(uri.getHost(), port));
            return http -> http.proxy(proxy);
        } catch (IllegalArgumentException e) {
            // The value may hold a password.
            throw new ClusterAccessException(origin
                    + ": its proxy-url is not of the form http://host:port, https://host:port or socks5://host:port");
        }
    }

    private static byte @Nullable [] dataOrFile(Entry entry, String field) throws ClusterAccessException {
        String data = entry.text(field + "-data");
        if (data != null) {
            try {
                return Base64.getMimeDecoder().decode(data);
            } catch (IllegalArgumentException e) {
                throw new ClusterAccessException("the kubeconfig's " + field + "-data is not base64");
            }
        }
        Path file = entry.path(field);
        return file == null ? null : bytes(file, "the kubeconfig's " + field);
    }

    private static byte[] bytes(Path file, String what) throws ClusterAccessException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ClusterAccessException("cannot read " + what + ", the file " + file);
        }
    }
}
