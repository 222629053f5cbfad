package dev.iammapper.cli;

import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.mapping.Grant;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.StoredLedger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command that gives rows up: they stay in aws-auth and are nobody's of ours any more. */
@Command(name = "disown", mixinStandardHelpOptions = true, sortOptions = false,
        exitCodeOnInvalidInput = DisownCommand.USAGE, exitCodeOnExecutionException = DisownCommand.REFUSED,
        description = {"Gives up the ownership of rows: they stay in aws-auth as they are, as rows of somebody else.",
                "Objects that exist become AlreadyPresent; deleting them takes no access away any more. For handing rows"
                        + " back to another tool, and before an uninstall for good."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:disowned",
                "1:not disowned: no such rows, they would be taken again, it was not confirmed, or the cluster did not"
                        + " let it",
                "64:the command line is wrong, or nobody can be asked and --yes is missing"},
        footer = {"", "Examples:",
                "  iam-identity-mapper disown platform-admins",
                "  iam-identity-mapper disown --all --yes --context prod"})
public final class DisownCommand extends ClusterCommand {
    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int USAGE = 64;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "the mappings for which the rows were written")
    private Set<String> names = new LinkedHashSet<>();

    @Option(names = "--all", description = "all rows that are owned")
    private boolean all;

    @Option(names = "--force", description = "also rows that the controller would write or take over again at once")
    private boolean force;

    @Mixin
    private Confirmation confirmation;

    /** The command in its surroundings. */
    public DisownCommand(CommandSurroundings surroundings) {
        this(surroundings, new Confirmation());
    }

    DisownCommand(CommandSurroundings surroundings, Confirmation confirmation) {
        super(surroundings);
        this.confirmation = confirmation;
    }

    /**
     * What became of it, for programs.
     *
     * @param disowned the rows that are nobody's of ours any more
     * @param left how many rows are still owned
     */
    record Report(List<HeldRows.OwnRow> disowned, int left) {}

    @Override
    public Integer call() {
        if (all != names.isEmpty()) {
            throw mistake(all ? "--all and names contradict each other: give one of them."
                    : "say which: the names of mappings, or --all.");
        }
        confirmation.require(command(), isText());
        return visit(REFUSED, this::visit);
    }

    private int visit(KubernetesAccess access) throws UnusableInputException {
        ClusterState state = ClusterState.of(access);
        StoredLedger.Present present = Writes.present(state.ledger());
        Map<Claim.Key, Claim> gone = chosen(present.ledger());
        refuseUnknown(present.ledger());
        if (gone.isEmpty()) {
            surroundings.err().println("No row is owned: there is nothing to disown.");
            return REFUSED;
        }
        Map<Claim.Key, Grant> grants = HeldRows.grants(state.awsAuth().data());
        List<HeldRows.OwnRow> rows = gone.entrySet().stream()
                .map(claim -> HeldRows.row(grants, claim.getKey(), claim.getValue().mapping(), null)).toList();
        Ledger next = without(present.ledger(), gone.keySet());
        Set<String> again = takenAgain(state, next, gone);
        if (!again.isEmpty() && !force) {
            surroundings.err().println("The controller would own these again with its next pass, because their objects"
                    + " carry the annotation iammapper.dev/adopt, or their rows are to be written anew: "
                    + again.stream().map(Shown::name).collect(Collectors.joining(", ")) + ".");
            again.forEach(name -> surroundings.err().println("  kubectl annotate iamidentitymapping "
                    + Shown.name(name) + " iammapper.dev/adopt-"));
            surroundings.err().println("Take the annotation away first, or delete the objects afterwards while the"
                    + " controller is stopped, and add --force.");
            return REFUSED;
        }
        TextLines out = lines();
        if (isText()) {
            out.line("These rows of aws-auth stay as they are, and the controller does not own them any more:");
            HeldRows.print(out, rows);
            out.gap().line(
                    "Objects that exist become AlreadyPresent within 5 minutes; deleting them leaves the rows. To take"
                            + " a row back later: kubectl annotate iamidentitymapping NAME iammapper.dev/adopt=true")
                    .flush();
        }
        if (!confirmation.given(surroundings, "Give up " + rows.size() + (rows.size() == 1 ? " row?" : " rows?"))) {
            surroundings.err().println("Nothing was changed.");
            return REFUSED;
        }
        if (!Writes.ledger(new LedgerStore(access), present, next)) {
            surroundings.err().println("The controller wrote in between, so nothing was changed: run the command again"
                    + " to see what it would do now.");
            return REFUSED;
        }
        if (isText()) {
            out.line("Disowned. " + next.claims().size() + (next.claims().size() == 1 ? " row is" : " rows are")
                    + " still owned.").flush();
        } else {
            answer(new Report(rows, next.claims().size()));
        }
        return DONE;
    }

    private Map<Claim.Key, Claim> chosen(Ledger ledger) {
        Map<Claim.Key, Claim> chosen = new LinkedHashMap<>();
        ledger.claims().forEach((key, claim) -> {
            if (all || names.contains(claim.mapping())) {
                chosen.put(key, claim);
            }
        });
        return chosen;
    }

    private void refuseUnknown(Ledger ledger) throws UnusableInputException {
        Set<String> unknown = new TreeSet<>(names);
        ledger.claims().values().forEach(claim -> unknown.remove(claim.mapping()));
        if (!unknown.isEmpty()) {
            List<String> sentences = new ArrayList<>();
            unknown.forEach(name -> sentences.add("No row is owned for a mapping of the name " + name + "."));
            sentences.add("Owned are the rows of: " + ledger.claims().values().stream().map(Claim::mapping).distinct()
                    .sorted().limit(20).collect(Collectors.joining(", ")));
            throw new UnusableInputException(sentences);
        }
    }

    /** The ledger without these claims; it stays, for one that is lost would be rebuilt from what statuses say. */
    static Ledger without(Ledger ledger, Set<Claim.Key> gone) {
        Map<Claim.Key, Claim> left = new LinkedHashMap<>(ledger.claims());
        left.keySet().removeAll(gone);
        Map<Section, String> forms = new EnumMap<>(Section.class);
        ledger.emptyForms().forEach((section, form) -> {
            if (left.keySet().stream().anyMatch(key -> key.section() == section)) {
                forms.put(section, form);
            }
        });
        return new Ledger(ledger.term(), ledger.awsAuthUid(), left, forms, ledger.removals(), ledger.pause());
    }

    /** The mappings of which a pass would make the rows ours again. */
    private Set<String> takenAgain(ClusterState state, Ledger next, Map<Claim.Key, Claim> gone) {
        Set<String> again = new TreeSet<>();
        state.withLedger(next).preview(surroundings.clock().instant()).plan().confirmed().claims()
                .forEach((key, claim) -> {
                    if (gone.containsKey(key)) {
                        again.add(claim.mapping());
                    }
                });
        return again;
    }
}
