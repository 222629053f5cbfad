package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What keeps the controller from breaking a cluster, and how a person has the last word. */
class RailsIT extends Scenario {
    @Test
    void aFolderOfObjectsDeletedByMistakeTakesNoAccessAwayUntilAPersonSaysSo() {
        List<String> names = team("brake", 8);
        controller().pause();
        names.forEach(hands::delete);
        controller().resume();

        eventually(() -> assertThat(eventOfAwsAuth("RemovalsHeld")).contains("8 rows", "role/brake-0"));
        create(role("still-added"));
        told("still-added", "Applied");
        names.forEach(name -> assertThat(who(roleArn(name))).isEqualTo(name + " []"));

        stage.stopControllers();
        stage.controller();
        create(role("after-restart"));
        told("after-restart", "Applied");
        assertThat(who(roleArn("brake-7"))).isEqualTo("brake-7 []");

        create(role("brake-0"));
        told("brake-0", "Applied");
        eventually(() -> assertThat(eventOfAwsAuth("RemovalsHeld")).contains("7 rows"));
        hands.editLedger(ledger -> ledger.replace("\"hold\":\"tooMany\"", "\"hold\":\"released\""));
        becomes(roleArn("brake-7"), NOBODY);
        assertThat(who(roleArn("brake-0"))).isEqualTo("brake-0 []");
        assertThat(who(roleArn("after-restart"))).isEqualTo("after-restart []");
    }

    @Test
    void aProtectedObjectThatVanishesLeavesItsRow() {
        create(role("break-glass"));
        told("break-glass", "Applied");
        hands.label("break-glass", "iammapper.dev/protected", "true");
        eventually(() -> assertThat(hands.ledger()).contains("\"guarded\":true"));
        hands.delete("break-glass");
        eventually(() -> assertThat(eventOfAwsAuth("RemovalsHeld")).contains("role/break-glass", "protected"));
        assertThat(who(roleArn("break-glass"))).isEqualTo("break-glass []");
    }

    @Test
    void inModeObserveNothingIsWrittenAndSwitchingToEnforceDoesWhatWasShown() {
        stage.stopControllers();
        hands.deleteLedger();
        stage.startReplica("--mapper.mode=observe");
        AwsAuth before = awsAuth();
        create(role("observed").as("observed", "team"));
        assertThat(told("observed", "Observing").message()).contains("would be added");
        eventually(() -> assertThat(eventOfAwsAuth("RowsWouldChange")).contains("role/observed", "1 added"));
        assertThat(awsAuth()).isEqualTo(before);
        assertThat(hands.ledger()).isNull();
        assertThat(hands.configMap("iam-identity-mapper-policy", "settings.yaml")).contains("mode: observe");

        stage.stopControllers();
        stage.controller();
        told("observed", "Applied");
        assertThat(who(roleArn("observed"))).isEqualTo("observed [team]");
    }

    @Test
    void aToolThatUndoesARowAgainAndAgainIsNoticedAndGivenWayTo() {
        create(role("fought"));
        told("fought", "Applied");
        String without = AwsAuth.ROLES;
        for (int i = 0; i < 6; i++) {
            hands.editRoles("terraform", text -> without);
            becomes(roleArn("fought"), "fought []");
        }
        hands.editRoles("terraform", text -> without);
        assertThat(told("fought", "Contended").message()).contains("field manager terraform", "Let one tool manage");
        assertThat(awsAuth().mapRoles()).isEqualTo(without);
    }

    @Test
    void theVersionsBeforeWritesAreKept() {
        create(role("snapshot"));
        told("snapshot", "Applied");
        assertThat(hands.binaryKeys("iam-identity-mapper-snapshots")).anyMatch(key -> key.startsWith("revision-"));
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

    private String eventOfAwsAuth(String reason) {
        return hands.eventsOfAwsAuth().stream().filter(event -> event.reason().equals(reason))
                .map(EventNote::note).reduce((first, last) -> last).orElse("");
    }
}
