package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody restores a backup: of the whole cluster, of aws-auth, of the ledger. */
class RestoreIT extends Scenario {
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final String FOREIGN = AwsAuth.row(roleArn("somebodys"), "somebody", "others");

    /** What stands when the backup is made. */
    @BeforeEach
    void beforeTheBackup() {
        create(role("steady"), role("altered").as("old"), role("deleted"));
        told("steady", "Applied");
        told("altered", "Applied");
        told("deleted", "Applied");
        editRoles(text -> text + FOREIGN);
        eventually(() -> assertThat(hands.ledger()).contains("role/deleted").doesNotContain("pending"));
    }

    /** What happens between the backup and its restoration. */
    private void afterTheBackup() {
        create(role("added"));
        change(role("altered").as("new"));
        delete("deleted");
        told("added", "Applied", RECOVERY);
        told("altered", "Applied", RECOVERY);
        eventually(RECOVERY, () -> assertThat(who(roleArn("deleted"))).isEqualTo(NOBODY));
        eventually(RECOVERY, () -> assertThat(hands.ledger()).doesNotContain("role/deleted", "pending"));
    }

    @Test
    void aClusterWhoseEtcdIsRestoredIsFollowedIntoThePast() {
        assumeTrue(cluster().canRestore(), "the etcd of k3s cannot be stopped and put back");
        long pid = controller().pid();
        AwsAuth then = awsAuth();
        cluster().backUp();
        afterTheBackup();
        editRoles(text -> text.replace(FOREIGN, "") + AwsAuth.row(roleArn("newcomer"), "newcomer", "others"));
        IntStream.range(0, 20).forEach(i -> create(role("later-" + i)));
        told("later-19", "Applied", RECOVERY);
        AwsAuth later = awsAuth();

        cluster().restore();
        assertThat(Long.parseLong(Objects.requireNonNull(awsAuth().resourceVersion())))
                .isLessThan(Long.parseLong(Objects.requireNonNull(later.resourceVersion())));
        create(role("afterwards"));
        told("afterwards", "Applied", RECOVERY);
        told("steady", "Applied");
        told("altered", "Applied");
        told("deleted", "Applied");
        assertThat(awsAuth().mapRoles()).startsWith(then.mapRoles());
        assertThat(who(roleArn("altered"))).isEqualTo("old []");
        assertThat(who(roleArn("afterwards"))).isEqualTo("afterwards []");
        assertThat(hands.ledger()).contains("role/deleted").doesNotContain("role/later-");

        // Versions that were used once come again: none of them may be taken for what it was.
        for (int i = 0; i < 12; i++) {
            String name = "again-" + i;
            create(role(name));
            becomes(roleArn(name), name + " []");
            editRoles(text -> text.replaceFirst("username: \"?" + name, "username: x-" + name));
            eventually(Duration.ofSeconds(10), () -> assertThat(who(roleArn(name))).isEqualTo(name + " []"));
        }
        delete("deleted");
        change(role("altered").as("newer"));
        told("altered", "Applied");
        becomes(roleArn("deleted"), NOBODY);
        assertThat(awsAuth().mapRoles()).contains(FOREIGN);
        assertThat(controller().pid()).as("without a restart").isEqualTo(pid);
        eventually(() -> assertThat(answers("health/readiness")).isEqualTo(200));
    }

    @Test
    void anAwsAuthFromABackupGetsTheRowsThatAreWantedAndKeepsThoseThatNobodyKnows() {
        AwsAuth backup = awsAuth();
        afterTheBackup();

        hands.putAwsAuth("backup-tool", backup.data());
        becomes(roleArn("added"), "added []");
        becomes(roleArn("altered"), "new []");
        assertThat(who(roleArn("deleted"))).as("a row that came with the backup is the backup's").isEqualTo(
                "deleted []");
        told("added", "Applied");
        told("altered", "Applied");
        assertThat(awsAuth().mapRoles()).contains(FOREIGN);

        hands.deleteAwsAuth();
        hands.putAwsAuth("backup-tool", backup.data());
        becomes(roleArn("added"), "added []");
        becomes(roleArn("altered"), "new []");
        delete("added");
        becomes(roleArn("added"), NOBODY);
        assertThat(awsAuth().mapRoles()).contains(FOREIGN);
    }

    @Test
    void aLedgerFromABackupTakesNoRowThatItDoesNotKnow() {
        String backup = Objects.requireNonNull(hands.configMap("iam-identity-mapper-ledger", "ledger.json"));
        afterTheBackup();
        AwsAuth rows = awsAuth();

        hands.editLedger(now -> backup);
        create(role("next"));
        told("next", "Applied");
        assertThat(hands.ledger()).doesNotContain("role/deleted");
        assertThat(awsAuth().mapRoles()).startsWith(rows.mapRoles());
        assertThat(told("added", "AlreadyPresent").isReady()).isTrue();
        told("altered", "Applied");
        told("steady", "Applied");

        delete("added");
        delete("altered");
        becomes(roleArn("altered"), NOBODY);
        assertThat(who(roleArn("added"))).as("nothing says any more that the row is ours").isEqualTo("added []");
        assertThat(awsAuth().mapRoles()).contains(FOREIGN);
    }

    @Test
    void bothFromABackupAreBroughtUpToDate() {
        AwsAuth backup = awsAuth();
        String ledger = Objects.requireNonNull(hands.configMap("iam-identity-mapper-ledger", "ledger.json"));
        afterTheBackup();

        controller().pause();
        hands.putAwsAuth("backup-tool", backup.data());
        hands.editLedger(now -> ledger);
        controller().resume();
        becomes(roleArn("added"), "added []");
        becomes(roleArn("altered"), "new []");
        becomes(roleArn("deleted"), NOBODY);
        told("added", "Applied");
        eventually(() -> assertThat(hands.ledger()).contains("role/added", "role/altered", "role/steady")
                .doesNotContain("role/deleted", "pending"));
        assertThat(awsAuth().mapRoles()).contains(FOREIGN);
    }
}
