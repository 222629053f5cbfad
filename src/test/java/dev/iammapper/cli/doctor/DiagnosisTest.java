package dev.iammapper.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.cli.Look;
import dev.iammapper.cli.PlanReport;
import dev.iammapper.cli.doctor.Findings.Finding;
import dev.iammapper.cli.doctor.Findings.Severity;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Claim;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import dev.iammapper.store.ApiAction;
import dev.iammapper.store.InstallationReads.Leader;
import dev.iammapper.store.InstallationReads.Webhook;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.Snapshot;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Each finding once with what brings it about; the healthy installation is the miss of all of them. */
class DiagnosisTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String ARN = "arn:aws:iam::111122223333:role/admin";
    private static final String GOOD = "- rolearn: " + ARN + "\n  username: admin\n  groups: [ops]\n";
    private static final Webhook WEBHOOK = new Webhook("iamidentitymappings.iammapper.dev", "Fail", "PEM",
            "iam-identity-mapper/iam-identity-mapper-webhook");
    private static final Ledger.Pause PAUSE = new Ledger.Pause("tea", NOW);

    /** What a test changes about a healthy installation. */
    private String namespace = "iam-identity-mapper";
    private Look<ServedDefinition> definition = seen(new ServedDefinition.Served("uid", 1));
    private Look<Leader> leader = seen(new Leader("pod-1", NOW.minusSeconds(3), Duration.ofSeconds(15)));
    private Look<PolicyStore.Published> policy = seen(new PolicyStore.Published("masters: []\n", "mode: enforce\n"));
    private Look<List<Webhook>> webhooks = seen(List.of(WEBHOOK));
    private Look<Integer> endpoints = seen(2);
    private Look<Instant> certificateEnd = seen(NOW.plus(Duration.ofDays(60)));
    private Look<StoredLedger> ledger = seen(new StoredLedger.Present(Ledger.EMPTY, "1"));
    private Look<List<SnapshotStore.Revision>> snapshots = seen(List.of(
            new SnapshotStore.Revision(1, new Snapshot(NOW, "why", AwsAuthData.EMPTY), null)));
    private Look<StoredAwsAuth> awsAuth = seen(awsAuth(GOOD));
    private Look<List<IamIdentityMapping>> mappings = seen(List.of());
    private Look<List<ApiAction>> lacking = seen(List.of());
    private Look<PlanReport> plan = seen(plan(false, Mode.ENFORCE, null, List.of()));

    @Test
    void aHealthyInstallationIsInOrder() {
        assertThat(findings()).extracting(Finding::severity).containsOnly(Severity.OK, Severity.INFO);
        assertThat(findings()).filteredOn(each -> each.severity() == Severity.OK).extracting(Finding::code)
                .containsExactly("ApiServer", "Definition", "Permissions", "Leader", "Policy", "Mode",
                        "WebhookService", "Certificate", "Webhook", "Ledger", "Snapshots", "AwsAuth", "Drift");
        assertThat(findings()).filteredOn(each -> each.severity() == Severity.INFO).extracting(Finding::code)
                .containsExactly("NodeRows");
    }

    @Test
    void theDefinition() {
        definition = new Look.Absent<>();
        is(Severity.FAIL, "DefinitionMissing", "no CustomResourceDefinition", "kubectl apply -f crds/");
        definition = seen(new ServedDefinition.LacksFields("uid", 2, List.of("spec.expiresAt")));
        is(Severity.FAIL, "DefinitionLacksFields", "lacks spec.expiresAt", "kubectl apply -f crds/");
        definition = seen(new ServedDefinition.Terminating("uid"));
        is(Severity.FAIL, "DefinitionTerminating", "being deleted", "kubectl apply -f crds/");
        definition = seen(new ServedDefinition.NotServed("uid", "not accepted yet"));
        is(Severity.FAIL, "DefinitionNotServed", "not accepted yet", "kubectl apply -f crds/");
        definition = unseen();
        is(Severity.UNKNOWN, "Definition", "Not looked at: the CustomResourceDefinition: no right.", null);
    }

    @Test
    void thePermissions() {
        lacking = seen(List.of(new ApiAction("patch", "", "configmaps", "kube-system", "aws-auth")));
        is(Severity.FAIL, "PermissionMissing", "may not patch configmaps kube-system/aws-auth",
                "kubectl apply -f docs/rbac.yaml");
        lacking = seen(List.of(new ApiAction("patch", "", "secrets", "iam-identity-mapper", "s")));
        is(Severity.WARN, "WebhookPermissionMissing", "unless its certificate comes from files",
                "kubectl apply -f docs/rbac.yaml");
        lacking = seen(List.of(new ApiAction("patch", "admissionregistration.k8s.io",
                "validatingwebhookconfigurations", null, "w")));
        is(Severity.WARN, "WebhookPermissionMissing", "unless its certificate comes from files",
                "kubectl apply -f docs/rbac.yaml");
        lacking = seen(List.of(new ApiAction("watch", "rbac.authorization.k8s.io", "roles", null, null)));
        is(Severity.WARN, "WebhookPermissionMissing", "unless mapper.webhook.read-bindings=false",
                "kubectl apply -f docs/rbac.yaml");
        lacking = new Look.Absent<>();
        is(Severity.UNKNOWN, "Permissions", "--as-service-account", null);
        lacking = unseen();
        is(Severity.UNKNOWN, "Permissions", "no right", null);
    }

    @Test
    void whatWasNotAskedIsNotCalledInOrder() {
        assertThat(permissions()).isEqualTo("The controller's ServiceAccount may do all that it has to.");
        webhooks = new Look.Absent<>();
        assertThat(permissions()).endsWith("has to while no webhook is registered.");
        webhooks = unseen();
        assertThat(permissions()).endsWith("has to, not counting what a webhook needs.");
    }

    private String permissions() {
        return findings().stream().filter(each -> each.code().equals("Permissions")).map(Finding::message).findFirst()
                .orElse("");
    }

    @Test
    void whatIsAskedIsWhatTheManifestGrants() throws IOException {
        Set<ApiAction> granted = new HashSet<>();
        for (Object document : new Yaml().loadAll(Files.readString(Path.of("docs", "rbac.yaml")))) {
            JsonObject role = new Gson().toJsonTree(document).getAsJsonObject();
            if (role.has("rules")) {
                JsonElement namespace = role.getAsJsonObject("metadata").get("namespace");
                role.getAsJsonArray("rules").forEach(rule -> granted.addAll(
                        actions(rule.getAsJsonObject(), namespace == null ? null : namespace.getAsString())));
            }
        }
        Set<ApiAction> asked = new HashSet<>(DoctorCommand.needed());
        asked.addAll(DoctorCommand.neededByWebhook("iam-identity-mapper"));
        assertThat(asked).isEqualTo(granted);
    }

    private static List<ApiAction> actions(JsonObject rule, @Nullable String namespace) {
        List<ApiAction> actions = new ArrayList<>();
        List<@Nullable String> names = new ArrayList<>(rule.has("resourceNames") ? words(rule, "resourceNames")
                : Collections.singletonList(null));
        for (String group : words(rule, "apiGroups")) {
            for (String resource : words(rule, "resources")) {
                for (String verb : words(rule, "verbs")) {
                    names.forEach(name -> actions.add(new ApiAction(verb, group, resource, namespace, name)));
                }
            }
        }
        return actions;
    }

    private static List<String> words(JsonObject rule, String field) {
        return rule.getAsJsonArray(field).asList().stream().map(JsonElement::getAsString).toList();
    }

    @Test
    void theLogsAreThoseOfTheNamespaceThatWasNamed() {
        namespace = "access";
        policy = new Look.Absent<>();
        is(Severity.WARN, "PolicyUnpublished", "No policy is published", "kubectl logs -n access -l ");
        lacking = new Look.Absent<>();
        is(Severity.UNKNOWN, "Permissions", "--as-service-account access/iam-identity-mapper", null);
    }

    @Test
    void onlyTheConditionAppliedSaysThatARowIsOwned() {
        ledger = seen(new StoredLedger.Absent());
        mappings = seen(List.of(new IamIdentityMapping(null, null, null, null, new IamIdentityMappingStatus(null, null,
                1L, List.of(new MappingCondition("Stalled", "True", "OwnedUnread", "", null, 1L))))));
        is(Severity.INFO, "LedgerAbsent", "not written a row yet", null);
    }

    @Test
    void aClusterWithoutAnythingOfItIsNoFaultAndItsAwsAuthIsLookedAt() {
        definition = seen(new ServedDefinition.Missing());
        leader = new Look.Absent<>();
        policy = new Look.Absent<>();
        webhooks = new Look.Absent<>();
        ledger = seen(new StoredLedger.Absent());
        is(Severity.INFO, "NotInstalled", "Nothing of iam-identity-mapper", "docs/install.md");
        assertThat(findings()).extracting(Finding::code).containsExactly("ApiServer", "NotInstalled", "AwsAuth",
                "NodeRows");
        ledger = seen(new StoredLedger.Malformed("the ledger cannot be read: why"));
        is(Severity.FAIL, "DefinitionMissing", "There is no CustomResourceDefinition", "kubectl apply -f crds/");
    }

    @Test
    void theLeader() {
        leader = new Look.Absent<>();
        Look<PolicyStore.Published> usual = policy;
        policy = seen(new PolicyStore.Published("", "leader-election: false\n"));
        is(Severity.WARN, "LeaseMissing", "leader-election.enabled=false", "kubectl get pods");
        policy = usual;
        is(Severity.FAIL, "NoLeader", "No controller ever led", "kubectl get pods");
        leader = seen(new Leader("", NOW, Duration.ofSeconds(15)));
        is(Severity.FAIL, "NoLeader", "no other one took over", "kubectl get pods");
        leader = seen(new Leader("pod-1", NOW.minus(Duration.ofMinutes(61)), Duration.ofSeconds(15)));
        is(Severity.FAIL, "LeaderStale", "pod-1 holds the Lease and has not renewed it for 61 minutes",
                "kubectl get pods");
        leader = seen(new Leader("pod-1", null, Duration.ofSeconds(15)));
        is(Severity.FAIL, "LeaderStale", "ever", "kubectl get pods");
        leader = seen(new Leader("pod-1", NOW.plusSeconds(5), Duration.ofSeconds(15)));
        assertThat(codes(Severity.FAIL)).as("a clock that is ahead there is no fault").isEmpty();
    }

    @Test
    void thePolicyAndTheMode() {
        policy = new Look.Absent<>();
        is(Severity.WARN, "PolicyUnpublished", "No policy is published", "kubectl logs");
        policy = seen(new PolicyStore.Published("mastrs: []\n", ""));
        is(Severity.WARN, "PolicyUnreadable", "line 1", "kubectl logs");
        policy = seen(new PolicyStore.Published("enforcement: warn\n", "mode: enforce\n"));
        is(Severity.WARN, "PolicyOnTrial", "only warns", null);
        policy = seen(new PolicyStore.Published("", "mode: observe\n"));
        is(Severity.WARN, "ModeObserve", "writes neither", "iam-identity-mapper plan");
        policy = seen(new PolicyStore.Published("", "removal-brake.window: soon\n"));
        is(Severity.WARN, "SettingsUnreadable", "soon", "kubectl logs");
    }

    @Test
    void theWebhook() {
        webhooks = new Look.Absent<>();
        is(Severity.WARN, "WebhookMissing", "afterwards", "kubectl apply -f docs/webhook.yaml");
        webhooks = seen(List.of(new Webhook("w", "Fail", "", null)));
        is(Severity.FAIL, "WebhookWithoutCa", "no mapping can be created or changed", "kubectl logs");
        webhooks = seen(List.of(new Webhook("w", "Ignore", "PEM", null)));
        is(Severity.WARN, "WebhookIgnored", "stored unjudged", "kubectl apply -f docs/webhook.yaml");
        webhooks = seen(List.of(WEBHOOK));
        endpoints = seen(0);
        is(Severity.FAIL, "WebhookUnreachable", "Nothing answers", "kubectl get pods");
        endpoints = new Look.Absent<>();
        is(Severity.FAIL, "WebhookUnreachable", "does not exist", "kubectl apply -f docs/webhook.yaml");
        endpoints = unseen();
        is(Severity.UNKNOWN, "WebhookService", "no right", null);
        certificateEnd = seen(NOW.minusSeconds(1));
        is(Severity.FAIL, "CertificateExpired", "ended at", "kubectl logs");
        certificateEnd = seen(NOW.plus(Duration.ofDays(2)));
        is(Severity.WARN, "CertificateEnding", "ends in 2 days", "kubectl logs");
        certificateEnd = unseen();
        is(Severity.UNKNOWN, "Certificate", "no right", null);
    }

    @Test
    void theLedger() {
        ledger = seen(new StoredLedger.Malformed("the ledger cannot be read: why"));
        is(Severity.FAIL, "LedgerUnreadable", "The ledger cannot be read: why.", "kubectl get configmap");
        ledger = seen(new StoredLedger.Absent());
        is(Severity.INFO, "LedgerAbsent", "not written a row yet", null);
        mappings = seen(List.of(new IamIdentityMapping(null, null, null, null, new IamIdentityMappingStatus(null, null,
                1L, List.of(new MappingCondition("Applied", "True", "Owned", "", null, 1L))))));
        is(Severity.FAIL, "LedgerLost", "is gone", "kubectl logs");
        Ledger held = new Ledger(1, "uid", Map.of(new Claim.Key(Section.ROLES, ARN),
                new Claim("admin", "uid", "crd", "meaning", null, false, Claim.Hold.TOO_MANY, 0)), Map.of());
        ledger = seen(new StoredLedger.Present(held, "1"));
        is(Severity.WARN, "RemovalsHeld", ARN, "iam-identity-mapper release " + HeldRemovals.of(held).digest());
        ledger = seen(new StoredLedger.Present(Ledger.EMPTY.withPause(PAUSE), "1"));
        is(Severity.WARN, "Paused", "tea", "iam-identity-mapper release " + PAUSE.digest());
    }

    @Test
    void theSnapshots() {
        snapshots = seen(List.of(new SnapshotStore.Revision(7, null, "it is no gzip")));
        is(Severity.WARN, "SnapshotsUnreadable", "7", "iam-identity-mapper snapshots");
        snapshots = unseen();
        is(Severity.UNKNOWN, "Snapshots", "no right", null);
    }

    @Test
    void awsAuthItself() {
        awsAuth = seen(StoredAwsAuth.ABSENT);
        is(Severity.WARN, "AwsAuthMissing", "no ConfigMap", null);
        awsAuth = seen(awsAuth(GOOD + "- rolearn: x\n  username: {{SessionName}}\n"));
        is(Severity.FAIL, "AwsAuthUnreadable", "must be quoted", "kubectl edit configmap aws-auth");
        awsAuth = seen(awsAuth(GOOD + "- rolearn: arn:aws:iam::111122223333:role/team/path\n  username: x\n"));
        is(Severity.WARN, "AwsAuthRow", "role with a path", "kubectl edit configmap aws-auth");
        awsAuth = seen(awsAuth(GOOD + "- rolearn: arn:aws:sts::111122223333:assumed-role/ops/me\n  username: x\n"));
        is(Severity.WARN, "AssumedRoleRow", "write arn:aws:iam::111122223333:role/ops.",
                "kubectl edit configmap aws-auth");
        awsAuth = seen(awsAuth(GOOD + "- rolearn: arn:aws:iam::1111:role/ops\n  username: x\n"));
        is(Severity.WARN, "ArnRow", "mapRoles line 4 lets nobody in: its ARN, arn:aws:iam::1111:role/ops, ",
                "kubectl edit configmap aws-auth");
        awsAuth = seen(awsAuth(GOOD + "- rolearn: ARN:AWS:IAM::111122223333:ROLE/Team\n  username: x\n"
                + "- rolearn: arn:aws-new:iam::111122223333:role/Team\n  username: x\n"));
        assertThat(codes(Severity.WARN)).as("letter case and partitions that others know").isEmpty();
        awsAuth = seen(awsAuth(GOOD + "- rolearn: arn:aws:iam::111122223333:Role/team/Path\n  username: x\n"));
        is(Severity.WARN, "AwsAuthRow", "write arn:aws:iam::111122223333:Role/Path", "kubectl edit");
        awsAuth = seen(awsAuth(GOOD + "- rolearn: " + ARN + "\n  username: other\n"));
        is(Severity.WARN, "DuplicateRows", "mapRoles line 1, mapRoles line 4", "iam-identity-mapper explain " + ARN);
        awsAuth = seen(awsAuth(GOOD + GOOD));
        is(Severity.INFO, "DuplicateRows", "harmless", null);
        awsAuth = seen(awsAuth(GOOD + "#".repeat(800 << 10)));
        is(Severity.WARN, "AwsAuthNearlyFull", "800 KiB", null);
        awsAuth = seen(awsAuth(GOOD + "#".repeat(950 << 10)));
        is(Severity.FAIL, "AwsAuthFull", "950 KiB", "kubectl edit configmap aws-auth");
        awsAuth = seen(awsAuth(GOOD.replace("[ops]", "[system:nodes]")));
        is(Severity.INFO, "NodeRows", "1 row lets nodes in", null);
    }

    @Test
    void whatAPassWouldDo() {
        plan = seen(plan(true, Mode.ENFORCE, null, List.of()));
        is(Severity.WARN, "Drift", "1 row to add", "iam-identity-mapper plan");
        plan = seen(plan(true, Mode.ENFORCE, "paused", List.of()));
        is(Severity.INFO, "Drift", "does not write at the moment", "iam-identity-mapper plan");
        plan = seen(plan(false, Mode.ENFORCE, null, List.of(
                new PlanReport.Row("late", ARN, "Conflict", PlanReport.Change.NONE, "why"),
                new PlanReport.Row("fine", ARN, "Applied", PlanReport.Change.NONE, ""))));
        is(Severity.WARN, "MappingConflict", "1 mapping is not honoured, Conflict: late.",
                "kubectl describe iamidentitymapping late");
        plan = unseen();
        is(Severity.UNKNOWN, "Drift", "no right", null);
    }

    private void is(Severity severity, String code, String message, @Nullable String mend) {
        assertThat(findings()).anySatisfy(finding -> {
            assertThat(finding.code()).isEqualTo(code);
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.message()).contains(message).matches("(?s)[A-Za-z1-9].*[.?]");
            if (mend == null) {
                assertThat(finding.mend()).isNull();
            } else {
                assertThat(finding.mend()).startsWith(mend);
            }
        });
        assertThat(findings()).as("%s is not in order beside that", code)
                .noneMatch(finding -> finding.code().equals(code) && finding.severity() == Severity.OK);
    }

    private List<String> codes(Severity severity) {
        return findings().stream().filter(each -> each.severity() == severity).map(Finding::code).toList();
    }

    private List<Finding> findings() {
        return Diagnosis
                .of(new Installation("https://cluster", namespace, "v1.35.4", definition, leader, policy, webhooks,
                        endpoints, certificateEnd, ledger, snapshots, awsAuth, mappings, lacking, plan, NOW));
    }

    private static PlanReport plan(boolean changes, Mode mode, @Nullable String hold, List<PlanReport.Row> rows) {
        return new PlanReport("https://cluster", changes, mode, hold, null, List.of(), changes ? 1 : 0, 0, 0, 0,
                List.of(), rows, List.of());
    }

    private static StoredAwsAuth awsAuth(String roles) {
        return new StoredAwsAuth("uid", "1", new AwsAuthData(roles, null, null), 0, List.of());
    }

    private static <T> Look<T> seen(T value) {
        return new Look.Seen<>(value);
    }

    private static <T> Look<T> unseen() {
        return new Look.Unseen<>("no right");
    }
}
