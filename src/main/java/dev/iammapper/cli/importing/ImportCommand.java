package dev.iammapper.cli.importing;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cli.ClusterOptions;
import dev.iammapper.cli.ClusterPolicy;
import dev.iammapper.cli.CommandSurroundings;
import dev.iammapper.cli.OfflineOptions;
import dev.iammapper.cli.importing.ImportReport.Imported;
import dev.iammapper.cli.importing.ImportReport.SkipReason;
import dev.iammapper.cli.importing.ImportReport.Skipped;
import dev.iammapper.cli.input.InputFiles;
import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.cli.text.OutputFormat;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.StructuredOutput;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.policy.Policy;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.StoreException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that makes objects of the rows of today's aws-auth, so that they can be kept in Git from then on. */
@Command(name = "import", mixinStandardHelpOptions = true, sortOptions = false,
        exitCodeOnInvalidInput = ImportCommand.USAGE, exitCodeOnExecutionException = ImportCommand.FAILED,
        description = {"Makes IAMIdentityMapping manifests of the rows of aws-auth, ready to commit.",
                "Applying them changes nothing in aws-auth: rows for which that does not hold are named on the standard error",
                "with the reason, and stay as they are. Reads the cluster that kubectl would use, or a file."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:every row was translated, or named",
                "1:something could not be read or written, such as a malformed section",
                "64:the command line is wrong"},
        footer = {"", "Examples:",
                "  iam-identity-mapper import > access.yaml",
                "  iam-identity-mapper import --context prod --directory access/",
                "  iam-identity-mapper import --include-nodes --policy policy.yaml",
                "  kubectl -n kube-system get configmap aws-auth -o yaml |",
                "    iam-identity-mapper import --aws-auth -"})
public final class ImportCommand implements Callable<Integer> {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 64;

    /** No name that kubectl or Argo CD would take for a manifest when they are given the folder. */
    private static final String POLICY_FILE = "policy-values.txt";
    private static final String USUAL_POLICY = "# The policy that an installation has by default admits these objects.\n";
    private static final String NEEDED_POLICY = "# The policy must allow what these objects grant: these values below"
            + " mapper.policy, or lint --policy.\n";

    private final CommandSurroundings surroundings;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OfflineOptions offline = new OfflineOptions();

    @Option(names = "--policy", paramLabel = "FILE",
            description = "the policy that will admit the objects; else the cluster's, or the one that an installation has"
                    + " by default")
    private @Nullable String policyFile;

    @Option(names = "--include-nodes", description = "translate the rows of nodes too")
    private boolean includeNodes;

    @Option(names = "--no-adopt",
            description = "leave the rows to whoever wrote them: deleting an object later then leaves its row")
    private boolean noAdopt;

    @Option(names = "--directory", paramLabel = "DIR",
            description = "write one file for each object, and " + POLICY_FILE + ", into this folder")
    private @Nullable Path directory;

    @Option(names = "--policy-values", paramLabel = "FILE",
            description = "write what the policy must allow into this file instead")
    private @Nullable Path policyValues;

    @Option(names = "--force", description = "replace files that have other content")
    private boolean force;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT",
            description = "text: the manifests, or the names of their files; json or yaml: a report (default: text)")
    private OutputFormat output = OutputFormat.text;

    @Spec
    private @Nullable CommandSpec spec;

    /** The command in its surroundings. */
    public ImportCommand(CommandSurroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** What there is to translate, and beside what. */
    private record Source(AwsAuthData awsAuth, List<IamIdentityMapping> objects, Policy policy) {}

    /** The answer for programs; {@code policy} has the keys that stand below {@code mapper.policy}. */
    private record Answer(List<Imported> mappings, List<Skipped> skipped, List<String> risks, List<String> notes,
            Map<String, Object> policy) {}

    @Override
    public Integer call() {
        refuseContradictions();
        try {
            Source source = offline.areGiven() ? ofFiles() : cluster.visit(surroundings, this::ofCluster);
            ImportReport report = AwsAuthImport.of(source.awsAuth(), choices(source));
            write(report);
            complain(report);
            return report.skipped().stream().anyMatch(each -> each.reason() == SkipReason.SECTION_MALFORMED)
                    ? FAILED
                    : DONE;
        } catch (UnusableInputException e) {
            e.tell(surroundings.err());
            return FAILED;
        }
    }

    private void refuseContradictions() {
        offline.refuseContradictions(spec, cluster, "--mappings goes", List.of());
        if (force && directory == null && policyValues == null) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(),
                    "--force is about files: give --directory or --policy-values.");
        }
    }

    // ---- what is read

    private Source ofFiles() throws UnusableInputException {
        InputFiles files = new InputFiles(surroundings.in());
        return new Source(files.awsAuth(offline.awsAuth()).data(), files.mappings(offline.mappings()),
                policyFile == null ? Policy.SAFE : files.policy(policyFile));
    }

    private Source ofCluster(KubernetesAccess access) throws UnusableInputException {
        List<IamIdentityMapping> objects = switch (new MappingReads(access).quorumList(UnaryOperator.identity())) {
            case MappingListing.Read read -> read.objects();
            // Before the definition is installed there are no objects.
            case MappingListing.NotServed _ -> List.of();
        };
        return new Source(new AwsAuthStore(access).read().data(), objects, policy(access));
    }

    private Policy policy(KubernetesAccess access) throws UnusableInputException {
        if (policyFile != null) {
            return new InputFiles(surroundings.in()).policy(policyFile);
        }
        try {
            if (new PolicyStore(access).read() != null) {
                return ClusterPolicy.read(access);
            }
            say("note",
                    "the cluster publishes no policy yet: the policy that an installation has by default is taken.");
        } catch (StoreException e) {
            say("note", "the cluster's policy could not be read, and the one that an installation has by default is"
                    + " taken: " + e.getMessage());
        }
        return Policy.SAFE;
    }

    private AwsAuthImport.Choices choices(Source source) {
        Map<PrincipalKey, String> mapped = new HashMap<>();
        Set<String> taken = new HashSet<>();
        for (IamIdentityMapping object : source.objects()) {
            MappingParts parts = MappingParser.read(object);
            taken.add(parts.name());
            if (parts.principal() != null) {
                mapped.put(parts.principal().key(), parts.name());
            }
        }
        return new AwsAuthImport.Choices(includeNodes, !noAdopt, source.policy(), mapped, taken,
                surroundings.clock().instant());
    }

    // ---- what is written

    private void write(ImportReport report) throws UnusableInputException {
        String values = report.policy().isEmpty() ? USUAL_POLICY : NEEDED_POLICY + report.policy();
        NewFiles files = new NewFiles();
        if (policyValues != null) {
            files.put(policyValues, values);
        } else if (directory != null) {
            files.put(directory.resolve(POLICY_FILE), values);
        }
        if (directory != null) {
            for (Imported mapping : report.mappings()) {
                files.put(directory.resolve(mapping.name() + ".yaml"), StructuredOutput.yaml(mapping.manifest()));
            }
        }
        Map<Path, NewFiles.Fate> fates = files.write(force);
        switch (output) {
            case text -> {
                if (directory == null) {
                    StructuredOutput.print(surroundings.out(), stream(report, policyValues == null ? values : ""));
                } else {
                    TextLines lines = TextLines.to(surroundings.out(), spec);
                    fates.forEach((file, fate) -> lines.line(StructuredOutput.camelCase(fate) + " " + file));
                    lines.flush();
                }
            }
            case json, yaml -> StructuredOutput.print(surroundings.out(), output, new Answer(report.mappings(),
                    report.skipped(), report.risks(), report.notes(), fields(report.policy())));
        }
    }

    /** All objects as one text, with the policy's values as its comment. */
    private static String stream(ImportReport report, String values) {
        StringBuilder text = new StringBuilder();
        values.lines().forEach(line -> text.append(line.startsWith("#") ? line : "#   " + line).append('\n'));
        report.mappings().forEach(
                mapping -> text.append("---\n").append(StructuredOutput.yaml(mapping.manifest())));
        return text.toString();
    }

    private static Map<String, Object> fields(String yaml) {
        return yaml.isEmpty() ? Map.of() : new Yaml().load(yaml);
    }

    // ---- what is said besides

    private void complain(ImportReport report) {
        report.notes().forEach(note -> say("note", note));
        report.skipped().forEach(each -> say("not translated", each.section()
                + (each.line() == 0 ? "" : ", line " + each.line()) + ": " + each.message()));
        report.risks().forEach(risk -> say("warning", risk));
        Map<String, Long> bySection = report.mappings().stream()
                .collect(Collectors.groupingBy(Imported::section, Collectors.counting()));
        say("done", report.mappings().size() + (report.mappings().size() == 1 ? " object" : " objects") + " ("
                + bySection.getOrDefault("mapRoles", 0L) + " of mapRoles, " + bySection.getOrDefault("mapUsers", 0L)
                + " of mapUsers), " + report.skipped().size() + " not translated.");
    }

    private void say(String what, String sentence) {
        surroundings.err().println(what + ": " + Shown.sentence(sentence));
    }
}
