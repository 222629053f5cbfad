package dev.iammapper.cli;

import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.reconcile.HeldWords;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.reconcile.SettingsText;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.StoredLedger;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command by which a person lets held removals go, or ends a pause. */
@Command(name = "release", mixinStandardHelpOptions = true, sortOptions = false,
        exitCodeOnInvalidInput = ReleaseCommand.USAGE, exitCodeOnExecutionException = ReleaseCommand.REFUSED,
        description = {"Lets held removals go, or ends the pause after a rollback.",
                "What is held is named by a digest, so that exactly what was shown goes and nothing that came later.",
                "Without a digest: lists what is held, and the command for it."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:released; or, without a digest, listed",
                "1:not released: something else is held by now, it was not confirmed, or the cluster did not let it",
                "64:the command line is wrong, or nobody can be asked and --yes is missing"},
        footer = {"", "Examples:",
                "  iam-identity-mapper release",
                "  iam-identity-mapper release 1f0c5a9be27d",
                "  iam-identity-mapper release 1f0c5a9be27d --yes --context prod"})
public final class ReleaseCommand extends ClusterCommand {
    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int USAGE = 64;

    @Parameters(arity = "0..1", paramLabel = "DIGEST", description = "12 hexadecimal digits that name what is held")
    private @Nullable String digest;

    @Mixin
    private Confirmation confirmation;

    /** The command in its surroundings. */
    public ReleaseCommand(CommandSurroundings surroundings) {
        this(surroundings, new Confirmation());
    }

    ReleaseCommand(CommandSurroundings surroundings, Confirmation confirmation) {
        super(surroundings);
        this.confirmation = confirmation;
    }

    /**
     * What is held, for programs.
     *
     * @param held the removals, or null
     * @param pause the pause, or null
     * @param released the digest of what was let go by this very command, or null
     */
    record Report(@Nullable HeldRows held, @Nullable Pause pause, @Nullable String released) {}

    /** The wish of a person that nothing be written. */
    record Pause(String digest, String why, Instant since) {}

    @Override
    public Integer call() {
        if (digest != null) {
            confirmation.require(command(), isText());
        }
        return visit(REFUSED, this::visit);
    }

    private int visit(KubernetesAccess access) throws UnusableInputException {
        LedgerStore store = new LedgerStore(access);
        StoredLedger stored = store.read();
        if (digest == null) {
            Ledger ledger = stored instanceof StoredLedger.Absent ? Ledger.EMPTY : Writes.present(stored).ledger();
            print(report(ledger, new AwsAuthStore(access).read().data(), null));
            return DONE;
        }
        StoredLedger.Present present = Writes.present(stored);
        Ledger next = released(present.ledger(), digest);
        AwsAuthData awsAuth = new AwsAuthStore(access).read().data();
        if (next == null) {
            surroundings.err().println("Nothing is held under the digest " + Shown.name(digest)
                    + " now. Look at what is held instead:");
            print(report(present.ledger(), awsAuth, null));
            return REFUSED;
        }
        boolean pause = isPause(present.ledger(), digest);
        if (isText()) {
            print(only(report(present.ledger(), awsAuth, null), pause));
        }
        if (!confirmation.given(surroundings, pause
                ? "End the pause?"
                : "Remove " + rows(HeldRemovals.of(present.ledger()).rows().size()) + "?")) {
            surroundings.err().println("Nothing was changed.");
            return REFUSED;
        }
        if (!write(store, present, next)) {
            return visit(access);
        }
        if (isText()) {
            surroundings.out().println(promise(pause, mode(access)));
            if (!pause && present.ledger().pause() != null) {
                surroundings.out().println("It is paused, though: that ends with iam-identity-mapper release "
                        + present.ledger().pause().digest());
            }
        } else {
            print(report(next, awsAuth, digest));
        }
        return DONE;
    }

    /** Whether it is stored. When not, the ledger may still hold the very same: whoever was shown it is not asked anew. */
    private boolean write(LedgerStore store, StoredLedger.Present shown, Ledger next) throws UnusableInputException {
        StoredLedger.Present base = shown;
        Ledger wanted = next;
        for (int attempt = 1; !Writes.ledger(store, base, wanted); attempt++) {
            if (attempt == Writes.ATTEMPTS) {
                throw Writes.raced();
            }
            base = Writes.present(store.read());
            Ledger again = released(base.ledger(), String.valueOf(digest));
            if (again == null) {
                return false;
            }
            wanted = again;
        }
        return true;
    }

    /** The ledger in which what the digest names is let go, or null when it names nothing in it. */
    static @Nullable Ledger released(Ledger ledger, String digest) {
        String word = digest.toLowerCase(Locale.ROOT);
        if (isPause(ledger, digest)) {
            return ledger.withPause(null);
        }
        HeldRemovals held = HeldRemovals.of(ledger);
        return !held.isEmpty() && held.digest().equals(word) ? HeldRemovals.released(ledger) : null;
    }

    /** What happens next, by the mode in which the controller runs, or null when nobody knows it. */
    static String promise(boolean pause, @Nullable Mode mode) {
        return switch (mode) {
            case ENFORCE -> pause
                    ? "The pause is over: the controller writes again, within 10 seconds."
                    : "Released. The controller removes what no mapping asks for by then, within 10 seconds.";
            case OBSERVE -> pause
                    ? "The pause is over. The controller runs in mode observe, though: nothing is written before the"
                            + " mode is enforce."
                    : "Released. The controller runs in mode observe, though: nothing is removed before the mode is"
                            + " enforce.";
            case null -> (pause
                    ? "The pause is over: in mode enforce the controller writes again, within 10 seconds."
                    : "Released. In mode enforce the controller removes what no mapping asks for by then, within 10"
                            + " seconds.")
                    + " Whether that is its mode could not be read; in mode observe it writes nothing.";
        };
    }

    private static @Nullable Mode mode(KubernetesAccess access) {
        Look<PolicyStore.Published> published = Look.at(new PolicyStore(access)::read);
        try {
            return published instanceof Look.Seen<PolicyStore.Published>(PolicyStore.Published seen)
                    ? SettingsText.read(seen.settings()).mode()
                    : null;
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static boolean isPause(Ledger ledger, String digest) {
        return ledger.pause() != null && ledger.pause().digest().equals(digest.toLowerCase(Locale.ROOT));
    }

    private static Report report(Ledger ledger, AwsAuthData awsAuth, @Nullable String released) {
        Ledger.Pause pause = ledger.pause();
        return new Report(HeldRows.of(HeldRemovals.of(ledger), awsAuth),
                pause == null ? null : new Pause(pause.digest(), pause.why(), pause.since()), released);
    }

    private static Report only(Report report, boolean pause) {
        return pause ? new Report(null, report.pause(), null) : new Report(report.held(), null, null);
    }

    private void print(Report report) {
        if (!isText()) {
            answer(report);
            return;
        }
        TextLines out = lines();
        if (report.held() == null && report.pause() == null) {
            out.line("Nothing is held.");
        }
        if (report.pause() != null) {
            out.line("Paused since " + report.pause().since() + ": " + Shown.sentence(report.pause().why()) + ".");
            command(out, report.pause().digest(), "To go on");
        }
        if (report.held() != null) {
            int rows = report.held().rows().size();
            out.line(rows(rows) + (rows == 1 ? " is" : " are") + " held that no mapping asks for:");
            HeldRows.print(out, report.held().rows());
            out.gap();
            report.held().rows().stream().map(row -> row.why()).distinct()
                    .forEach(why -> out.line(why == null ? ""
                            : why.word() + ": "
                                    + HeldWords.why(why)));
            command(out, String.valueOf(report.held().digest()), rows == 1 ? "To remove it" : "To remove all of them");
        }
        out.flush();
    }

    /** Not for somebody who has just given the command. */
    private void command(TextLines out, String named, String purpose) {
        if (!named.equalsIgnoreCase(digest)) {
            out.line(purpose + ": iam-identity-mapper release " + named);
        }
    }

    private static String rows(int rows) {
        return rows + (rows == 1 ? " row" : " rows");
    }
}
