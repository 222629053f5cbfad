package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static dev.iammapper.scenario.Mapping.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What objects look like in the situations that a GitOps tool has to tell apart; {@link RefusalIT} adds two. */
class StatusRecordingIT extends Scenario {
    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");
    private static final Instant FAR_AWAY = Instant.parse("2999-01-01T00:00:00Z");

    @Test
    void whatIsHonoured() throws IOException {
        create(role("applied").as("applied:{{SessionName}}", "team"),
                role("data-science").named("already-present").as("data-science", "notebooks"),
                role("not-yet-active").from(FAR_AWAY), role("expired").until(LONG_AGO));
        keep("applied", "Applied");
        keep("already-present", "AlreadyPresent");
        keep("not-yet-active", "NotYetActive");
        keep("expired", "Expired");
    }

    @Test
    void whatOnlyAPersonCanMend() throws IOException {
        // Of objects of one second the one whose name comes first is the older.
        create(role("shared").named("a-winner").as("winner"));
        told("a-winner", "Applied");
        create(role("invalid").adopting("maybe"), role("policy-violation").as("admin", "system:masters"),
                role("shared").named("conflict").as("loser"),
                role("data-science").named("foreign-entry").as("data:{{SessionName}}"));
        keep("invalid", "Invalid");
        keep("policy-violation", "PolicyViolation");
        keep("conflict", "Conflict");
        keep("foreign-entry", "ForeignEntry");
    }

    @Test
    void whatCannotBeWrittenIntoTheTextThatIsThere() throws IOException {
        create(user("owned-unread").as("owned"));
        told("owned-unread", "Applied");
        put(Map.of("mapUsers", "- userarn: [oops\n", "mapRoles", "- rolearn: x\n  username: |\n    open"));
        create(user("aws-auth-malformed"), role("aws-auth-not-editable"));
        keep("aws-auth-malformed", "AwsAuthMalformed");
        keep("owned-unread", "AwsAuthMalformed");
        keep("aws-auth-not-editable", "AwsAuthNotEditable");
    }

    @Test
    void whatHasNoRoom() throws IOException {
        put(AwsAuth.withRoles("# " + "x".repeat(900 * 1024) + "\n" + AwsAuth.ROLES));
        create(role("aws-auth-full"));
        keep("aws-auth-full", "AwsAuthFull");
    }

    @Test
    void whatAnotherToolUndoes() throws IOException {
        create(role("contended"));
        told("contended", "Applied");
        for (int i = 0; i < 6; i++) {
            hands.editRoles("terraform", text -> AwsAuth.ROLES);
            becomes(roleArn("contended"), "contended []");
        }
        hands.editRoles("terraform", text -> AwsAuth.ROLES);
        keep("contended", "Contended");
    }

    @Test
    void whatAnObserverLeavesUnwritten() throws IOException {
        stage.stopControllers();
        hands.deleteLedger();
        stage.startReplica("--mapper.mode=observe");
        create(role("observing").as("observed", "team"));
        keep("observing", "Observing");
        stage.stopControllers();
    }

    @Test
    void whatNobodyHasLookedAtYet() throws IOException {
        create(role("changed").as("before"), role("going"));
        told("changed", "Applied");
        told("going", "Applied");
        JsonObject holding = role("going").json();
        JsonArray finalizers = new JsonArray();
        finalizers.add("example.com/hold");
        holding.getAsJsonObject("metadata").add("finalizers", finalizers);
        hands.patch("going", holding);
        hands.delete("going");
        eventually(() -> assertThat(hands.mappings().get("going").getAsJsonObject("metadata").keySet())
                .contains("deletionTimestamp"));
        told("going", "Applied");
        StatusRecording.keep("going", hands.mappings().get("going"));
        finalizers.remove(0);
        hands.patch("going", holding);

        stage.stopControllers();
        change(role("changed").as("after"));
        create(role("new"));
        StatusRecording.keep("changed", hands.mappings().get("changed"));
        StatusRecording.keep("new", hands.mappings().get("new"));
    }

    private void keep(String mapping, String reason) throws IOException {
        told(mapping, reason);
        StatusRecording.keep(mapping, hands.mappings().get(mapping));
    }
}
