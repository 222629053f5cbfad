package dev.iammapper.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;

/** What a Pod knows about itself. */
@RequiredArgsConstructor
final class PodSurroundings {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final String ELSEWHERE = "iam-identity-mapper";

    private final Map<String, String> environment;
    private final Path serviceAccount;

    static PodSurroundings ofThisProcess() {
        return new PodSurroundings(System.getenv(), SERVICE_ACCOUNT);
    }

    /** Whether this is a Pod that may talk to its cluster. */
    boolean isPod() {
        return environment.get("KUBERNETES_SERVICE_HOST") != null
                && Files.isReadable(serviceAccount.resolve("token"));
    }

    /** The namespace that was set, else the Pod's, else the one in which this program usually is. */
    String namespace(@Nullable String set) {
        if (set != null) {
            return set;
        }
        try {
            String own = Files.readString(serviceAccount.resolve("namespace")).strip();
            return own.isEmpty() ? ELSEWHERE : own;
        } catch (IOException noPod) {
            return ELSEWHERE;
        }
    }
}
