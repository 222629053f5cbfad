package dev.iammapper.cli;

import dev.iammapper.policy.BindingIndex;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.PolicyText;
import dev.iammapper.policy.SettingError;
import dev.iammapper.policy.Severity;
import dev.iammapper.store.ClusterAccessException;
import dev.iammapper.store.ClusterAddress;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.StoreException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "the kubeconfig, for --cluster-policy")
    private @Nullable Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "the kubeconfig's context, for --cluster-policy")
    private @Nullable String context;

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
            report = lint(new LintContext(policy(), surroundings.clock().instant(), bindings(), awsAuth()));
        } catch (UnusableInputException e) {
            e.sentences().forEach(sentence -> surroundings.err().println(Shown.sentence(sentence)));
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
        if (!clusterPolicy && (kubeconfig != null || context != null)) {
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

    private Policy policy() throws UnusableInputException {
        if (clusterPolicy) {
            return policy("the policy of the cluster", clusterPolicyText());
        }
        return policyFile == null ? Policy.SAFE : policy(policyFile, text(policyFile));
    }

    private static Policy policy(String origin, String text) throws UnusableInputException {
        return switch (PolicyText.read(text)) {
            case ParsedPolicy.Valid(Policy policy) -> policy;
            case ParsedPolicy.Invalid(List<SettingError> errors) -> throw new UnusableInputException(
                    errors.stream().map(error -> origin + ": " + error.sentence()).toList());
        };
    }

    private String clusterPolicyText() throws UnusableInputException {
        try (KubernetesAccess access = KubernetesAccess.open(new ClusterAddress(kubeconfig, context),
                surroundings.version(), surroundings.environment())) {
            PolicyStore.Published published = new PolicyStore(access).read();
            if (published == null) {
                throw new UnusableInputException("the cluster " + access.description() + " publishes no policy: there"
                        + " is no ConfigMap kube-system/" + PolicyStore.NAME + " with the key " + PolicyStore.KEY
                        + "; is the controller running there?");
            }
            return published.policy();
        } catch (ClusterAccessException | StoreException e) {
            throw new UnusableInputException(String.valueOf(e.getMessage()));
        }
    }

    private String text(String file) throws UnusableInputException {
        List<String> texts = new ArrayList<>();
        ManifestFiles files = new ManifestFiles(surroundings.in(),
                (_, bytes) -> texts.add(new String(bytes, StandardCharsets.UTF_8)));
        files.read(file);
        refuseUnusable(files);
        if (texts.size() != 1) {
            throw new UnusableInputException(file + ": one file is wanted here, and this is a folder.");
        }
        return texts.getFirst();
    }

    private @Nullable BindingIndex bindings() throws UnusableInputException {
        if (bindingFiles.isEmpty()) {
            return null;
        }
        BindingIndex index = new BindingIndex();
        for (Manifest manifest : manifests(bindingFiles)) {
            RbacFiles.put(index, manifest);
        }
        return index;
    }

    private @Nullable AwsAuthFile awsAuth() throws UnusableInputException {
        if (awsAuthFile == null) {
            return null;
        }
        List<Manifest> found = manifests(List.of(awsAuthFile)).stream().filter(AwsAuthFile::isOne).toList();
        if (found.size() != 1) {
            throw new UnusableInputException(awsAuthFile + ": holds " + (found.isEmpty() ? "no" : "more than one")
                    + " ConfigMap aws-auth; write what \"kubectl get configmap aws-auth -n kube-system -o yaml\""
                    + " prints.");
        }
        return new AwsAuthFile(found.getFirst());
    }

    /** All objects of files that must be right as a whole, because others are judged by them. */
    private List<Manifest> manifests(List<String> words) throws UnusableInputException {
        List<Manifest> manifests = new ArrayList<>();
        List<String> malformed = new ArrayList<>();
        ManifestReader reader = new ManifestReader(manifests::add,
                (file, place, message, advice) -> malformed.add(file + ":" + place.line() + ":" + place.column()
                        + ": the document " + message + " " + advice));
        ManifestFiles files = new ManifestFiles(surroundings.in(), reader::read);
        words.forEach(files::read);
        refuseUnusable(files);
        if (!malformed.isEmpty()) {
            throw new UnusableInputException(malformed);
        }
        return manifests;
    }

    private static void refuseUnusable(ManifestFiles files) throws UnusableInputException {
        if (!files.unusable().isEmpty()) {
            throw new UnusableInputException(files.unusable().stream()
                    .map(input -> input.file() + " " + input.message()).toList());
        }
    }

    private void print(LintReport report) throws IOException {
        PrintStream out = surroundings.out();
        switch (output) {
            case text -> {
                boolean colours = Objects.requireNonNull(spec).commandLine().getColorScheme().ansi().enabled();
                PrintWriter writer = new PrintWriter(new OutputStreamWriter(out, charset(out)));
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

    /** Where no language is set, as in most containers, Java writes question marks for everything that is not ASCII. */
    private static Charset charset(PrintStream out) {
        return out.charset().equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : out.charset();
    }

    private int exitCode(LintReport report) {
        if (!report.unusable().isEmpty()) {
            return UNUSABLE;
        }
        boolean denied = report.count(Severity.DENY) > 0 || (warningsAsErrors && report.count(Severity.WARN) > 0);
        return denied ? DENIED : CLEAN;
    }
}
