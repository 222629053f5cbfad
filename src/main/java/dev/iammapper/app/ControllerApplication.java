package dev.iammapper.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** x. */
final class ControllerApplication {
    private ControllerApplication() {}

    static int runUntilStopped(@Nullable Path kubeconfig, @Nullable String context, List<String> settings) {
        return 0;
    }
}
