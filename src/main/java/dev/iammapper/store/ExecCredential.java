package dev.iammapper.store;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.iammapper.store.Kubeconfig.Entry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A credential that a program makes, as {@code aws eks get-token} does for EKS; run again before its token expires, and
 * when the server refuses the token. The client library would run it only once.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins">
 * client-go credential plugins</a>
 */
final class ExecCredential implements BearerToken.Source {
    private static final Duration LONGEST_RUN = Duration.ofSeconds(60);
    private static final Duration EARLY = Duration.ofSeconds(30);
    private static final Duration BETWEEN_FORCED_RUNS = Duration.ofSeconds(5);
    private static final int MOST_OUTPUT = 1 << 20;

    /** A child of the program may hold its pipes open for ever; what was printed arrives long before. */
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(1);

    private final Entry exec;
    private final Clock clock;
    private @Nullable Output latest;
    private Instant latestRun = Instant.MIN;

    ExecCredential(Entry exec, Clock clock) {
        this.exec = exec;
        this.clock = clock;
    }

    /** What the program printed: a token, or a client certificate with its key, or both. */
    record Output(@Nullable String token, @Nullable Instant expires, @Nullable String certificate,
            @Nullable String key) {}

    /** The credential to use now. */
    synchronized Output output() throws CredentialException {
        Output known = latest;
        if (known == null || (known.expires() != null && clock.instant().isAfter(known.expires().minus(EARLY)))) {
            return run();
        }
        return known;
    }

    @Override
    public String token() throws CredentialException {
        return tokenOf(output());
    }

    @Override
    public synchronized String tokenAfter(String refused) throws CredentialException {
        String current = token();
        if (!current.equals(refused) || clock.instant().isBefore(latestRun.plus(BETWEEN_FORCED_RUNS))) {
            return current;
        }
        return tokenOf(run());
    }

    private String tokenOf(Output output) throws CredentialException {
        if (output.token() == null) {
            throw failed("printed no token this time", "");
        }
        return output.token();
    }

    private Output run() throws CredentialException {
        latestRun = clock.instant();
        ProcessBuilder builder = new ProcessBuilder(command());
        builder.environment().putAll(environment());
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            String hint = exec.text("installHint");
            throw failed("cannot be started (" + e.getMessage() + ")", hint == null ? "install it" : hint);
        }
        try {
            ProcessOutput errors = ProcessOutput.of(process.getErrorStream(), MOST_OUTPUT);
            ProcessOutput output = ProcessOutput.of(process.getInputStream(), MOST_OUTPUT);
            if (!process.waitFor(LONGEST_RUN.toSeconds(), TimeUnit.SECONDS)) {
                throw failed("did not end within " + LONGEST_RUN.toSeconds() + " s", "run it by hand to see why");
            }
            if (process.exitValue() != 0) {
                throw failed("ended with exit code " + process.exitValue(), shortened(errors.text(LAST_OUTPUT)));
            }
            String printed = output.text(LAST_OUTPUT);
            if (output.isTooLong()) {
                throw failed("printed more than " + (MOST_OUTPUT >> 10) + " KiB",
                        "run it by hand to see what it prints");
            }
            Output parsed = parse(printed);
            latest = parsed;
            return parsed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted", "");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** As client-go: a command with a slash is relative to the kubeconfig, one without is looked up in the PATH. */
    private List<String> command() throws CredentialException {
        String command = exec.text("command");
        if (command == null) {
            throw failed("has no command", "see user.exec in the kubeconfig");
        }
        List<String> words = new ArrayList<>();
        Path resolved = exec.path("command");
        words.add(command.contains("/") && resolved != null ? resolved.toString() : command);
        if (exec.fields().get("args") instanceof List<?> args) {
            args.forEach(arg -> words.add(String.valueOf(arg)));
        }
        return words;
    }

    private Map<String, String> environment() {
        Map<String, String> added = new HashMap<>();
        JsonObject spec = new JsonObject();
        spec.addProperty("interactive", false);
        JsonObject info = new JsonObject();
        info.addProperty("kind", "ExecCredential");
        info.addProperty("apiVersion", exec.text("apiVersion"));
        info.add("spec", spec);
        added.put("KUBERNETES_EXEC_INFO", info.toString());
        if (exec.fields().get("env") instanceof List<?> variables) {
            for (Object variable : variables) {
                if (variable instanceof Map<?, ?> pair && pair.get("name") != null && pair.get("value") != null) {
                    added.put(pair.get("name").toString(), pair.get("value").toString());
                }
            }
        }
        return added;
    }

    private Output parse(String output) throws CredentialException {
        try {
            JsonObject status = JsonParser.parseString(output).getAsJsonObject().getAsJsonObject("status");
            if (status == null) {
                throw failed("printed no ExecCredential with a status", "run it by hand to see what it prints");
            }
            String expires = text(status, "expirationTimestamp");
            Output parsed = new Output(text(status, "token"),
                    expires == null ? null : OffsetDateTime.parse(expires).toInstant(),
                    text(status, "clientCertificateData"), text(status, "clientKeyData"));
            if (parsed.token() == null && (parsed.certificate() == null || parsed.key() == null)) {
                throw failed("printed neither a token nor a client certificate with its key", "");
            }
            return parsed;
        } catch (JsonParseException | IllegalStateException | ClassCastException | UnsupportedOperationException
                | DateTimeParseException e) {
            throw failed("printed something that is no ExecCredential", "run it by hand to see what it prints");
        }
    }

    private static @Nullable String text(JsonObject object, String field) {
        return object.has(field) && !object.get(field).isJsonNull() ? object.get(field).getAsString() : null;
    }

    private static String shortened(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= 500 ? line : "…" + line.substring(line.length() - 500);
    }

    private CredentialException failed(String what, String advice) {
        return new CredentialException("the kubeconfig's credential program \"" + exec.text("command") + "\" " + what
                + (advice.isEmpty() ? "" : ": " + advice));
    }
}
