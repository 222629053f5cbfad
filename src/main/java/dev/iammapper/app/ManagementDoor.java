package dev.iammapper.app;

import dev.iammapper.mapping.Quoted;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import lombok.extern.slf4j.Slf4j;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask the management port for what: everybody who reaches it may read health and metrics; all else is for those
 * who come by loopback, as a port-forward of Kubernetes does; and only levels of the log can be changed.
 *
 * <p>The addresses are those of the connection. Headers that name another one, such as X-Forwarded-For, anybody can
 * write; but whoever writes one came through a proxy. The proxy of a service mesh stands in the Pod and calls from
 * loopback, in the name of others: it calls the Pod's address, a port-forward calls loopback.
 */
@Slf4j
final class ManagementDoor extends ValveBase {
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final List<String> OF_PROXIES = List.of("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host",
            "X-Forwarded-Proto", "X-Envoy-External-Address", "X-Envoy-Decorator-Operation", "X-Request-Id");
    private static final int FORBIDDEN = 403;
    private static final int NOT_ALLOWED = 405;

    private final List<String> open;
    private final @Nullable String loggers;

    /**
     * A door before a server.
     *
     * @param open paths that everybody may read, with what is below them
     * @param loggers the path below which levels are changed; null where they cannot be
     */
    ManagementDoor(List<String> open, @Nullable String loggers) {
        super(true);
        this.open = List.copyOf(open);
        this.loggers = loggers;
    }

    /** What is asked, as far as an answer depends on it. */
    record Asked(String method, Way way, String rawPath, String path, @Nullable String host, @Nullable String origin) {}

    /**
     * How a request came.
     *
     * @param from the address of the caller
     * @param to the address that was called
     * @param proxied whether a header says that somebody passed it on
     */
    record Way(@Nullable String from, @Nullable String to, boolean proxied) {
        private boolean isLocal() {
            return !proxied && isLoopback(from) && isLoopback(to);
        }
    }

    /** Why there is no answer. */
    record Refusal(int status, String message) {}

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        Way way = new Way(request.getPeerAddr(), request.getLocalAddr(),
                OF_PROXIES.stream().anyMatch(header -> request.getHeader(header) != null));
        Asked asked = new Asked(request.getMethod(), way, request.getRequestURI(), request.getDecodedRequestURI(),
                request.getHeader("Host"), request.getHeader("Origin"));
        Refusal refusal = refusal(asked);
        if (refusal != null) {
            response.setStatus(refusal.status());
            response.setContentType("text/plain");
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            response.getWriter().println(refusal.message());
            return;
        }
        if (!READING.contains(asked.method())) {
            // Before it happens: also the end of this very line would leave one.
            log.warn("Somebody asks to change a level of the log through the management port: {}",
                    Quoted.text(asked.path()));
        }
        getNext().invoke(request, response);
    }

    /** Why a request is not let in, or null. */
    @Nullable
    Refusal refusal(Asked asked) {
        boolean reads = READING.contains(asked.method());
        if (reads && isOpen(asked)) {
            return null;
        }
        if (!asked.way().isLocal()) {
            return new Refusal(FORBIDDEN, "Only health and metrics can be read from elsewhere. For the rest, come by"
                    + " kubectl port-forward.");
        }
        // A page in a browser can be made to send requests to loopback, but not without telling whose page it is.
        if (asked.origin() != null || !isLoopbackName(asked.host())) {
            return new Refusal(FORBIDDEN, "Ask for localhost, and not from a web page.");
        }
        boolean level = loggers != null && asked.method().equals("POST")
                && asked.path().startsWith(loggers + "/");
        return reads || level ? null : new Refusal(NOT_ALLOWED, "Nothing but the level of a logger can be changed.");
    }

    /** Paths that two readers could understand differently are not open. */
    private boolean isOpen(Asked asked) {
        return asked.rawPath().equals(asked.path()) && !asked.path().contains("..")
                && open.stream().anyMatch(path -> asked.path().equals(path) || asked.path().startsWith(path + "/"));
    }

    private static boolean isLoopback(@Nullable String address) {
        try {
            return address != null && InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    private static boolean isLoopbackName(@Nullable String host) {
        if (host == null) {
            return false;
        }
        try {
            String name = URI.create("http://" + host).getHost();
            return name != null && (name.toLowerCase(Locale.ROOT).equals("localhost")
                    || isLoopback(name.replaceAll("^\\[|]$", "")));
        } catch (IllegalArgumentException noHost) {
            return false;
        }
    }
}
