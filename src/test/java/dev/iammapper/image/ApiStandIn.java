package dev.iammapper.image;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/**
 * Answers on the loopback interface as an API server would, as far as the controller asks: enough for a build without a
 * cluster to see it work, and no more. It checks nothing that a real one checks; tests use a real one.
 *
 * <p>It speaks HTTP/2 over TLS, so that the controller goes the way that it goes in a cluster.
 */
final class ApiStandIn implements AutoCloseable {
    /** Held, because a level is forgotten with its logger. */
    private static final Logger NEWS = Logger.getLogger("org.apache");

    private final Tomcat tomcat = new Tomcat();
    private final StoredObjects objects;
    private final String token;
    private final Queue<String> oddities = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private ApiStandIn(StoredObjects objects, String token) {
        this.objects = objects;
        this.token = token;
    }

    /**
     * Starts the server on a free port.
     *
     * @param keys a PKCS12 file with one key
     * @param password of that file
     * @param token that callers must show
     * @param folder where the server may write
     */
    static ApiStandIn start(StoredObjects objects, Path keys, String password, String token, Path folder) {
        NEWS.setLevel(Level.SEVERE);
        ApiStandIn server = new ApiStandIn(objects, token);
        server.tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(0);
        connector.setProperty("SSLEnabled", "true");
        SSLHostConfig tls = new SSLHostConfig();
        SSLHostConfigCertificate certificate = new SSLHostConfigCertificate(tls,
                SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystoreFile(keys.toString());
        certificate.setCertificateKeystorePassword(password);
        certificate.setCertificateKeystoreType("PKCS12");
        tls.addCertificate(certificate);
        connector.addSslHostConfig(tls);
        connector.addUpgradeProtocol(new Http2Protocol());
        server.tomcat.setConnector(connector);
        Context context = server.tomcat.addContext("", folder.toString());
        Tomcat.addServlet(context, "api", server.new Api());
        context.addServletMappingDecoded("/*", "api");
        try {
            server.tomcat.start();
        } catch (LifecycleException e) {
            throw new IllegalStateException("the stand-in for the API server does not start", e);
        }
        return server;
    }

    int port() {
        return tomcat.getConnector().getLocalPort();
    }

    /** The requests that were not understood; none in a run that went well. */
    List<String> oddities() {
        return List.copyOf(oddities);
    }

    @Override
    public void close() {
        closed = true;
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Api extends HttpServlet {
        private static final long serialVersionUID = 1L;
        private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (!("Bearer " + token).equals(request.getHeader("Authorization"))) {
                answer(response, 401, status(401, "Unauthorized"));
                return;
            }
            try {
                answer(request, response);
            } catch (RuntimeException e) {
                oddities.add(request.getMethod() + " " + request.getRequestURI() + ": " + e);
                throw e;
            }
        }

        private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
            ApiPath path = ApiPath.of(request.getRequestURI());
            switch (request.getMethod()) {
                case "GET" -> {
                    if ("true".equals(request.getParameter("watch"))) {
                        watch(request, response, prefix(path, request));
                    } else if (path.name().isEmpty()) {
                        answer(response, 200, objects.list(prefix(path, request)));
                    } else {
                        answerOrNotFound(response, () -> objects.get(path.key()));
                    }
                }
                case "POST" -> {
                    JsonObject object = body(request).getAsJsonObject();
                    JsonObject metadata = object.getAsJsonObject("metadata");
                    if (!metadata.has("name")) {
                        metadata.addProperty("name", metadata.get("generateName").getAsString() + "0");
                    }
                    ApiPath created = path.child(metadata.get("name").getAsString());
                    if (objects.get(created.key()) != null) {
                        answer(response, 409, status(409, "AlreadyExists"));
                    } else {
                        answer(response, 201, objects.put(created.key(), object));
                    }
                }
                case "PUT" -> answer(response, 200, objects.put(path.key(), body(request).getAsJsonObject()));
                case "PATCH" -> answerOrNotFound(response, () -> objects.get(path.key()) == null
                        ? null
                        : objects.patch(path.key(), body(request)));
                default -> refuse(request, response);
            }
        }

        private void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
            oddities.add(request.getMethod() + " " + request.getRequestURI());
            answer(response, 405, status(405, "MethodNotAllowed"));
        }

        private String prefix(ApiPath path, HttpServletRequest request) {
            String selector = request.getParameter("fieldSelector");
            String name = "metadata.name=";
            return path.key()
                    + (selector != null && selector.startsWith(name) ? selector.substring(name.length()) : "");
        }

        private void watch(HttpServletRequest request, HttpServletResponse response, String prefix)
                throws IOException {
            long from = Long.parseLong(request.getParameter("resourceVersion"));
            response.setContentType("application/json");
            response.flushBuffer();
            OutputStream lines = response.getOutputStream();
            try {
                while (!closed) {
                    for (StoredObjects.Change change : objects.after(from, prefix, BETWEEN_LOOKS)) {
                        JsonObject event = new JsonObject();
                        event.addProperty("type", change.type());
                        event.add("object", change.object());
                        lines.write((event + "\n").getBytes(StandardCharsets.UTF_8));
                        lines.flush();
                        from = change.version();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private JsonElement body(HttpServletRequest request) {
            try {
                return JsonParser.parseReader(request.getReader());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void answerOrNotFound(HttpServletResponse response, Supplier<JsonObject> found) throws IOException {
            JsonObject object = found.get();
            answer(response, object == null ? 404 : 200, object == null ? status(404, "NotFound") : object);
        }

        private void answer(HttpServletResponse response, int code, JsonObject object) throws IOException {
            response.setStatus(code);
            response.setContentType("application/json");
            response.getOutputStream().write(object.toString().getBytes(StandardCharsets.UTF_8));
        }

        private JsonObject status(int code, String reason) {
            return new Gson().toJsonTree(Map.of("kind", "Status", "apiVersion", "v1", "status", "Failure", "reason",
                    reason, "message", reason, "code", code)).getAsJsonObject();
        }
    }

    /**
     * Where an object is, with the namespace behind the resource, so that one prefix fits all namespaces.
     *
     * @param resource with its group and version
     * @param name empty for all of them
     */
    record ApiPath(String resource, String namespace, String name) {

        /** Reads the path of a URL; a subresource is its object. */
        static ApiPath of(String path) {
            List<String> words = new ArrayList<>(List.of(path.substring(1).split("/")));
            String group = String.join("/", words.subList(0, words.getFirst().equals("api") ? 2 : 3));
            List<String> rest = words.subList(words.getFirst().equals("api") ? 2 : 3, words.size());
            boolean namespaced = rest.getFirst().equals("namespaces") && rest.size() > 2;
            String namespace = namespaced ? rest.get(1) : "";
            List<String> resource = namespaced ? rest.subList(2, rest.size()) : rest;
            return new ApiPath(group + "/" + resource.getFirst(), namespace,
                    resource.size() > 1 ? resource.get(1) : "");
        }

        ApiPath child(String child) {
            return new ApiPath(resource, namespace, child);
        }

        String key() {
            return resource + "/" + (namespace.isEmpty() ? "" : namespace + "/") + name;
        }
    }
}
