package dev.iammapper.cli;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cli.AccessChanges.AccessChange;
import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.reconcile.Preview;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.render.RenderPlan.RowChange;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.Snapshot;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command that puts a kept version of aws-auth back. */
@Command(name = "rollback", mixinStandardHelpOptions = true, sortOptions = false,
        exitCodeOnInvalidInput = RollbackCommand.USAGE, exitCodeOnExecutionException = RollbackCommand.REFUSED,
        description = {"Puts a kept version of aws-auth back: mapRoles, mapUsers and mapAccounts.",
                "It shows what changes and who gains or loses access, and asks first. The controller goes on rendering"
                        + " the mappings, so it undoes what contradicts them, unless --hold pauses it."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:put back, or aws-auth is that version already",
                "1:not put back: it would do harm, it was not confirmed, or the cluster did not let it",
                "64:the command line is wrong, or nobody can be asked and --yes is missing"},
        footer = {"", "Examples:",
                "  iam-identity-mapper snapshots",
                "  iam-identity-mapper rollback",
                "  iam-identity-mapper rollback 12 --hold"})
public final class RollbackCommand extends ClusterCommand {
    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int USAGE = 64;

    private static final String NOBODYS = " comes back as a row of nobody, and stays until somebody removes it by hand.";

    @Parameters(arity = "0..1", paramLabel = "REVISION",
            description = "the number of a version, as \"snapshots\" lists them; else the newest")
    private @Nullable Long revision;

    @Option(names = "--hold", description = "pause the controller first, so that it does not undo the rollback")
    private boolean hold;

    @Option(names = "--force", description = "also where rows that look like nodes' would vanish, rows of protected"
            + " mappings would vanish or change, or rows would come back as nobody's")
    private boolean force;

    @Mixin
    private Confirmation confirmation;

    /** The command in its surroundings. */
    public RollbackCommand(CommandSurroundings surroundings) {
        this(surroundings, new Confirmation());
    }

    RollbackCommand(CommandSurroundings surroundings, Confirmation confirmation) {
        super(surroundings);
        this.confirmation = confirmation;
    }

    /**
     * What was put back, for programs.
     *
     * @param revision of the version
     * @param time when it had been written over
     * @param awsAuth what changed
     * @param access whose access changed
     * @param next what the controller does next, a sentence each
     * @param kept why the version of before could not be kept, or null when it was, or was put back already
     * @param pause the digest that ends the pause, or null when there is none
     */
    record Report(long revision, Instant time, List<AwsAuthDiffs.KeyDiff> awsAuth, List<AccessChange> access,
            List<String> next, @Nullable String kept, @Nullable String pause) {}

    @Override
    public Integer call() {
        confirmation.require(command(), isText());
        return visit(REFUSED, this::visit);
    }

    private int visit(KubernetesAccess access) throws UnusableInputException {
        SnapshotStore snapshots = new SnapshotStore(access);
        List<SnapshotStore.Revision> kept = snapshots.list();
        long number = revision != null ? revision : kept.isEmpty() ? 0 : kept.getFirst().revision();
        Snapshot snapshot = SnapshotsCommand.find(kept, number);
        ClusterState state = ClusterState.of(access);
        AwsAuthData now = state.awsAuth().data();
        boolean already = now.equals(snapshot.data());
        if (already && !hold) {
            surroundings.err().println("aws-auth is version " + number + " already: nothing to do.");
            if (!isText()) {
                answer(new Report(number, snapshot.time(), List.of(), List.of(), List.of(), null, null));
            }
            return DONE;
        }
        Preview then = state.withAwsAuth(snapshot.data()).preview(surroundings.clock().instant());
        List<String> nobodys = nobodys(then.plan(), now);
        List<String> harm = new ArrayList<>(harm(now, snapshot.data(), force));
        if (!force) {
            harm.addAll(lost(state, snapshot.data()));
            harm.addAll(nobodys);
            if (!nobodys.isEmpty()) {
                harm.add("If these rows are meant to come back, add --force.");
            }
        }
        if (!harm.isEmpty()) {
            throw new UnusableInputException(harm);
        }
        if (hold) {
            refuseHold(state.ledger());
        }
        List<AwsAuthDiffs.KeyDiff> diffs = AwsAuthDiffs.of(now, snapshot.data(), "now", "version " + number);
        List<AccessChange> changes = AccessChanges.of(now, snapshot.data());
        List<String> next = new ArrayList<>(next(state, then, hold));
        next.addAll(nobodys);
        if (isText()) {
            show(number, snapshot, diffs, changes, next);
        }
        if (!confirmation.given(surroundings,
                already ? "Pause the controller?" : "Put version " + number + " back?")) {
            surroundings.err().println("Nothing was changed.");
            return REFUSED;
        }
        String pause = hold ? pause(access, number, state.ledger()) : null;
        String problem;
        try {
            problem = already
                    ? unchanged(access, state.awsAuth())
                    : write(access, snapshots, number, state.awsAuth(), snapshot.data());
        } catch (StoreException | UnusableInputException e) {
            tellOfPause(pause);
            throw e;
        }
        if (isText()) {
            done(number, already, problem, pause);
        } else {
            answer(new Report(number, snapshot.time(), diffs, changes, next, problem, pause));
        }
        return DONE;
    }

    /** What speaks against a version, a sentence each. */
    static List<String> harm(AwsAuthData now, AwsAuthData version, boolean force) {
        List<String> harm = new ArrayList<>();
        AwsAuthLookup.of(version).problems().stream().filter(AwsAuthProblem::sectionLost)
                .forEach(problem -> harm.add("EKS could not read that version: " + problem.sentence()
                        + ". It is not put back; look at it with \"snapshots REVISION\", mend it, and apply it"
                        + " yourself, or choose another one."));
        List<String> nodes = AccessChanges.lostNodes(now, version);
        if (!nodes.isEmpty() && !force) {
            harm.add(
                    "With that version these nodes could not join the cluster any more, and those that run would become"
                            + " NotReady: " + String.join(", ", nodes)
                            + ". If nothing runs under these roles, add --force.");
        }
        return harm;
    }

    /** The protected mappings whose row a version lacks or has otherwise, a sentence each. */
    static List<String> lost(ClusterState state, AwsAuthData version) {
        Map<PrincipalKey, String> guarded = new TreeMap<>();
        state.knownLedger().claims().forEach((key, claim) -> {
            if (claim.guarded()) {
                guarded.put(new PrincipalKey(key.principal()), claim.mapping());
            }
        });
        for (IamIdentityMapping object : state.objects()) {
            if (isGuarded(object) && MappingParser.parse(object) instanceof ParsedMapping.Valid(var mapping)) {
                guarded.put(mapping.principal().key(), ClusterState.name(object));
            }
        }
        guarded.keySet().retainAll(AccessChanges.harmed(state.awsAuth().data(), version));
        List<String> sentences = new ArrayList<>();
        guarded.forEach((principal, mapping) -> sentences.add("The mapping " + mapping + " is protected by the label "
                + IamIdentityMapping.PROTECTED_LABEL + ", and that version lacks the row of " + principal
                + ", or has it otherwise. If that is meant, add --force."));
        return sentences;
    }

    private static boolean isGuarded(IamIdentityMapping object) {
        return object.metadata() != null && object.metadata().getLabels() != null && IamIdentityMapping.PROTECTED
                .equals(object.metadata().getLabels().get(IamIdentityMapping.PROTECTED_LABEL));
    }

    /**
     * What a version brings back that nobody looks after, a sentence each: no object asks for it, and no claim makes
     * the controller take it away again.
     *
     * @param plan what the controller would make of that version
     * @param now what aws-auth holds now
     */
    static List<String> nobodys(RenderPlan plan, AwsAuthData now) {
        Set<Claim.Key> known = new HashSet<>(plan.confirmed().claims().keySet());
        AwsAuthLookup before = AwsAuthLookup.of(now);
        before.rows().forEach(row -> known.add(key(row)));
        List<String> sentences = new ArrayList<>();
        AwsAuthLookup after = AwsAuthLookup.of(plan.next());
        for (AwsAuthLookup.Entry row : after.rows()) {
            if (!row.arn().isEmpty() && !isWanted(plan, row) && known.add(key(row))) {
                sentences.add("The row of " + row.arn() + " in " + row.dataKey() + NOBODYS);
            }
        }
        after.accounts().stream().distinct().filter(account -> !before.accounts().contains(account))
                .forEach(account -> sentences.add("The entry of the account " + account + " in mapAccounts" + NOBODYS));
        return sentences;
    }

    private static Claim.Key key(AwsAuthLookup.Entry row) {
        return new Claim.Key(row.section(), PrincipalKey.of(row.arn()).value());
    }

    /** Whether an object asks for what the row grants: one that asks for something else cannot take it away. */
    private static boolean isWanted(RenderPlan plan, AwsAuthLookup.Entry row) {
        RenderPlan.Outcome outcome = plan.outcomes().get(PrincipalKey.of(row.arn()));
        return outcome != null && !(outcome instanceof RenderPlan.Outcome.ForeignEntry);
    }

    /** A ledger that is missing must not be made: one that is lost is rebuilt from what statuses say. */
    private static void refuseHold(StoredLedger ledger) throws UnusableInputException {
        switch (ledger) {
            case StoredLedger.Present _ -> {
            }
            case StoredLedger.Absent _ -> throw new UnusableInputException("--hold pauses the controller by a word in"
                    + " its ledger, and there is none, ConfigMap kube-system/" + LedgerStore.NAME
                    + ". Stop the controller instead (kubectl scale deployment … --replicas=0), and leave --hold"
                    + " out.");
            case StoredLedger.Malformed(String message) -> throw new UnusableInputException(
                    "--hold is not needed: the controller writes nothing anyway, because " + message + ".");
        }
    }

    /** What the controller will do about it, a sentence each. */
    private static List<String> next(ClusterState then, Preview preview, boolean hold) {
        List<String> next = new ArrayList<>();
        Ledger.Pause pause = then.knownLedger().pause();
        if (hold) {
            next.add("The controller is paused first, and leaves the rollback as it is until a person ends the pause.");
        } else if (pause != null) {
            next.add("The controller is paused already, and leaves the rollback as it is until: iam-identity-mapper"
                    + " release " + pause.digest());
        }
        List<RowChange> changes = preview.plan().changes();
        if (changes.isEmpty()) {
            next.add("The mappings agree with that version: the controller has nothing to change about it.");
            return next;
        }
        String what = changes.stream().limit(10).map(RollbackCommand::words)
                .reduce((one, other) -> one + "; " + other).orElse("")
                + (changes.size() > 10 ? "; and " + (changes.size() - 10) + " more" : "");
        if (hold || pause != null) {
            next.add("When the pause ends, it would change again: " + what + ".");
        } else if (then.settings().mode() == Mode.OBSERVE) {
            next.add("The controller runs in mode observe and changes nothing; in mode enforce it would change again: "
                    + what + ".");
        } else if (preview.hold() != null) {
            next.add("The controller writes nothing at the moment (" + preview.hold()
                    + "); once it does, it changes again: " + what + ".");
        } else {
            next.add("THE CONTROLLER UNDOES THIS WITHIN SECONDS, for the mappings say otherwise: " + what + ".");
            next.add("To keep the rollback, add --hold; or change the mappings first.");
        }
        return next;
    }

    private static String words(RowChange change) {
        String who = change.principal() + " (" + change.mapping() + ")";
        return switch (change.kind()) {
            case ADDED -> "adds the row of " + who;
            case REPLACED -> "replaces the row of " + who;
            case REMOVED -> "removes the row of " + who;
        };
    }

    private void show(long number, Snapshot snapshot, List<AwsAuthDiffs.KeyDiff> diffs, List<AccessChange> changes,
            List<String> next) {
        TextLines out = lines();
        out.line("Version " + number + ", as aws-auth was before " + snapshot.time() + ", when this was written: "
                + Shown.name(snapshot.cause()));
        out.gap();
        AwsAuthDiffs.print(out, diffs);
        AccessChanges.print(out, changes);
        out.gap();
        next.forEach(sentence -> out.line(Shown.sentence(sentence)));
        out.gap().flush();
    }

    /** Pauses the controller, and returns the digest that ends the pause. */
    private String pause(KubernetesAccess access, long number, StoredLedger shown) throws UnusableInputException {
        LedgerStore store = new LedgerStore(access);
        Ledger.Pause pause = new Ledger.Pause("rolled back to revision " + number + " by rollback --hold",
                surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS));
        StoredLedger.Present base = Writes.present(shown);
        // The controller may write its ledger at any moment; what it says besides is its own business.
        for (int attempt = 1; !Writes.ledger(store, base, base.ledger().withPause(pause)); attempt++) {
            if (attempt == Writes.ATTEMPTS) {
                throw Writes.raced();
            }
            base = Writes.present(store.read());
        }
        return pause.digest();
    }

    /** Writes, and returns why the version of before could not be kept, or null. */
    private @Nullable String write(KubernetesAccess access, SnapshotStore snapshots, long number, StoredAwsAuth shown,
            AwsAuthData version) throws UnusableInputException {
        AwsAuthStore store = new AwsAuthStore(access);
        StoredAwsAuth base = store.read();
        if (!base.data().equals(shown.data()) || !Objects.equals(base.uid(), shown.uid())) {
            throw changed();
        }
        String problem = base.exists()
                ? snapshots.keep(new Snapshot(surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS),
                        "rollback to revision " + number, base.data()), Writes.LIMIT)
                : null;
        if (problem != null && !force) {
            throw new UnusableInputException("aws-auth as it is now could not be kept (" + problem
                    + "), so nothing was changed. To go on without a way back, add --force.");
        }
        if (!Writes.done(store.restore(base, version, Writes.LIMIT), "aws-auth")) {
            throw changed();
        }
        return problem;
    }

    /** Makes sure that aws-auth, which is that version already, did not change before the pause; returns null. */
    private static @Nullable String unchanged(KubernetesAccess access, StoredAwsAuth shown)
            throws UnusableInputException {
        StoredAwsAuth now = new AwsAuthStore(access).read();
        if (!now.data().equals(shown.data()) || !Objects.equals(now.uid(), shown.uid())) {
            throw changed();
        }
        return null;
    }

    private static UnusableInputException changed() {
        return new UnusableInputException("somebody changed aws-auth in between, so it was left as it is: run the"
                + " command again to see what it would do now.");
    }

    private void tellOfPause(@Nullable String pause) {
        if (pause != null) {
            surroundings.err().println("The controller is paused now, although nothing was put back. To let it go on:"
                    + " iam-identity-mapper release " + pause);
        }
    }

    private void done(long number, boolean already, @Nullable String problem, @Nullable String pause) {
        TextLines out = lines();
        out.line(already ? "aws-auth is version " + number + " already."
                : "Version " + number + " is put back."
                        + (problem == null
                                ? " What was there before is kept as the newest version (see \"snapshots\")."
                                : " What was there before is not kept: " + Shown.sentence(problem) + "."));
        if (pause != null) {
            out.line("The controller is paused. Nothing is granted and nothing revoked until: iam-identity-mapper"
                    + " release " + pause);
        }
        out.flush();
    }
}
