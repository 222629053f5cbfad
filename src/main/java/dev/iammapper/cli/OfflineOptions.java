package dev.iammapper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options by which a command reads files instead of a cluster; to be mixed into a command. */
public final class OfflineOptions {
    @Option(names = "--aws-auth", paramLabel = "FILE",
            description = "instead of a cluster: aws-auth as \"kubectl get -o yaml\" prints it, or - for the standard input")
    private @Nullable String awsAuth;

    @Option(names = "--mappings", paramLabel = "FILE",
            description = "with --aws-auth: the IAMIdentityMapping objects that are there, a file or folder, repeatable")
    private List<String> mappings = new ArrayList<>();

    /** Whether files are read. */
    public boolean areGiven() {
        return awsAuth != null;
    }

    /** The file of aws-auth, where {@link #areGiven()}. */
    public String awsAuth() {
        return Objects.requireNonNull(awsAuth);
    }

    /** The files of mappings; maybe none. */
    public List<String> mappings() {
        return mappings;
    }

    /**
     * Refuses options that go together with neither a cluster nor files.
     *
     * @param others the names of further options that go with files, and what they name
     */
    public void refuseContradictions(@Nullable CommandSpec command, ClusterOptions cluster, String names,
            List<String> others) {
        CommandSpec spec = Objects.requireNonNull(command);
        if (awsAuth == null && !(mappings.isEmpty() && others.isEmpty())) {
            throw new ParameterException(spec.commandLine(), names + " with --aws-auth, which is not given.");
        }
        if (awsAuth != null && cluster.areGiven()) {
            throw new ParameterException(spec.commandLine(),
                    "--aws-auth is a file instead of a cluster: leave out --kubeconfig and --context.");
        }
    }
}
