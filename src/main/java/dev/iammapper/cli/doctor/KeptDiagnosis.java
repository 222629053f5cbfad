package dev.iammapper.cli.doctor;

import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.api.MappingReason;
import dev.iammapper.cli.Look;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoredLedger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the controller keeps in the cluster: the ledger and versions of aws-auth. */
final class KeptDiagnosis {

    private final Installation seen;
    private final Findings findings;

    KeptDiagnosis(Installation seen, Findings findings) {
        this.seen = seen;
        this.findings = findings;
    }

    void ledger() {
        switch (seen.ledger()) {
            case Look.Seen<StoredLedger>(StoredLedger stored) -> ledger(stored);
            case Look.Absent<StoredLedger> _ -> ledger(new StoredLedger.Absent());
            case Look.Unseen<StoredLedger>(String why) -> findings.unseen("Ledger", "the ledger", why);
        }
    }

    private void ledger(StoredLedger stored) {
        switch (stored) {
            case StoredLedger.Present(Ledger ledger, String _) -> {
                findings.ok("Ledger",
                        "The ledger can be read; it owns " + Findings.count(ledger.claims().size(), "row") + ".");
                if (!LedgerStore.fits(ledger)) {
                    findings.warn("LedgerFull", "The ledger has no room for more rows.", null);
                }
                HeldRemovals held = HeldRemovals.of(ledger);
                if (!held.isEmpty()) {
                    findings.warn("RemovalsHeld", Findings.count(held.rows().size(), "row")
                            + " that no mapping asks for "
                            + (held.rows().size() == 1 ? "stays" : "stay") + " until a person says that it is meant: "
                            + Findings.named(held.rows().stream().map(row -> row.principal().value()).toList()) + ".",
                            "iam-identity-mapper release " + held.digest());
                }
                if (ledger.pause() != null) {
                    findings.warn("Paused", "The controller writes nothing since " + ledger.pause().since()
                            + ", because a person asked for that: " + ledger.pause().why() + ".",
                            "iam-identity-mapper release " + ledger.pause().digest());
                }
            }
            case StoredLedger.Absent _ -> {
                boolean owned = seen.mappings().orElse(List.of()).stream()
                        .anyMatch(object -> saysOwned(object.status()));
                if (owned) {
                    findings.fail("LedgerLost", "The ledger is gone, ConfigMap kube-system/" + LedgerStore.NAME
                            + ", although"
                            + " mappings say that their rows are owned. The controller builds it anew from them; rows of"
                            + " mappings that were deleted meanwhile stay, as somebody else's.", seen.logs());
                } else {
                    findings.info("LedgerAbsent", "There is no ledger: the controller has not written a row yet.",
                            null);
                }
            }
            case StoredLedger.Malformed(String message) -> findings.fail("LedgerUnreadable", Findings.sentence(message),
                    "kubectl get configmap " + LedgerStore.NAME + " -n kube-system -o yaml");
        }
    }

    /** As the controller judges it when it rebuilds a ledger: by the condition Applied alone. */
    private static boolean saysOwned(@Nullable IamIdentityMappingStatus status) {
        return status != null && status.conditions() != null && status.conditions().stream()
                .anyMatch(condition -> MappingCondition.APPLIED.equals(condition.type())
                        && (MappingReason.OWNED.word().equals(condition.reason())
                                || MappingReason.OWNED_UNREAD.word().equals(condition.reason())));
    }

    void snapshots() {
        switch (seen.snapshots()) {
            case Look.Seen<List<SnapshotStore.Revision>>(List<SnapshotStore.Revision> kept) -> {
                List<String> broken = kept.stream().filter(each -> each.problem() != null)
                        .map(each -> String.valueOf(each.revision())).toList();
                if (!broken.isEmpty()) {
                    findings.warn("SnapshotsUnreadable",
                            "These kept versions of aws-auth cannot be read: " + Findings.named(broken)
                                    + ".",
                            "iam-identity-mapper snapshots");
                } else {
                    findings.ok("Snapshots", kept.isEmpty()
                            ? "No version of aws-auth is kept yet: nothing was written over."
                            : Findings.count(kept.size(), "version") + " of aws-auth "
                                    + (kept.size() == 1 ? "is" : "are")
                                    + " kept.");
                }
            }
            case Look.Absent<List<SnapshotStore.Revision>> _ -> findings.ok("Snapshots",
                    "No version of aws-auth is kept yet: nothing was written over.");
            case Look.Unseen<List<SnapshotStore.Revision>>(String why) -> findings.unseen("Snapshots",
                    "the kept versions of aws-auth", why);
        }
    }
}
