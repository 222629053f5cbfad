package dev.iammapper.cli;

import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.StructuredOutput;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.Snapshot;
import dev.iammapper.store.SnapshotStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command that lists the kept versions of aws-auth, and prints one of them. */
@Command(name = "snapshots", mixinStandardHelpOptions = true, sortOptions = false,
        exitCodeOnInvalidInput = SnapshotsCommand.USAGE, exitCodeOnExecutionException = SnapshotsCommand.ERROR,
        description = {"Lists the versions of aws-auth that were kept before they were written over, the newest first.",
                "With a revision: prints that version, as a manifest that kubectl takes."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:listed, or printed",
                "1:there is no such version, it cannot be read, or the cluster did not answer",
                "64:the command line is wrong"},
        footer = {"", "Examples:",
                "  iam-identity-mapper snapshots",
                "  iam-identity-mapper snapshots 12 > aws-auth-12.yaml",
                "  iam-identity-mapper snapshots 12 | kubectl diff -f -"})
public final class SnapshotsCommand extends ClusterCommand {
    static final int DONE = 0;
    static final int ERROR = 1;
    static final int USAGE = 64;

    @Parameters(arity = "0..1", paramLabel = "REVISION", description = "the number of a version")
    private @Nullable Long revision;

    /** The command in its surroundings. */
    public SnapshotsCommand(CommandSurroundings surroundings) {
        super(surroundings);
    }

    /** The versions, for programs. */
    record Report(List<Version> snapshots) {}

    /**
     * One version.
     *
     * @param time when it was written over; null when it cannot be read, and so the next three
     * @param cause what was written over it
     * @param rows how many rows it holds
     * @param bytes how long its texts are
     * @param problem why it cannot be read, or null
     */
    record Version(long revision, @Nullable Instant time, @Nullable String cause, @Nullable Integer rows,
            @Nullable Integer bytes, @Nullable String problem) {}

    @Override
    public Integer call() {
        return visit(ERROR, access -> {
            List<SnapshotStore.Revision> kept = new SnapshotStore(access).list();
            if (revision == null) {
                list(kept.stream().map(SnapshotsCommand::version).toList());
            } else {
                StructuredOutput.print(surroundings.out(), structuredFormat(), manifest(find(kept, revision).data()));
            }
            return DONE;
        });
    }

    /**
     * The version of that number.
     *
     * @throws UnusableInputException if there is none, or it cannot be read
     */
    static Snapshot find(List<SnapshotStore.Revision> kept, long revision) throws UnusableInputException {
        SnapshotStore.Revision found = kept.stream().filter(each -> each.revision() == revision).findFirst()
                .orElseThrow(() -> new UnusableInputException("There is no version " + revision + ". "
                        + (kept.isEmpty()
                                ? "None is kept: there is no ConfigMap kube-system/" + SnapshotStore.NAME
                                        + ", or it is empty."
                                : "Kept are " + String.join(", ",
                                        kept.stream().map(each -> String.valueOf(each.revision())).toList())
                                        + "; one that was the current aws-auth again has a new number.")));
        if (found.snapshot() == null) {
            throw new UnusableInputException("Version " + revision + " cannot be read: " + found.problem() + ".");
        }
        return found.snapshot();
    }

    private static Version version(SnapshotStore.Revision kept) {
        Snapshot snapshot = kept.snapshot();
        return snapshot == null
                ? new Version(kept.revision(), null, null, null, null, kept.problem())
                : new Version(kept.revision(), snapshot.time(), snapshot.cause(),
                        AwsAuthLookup.of(snapshot.data()).rows().size(), snapshot.data().bytes(), null);
    }

    private void list(List<Version> versions) {
        if (!isText()) {
            answer(new Report(versions));
            return;
        }
        TextLines out = lines();
        if (versions.isEmpty()) {
            out.line("No version is kept: the controller has not changed aws-auth yet.");
        } else {
            List<List<String>> rows = new ArrayList<>();
            versions.forEach(each -> rows.add(each.problem() == null
                    ? List.of(String.valueOf(each.revision()), String.valueOf(each.time()), String.valueOf(each.rows()),
                            each.bytes() + " B", Shown.name(String.valueOf(each.cause())))
                    : List.of(String.valueOf(each.revision()), "unreadable", "", "", Shown.name(each.problem()))));
            out.table(List.of("REVISION", "REPLACED AT", "ROWS", "SIZE", "REPLACED BY"), rows);
            out.gap()
                    .line("Each is aws-auth as it was before that change. To look at one: iam-identity-mapper snapshots"
                            + " REVISION; to put it back: iam-identity-mapper rollback REVISION");
        }
        out.flush();
    }

    private static Map<String, Object> manifest(AwsAuthData data) {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("apiVersion", "v1");
        manifest.put("kind", "ConfigMap");
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", AwsAuthStore.NAME);
        metadata.put("namespace", AwsAuthStore.NAMESPACE);
        manifest.put("metadata", metadata);
        manifest.put("data", manifestData(data));
        return manifest;
    }

    private static Map<String, String> manifestData(AwsAuthData data) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (data.mapRoles() != null) {
            texts.put("mapRoles", data.mapRoles());
        }
        if (data.mapUsers() != null) {
            texts.put("mapUsers", data.mapUsers());
        }
        if (data.mapAccounts() != null) {
            texts.put("mapAccounts", data.mapAccounts());
        }
        return texts;
    }
}
