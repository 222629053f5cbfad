package dev.iammapper.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import okhttp3.Response;
import org.awaitility.Awaitility;

/** What the API server says that clients asked of it, counted from outside of every client. */
public final class AuditLog {

    private static final String SENTINEL = "audit-log-sentinel-";

    private final ControlPlane plane;
    private final ApiClient client;
    private volatile long written;

    AuditLog(ControlPlane plane, ApiClient client) {
        this.plane = plane;
        this.client = client;
    }

    /** A place in the log. */
    public record Mark(long position) {}

    /** The place after every request that was answered before this call. */
    public Mark mark() {
        long from = written;
        written = from + flushed(from).length;
        return new Mark(written);
    }

    /** The requests that were answered between the mark and this call, in the order in which they were finished. */
    public List<AuditEvent> since(Mark mark) {
        return new String(flushed(mark.position()), StandardCharsets.UTF_8).lines()
                .map(AuditLog::event)
                .filter(event -> !event.name().startsWith(SENTINEL))
                .toList();
    }

    /** How many of the requests since the mark are of a kind. */
    public long count(Mark mark, Predicate<AuditEvent> kind) {
        return since(mark).stream().filter(kind).count();
    }

    /**
     * The log's complete lines after a request of our own has reached it. The server writes a line just after it
     * answered; what was answered before that request was sent is in the log before the request is.
     */
    private byte[] flushed(long from) {
        String name = SENTINEL + UUID.randomUUID();
        try (Response answer = plane.admin().get(client, "/api/v1/namespaces/default/configmaps/" + name).execute()) {
            if (answer.code() != 404) {
                throw new IllegalStateException("the API server answered " + answer.code() + " to a look at " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log can be read while the API server answers", e);
        }
        byte[] log = Awaitility.await("the audit log to be written")
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(30))
                .until(() -> plane.auditLog(from),
                        bytes -> new String(bytes, StandardCharsets.UTF_8).contains(name));
        int end = log.length;
        while (end > 0 && log[end - 1] != '\n') {
            end--;
        }
        return end == log.length ? log : Arrays.copyOf(log, end);
    }

    private static AuditEvent event(String line) {
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        JsonObject object = child(json, "objectRef");
        JsonElement code = child(json, "responseStatus").get("code");
        return new AuditEvent(text(json, "verb"), text(object, "resource"), text(object, "subresource"),
                text(object, "namespace"), text(object, "name"), text(child(json, "user"), "username"),
                text(json, "userAgent"), text(json, "requestURI"), code == null ? 0 : code.getAsInt(),
                Instant.parse(text(json, "requestReceivedTimestamp")));
    }

    private static JsonObject child(JsonObject json, String field) {
        JsonElement value = json.get(field);
        return value == null ? new JsonObject() : value.getAsJsonObject();
    }

    private static String text(JsonObject json, String field) {
        JsonElement value = json.get(field);
        return value == null ? "" : value.getAsString();
    }
}
