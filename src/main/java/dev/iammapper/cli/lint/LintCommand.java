package dev.iammapper.cli.lint;

import dev.iammapper.cli.ClusterOptions;
import dev.iammapper.cli.ClusterPolicy;
import dev.iammapper.cli.CommandSurroundings;
import dev.iammapper.cli.input.InputFiles;
import dev.iammapper.cli.input.ManifestFiles;
import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.StructuredOutput;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.Severity;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that judges manifests before anybody applies them, as the webhook would, without a cluster. */
@Command(name = "lint", mixinStandardHelpOptions = true, sortOptions = false,
        exitCodeOnInvalidInput = LintCommand.USAGE, exitCodeOnExecutionException = LintCommand.UNUSABLE,
        description = {"Judges IAMIdentityMapping manifests by the rules of admission, without a cluster.",
                "Objects of other kinds are passed over and counted."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:clean, or warnings only",
                "1:something would be denied",
                "2:something could not be read: a file, the policy, the cluster",
                "64:the command line is wrong"},
        footer = {"", "Examples:",
                "  iam-identity-mapper lint access/",
                "  kustomize build overlays/prod | iam-identity-mapper lint -",
                "  iam-identity-mapper lint --policy policy.yaml --bindings rbac/ access/",
                "  iam-identity-mapper lint --cluster-policy --context prod access/",
                "  iam-identity-mapper lint --output sarif access/ > lint.sarif"})
public final class LintCommand implements Callable<Integer> {
    static final int CLEAN = 0;
    static final int DENIED = 1;
    static final int UNUSABLE = 2;
    static final int USAGE = 64;

    private final CommandSurroundings surroundings;

    @Parameters(arity = "1..*", paramLabel = "FILE",
            description = "files, folders (their *.yaml, *.yml and *.json, at any depth), or - for the standard input")
    private List<String> inputs = new ArrayList<>();

    @Option(names = "--policy", paramLabel = "FILE",
            description = "the policy to judge by; else the safe one, which an installation has by default")
    private @Nullable String policyFile;

    @Option(names = "--cluster-policy",
            description = "judge by the policy in force in the cluster that kubectl would use")
    private boolean clusterPolicy;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--bindings", paramLabel = "FILE",
            description = "manifests of RBAC, a file or folder, repeatable: which groups are bound, and to what")
    private List<String> bindingFiles = new ArrayList<>();

    @Option(names = "--aws-auth", paramLabel = "FILE",
            description = "aws-auth as \"kubectl get -o yaml\" prints it: which rows are there already")
    private @Nullable String awsAuthFile;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT",
            description = "text, json or sarif (default: text)")
    private Format output = Format.text;

    @Option(names = "--warnings-as-errors", description = "exit with 1 for warnings too")
    private boolean warningsAsErrors;

    @Option(names = {"-v", "--verbose"},
            description = "show what is only information, and the rules that could not look; json and sarif always do")
    private boolean verbose;

    @Spec
    private @Nullable CommandSpec spec;

    /** The formats as they are written on the command line. */
    enum Format {
        text, json, sarif
    }

    /** The command in its surroundings. */
    public LintCommand(CommandSurroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        refuseContradictions();
        LintReport report;
        try {
            InputFiles files = new InputFiles(surroundings.in());
            report = lint(new LintContext(policy(files), surroundings.clock().instant(),
                    bindingFiles.isEmpty() ? null : files.bindings(bindingFiles),
                    awsAuthFile == null ? null : files.awsAuth(awsAuthFile)));
        } catch (UnusableInputException e) {
            e.tell(surroundings.err());
            return UNUSABLE;
        }
        report.unusable().forEach(
                input -> surroundings.err().println(Shown.name(input.file()) + " " + Shown.sentence(input.message())));
        print(report);
        return exitCode(report);
    }

    private void refuseContradictions() {
        if (clusterPolicy && policyFile != null) {
            throw mistake("--policy and --cluster-policy name two policies: give one of them.");
        }
        if (!clusterPolicy && cluster.areGiven()) {
            throw mistake("--kubeconfig and --context are for --cluster-policy, which is not given.");
        }
    }

    private ParameterException mistake(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private LintReport lint(LintContext by) {
        Linter linter = new Linter(by);
        ManifestFiles files = new ManifestFiles(surroundings.in(), linter::read);
        inputs.forEach(files::read);
        return linter.report(files);
    }

    private Policy policy(InputFiles files) throws UnusableInputException {
        if (clusterPolicy) {
            return cluster.visit(surroundings, ClusterPolicy::read);
        }
        return policyFile == null ? Policy.SAFE : files.policy(policyFile);
    }

    private void print(LintReport report) throws IOException {
        PrintStream out = surroundings.out();
        switch (output) {
            case text -> {
                boolean colours = Objects.requireNonNull(spec).commandLine().getColorScheme().ansi().enabled();
                PrintWriter writer = new PrintWriter(StructuredOutput.text(out));
                new TextReport(writer, colours, verbose).print(report);
                writer.flush();
            }
            case json -> {
                Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
                JsonReport.print(writer, report);
                writer.flush();
            }
            case sarif -> {
                Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
                SarifReport.print(writer, report, surroundings.version(), Path.of("").toAbsolutePath());
                writer.flush();
            }
        }
    }

    private int exitCode(LintReport report) {
        if (!report.unusable().isEmpty()) {
            return UNUSABLE;
        }
        boolean denied = report.count(Severity.DENY) > 0 || (warningsAsErrors && report.count(Severity.WARN) > 0);
        return denied ? DENIED : CLEAN;
    }
}
