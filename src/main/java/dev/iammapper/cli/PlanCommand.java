package dev.iammapper.cli;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cli.input.AwsAuthFile;
import dev.iammapper.cli.input.InputFiles;
import dev.iammapper.cli.input.LedgerFile;
import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.policy.Policy;
import dev.iammapper.store.StoredLedger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command that shows what the controller would change now, and changes nothing. */
@Command(name = "plan", mixinStandardHelpOptions = true, sortOptions = false,
        exitCodeOnInvalidInput = PlanCommand.USAGE, exitCodeOnExecutionException = PlanCommand.ERROR,
        description = {
                "Shows what the controller would change in aws-auth now, by the cluster's own policy and ledger.",
                "Nothing is written. With --mappings: what it would change if these files were applied."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:no change",
                "1:something could not be read: a file, the cluster",
                "2:aws-auth would change",
                "64:the command line is wrong"},
        footer = {"", "Examples:",
                "  iam-identity-mapper plan",
                "  iam-identity-mapper plan --context prod --mappings access/",
                "  kustomize build overlays/prod | iam-identity-mapper plan --mappings - --prune",
                "  iam-identity-mapper plan --aws-auth aws-auth.yaml --mappings access/ \\",
                "    --ledger ledger.yaml",
                "", "The files of the last example are written by:",
                "  kubectl get configmap aws-auth -n kube-system -o yaml > aws-auth.yaml",
                "  kubectl get configmap iam-identity-mapper-ledger -n kube-system -o yaml \\",
                "    > ledger.yaml"})
public final class PlanCommand extends ClusterCommand {
    static final int NO_CHANGE = 0;
    static final int ERROR = 1;
    static final int CHANGES = 2;
    static final int USAGE = 64;

    @Option(names = "--mappings", paramLabel = "FILE",
            description = "as if these mappings were applied: a file, a folder or - for the standard input; repeatable")
    private List<String> mappingFiles = new ArrayList<>();

    @Option(names = "--prune", description = "as if all other mappings of the cluster were deleted")
    private boolean prune;

    @Option(names = "--aws-auth", paramLabel = "FILE",
            description = "work offline: aws-auth as \"kubectl get -o yaml\" prints it")
    private @Nullable String awsAuthFile;

    @Option(names = "--ledger", paramLabel = "FILE",
            description = "offline: the ConfigMap iam-identity-mapper-ledger, likewise; else nothing is owned")
    private @Nullable String ledgerFile;

    @Option(names = "--policy", paramLabel = "FILE",
            description = "the policy to judge by; else the cluster's own, and offline the safe one")
    private @Nullable String policyFile;

    /** The command in its surroundings. */
    public PlanCommand(CommandSurroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        refuseContradictions();
        PlanReport plan;
        try {
            plan = PlanReport.of(state(new InputFiles(surroundings.in())), now());
        } catch (UnusableInputException e) {
            e.tell(surroundings.err());
            return ERROR;
        }
        if (isText()) {
            new PlanText(lines()).print(plan);
        } else {
            answer(plan);
        }
        return plan.changes() ? CHANGES : NO_CHANGE;
    }

    private ClusterState state(InputFiles files) throws UnusableInputException {
        List<IamIdentityMapping> mappings = mappingFiles.isEmpty() ? List.of() : files.mappings(mappingFiles);
        Policy policy = policyFile == null ? null : files.policy(policyFile);
        if (awsAuthFile != null) {
            AwsAuthFile awsAuth = files.awsAuth(awsAuthFile);
            StoredLedger ledger = ledgerFile == null ? new StoredLedger.Absent() : LedgerFile.read(files, ledgerFile);
            return ClusterState.ofFiles(awsAuth, mappings, ledger, policy, now());
        }
        ClusterState state = cluster.visit(surroundings, access -> ClusterState.of(access, policy));
        return mappingFiles.isEmpty() ? state : state.withMappings(mappings, prune, now());
    }

    private Instant now() {
        return surroundings.clock().instant();
    }

    private void refuseContradictions() {
        if (awsAuthFile != null && cluster.areGiven()) {
            throw mistake("--aws-auth works without a cluster: leave out --kubeconfig and --context.");
        }
        if (awsAuthFile != null && mappingFiles.isEmpty()) {
            throw mistake("--aws-auth works without a cluster: say with --mappings which mappings there are.");
        }
        if (awsAuthFile == null && ledgerFile != null) {
            throw mistake("--ledger is for work without a cluster: add --aws-auth.");
        }
        if (prune && (mappingFiles.isEmpty() || awsAuthFile != null)) {
            throw mistake("--prune is for --mappings over a cluster's own: "
                    + (mappingFiles.isEmpty() ? "add --mappings." : "with --aws-auth there are no others."));
        }
    }

}
