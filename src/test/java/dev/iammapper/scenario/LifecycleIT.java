package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static dev.iammapper.scenario.Mapping.user;
import static dev.iammapper.scenario.Mapping.userArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.ControllerProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** From the first apply of a mapping to its end. */
class LifecycleIT extends Scenario {

    @Test
    void aMappingBecomesARowFollowsItsObjectAndGoesWithIt() {
        AwsAuth before = awsAuth();

        create(role("alice").as("alice", "developers"));
        becomes(roleArn("alice"), "alice [developers]");
        assertThat(told("alice", "Applied").isReady()).isTrue();
        assertThat(awsAuth().mapRoles()).startsWith(before.mapRoles());

        change(role("alice").as("alice", "developers", "on-call"));
        becomes(roleArn("alice"), "alice [developers, on-call]");
        told("alice", "Applied");

        delete("alice");
        eventually(() -> assertThat(awsAuth().data()).isEqualTo(before.data()));
        becomes(roleArn("alice"), NOBODY);
    }

    @Test
    void anIamUserGoesIntoASectionThatWasNotThereBefore() {
        create(user("staff/ci").named("ci").as("ci", "deployers"));
        becomes(userArn("staff/ci"), "ci [deployers]");
        assertThat(awsAuth().mapUsers()).contains("user/staff/ci");
        assertThat(awsAuth().mapRoles()).isEqualTo(AwsAuth.ROLES);

        delete("ci");
        becomes(userArn("staff/ci"), NOBODY);
    }

    @Test
    void aRolesPathIsStrippedAsStsNeverReportsIt() {
        create(role("team/blue/Admin").named("blue").as("blue"));
        becomes(roleArn("Admin"), "blue []");
        assertThat(told("blue", "Applied").canonicalArn()).isEqualTo("arn:aws:iam::111122223333:role/admin");
    }

    @Test
    void aChangedPrincipalMovesItsRow() {
        create(role("old-name").named("moving").as("mover"));
        becomes(roleArn("old-name"), "mover []");

        change(role("new-name").named("moving").as("mover"));
        becomes(roleArn("new-name"), "mover []");
        becomes(roleArn("old-name"), NOBODY);

        change(user("new-name").named("moving").as("mover"));
        becomes(userArn("new-name"), "mover []");
        becomes(roleArn("new-name"), NOBODY);
    }

    @Test
    void whatHappensWhileNobodyRunsIsDoneWhenTheControllerIsBack() {
        create(role("goes").as("goes"), role("stays").as("stays"), role("changes").as("before"));
        told("goes", "Applied");
        told("stays", "Applied");
        told("changes", "Applied");
        ControllerProcess stopped = controller();
        assertThat(stopped.stop(Duration.ofSeconds(10))).as("stopped by SIGTERM").isTrue();
        assertThat(stopped.exitCode()).isIn(0, 143);
        assertThat(hands.leader()).as("the Lease is released").isEmpty();

        delete("goes");
        assertThat(hands.mappings()).as("nothing of ours delays a deletion").doesNotContainKey("goes");
        change(role("changes").as("after"));
        create(role("comes").as("comes"));
        assertThat(who(roleArn("goes"))).isEqualTo("goes []");
        controller();

        becomes(roleArn("goes"), NOBODY);
        becomes(roleArn("changes"), "after []");
        becomes(roleArn("comes"), "comes []");
        assertThat(who(roleArn("stays"))).isEqualTo("stays []");
        assertThat(awsAuth().mapRoles()).startsWith(AwsAuth.ROLES);
    }

    @Test
    void aRenameInGitNeverTakesTheRowAway() {
        // Objects that are created within one second are as old as their names say.
        create(role("shared").named("grant-1").as("shared", "team"));
        told("grant-1", "Applied");
        create(role("shared").named("grant-2").as("shared", "team"));
        assertThat(told("grant-2", "Applied").message()).contains("shared with the object grant-1");
        AuditLog.Mark beforeTheRename = mark();

        delete("grant-1");
        eventually(() -> assertThat(hands.told("grant-2").message()).doesNotContain("grant-1"));
        assertThat(awsAuthWrites(beforeTheRename)).as("the row is not touched at all").isEmpty();
        assertThat(who(roleArn("shared"))).isEqualTo("shared [team]");

        delete("grant-2");
        becomes(roleArn("shared"), NOBODY);
    }

    @Test
    void ofTwoThatDisagreeTheOlderWinsUntilItIsDeleted() {
        create(role("disputed").named("b-older").as("first"));
        told("b-older", "Applied");
        create(role("disputed").named("c-younger").as("second"));
        Told loser = told("c-younger", "Conflict");
        assertThat(loser.isStalled()).isTrue();
        assertThat(loser.message()).contains("b-older", "first", "second");
        assertThat(event("c-younger", "Conflict")).contains("b-older");
        becomes(roleArn("disputed"), "first []");

        delete("b-older");
        becomes(roleArn("disputed"), "second []");
        told("c-younger", "Applied");
    }

    @Test
    void aGrantComesAndGoesAtItsInstants() {
        Instant start = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS);
        Instant end = start.plusSeconds(4);
        create(role("visitor").as("visitor").from(start).until(end));
        assertThat(told("visitor", "NotYetActive").message()).contains(start.toString());
        assertThat(who(roleArn("visitor"))).isEqualTo(NOBODY);

        becomes(roleArn("visitor"), "visitor []");
        assertThat(Instant.now()).isAfterOrEqualTo(start);

        becomes(roleArn("visitor"), NOBODY);
        assertThat(Instant.now()).isAfterOrEqualTo(end);
        Told over = told("visitor", "Expired");
        assertThat(over.isReady()).isTrue();
        assertThat(over.conditions()).containsEntry("Applied", "False");
    }

    @Test
    void anObjectThatBecomesMeaninglessKeepsItsRowUntilItIsMendedOrDeleted() {
        create(role("edited").as("editor"));
        told("edited", "Applied");

        change(role("edited").as("editor").ofArn("arn:aws:sts::111122223333:assumed-role/edited/session"));
        Told invalid = told("edited", "Invalid");
        assertThat(invalid.isStalled()).isTrue();
        assertThat(invalid.message()).contains("spec.arn", "role/edited");
        assertThat(who(roleArn("edited"))).isEqualTo("editor []");

        change(role("edited").as("writer"));
        becomes(roleArn("edited"), "writer []");
    }
}
