package dev.iammapper.cli.doctor;

import dev.iammapper.cli.Look;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.PolicyText;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.reconcile.SettingsText;
import dev.iammapper.store.ApiAction;
import dev.iammapper.store.InstallationReads;
import dev.iammapper.store.LeaderElector;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.ServedDefinition;
import java.time.Duration;
import java.util.List;

/** The definition, the permissions, the leader and what it published about itself. */
final class InstallationDiagnosis {
    private static final int STALE_LEASES = 4;
    private static final String RBAC = "kubectl apply -f docs/rbac.yaml";
    private static final String CRD = "kubectl apply -f crds/iamidentitymappings.yaml";

    private final Installation seen;
    private final Findings findings;

    InstallationDiagnosis(Installation seen, Findings findings) {
        this.seen = seen;
        this.findings = findings;
    }

    void definition() {
        switch (seen.definition()) {
            case Look.Seen<ServedDefinition>(ServedDefinition definition) -> definition(definition);
            case Look.Absent<ServedDefinition> _ -> definition(new ServedDefinition.Missing());
            case Look.Unseen<ServedDefinition>(String why) -> findings.unseen("Definition",
                    "the CustomResourceDefinition", why);
        }
    }

    private void definition(ServedDefinition definition) {
        switch (definition) {
            case ServedDefinition.Served _ -> findings.ok("Definition",
                    "The CustomResourceDefinition is served with all fields that the controller needs.");
            case ServedDefinition.LacksFields(String _, long _, List<String> missing) -> findings.fail(
                    "DefinitionLacksFields",
                    "The CustomResourceDefinition lacks " + String.join(", ", missing)
                            + ": another tool applied its own over ours. The controller writes nothing meanwhile.",
                    CRD);
            case ServedDefinition.NotServed(String _, String message) -> findings.fail("DefinitionNotServed",
                    "The CustomResourceDefinition is not served: " + message + ".", CRD);
            case ServedDefinition.Terminating _ -> findings.fail("DefinitionTerminating",
                    "The CustomResourceDefinition is being deleted, and all mappings with it. Rows stay as they are;"
                            + " afterwards apply it again, and the mappings.",
                    CRD);
            case ServedDefinition.Missing _ -> findings.fail("DefinitionMissing",
                    "There is no CustomResourceDefinition for IAMIdentityMappings.", CRD);
        }
    }

    void permissions() {
        switch (seen.lacking()) {
            case Look.Seen<List<ApiAction>>(List<ApiAction> lacking) when lacking.isEmpty() -> findings.ok(
                    "Permissions",
                    "The controller's ServiceAccount may do all that it has to" + asked() + ".");
            case Look.Seen<List<ApiAction>>(List<ApiAction> lacking) -> lacking.forEach(this::lacking);
            case Look.Absent<List<ApiAction>> _ -> findings.unseen("Permissions", "the controller's permissions",
                    "name its ServiceAccount, as --as-service-account " + seen.namespace()
                            + "/iam-identity-mapper");
            case Look.Unseen<List<ApiAction>>(String why) -> findings.unseen("Permissions",
                    "the controller's permissions", why);
        }
    }

    /** What of its permissions was asked, where that is not all. */
    private String asked() {
        return switch (seen.webhooks()) {
            case Look.Seen<List<InstallationReads.Webhook>> _ -> "";
            case Look.Absent<List<InstallationReads.Webhook>> _ -> " while no webhook is registered";
            case Look.Unseen<List<InstallationReads.Webhook>> _ -> ", not counting what a webhook needs";
        };
    }

    private void lacking(ApiAction action) {
        String message = "The controller's ServiceAccount may not " + action.sentence() + "; ";
        switch (action.group()) {
            case "rbac.authorization.k8s.io" -> findings.warn("WebhookPermissionMissing", message + "the webhook needs "
                    + action.grant() + ", unless mapper.webhook.read-bindings=false is set.", RBAC);
            case "admissionregistration.k8s.io" -> certificates(action, message);
            default -> {
                if (action.resource().equals("secrets")) {
                    certificates(action, message);
                } else {
                    findings.fail("PermissionMissing", message + "it needs " + action.grant() + ".", RBAC);
                }
            }
        }
    }

    private void certificates(ApiAction action, String message) {
        findings.warn("WebhookPermissionMissing", message + "the webhook needs " + action.grant()
                + ", unless its certificate comes from files.", RBAC);
    }

    void leader() {
        switch (seen.leader()) {
            case Look.Seen<InstallationReads.Leader>(InstallationReads.Leader leader) -> leader(leader);
            case Look.Absent<InstallationReads.Leader> _ when electsNoLeader() -> findings.warn("LeaseMissing",
                    "The controller that was here last runs without a Lease"
                            + " (mapper.leader-election.enabled=false), so nobody can see whether it still runs.",
                    Installation.PODS);
            case Look.Absent<InstallationReads.Leader> _ -> findings.fail("NoLeader",
                    "No controller ever led: there is no Lease"
                            + " kube-system/" + LeaderElector.LEASE_NAME
                            + ", so nothing is granted and nothing revoked.",
                    Installation.PODS);
            case Look.Unseen<InstallationReads.Leader>(String why) -> findings.unseen("Leader", "the leader", why);
        }
    }

    private boolean electsNoLeader() {
        return seen.policy() instanceof Look.Seen<PolicyStore.Published>(PolicyStore.Published published)
                && !SettingsText.electsLeader(published.settings());
    }

    private void leader(InstallationReads.Leader leader) {
        if (leader.holder().isEmpty()) {
            findings.fail("NoLeader",
                    "The last controller stopped and no other one took over: nothing is granted and nothing"
                            + " revoked.",
                    Installation.PODS);
            return;
        }
        Duration age = leader.renewed() == null ? null : Duration.between(leader.renewed(), seen.now());
        if (age == null || age.compareTo(leader.duration().multipliedBy(STALE_LEASES)) > 0) {
            findings.fail("LeaderStale",
                    "The controller " + leader.holder() + " holds the Lease and has not renewed it "
                            + (age == null ? "ever" : "for " + Findings.words(age))
                            + ": nothing is granted and nothing revoked, unless"
                            + " the clock here is wrong.",
                    Installation.PODS);
            return;
        }
        findings.ok("Leader", "The controller " + leader.holder() + version() + " leads, and said so "
                + Findings.words(age.isNegative() ? Duration.ZERO : age) + " ago.");
    }

    /** What the leader published about itself, in brackets, or nothing. */
    private String version() {
        return seen.policy() instanceof Look.Seen<PolicyStore.Published>(PolicyStore.Published published)
                ? SettingsText.version(published.settings()).map(version -> " (version " + version + ")").orElse("")
                : "";
    }

    void policy() {
        switch (seen.policy()) {
            case Look.Seen<PolicyStore.Published>(PolicyStore.Published published) -> policy(published);
            case Look.Absent<PolicyStore.Published> _ -> findings.warn("PolicyUnpublished",
                    "No policy is published: the"
                            + " controller has not led yet, or may not write ConfigMap kube-system/" + PolicyStore.NAME
                            + ". Commands judge by the safe policy instead.",
                    seen.logs());
            case Look.Unseen<PolicyStore.Published>(String why) -> findings.unseen("Policy", "the published policy",
                    why);
        }
    }

    private void policy(PolicyStore.Published published) {
        switch (PolicyText.read(published.policy())) {
            case ParsedPolicy.Valid(Policy policy) -> {
                if (policy.enforcement() == Policy.Enforcement.WARN) {
                    findings.warn("PolicyOnTrial",
                            "The policy only warns (mapper.policy.enforcement=warn): what it forbids is"
                                    + " admitted and rendered.",
                            null);
                } else {
                    findings.ok("Policy", "The policy in force is published, and denies what it forbids.");
                }
            }
            case ParsedPolicy.Invalid(var errors) -> findings.warn("PolicyUnreadable",
                    "The published policy cannot be read: "
                            + errors.getFirst().sentence(),
                    seen.logs());
        }
        try {
            if (SettingsText.read(published.settings()).mode() == Mode.OBSERVE) {
                findings.warn("ModeObserve",
                        "The controller runs in mode observe: it says what it would do, and writes neither"
                                + " aws-auth nor the ledger.",
                        "iam-identity-mapper plan");
            } else {
                findings.ok("Mode", "The controller runs in mode enforce.");
            }
        } catch (IllegalArgumentException e) {
            findings.warn("SettingsUnreadable", "The published settings cannot be read: " + e.getMessage() + ".",
                    seen.logs());
        }
    }
}
