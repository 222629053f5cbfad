package dev.iammapper.cli;

import dev.iammapper.cli.input.InputFiles;
import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.StructuredOutput;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.identity.AskedPrincipal;
import dev.iammapper.identity.Explainer;
import dev.iammapper.identity.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that says how EKS sees a principal: who it becomes and by which row, or what nearly let it in. */
@Command(name = "explain", mixinStandardHelpOptions = true, sortOptions = false,
        exitCodeOnInvalidInput = ExplainCommand.USAGE, exitCodeOnExecutionException = ExplainCommand.UNREAD,
        description = {"Says how EKS sees an IAM principal.",
                "It shows the ARN that EKS compares, the row of aws-auth that matches or the nearest misses, the username and groups, and what RBAC makes of them. Changes nothing.",
                "Reads the cluster that kubectl would use, or files."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:the principal gets in",
                "3:it does not",
                "1:it cannot be said: aws-auth or a file could not be read, or nobody knows the id's ARN",
                "64:the command line is wrong, or the ARN is none that EKS can ever see"},
        footer = {"", "Examples:",
                "  iam-identity-mapper explain arn:aws:iam::111122223333:role/Dev",
                "  iam-identity-mapper explain \\",
                "    \"$(aws sts get-caller-identity --query Arn --output text)\"",
                "  iam-identity-mapper explain AROAEXAMPLEEXAMPLE12:alice --context prod",
                "  iam-identity-mapper explain arn:aws:iam::111122223333:user/ann \\",
                "    --aws-auth aws-auth.yaml --output json"})
public final class ExplainCommand implements Callable<Integer> {
    static final int GETS_IN = 0;
    static final int UNREAD = 1;
    static final int STAYS_OUT = 3;
    static final int USAGE = 64;

    private final CommandSurroundings surroundings;

    @Parameters(paramLabel = "PRINCIPAL",
            description = "the ARN of a role, user or session, or the unique id of a role or user (AROA…, AIDA…)")
    private String principal = "";

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OfflineOptions offline = new OfflineOptions();

    @Option(names = "--bindings", paramLabel = "FILE",
            description = "with --aws-auth: objects of RBAC, a file or folder, repeatable")
    private List<String> bindingFiles = new ArrayList<>();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Spec
    private @Nullable CommandSpec spec;

    /** The command in its surroundings. */
    public ExplainCommand(CommandSurroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        offline.refuseContradictions(spec, cluster, "--mappings and --bindings go", bindingFiles);
        AskedPrincipal asked = AskedPrincipal.parse(principal);
        if (asked instanceof AskedPrincipal.Unreadable unreadable) {
            throw mistake(Shown.name(principal) + ": " + unreadable.problems().stream()
                    .map(problem -> problem.message() + " " + problem.advice()).collect(Collectors.joining(" ")));
        }
        try {
            Explanation explanation = explain(asked, gathered());
            print(explanation);
            return switch (explanation.outcome()) {
                case GETS_IN -> GETS_IN;
                case STAYS_OUT -> STAYS_OUT;
                case UNKNOWN -> UNREAD;
            };
        } catch (UnusableInputException e) {
            e.tell(surroundings.err());
            return UNREAD;
        }
    }

    private ParameterException mistake(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private GatheredFacts gathered() throws UnusableInputException {
        return offline.areGiven()
                ? GatheredFacts.ofFiles(new InputFiles(surroundings.in()), offline, bindingFiles,
                        surroundings.clock().instant())
                : cluster.visit(surroundings,
                        access -> GatheredFacts.ofCluster(access, surroundings.clock().instant()));
    }

    private static Explanation explain(AskedPrincipal asked, GatheredFacts gathered) {
        Explainer explainer = new Explainer(gathered.facts());
        return switch (asked) {
            case AskedPrincipal.Named named -> explainer.explain(named, gathered.unread());
            case AskedPrincipal.ById byId -> explainer.explain(byId, gathered.unread());
            case AskedPrincipal.Unreadable _ -> throw new IllegalArgumentException("nobody can be explained");
        };
    }

    private void print(Explanation explanation) {
        switch (output.format()) {
            case text -> {
                TextLines lines = TextLines.to(surroundings.out(), spec);
                new ExplanationText(lines).print(explanation);
                lines.flush();
            }
            case json, yaml -> StructuredOutput.print(surroundings.out(), output.format(), explanation);
        }
    }
}
