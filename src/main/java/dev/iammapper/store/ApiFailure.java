package dev.iammapper.store;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.iammapper.store.StoreException.Kind;
import io.kubernetes.client.openapi.ApiException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong with a call, in one line for a person. */
final class ApiFailure {
    private static final int LONGEST_MESSAGE = 600;

    /** How every authorizer's refusal reads; admission's and quota's read otherwise but have the same code. */
    private static final Pattern NOT_AUTHORIZED = Pattern
            .compile("^\\S+( \"[^\"]*\")? is forbidden: User \"[^\"]*\" cannot \\S+ ");

    private static final Pattern DENIED_BY_WEBHOOK = Pattern
            .compile("^admission webhook \"[^\"]*\" denied the request");

    private ApiFailure() {}

    /** The failure behind an exception of the client: a refusal when it has a status code, else no answer at all. */
    static StoreException of(ApiAction action, ApiException e, String server) {
        if (e.getCode() == 0) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return new StoreException(Kind.UNREACHABLE,
                    "cannot " + action.sentence() + ": " + describe(cause, server), e);
        }
        if (e.getCode() == 401) {
            return new StoreException(Kind.UNAUTHENTICATED, "cannot " + action.sentence() + ": " + server
                    + " does not accept the credentials (401); renew them, or name another context", e);
        }
        if (isMissingPermission(e)) {
            return new StoreException(Kind.FORBIDDEN, missingPermission(action, e), e);
        }
        return new StoreException(Kind.REFUSED,
                "cannot " + action.sentence() + ": the API server answers " + e.getCode() + ": " + message(e), e);
    }

    /** The failure to make sense of an answer. */
    static StoreException unreadable(ApiAction action, @Nullable RuntimeException e, String server) {
        String detail = e == null ? "it is empty" : oneLine(String.valueOf(e.getMessage()));
        return new StoreException(Kind.UNREACHABLE,
                "cannot " + action.sentence() + ": the answer of " + server + " cannot be read: " + detail, e);
    }

    /** Whether RBAC, or another authorizer, does not allow the action; a policy's refusal is something else. */
    static boolean isMissingPermission(ApiException e) {
        return e.getCode() == 403 && NOT_AUTHORIZED.matcher(message(e)).find();
    }

    /** Whether the content is refused, so that sending the same again is no help. */
    static boolean isRejection(ApiException e) {
        String message = message(e);
        return switch (e.getCode()) {
            case 400, 413, 422 -> true;
            case 403 -> !isMissingPermission(e);
            // etcd's own limit comes through as an internal error.
            case 500 -> message.contains("request is too large") || DENIED_BY_WEBHOOK.matcher(message).find();
            default -> DENIED_BY_WEBHOOK.matcher(message).find();
        };
    }

    /** What is missing, who lacks it, and the rule that grants it. */
    static String missingPermission(ApiAction action, ApiException e) {
        return "not allowed to " + action.sentence() + "; grant it by " + action.grant() + ", bound to this user ("
                + message(e) + ")";
    }

    /** The server's own words on one line. */
    static String message(ApiException e) {
        String body = e.getResponseBody();
        if (body == null || body.isBlank()) {
            return "no message";
        }
        try {
            if (JsonParser.parseString(body) instanceof JsonObject status) {
                JsonElement message = status.get("message");
                if (message != null && message.isJsonPrimitive()) {
                    return oneLine(message.getAsString());
                }
            }
        } catch (JsonParseException notStatus) {
            // A proxy's answer, as it came.
            return oneLine(body);
        }
        return oneLine(body);
    }

    /** What happened on the way to the server. */
    static String describe(Throwable e, String server) {
        return switch (e) {
            case UnknownHostException _ -> "the host name of " + server + " cannot be resolved";
            case ConnectException c -> "cannot reach " + server + ": " + rootMessage(c, "connection refused");
            case NoRouteToHostException _ -> "cannot reach " + server + ": no route to the host";
            case SSLException s -> "no secure connection to " + server + ": " + rootMessage(s, "TLS failed");
            case InterruptedIOException _ -> "no answer from " + server + " in time";
            case CredentialException c -> oneLine(String.valueOf(c.getMessage()));
            case IOException io -> "the connection to " + server + " broke: " + rootMessage(io, "no reason given");
            default -> oneLine(String.valueOf(e.getMessage()));
        };
    }

    private static String rootMessage(Throwable e, String otherwise) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null || message.isBlank() ? otherwise : oneLine(message);
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
    }
}
