package dev.iammapper.cli;

import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.api.MappingReason;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.PolicyText;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.reconcile.SettingsText;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.NodeLook;
import dev.iammapper.store.ApiAction;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.InstallationReads;
import dev.iammapper.store.LeaderElector;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is to be said about an installation: pure, from what was seen of it. */
final class Diagnosis {
    static final int MOST_NAMED = 10;
    private static final int KIB = 1024;
    private static final int FULL = 900 * KIB;
    private static final int NEARLY_FULL = 700 * KIB;
    private static final Duration CERTIFICATE_SOON = Duration.ofDays(7);
    private static final int STALE_LEASES = 4;
    private static final Pattern ASSUMED_ROLE = Pattern
            .compile("(arn:[a-z-]+):sts::([0-9]{12}):assumed-role/([^/]+)(/.*)?");
    private static final Set<String> FINE = Set.of(MappingReason.APPLIED.word(), MappingReason.ALREADY_PRESENT.word(),
            MappingReason.NOT_YET_ACTIVE.word(), MappingReason.EXPIRED.word(), MappingReason.OBSERVING.word());

    private static final String PODS = "kubectl get pods -A -l app.kubernetes.io/name=iam-identity-mapper";
    private static final String EDIT = "kubectl edit configmap aws-auth -n kube-system";
    private static final String RBAC = "kubectl apply -f docs/rbac.yaml";
    private static final String CRD = "kubectl apply -f crds/iamidentitymappings.yaml";

    private final Installation seen;
    private final List<Finding> findings = new ArrayList<>();

    private Diagnosis(Installation seen) {
        this.seen = seen;
    }

    /** How bad it is. */
    enum Severity {
        /** As it should be. */
        OK,
        /** Worth knowing. */
        INFO,
        /** Somebody should look. */
        WARN,
        /** It does not work, or will not. */
        FAIL,
        /** Not looked at, so nobody knows. */
        UNKNOWN
    }

    /**
     * One thing that was found.
     *
     * @param code a stable word
     * @param message a sentence
     * @param mend the command that mends it, or that shows more; null when there is nothing to do
     */
    record Finding(Severity severity, String code, String message, @Nullable String mend) {}

    /** Everything that is to be said, in the order in which one would look. */
    static List<Finding> of(Installation seen) {
        return new Diagnosis(seen).all();
    }

    private List<Finding> all() {
        ok("ApiServer", "The API server " + seen.version() + " answers at " + seen.cluster() + ".");
        switch (seen.definition()) {
            case Look.Seen<ServedDefinition>(ServedDefinition definition) -> definition(definition);
            case Look.Absent<ServedDefinition> _ -> definition(new ServedDefinition.Missing());
            case Look.Unseen<ServedDefinition>(String why) -> unseen("Definition", "the CustomResourceDefinition", why);
        }
        permissions();
        leader();
        policy();
        webhook();
        ledger();
        snapshots();
        awsAuth();
        plan();
        return findings;
    }

    private void definition(ServedDefinition definition) {
        switch (definition) {
            case ServedDefinition.Served _ -> ok("Definition",
                    "The CustomResourceDefinition is served with all fields that the controller needs.");
            case ServedDefinition.LacksFields(String _, long _, List<String> missing) -> fail("DefinitionLacksFields",
                    "The CustomResourceDefinition lacks " + String.join(", ", missing)
                            + ": another tool applied its own over ours. The controller writes nothing meanwhile.",
                    CRD);
            case ServedDefinition.NotServed(String _, String message) -> fail("DefinitionNotServed",
                    "The CustomResourceDefinition is not served: " + message + ".", CRD);
            case ServedDefinition.Terminating _ -> fail("DefinitionTerminating",
                    "The CustomResourceDefinition is being deleted, and all mappings with it. Rows stay as they are;"
                            + " afterwards apply it again, and the mappings.",
                    CRD);
            case ServedDefinition.Missing _ -> fail("DefinitionMissing",
                    "There is no CustomResourceDefinition for IAMIdentityMappings.", CRD);
        }
    }

    private void permissions() {
        switch (seen.lacking()) {
            case Look.Seen<List<ApiAction>>(List<ApiAction> lacking) when lacking.isEmpty() -> ok("Permissions",
                    "The controller's ServiceAccount may do all that it has to" + asked() + ".");
            case Look.Seen<List<ApiAction>>(List<ApiAction> lacking) -> lacking.forEach(this::lacking);
            case Look.Absent<List<ApiAction>> _ -> unseen("Permissions", "the controller's permissions",
                    "name its ServiceAccount, as --as-service-account " + seen.namespace() + "/controller");
            case Look.Unseen<List<ApiAction>>(String why) -> unseen("Permissions", "the controller's permissions", why);
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
            case "rbac.authorization.k8s.io" -> warn("WebhookPermissionMissing", message + "the webhook needs "
                    + action.grant() + ", unless mapper.webhook.read-bindings=false is set.", RBAC);
            case "admissionregistration.k8s.io" -> certificates(action, message);
            default -> {
                if (action.resource().equals("secrets")) {
                    certificates(action, message);
                } else {
                    fail("PermissionMissing", message + "it needs " + action.grant() + ".", RBAC);
                }
            }
        }
    }

    private void certificates(ApiAction action, String message) {
        warn("WebhookPermissionMissing", message + "the webhook needs " + action.grant()
                + ", unless its certificate comes from files.", RBAC);
    }

    private void leader() {
        switch (seen.leader()) {
            case Look.Seen<InstallationReads.Leader>(InstallationReads.Leader leader) -> leader(leader);
            case Look.Absent<InstallationReads.Leader> _ -> fail("NoLeader", "No controller ever led: there is no Lease"
                    + " kube-system/" + LeaderElector.LEASE_NAME + ", so nothing is granted and nothing revoked.",
                    PODS);
            case Look.Unseen<InstallationReads.Leader>(String why) -> unseen("Leader", "the leader", why);
        }
    }

    private void leader(InstallationReads.Leader leader) {
        if (leader.holder().isEmpty()) {
            fail("NoLeader", "The last controller stopped and no other one took over: nothing is granted and nothing"
                    + " revoked.", PODS);
            return;
        }
        Duration age = leader.renewed() == null ? null : Duration.between(leader.renewed(), seen.now());
        if (age == null || age.compareTo(leader.duration().multipliedBy(STALE_LEASES)) > 0) {
            fail("LeaderStale", "The controller " + leader.holder() + " holds the Lease and has not renewed it "
                    + (age == null ? "ever" : "for " + words(age)) + ": nothing is granted and nothing revoked, unless"
                    + " the clock here is wrong.", PODS);
            return;
        }
        ok("Leader", "The controller " + leader.holder() + version() + " leads, and said so "
                + words(age.isNegative() ? Duration.ZERO : age) + " ago.");
    }

    /** What the leader published about itself, in brackets, or nothing. */
    private String version() {
        return seen.policy() instanceof Look.Seen<PolicyStore.Published>(PolicyStore.Published published)
                ? SettingsText.version(published.settings()).map(version -> " (version " + version + ")").orElse("")
                : "";
    }

    private void policy() {
        switch (seen.policy()) {
            case Look.Seen<PolicyStore.Published>(PolicyStore.Published published) -> policy(published);
            case Look.Absent<PolicyStore.Published> _ -> warn("PolicyUnpublished", "No policy is published: the"
                    + " controller has not led yet, or may not write ConfigMap kube-system/" + PolicyStore.NAME
                    + ". Commands judge by the safe policy instead.", logs());
            case Look.Unseen<PolicyStore.Published>(String why) -> unseen("Policy", "the published policy", why);
        }
    }

    private void policy(PolicyStore.Published published) {
        switch (PolicyText.read(published.policy())) {
            case ParsedPolicy.Valid(Policy policy) -> {
                if (policy.enforcement() == Policy.Enforcement.WARN) {
                    warn("PolicyOnTrial", "The policy only warns (mapper.policy.enforcement=warn): what it forbids is"
                            + " admitted and rendered.", null);
                } else {
                    ok("Policy", "The policy in force is published, and denies what it forbids.");
                }
            }
            case ParsedPolicy.Invalid(var errors) -> warn("PolicyUnreadable", "The published policy cannot be read: "
                    + errors.getFirst().sentence(), logs());
        }
        try {
            if (SettingsText.read(published.settings()).mode() == Mode.OBSERVE) {
                warn("ModeObserve", "The controller runs in mode observe: it says what it would do, and writes neither"
                        + " aws-auth nor the ledger.", "iam-identity-mapper plan");
            } else {
                ok("Mode", "The controller runs in mode enforce.");
            }
        } catch (IllegalArgumentException e) {
            warn("SettingsUnreadable", "The published settings cannot be read: " + e.getMessage() + ".", logs());
        }
    }

    // ---- the webhook

    private void webhook() {
        switch (seen.webhooks()) {
            case Look.Seen<List<InstallationReads.Webhook>>(List<InstallationReads.Webhook> webhooks) -> webhooks
                    .forEach(this::webhook);
            case Look.Absent<List<InstallationReads.Webhook>> _ -> warn("WebhookMissing", "No webhook judges mappings"
                    + " before they are stored: there is no ValidatingWebhookConfiguration iam-identity-mapper. The"
                    + " controller judges them all the same, afterwards.", "kubectl apply -f docs/webhook.yaml");
            case Look.Unseen<List<InstallationReads.Webhook>>(String why) -> unseen("Webhook",
                    "the webhook's registration", why);
        }
    }

    private void webhook(InstallationReads.Webhook webhook) {
        boolean refuses = !webhook.failurePolicy().equals("Ignore");
        String consequence = refuses
                ? "no mapping can be created or changed"
                : "mappings are stored unjudged (failurePolicy Ignore)";
        int before = findings.size();
        if (webhook.caBundle().isEmpty()) {
            fail("WebhookWithoutCa", "The webhook " + webhook.name() + " has no caBundle, so the API server does not"
                    + " trust it: " + consequence + ". The controller writes it; another tool may have taken it away.",
                    logs());
        }
        if (!refuses) {
            warn("WebhookIgnored", "The webhook " + webhook.name() + " has failurePolicy Ignore: while it does not"
                    + " answer, mappings are stored unjudged.", "kubectl apply -f docs/webhook.yaml");
        }
        if (webhook.service() != null) {
            service(webhook.service(), consequence);
        }
        switch (seen.certificateEnd()) {
            case Look.Seen<Instant>(Instant end) -> {
                Duration left = Duration.between(seen.now(), end);
                if (left.isNegative()) {
                    fail("CertificateExpired", "The webhook's certificate ended at " + end + ": " + consequence + ".",
                            logs());
                } else if (left.compareTo(CERTIFICATE_SOON) < 0) {
                    warn("CertificateEnding", "The webhook's certificate ends in " + words(left)
                            + ", and should have been renewed by now.", logs());
                } else {
                    ok("Certificate", "The webhook's certificate is good for " + words(left) + ".");
                }
            }
            case Look.Absent<Instant> _ -> unseen("Certificate", "the webhook's certificate",
                    "there is none in the Secret or the caBundle");
            case Look.Unseen<Instant>(String why) -> unseen("Certificate", "the webhook's certificate", why);
        }
        if (findings.subList(before, findings.size()).stream().noneMatch(Diagnosis::isBad)) {
            ok("Webhook", "The webhook " + webhook.name() + " is registered, with failurePolicy "
                    + webhook.failurePolicy() + ".");
        }
    }

    private void service(String service, String consequence) {
        switch (seen.endpoints()) {
            case Look.Seen<Integer>(Integer ready) when ready == 0 -> fail("WebhookUnreachable", "Nothing answers for"
                    + " the webhook's Service " + service + ": " + consequence + ".", PODS);
            case Look.Seen<Integer>(Integer ready) -> ok("WebhookService", "The webhook's Service " + service + " has "
                    + count(ready, "Pod") + " that answer" + (ready == 1 ? "s." : "."));
            case Look.Absent<Integer> _ -> fail("WebhookUnreachable", "The webhook's Service " + service
                    + " does not exist: " + consequence + ".", "kubectl apply -f docs/webhook.yaml");
            case Look.Unseen<Integer>(String why) -> unseen("WebhookService", "the webhook's Service", why);
        }
    }

    // ---- what the controller keeps

    private void ledger() {
        switch (seen.ledger()) {
            case Look.Seen<StoredLedger>(StoredLedger stored) -> ledger(stored);
            case Look.Absent<StoredLedger> _ -> ledger(new StoredLedger.Absent());
            case Look.Unseen<StoredLedger>(String why) -> unseen("Ledger", "the ledger", why);
        }
    }

    private void ledger(StoredLedger stored) {
        switch (stored) {
            case StoredLedger.Present(Ledger ledger, String _) -> {
                ok("Ledger", "The ledger can be read; it owns " + count(ledger.claims().size(), "row") + ".");
                if (!LedgerStore.fits(ledger)) {
                    warn("LedgerFull", "The ledger has no room for more rows.", null);
                }
                HeldRemovals held = HeldRemovals.of(ledger);
                if (!held.isEmpty()) {
                    warn("RemovalsHeld", count(held.rows().size(), "row") + " that no mapping asks for "
                            + (held.rows().size() == 1 ? "stays" : "stay") + " until a person says that it is meant: "
                            + named(held.rows().stream().map(row -> row.principal().value()).toList()) + ".",
                            "iam-identity-mapper release " + held.digest());
                }
                if (ledger.pause() != null) {
                    warn("Paused", "The controller writes nothing since " + ledger.pause().since()
                            + ", because a person asked for that: " + ledger.pause().why() + ".",
                            "iam-identity-mapper release " + ledger.pause().digest());
                }
            }
            case StoredLedger.Absent _ -> {
                boolean owned = seen.mappings().orElse(List.of()).stream()
                        .anyMatch(object -> saysOwned(object.status()));
                if (owned) {
                    fail("LedgerLost", "The ledger is gone, ConfigMap kube-system/" + LedgerStore.NAME + ", although"
                            + " mappings say that their rows are owned. The controller builds it anew from them; rows of"
                            + " mappings that were deleted meanwhile stay, as somebody else's.", logs());
                } else {
                    info("LedgerAbsent", "There is no ledger: the controller has not written a row yet.", null);
                }
            }
            case StoredLedger.Malformed(String message) -> fail("LedgerUnreadable", sentence(message),
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

    private void snapshots() {
        switch (seen.snapshots()) {
            case Look.Seen<List<SnapshotStore.Revision>>(List<SnapshotStore.Revision> kept) -> {
                List<String> broken = kept.stream().filter(each -> each.problem() != null)
                        .map(each -> String.valueOf(each.revision())).toList();
                if (!broken.isEmpty()) {
                    warn("SnapshotsUnreadable", "These kept versions of aws-auth cannot be read: " + named(broken)
                            + ".", "iam-identity-mapper snapshots");
                } else {
                    ok("Snapshots", kept.isEmpty()
                            ? "No version of aws-auth is kept yet: nothing was written over."
                            : count(kept.size(), "version") + " of aws-auth " + (kept.size() == 1 ? "is" : "are")
                                    + " kept.");
                }
            }
            case Look.Absent<List<SnapshotStore.Revision>> _ -> ok("Snapshots",
                    "No version of aws-auth is kept yet: nothing was written over.");
            case Look.Unseen<List<SnapshotStore.Revision>>(String why) -> unseen("Snapshots",
                    "the kept versions of aws-auth", why);
        }
    }

    // ---- aws-auth

    private void awsAuth() {
        switch (seen.awsAuth()) {
            case Look.Seen<StoredAwsAuth>(StoredAwsAuth stored) when !stored.exists() -> noAwsAuth();
            case Look.Seen<StoredAwsAuth>(StoredAwsAuth stored) -> awsAuth(stored);
            case Look.Absent<StoredAwsAuth> _ -> noAwsAuth();
            case Look.Unseen<StoredAwsAuth>(String why) -> unseen("AwsAuth", "aws-auth", why);
        }
    }

    private void noAwsAuth() {
        warn("AwsAuthMissing", "There is no ConfigMap kube-system/" + AwsAuthStore.NAME
                + ": only access entries let anybody in. The controller creates it with its first row.", null);
    }

    private void awsAuth(StoredAwsAuth stored) {
        AwsAuthLookup lookup = AwsAuthLookup.of(stored.data());
        int before = findings.size();
        for (AwsAuthProblem problem : lookup.problems()) {
            if (problem.sectionLost()) {
                fail("AwsAuthUnreadable", "EKS reads nothing of aws-auth " + problem.sentence()
                        + ". Nobody whom that section names can enter, and the controller does not write it.", EDIT);
            } else {
                warn("AwsAuthRow", "aws-auth " + problem.sentence() + ".", EDIT);
            }
        }
        duplicates(lookup);
        for (AwsAuthLookup.Entry row : lookup.rows()) {
            Matcher session = ASSUMED_ROLE.matcher(row.arn());
            if (session.matches()) {
                warn("AssumedRoleRow", place(row) + " names a session, " + row.arn() + ", which never matches: write "
                        + session.group(1) + ":iam::" + session.group(2) + ":role/" + session.group(3) + ".", EDIT);
            }
        }
        int bytes = SnapshotsCommand.bytes(stored.data()) + stored.otherBytes();
        if (bytes > FULL) {
            fail("AwsAuthFull", "aws-auth takes " + bytes / KIB + " KiB: nothing is added to it any more.", EDIT);
        } else if (bytes > NEARLY_FULL) {
            warn("AwsAuthNearlyFull", "aws-auth takes " + bytes / KIB + " KiB; beyond " + FULL / KIB
                    + " KiB nothing is added to it any more.", null);
        }
        if (findings.subList(before, findings.size()).stream().noneMatch(Diagnosis::isBad)) {
            ok("AwsAuth", "EKS can read aws-auth: " + count(lookup.rows().size(), "row") + ", "
                    + (bytes < KIB ? "less than 1" : bytes / KIB) + " KiB.");
        }
        long nodes = lookup.rows().stream().filter(row -> NodeLook.isNode(row.grant())).count();
        if (lookup.problems().stream().anyMatch(AwsAuthProblem::sectionLost)) {
            return;
        }
        info("NodeRows", nodes == 0
                ? "No row lets nodes in: that is right only where nodes have access entries."
                : count((int) nodes, "row") + (nodes == 1 ? " lets" : " let") + " nodes in.", null);
    }

    private void duplicates(AwsAuthLookup lookup) {
        Map<String, List<AwsAuthLookup.Entry>> byPrincipal = new LinkedHashMap<>();
        lookup.rows().stream().filter(row -> !row.arn().isEmpty()).forEach(row -> byPrincipal
                .computeIfAbsent(PrincipalKey.of(row.arn()).value(), _ -> new ArrayList<>()).add(row));
        byPrincipal.forEach((principal, rows) -> {
            if (rows.size() == 1) {
                return;
            }
            String places = rows.stream().map(Diagnosis::place).collect(Collectors.joining(", "));
            if (rows.stream().allMatch(row -> row.grant().means(rows.getFirst().grant()))) {
                info("DuplicateRows", principal + " has the same row more than once (" + places
                        + "): harmless, and eksctl counts node groups by it.", null);
            } else {
                warn("DuplicateRows", principal + " has several rows that say different things (" + places
                        + "); EKS reads one of them only.",
                        "iam-identity-mapper explain " + rows.getFirst().arn());
            }
        });
    }

    private static String place(AwsAuthLookup.Entry row) {
        return row.dataKey() + " line " + row.line();
    }

    // ---- what a pass would do

    private void plan() {
        switch (seen.plan()) {
            case Look.Seen<PlanReport>(PlanReport plan) -> plan(plan);
            case Look.Absent<PlanReport> _ -> unseen("Drift", "what the controller would change",
                    "something it rests on could not be read");
            case Look.Unseen<PlanReport>(String why) -> unseen("Drift", "what the controller would change", why);
        }
    }

    private void plan(PlanReport plan) {
        Map<String, List<String>> byReason = new TreeMap<>();
        for (PlanReport.Row row : plan.mappings()) {
            if (row.reason() != null && !FINE.contains(row.reason())) {
                byReason.computeIfAbsent(row.reason(), _ -> new ArrayList<>()).add(row.mapping());
            }
        }
        byReason.forEach((reason, names) -> warn("Mapping" + reason, count(names.size(), "mapping")
                + (names.size() == 1 ? " is" : " are") + " not honoured, " + reason + ": " + named(names) + ".",
                "kubectl describe iamidentitymapping " + names.getFirst()));
        if (plan.changes() && plan.mode() == Mode.ENFORCE && plan.hold() == null) {
            warn("Drift", "aws-auth is not as the mappings say: " + rows(plan.added(), "to add")
                    + rows(plan.replaced(), "to replace") + rows(plan.removed(), "to remove")
                    + "run this again in a minute; if it stays so, the controller does not work.",
                    "iam-identity-mapper plan");
        } else if (plan.hold() != null && !plan.changes()) {
            info("Drift", "The controller writes nothing at the moment: " + plan.hold()
                    + (plan.hold().endsWith(".") ? "" : "."), "iam-identity-mapper plan");
        } else if (plan.changes()) {
            info("Drift", "aws-auth is not as the mappings say, and the controller does not write at the moment.",
                    "iam-identity-mapper plan");
        } else {
            ok("Drift", "The controller has nothing to change: " + count(plan.mappings().size(), "mapping")
                    + (byReason.isEmpty() ? ", and aws-auth is as they say." : "."));
        }
    }

    private static String rows(int rows, String purpose) {
        return rows == 0 ? "" : count(rows, "row") + " " + purpose + "; ";
    }

    // ---- words

    private String logs() {
        return "kubectl logs -n " + seen.namespace() + " -l app.kubernetes.io/name=iam-identity-mapper";
    }

    private static boolean isBad(Finding finding) {
        return switch (finding.severity()) {
            case OK, INFO -> false;
            case WARN, FAIL, UNKNOWN -> true;
        };
    }

    private void ok(String code, String message) {
        findings.add(new Finding(Severity.OK, code, message, null));
    }

    private void info(String code, String message, @Nullable String mend) {
        findings.add(new Finding(Severity.INFO, code, message, mend));
    }

    private void warn(String code, String message, @Nullable String mend) {
        findings.add(new Finding(Severity.WARN, code, message, mend));
    }

    private void fail(String code, String message, @Nullable String mend) {
        findings.add(new Finding(Severity.FAIL, code, message, mend));
    }

    private void unseen(String code, String what, String why) {
        findings.add(new Finding(Severity.UNKNOWN, code, "Not looked at: " + what + ": " + why
                + (why.endsWith(".") ? "" : "."), null));
    }

    private static String sentence(String message) {
        return message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1)
                + (message.endsWith(".") ? "" : ".");
    }

    private static String named(List<String> names) {
        return names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "");
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String words(Duration time) {
        if (time.toDays() > 1) {
            return time.toDays() + " days";
        }
        if (time.toHours() > 1) {
            return time.toHours() + " hours";
        }
        return time.toMinutes() > 1 ? time.toMinutes() + " minutes" : count((int) time.toSeconds(), "second");
    }
}
