package dev.iammapper.app;

import dev.iammapper.store.ClusterAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that runs the controller until it is told to stop. */
@Command(name = "controller", mixinStandardHelpOptions = true, versionProvider = BuildVersion.class,
        exitCodeOnInvalidInput = ExitCode.USAGE, exitCodeOnExecutionException = ExitCode.FAILURE, sortOptions = false,
        description = {
                "Keeps aws-auth in line with the IAMIdentityMapping objects of the cluster.",
                "The cluster is the one that kubectl would use; in a Pod, the Pod's own."},
        footer = {"",
                "Settings are written --name.with.dots=value, for example:",
                "  --mapper.mode=observe                    nothing is written, all is said",
                "  --spring.config.additional-location=file:mapper.yaml",
                "                                           settings from a file",
                "  --mapper.leader-election.enabled=false   a single local run needs no Lease",
                "  --management.server.port=0               health and metrics on any free port",
                "  --mapper.log.level=debug                 what each pass finds",
                "  --mapper.log.format=ecs                  JSON, as does logstash",
                "docs/configuration.md lists all settings, ranges, defaults and variables."})
final class ControllerCommand implements Callable<Integer> {
    private static final Pattern SETTING = Pattern.compile("--([a-z][a-z0-9-]*)(\\.[A-Za-z0-9_\\[\\]-]+)+=.*");

    private final List<String> settings = new ArrayList<>();

    @Option(names = "--kubeconfig", paramLabel = "FILE",
            description = "the kubeconfig; else $KUBECONFIG, ~/.kube/config, the Pod's ServiceAccount")
    private @Nullable Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "the context; else the kubeconfig's current one")
    private @Nullable String context;

    @Spec
    private @Nullable CommandSpec spec;

    private boolean logsJson;

    /** Moves what is a setting from the words to this command, so that everything left must be an option. */
    void takeSettings(List<String> words) {
        words.stream().filter(word -> SETTING.matcher(word).matches()).forEach(settings::add);
        words.removeAll(settings);
    }

    /** From here on lines of the log have the format that was asked for. */
    void beginLog() {
        logsJson = LogSettings.applyEarly(settings);
    }

    /** Whether whoever reads the output expects JSON, so that a mistake is told so too. */
    boolean logsJson() {
        return logsJson;
    }

    @Override
    public Integer call() {
        unknownFamily().ifPresent(this::refuse);
        return ControllerApplication.runUntilStopped(new ClusterAddress(kubeconfig, context), settings);
    }

    private Optional<String> unknownFamily() {
        return settings.stream()
                .filter(setting -> !UnknownSettings.FAMILIES.contains(setting.substring(2, setting.indexOf('.'))))
                .findFirst();
    }

    private void refuse(String setting) {
        String name = setting.substring(0, setting.indexOf('='));
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "Unknown setting: '" + name
                + "'. Settings start with --mapper., --management., --server., --logging. or --spring.");
    }
}
