package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static dev.iammapper.scenario.Mapping.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.iammapper.cli.DisownCommand;
import dev.iammapper.cli.doctor.DoctorCommand;
import dev.iammapper.cli.PlanCommand;
import dev.iammapper.cli.ReleaseCommand;
import dev.iammapper.cli.RollbackCommand;
import dev.iammapper.cli.SnapshotsCommand;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.scenario.Operator.Answer;
import dev.iammapper.store.SnapshotStore;
import io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.RbacAuthorizationV1Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a cluster with a controller in it: what they say is what then happens. */
class CommandsIT extends Scenario {
    private static final Path WORDS = Path.of("src", "test", "resources", "commands");
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    @TempDir
    private Path folder;

    private Operator operator;

    @BeforeEach
    void admin() throws IOException {
        operator = new Operator(cluster().writeKubeconfig(folder.resolve("admin")));
    }

    // ---- plan

    @Test
    void whatPlanShowsIsWhatTheControllerThenWrites() throws IOException {
        keep("plan-nothing", comesTrue(0, () -> {}));
        keep("plan-added", comesTrue(2, () -> create(role("added").as("added", "team"), user("person"),
                role("data-science").named("foreign").as("other"))));
        keep("plan-changed", comesTrue(2, () -> {
            change(role("added").as("added:{{SessionName}}", "team", "more"));
            delete("person");
            delete("foreign");
            create(role("data-science").named("adopting").as("mine").adopting("true"));
        }));
        comesTrue(2, () -> editRoles(text -> text.replace("username: \"mine\"", "username: changed-by-hand")));
        comesTrue(0, () -> create(role("later").from(Instant.now().plus(Duration.ofHours(1)))));
        comesTrue(2, () -> {
            put(AwsAuth.withRoles(awsAuth().mapRoles() + "- rolearn: [oops\n"));
            create(user("into-the-section-that-can-be-read"));
        });
    }

    @Test
    void whatPlanShowsAsHeldIsHeld() throws IOException {
        List<String> names = team("held", 7);
        Answer plan = comesTrue(0, () -> names.forEach(hands::delete));
        keep("plan-held", plan);
        assertThat(plan.out()).contains("Would be held: 7 rows that no mapping asks for would stay", "role/held-0",
                "tooMany", "iam-identity-mapper release shows the digest then");
        eventually(() -> assertThat(hands.ledger()).contains("tooMany"));
        Answer held = operator.runs(PlanCommand::new);
        keep("plan-held-by-now", held);
        assertThat(digest()).as("the digest is that of the ledger").isEqualTo(word(held.out(), "release "));
    }

    @Test
    void planSaysWhatFilesWouldChange() throws IOException {
        create(role("stays"), role("changes"));
        told("stays", "Applied");
        told("changes", "Applied");
        Path files = Files.createDirectory(folder.resolve("access"));
        Files.writeString(files.resolve("changes.json"), role("changes").as("changed").json().toString());
        Files.writeString(files.resolve("new.json"), role("new").json().toString());

        Answer some = operator.runs(PlanCommand::new, "--mappings", files.toString(), "-o", "json");
        assertThat(some.code()).isEqualTo(2);
        assertThat(some.out()).contains("2 mappings of files are applied, 1 of them over objects of the same name;"
                + " the other 1 mappings of the cluster stay");
        change(role("changes").as("changed"));
        create(role("new"));
        eventually(() -> assertThat(awsAuth().data()).isEqualTo(predicted(some, awsAuth().data())));
        told("new", "Applied");

        Answer only = operator.runs(PlanCommand::new, "--mappings", files.toString(), "--prune", "-o", "json");
        assertThat(only.json().get("removed").getAsInt()).isEqualTo(1);
        delete("stays");
        eventually(() -> assertThat(awsAuth().data()).isEqualTo(predicted(only, awsAuth().data())));

        Path awsAuth = Files.writeString(folder.resolve("aws-auth.json"), configMap("aws-auth", awsAuth().data()));
        Path ledger = Files.writeString(folder.resolve("ledger.json"),
                configMap("iam-identity-mapper-ledger", Map.of("ledger.json",
                        hands.configMap("iam-identity-mapper-ledger", "ledger.json"))));
        Answer offline = new Operator(Path.of("none")).runs(PlanCommand::new, "--aws-auth", awsAuth.toString(),
                "--mappings", files.toString(), "--ledger", ledger.toString());
        assertThat(offline.err()).contains("--aws-auth works without a cluster");
        Files.delete(files.resolve("new.json"));
        Answer without = offline(awsAuth, files, ledger);
        keep("plan-offline", without);
        assertThat(without.code()).isEqualTo(2);
        delete("new");
        eventually(() -> assertThat(without.out()).contains("-  username: \"new\""));
        becomes(roleArn("new"), NOBODY);
    }

    private static Answer offline(Path awsAuth, Path files, Path ledger) {
        return new Operator(null).runs(PlanCommand::new, "--aws-auth", awsAuth.toString(), "--mappings",
                files.toString(), "--ledger", ledger.toString());
    }

    // ---- release

    @Test
    void releaseLetsExactlyGoWhatWasShown() throws IOException {
        List<String> names = team("release", 7);
        controller().pause();
        names.forEach(hands::delete);
        controller().resume();
        eventually(() -> assertThat(hands.ledger()).contains("tooMany"));
        Answer list = operator.runs(ReleaseCommand::new);
        keep("release-list", list);
        assertThat(list.code()).isZero();
        String stale = word(list.out(), "iam-identity-mapper release ");
        assertThat(stale).isEqualTo(digest());

        create(role("release-0"));
        told("release-0", "Applied");
        eventually(() -> assertThat(digest()).isNotEqualTo(stale));
        Answer refused = operator.runs(ReleaseCommand::new, stale, "--yes");
        keep("release-stale", refused);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("Nothing is held under the digest " + stale);
        assertThat(refused.out()).contains("6 rows are held", digest());
        assertThat(who(roleArn("release-6"))).isEqualTo("release-6 []");

        Answer unasked = operator.runs(ReleaseCommand::new, digest());
        assertThat(unasked.code()).isEqualTo(64);
        assertThat(unasked.err()).contains("this is no terminal", "--yes");
        assertThat(hands.ledger()).contains("tooMany");

        Answer released = operator.runs(ReleaseCommand::new, digest(), "--yes");
        keep("release", released);
        assertThat(released.code()).isZero();
        assertThat(released.out()).contains("release-6", "within 10 seconds");
        becomes(roleArn("release-6"), NOBODY);
        assertThat(who(roleArn("release-0"))).isEqualTo("release-0 []");
        eventually(() -> assertThat(operator.runs(ReleaseCommand::new).out()).isEqualTo("Nothing is held.\n"));
    }

    // ---- disown

    @Test
    void whatIsDisownedStaysForGood() throws IOException {
        create(role("given").as("given", "team"), role("kept"), role("taker").adopting("true"));
        told("given", "Applied");
        told("kept", "Applied");
        told("taker", "Applied");
        AwsAuth before = awsAuth();

        Answer unknown = operator.runs(DisownCommand::new, "nobody", "--yes");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("No row is owned for a mapping of the name nobody.", "given, kept, taker");
        Answer again = operator.runs(DisownCommand::new, "taker", "--yes");
        keep("disown-adopting", again);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("own these again", "kubectl annotate iamidentitymapping taker");
        assertThat(operator.runs(DisownCommand::new, "given").code()).isEqualTo(64);

        Answer disowned = operator.runs(DisownCommand::new, "given", "--yes");
        keep("disown", disowned);
        assertThat(disowned.code()).isZero();
        assertThat(disowned.out()).contains("given", "2 rows are still owned");
        delete("given");
        create(role("later"));
        told("later", "Applied");
        assertThat(who(roleArn("given"))).isEqualTo("given [team]");
        assertThat(awsAuth().mapRoles()).startsWith(before.mapRoles());

        assertThat(operator.runs(DisownCommand::new, "--all", "--yes", "--force").code()).isZero();
        assertThat(hands.ledger()).as("an empty ledger is no lost one").isNotNull();
        create(role("rings"));
        told("kept", "AlreadyPresent");
        delete("kept");
        create(role("last"));
        told("last", "Applied");
        assertThat(who(roleArn("kept"))).isEqualTo("kept []");
    }

    // ---- snapshots and rollback

    @Test
    void aRollbackWithHoldStaysAndWithoutItIsUndone() throws Exception {
        new CoreV1Api(cluster().adminClient())
                .deleteCollectionNamespacedConfigMap("kube-system").fieldSelector("metadata.name=" + SnapshotStore.NAME)
                .execute();
        create(role("first"));
        told("first", "Applied");
        String good = awsAuth().mapRoles();
        create(role("second"));
        told("second", "Applied");
        AwsAuth now = awsAuth();
        Answer listed = operator.runs(SnapshotsCommand::new);
        keep("snapshots", listed);
        long revision = newest();
        assertThat(operator.runs(SnapshotsCommand::new, String.valueOf(revision)).out()).contains("name: aws-auth",
                "role/first").doesNotContain("role/second");

        Answer undone = operator.runs(RollbackCommand::new, String.valueOf(revision), "--yes");
        keep("rollback-undone", undone);
        assertThat(undone.code()).isZero();
        assertThat(undone.out()).contains("THE CONTROLLER UNDOES THIS", "role/second", "--hold");
        eventually(() -> assertThat(awsAuth().data()).isEqualTo(now.data()));
        assertThat(event("second", "DriftRepaired")).contains("iam-identity-mapper-rollback");
        eventually(() -> assertThat(operator.runs(PlanCommand::new).code()).isZero());

        Answer renumbered = operator.runs(RollbackCommand::new, String.valueOf(revision), "--yes");
        assertThat(renumbered.err()).contains("There is no version " + revision, "has a new number");
        revision = newest();
        Answer held = operator.runs(RollbackCommand::new, String.valueOf(revision), "--hold", "--yes");
        keep("rollback-hold", held);
        assertThat(held.err()).isEmpty();
        assertThat(held.code()).isZero();
        assertThat(held.out()).contains("loses access", "role/second");
        throughout(Duration.ofSeconds(3), () -> assertThat(awsAuth().mapRoles()).isEqualTo(good));
        Answer paused = operator.runs(PlanCommand::new);
        keep("plan-paused", paused);
        assertThat(paused.out()).contains("rolled back to revision " + revision + " by rollback --hold");
        keep("doctor-paused", operator.runs(DoctorCommand::new));
        assertThat(newestVersion()).contains("rollback to revision " + revision);
        Answer again = operator.runs(RollbackCommand::new, String.valueOf(revision), "--hold", "--yes", "-o", "json");
        assertThat(again.err()).isEmpty();
        assertThat(again.code()).isZero();
        assertThat(again.json().getAsJsonArray("awsAuth")).isEmpty();
        String pause = again.json().get("pause").getAsString();
        assertThat(pause).as("it is paused although aws-auth is that version already")
                .isEqualTo(operator.runs(ReleaseCommand::new, "-o", "json").json().getAsJsonObject("pause")
                        .get("digest").getAsString());
        // Rolling back the rollback: what was there before is a version too.
        assertThat(operator.runs(RollbackCommand::new, "--yes").out()).contains("is paused already");
        assertThat(awsAuth().data()).isEqualTo(now.data());
        assertThat(operator.runs(RollbackCommand::new, String.valueOf(newest()), "--yes").out()).contains(
                "paused already");
        assertThat(awsAuth().mapRoles()).isEqualTo(good);

        Answer released = operator.runs(ReleaseCommand::new, pause, "--yes");
        assertThat(released.out()).contains("The pause is over");
        becomes(roleArn("second"), "second []");
    }

    @Test
    void aVersionThatWouldLockNodesOutIsRefused() throws IOException {
        put(Map.of("mapRoles", AwsAuth.row(roleArn("somebody"), "somebody", "team"), "mapAccounts",
                "- \"012345670123\"\n"));
        create(role("writes"));
        told("writes", "Applied");
        long revision = newest();
        String ours = awsAuth().mapRoles();
        put(AwsAuth.withRoles(AwsAuth.ROLES + ours));
        told("writes", "Applied");

        Answer refused = operator.runs(RollbackCommand::new, String.valueOf(revision), "--yes", "--hold");
        keep("rollback-nodes", refused);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("nodes could not join", "role/general-nodes", "role/fargate-pods");
        assertThat(hands.ledger()).doesNotContain("pause");
        Answer forced = operator.runs(RollbackCommand::new, String.valueOf(revision), "--yes", "--hold", "--force");
        assertThat(forced.err()).isEmpty();
        assertThat(awsAuth().data()).containsEntry("mapAccounts", "- \"012345670123\"\n")
                .containsEntry("somebodysKey", "kept as it is\n");
        assertThat(operator.runs(RollbackCommand::new, "4711", "--yes").err()).contains("There is no version 4711");
    }

    // ---- doctor

    @Test
    void doctorFindsNothingWrongWithAnInstallationThatWorks() throws IOException {
        create(role("fine"));
        told("fine", "Applied");
        eventually(() -> assertThat(hands.configMap("iam-identity-mapper-policy", "settings.yaml")).isNotNull());
        keep("doctor-healthy", operator.runs(DoctorCommand::new, "--as-service-account",
                "iam-identity-mapper/controller"));
        Answer healthy = doctor();
        assertThat(healthy.code()).isZero();
        assertThat(codes(healthy, "Ok")).contains("ApiServer", "Definition", "Permissions", "Leader", "Policy", "Mode",
                "Ledger", "Snapshots", "AwsAuth", "Drift");
        assertThat(codes(healthy, "Fail")).isEmpty();
        assertThat(codes(healthy, "Unknown")).isEmpty();

        Answer stranger = new Operator(cluster().kubeconfigFor("doctor", "stranger")).runs(DoctorCommand::new, "-o",
                "json");
        assertThat(stranger.code()).isZero();
        assertThat(codes(stranger, "Unknown")).contains("Definition", "Leader", "Policy", "Ledger", "AwsAuth", "Drift",
                "Permissions", "Webhook");
        assertThat(codes(stranger, "Ok")).containsOnly("ApiServer");
    }

    @Test
    void doctorFindsWhatIsBroken() throws Exception {
        create(role("owned"));
        told("owned", "Applied");

        RbacAuthorizationV1Api rbac = new RbacAuthorizationV1Api(cluster().adminClient());
        rbac.deleteNamespacedRole("iam-identity-mapper", "default").execute();
        assertThat(codes(doctor(), "Fail")).containsOnly("PermissionMissing");

        put(AwsAuth.withRoles(awsAuth().mapRoles() + "- rolearn: arn:aws:iam::111122223333:role/team/with-path\n"
                + "  username: path\n- rolearn: arn:aws:sts::111122223333:assumed-role/session/me\n  username: me\n"
                + "- rolearn: arn:aws:iam::111122223333:role/data-science\n  username: other\n"));
        assertThat(codes(doctor(), "Warn")).contains("AwsAuthRow", "AssumedRoleRow", "DuplicateRows");
        put(AwsAuth.withRoles(awsAuth().mapRoles() + "- rolearn: x\n  username: {{SessionName}}\n"));
        assertThat(codes(doctor(), "Fail")).contains("AwsAuthUnreadable");

        hands.spoilLedger();
        assertThat(codes(doctor(), "Fail")).contains("LedgerUnreadable");
        hands.deleteLedger();
        assertThat(codes(doctor(), "Fail")).contains("LedgerLost");

        stage.stopControllers();
        Answer stopped = operator.runs(DoctorCommand::new);
        keep("doctor-broken", stopped);
        assertThat(stopped.code()).isEqualTo(1);
        assertThat(codes(doctor(), "Fail")).contains("NoLeader");

        cluster().applyCrds(Files.readString(Path.of("src", "test", "resources", "scenario", "upstream-crd.yaml")));
        assertThat(codes(doctor(), "Fail")).contains("DefinitionLacksFields");
        cluster().applyCrds();
        put(AwsAuth.USUAL);
    }

    @Test
    void doctorLooksAtTheWebhook() throws Exception {
        AdmissionregistrationV1Api registrations = new AdmissionregistrationV1Api(cluster().adminClient());
        try {
            Manifests.create(cluster().adminClient(), Path.of("docs", "webhook.yaml"));
            Answer found = doctor();
            assertThat(found.code()).isEqualTo(1);
            assertThat(codes(found, "Fail")).containsExactly("WebhookWithoutCa", "WebhookUnreachable");
            assertThat(codes(found, "Unknown")).containsExactly("Certificate");
            new CoreV1Api(cluster().adminClient())
                    .deleteNamespacedService("iam-identity-mapper-webhook", "iam-identity-mapper").execute();
            assertThat(doctor().out()).contains("does not exist: no mapping can be created or changed");
        } finally {
            registrations.deleteValidatingWebhookConfiguration("iam-identity-mapper").execute();
        }
    }

    private Answer doctor() {
        return operator.runs(DoctorCommand::new, "-o", "json", "--as-service-account",
                "iam-identity-mapper/controller");
    }

    // ---- words

    /** Stops the controller, lets something happen, asks plan, lets the controller go on, and compares. */
    private Answer comesTrue(int code, Runnable happens) {
        controller().pause();
        Answer text;
        Answer plan;
        try {
            happens.run();
            text = operator.runs(PlanCommand::new);
            plan = operator.runs(PlanCommand::new, "-o", "json");
        } finally {
            controller().resume();
        }
        assertThat(plan.code()).as(text.out() + text.err()).isEqualTo(code);
        Map<String, String> wanted = predicted(plan, awsAuth().data());
        eventually(() -> assertThat(awsAuth().data()).isEqualTo(wanted));
        eventually(() -> assertThat(operator.runs(PlanCommand::new).code()).isZero());
        reasons(plan).forEach((mapping, reason) -> assertThat(told(mapping, reason).reason()).isEqualTo(reason));
        assertThat(awsAuth().data()).isEqualTo(wanted);
        return text;
    }

    private static Map<String, String> predicted(Answer plan, Map<String, String> now) {
        Map<String, String> predicted = new HashMap<>(now);
        for (JsonElement each : plan.json().getAsJsonArray("awsAuth")) {
            JsonObject diff = each.getAsJsonObject();
            if (diff.has("after")) {
                predicted.put(diff.get("dataKey").getAsString(), diff.get("after").getAsString());
            } else {
                predicted.remove(diff.get("dataKey").getAsString());
            }
        }
        return predicted;
    }

    private static Map<String, String> reasons(Answer plan) {
        Map<String, String> reasons = new HashMap<>();
        plan.json().getAsJsonArray("mappings").forEach(each -> {
            JsonObject row = each.getAsJsonObject();
            if (row.has("reason")) {
                reasons.put(row.get("mapping").getAsString(), row.get("reason").getAsString());
            }
        });
        return reasons;
    }

    private static List<String> codes(Answer doctor, String severity) {
        List<String> codes = new ArrayList<>();
        doctor.json().getAsJsonArray("findings").forEach(each -> {
            if (each.getAsJsonObject().get("severity").getAsString().equals(severity)) {
                codes.add(each.getAsJsonObject().get("code").getAsString());
            }
        });
        return codes;
    }

    private List<String> team(String prefix, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(prefix + "-" + i);
            create(role(prefix + "-" + i));
        }
        names.forEach(name -> told(name, "Applied"));
        return names;
    }

    private String digest() {
        JsonObject report = operator.runs(ReleaseCommand::new, "-o", "json").json();
        return report.has("held") ? report.getAsJsonObject("held").get("digest").getAsString() : "";
    }

    private JsonObject newestVersionObject() {
        return operator.runs(SnapshotsCommand::new, "-o", "json").json().getAsJsonArray("snapshots").get(0)
                .getAsJsonObject();
    }

    private long newest() {
        return newestVersionObject().get("revision").getAsLong();
    }

    private String newestVersion() {
        return newestVersionObject().get("cause").getAsString();
    }

    private static String configMap(String name, Map<String, String> data) {
        JsonObject texts = new JsonObject();
        data.forEach(texts::addProperty);
        JsonObject metadata = new JsonObject();
        metadata.addProperty("name", name);
        JsonObject map = new JsonObject();
        map.addProperty("apiVersion", "v1");
        map.addProperty("kind", "ConfigMap");
        map.add("metadata", metadata);
        map.add("data", texts);
        return map.toString();
    }

    /** The word that follows the last occurrence of others. */
    private static String word(String text, String before) {
        return text.substring(text.lastIndexOf(before) + before.length()).split("\\s", 2)[0];
    }

    /** What people read is reviewed: with {@code -Dgolden.update=true} it is written instead of compared. */
    private static void keep(String name, Answer answer) throws IOException {
        Path golden = WORDS.resolve(name + ".txt");
        String words = lasting(answer.out()) + lasting(answer.err());
        if (UPDATE) {
            Files.writeString(golden, words);
        } else {
            assertThat(words).isEqualTo(Files.readString(golden));
        }
    }

    /** Without what differs each time. */
    private static String lasting(String text) {
        return text.replaceAll("https://127\\.0\\.0\\.1:[0-9]+ \\(context [^)]*\\)", "CLUSTER")
                .replaceAll("\\b[0-9a-f]{12}\\b(?!:)", "DIGEST")
                .replaceAll("\\b[0-9-]{10}T[0-9:]{8}Z", "TIME").replaceAll("(?m)^[0-9]+ +TIME", "N  TIME")
                .replaceAll("API server v[0-9.]+", "API server VERSION")
                .replaceAll("version [0-9][^)\\s]*\\)", "version V)")
                .replaceAll("controller local-[0-9a-f]+", "controller POD")
                .replaceAll("said so [0-9]+ seconds?", "said so N seconds")
                .replaceAll("[0-9]+ versions? of aws-auth (is|are) kept", "N versions of aws-auth are kept")
                .replaceAll("((?i:version|revision)) [0-9]+", "$1 N");
    }
}
