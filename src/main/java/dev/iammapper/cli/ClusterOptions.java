package dev.iammapper.cli;

import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.store.ClusterAccessException;
import dev.iammapper.store.ClusterAddress;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.StoreException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command finds its cluster, as kubectl has them; to be mixed into a command. */
public final class ClusterOptions {
    @Option(names = "--kubeconfig", paramLabel = "FILE",
            description = "the kubeconfig; else the one that kubectl would use")
    private @Nullable Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME",
            description = "the kubeconfig's context; else the current one")
    private @Nullable String context;

    /** Something that needs a cluster. */
    @FunctionalInterface
    public interface Visit<T> {
        /** Does it. */
        T in(KubernetesAccess cluster) throws UnusableInputException;
    }

    /** Whether one of the options is on the command line. */
    public boolean areGiven() {
        return kubeconfig != null || context != null;
    }

    /**
     * Visits the cluster, and leaves it again.
     *
     * @throws UnusableInputException if there is no way to it, or it does not answer: with a sentence for the user
     */
    public <T> T visit(CommandSurroundings surroundings, Visit<T> visit) throws UnusableInputException {
        try (KubernetesAccess cluster = KubernetesAccess.open(new ClusterAddress(kubeconfig, context),
                surroundings.version(), surroundings.environment())) {
            return visit.in(cluster);
        } catch (ClusterAccessException | StoreException e) {
            throw new UnusableInputException(String.valueOf(e.getMessage()));
        }
    }
}
