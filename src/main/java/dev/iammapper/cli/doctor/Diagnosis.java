package dev.iammapper.cli.doctor;

import dev.iammapper.cli.Look;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoredLedger;
import java.util.List;

/** What is to be said about an installation: pure, from what was seen of it. */
final class Diagnosis {
    private Diagnosis() {}

    /** Everything that is to be said, in the order in which one would look. */
    static List<Findings.Finding> of(Installation seen) {
        Findings findings = new Findings();
        findings.ok("ApiServer", "The API server " + seen.version() + " answers at " + seen.cluster() + ".");
        AwsAuthDiagnosis awsAuth = new AwsAuthDiagnosis(seen, findings);
        if (isNotInstalled(seen)) {
            findings.info("NotInstalled", "Nothing of iam-identity-mapper is in this cluster: no definition, Lease,"
                    + " policy, ledger or webhook. What follows is about aws-auth as it is.",
                    "docs/install.md says how to install it, docs/operations.md how to adopt the rows that are there");
            awsAuth.awsAuth();
            return findings.all();
        }
        InstallationDiagnosis installation = new InstallationDiagnosis(seen, findings);
        installation.definition();
        installation.permissions();
        installation.leader();
        installation.policy();
        new WebhookDiagnosis(seen, findings).webhook();
        KeptDiagnosis kept = new KeptDiagnosis(seen, findings);
        kept.ledger();
        kept.snapshots();
        awsAuth.awsAuth();
        awsAuth.plan();
        return findings.all();
    }

    /** Whether all of it was looked for, and nothing found: one thing that is missing is a fault, all is none. */
    private static boolean isNotInstalled(Installation seen) {
        return seen.definition() instanceof Look.Seen<ServedDefinition>(ServedDefinition.Missing _)
                && seen.leader() instanceof Look.Absent && seen.policy() instanceof Look.Absent
                && seen.webhooks() instanceof Look.Absent
                && seen.ledger() instanceof Look.Seen<StoredLedger>(StoredLedger.Absent _);
    }
}
