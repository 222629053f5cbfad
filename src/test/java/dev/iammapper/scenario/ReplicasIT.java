package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.FaultProxy;
import dev.iammapper.cluster.FaultProxy.Behaviour;
import dev.iammapper.cluster.FaultProxy.Gate;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One replica writes; which one, the Lease says. */
class ReplicasIT extends Scenario {
    /** Fifteen seconds of Lease, as the second replica counts them, and up to four until it looks again. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(40);

    private static final String LEDGER = "iam-identity-mapper-ledger";
    private static final int CONFLICT = 409;

    @Test
    void theLeadPassesFromAReplicaThatSleepsAndFromOneThatIsKilled() {
        ControllerProcess first = controller();
        create(role("contested").as("before"));
        told("contested", "Applied");
        String sleeper = hands.leader();
        ControllerProcess second = stage.startReplica();

        AuditLog.Mark asleep = mark();
        first.pause();
        change(role("contested").as("after"));
        eventually(TAKE_OVER, () -> assertThat(who(roleArn("contested"))).isEqualTo("after []"));
        told("contested", "Applied");
        String successor = hands.leader();
        assertThat(successor).isNotEqualTo(sleeper);
        assertThat(awsAuthWrites(asleep)).hasSize(1);

        AuditLog.Mark awake = mark();
        first.resume();
        eventually(() -> assertThat(first.output()).contains("no longer leading"));
        throughout(Duration.ofSeconds(2), () -> assertThat(who(roleArn("contested"))).isEqualTo("after []"));
        assertThat(writes(awake)).as("of a text that the sleeper had in mind").isEmpty();

        List<String> names = IntStream.range(0, 200).mapToObj("burst-%03d"::formatted).toList();
        names.subList(0, 100).forEach(name -> create(role(name)));
        eventually(() -> assertThat(awsAuth().mapRoles()).contains("role/burst-000"));
        second.kill();
        names.subList(100, 200).forEach(name -> create(role(name)));
        delete("contested");

        eventually(TAKE_OVER, () -> assertThat(who(roleArn("burst-199"))).isEqualTo("burst-199 []"));
        assertThat(hands.leader()).isEqualTo(sleeper);
        AwsAuth after = awsAuth();
        assertThat(names).allSatisfy(name -> assertThat(after.mapRoles().split("role/" + name + "\\b", -1))
                .as("rows of %s", name).hasSize(2));
        assertThat(who(roleArn("contested"), after)).isEqualTo(NOBODY);
        told("burst-199", "Applied");
    }

    @Test
    void aLeaderThatSleepsBetweenTwoWritesMakesNoneOfThemAfterItsLease() {
        stage.stopControllers();
        try (FaultProxy firstWay = cluster().proxy("first-leader"); FaultProxy secondWay = cluster().proxy("second")) {
            ControllerProcess first = stage.launchReplica(firstWay);
            create(role("steady"));
            told("steady", "Applied", Duration.ofSeconds(60));
            ControllerProcess second = stage.launchReplica(secondWay);
            second.awaitReady(Duration.ofSeconds(90));

            Gate claimed = new Gate();
            firstWay.inject(1, asked -> asked.writes(LEDGER), new Behaviour.HeldAfter(claimed));
            create(role("contested").as("first"));
            assertThat(claimed.awaitArrival(TAKE_OVER)).isTrue();
            first.pause();
            claimed.open();
            change(role("contested").as("second"));
            AuditLog.Mark asleep = mark();
            eventually(TAKE_OVER, () -> assertThat(who(roleArn("contested"))).isEqualTo("second []"));
            told("contested", "Applied", TAKE_OVER);
            first.resume();
            eventually(TAKE_OVER, () -> assertThat(first.output()).contains("no longer leading"));
            throughout(Duration.ofSeconds(2), () -> assertThat(rowsAndClaims(asleep, "first-leader"))
                    .as("writes of the sleeper, after its Lease").isEmpty());
            assertThat(who(roleArn("contested"))).isEqualTo("second []");

            // A write that was on its way all the time comes last: its version is one of the past.
            Gate late = new Gate();
            secondWay.inject(1, asked -> asked.writes("aws-auth"), new Behaviour.HeldBefore(late));
            change(role("contested").as("third"));
            assertThat(late.awaitArrival(TAKE_OVER)).isTrue();
            second.pause();
            AuditLog.Mark before = mark();
            eventually(hands::releaseLease);
            eventually(TAKE_OVER, () -> assertThat(who(roleArn("contested"))).isEqualTo("third []"));
            change(role("contested").as("fourth"));
            eventually(() -> assertThat(who(roleArn("contested"))).isEqualTo("fourth []"));
            late.open();
            eventually(() -> assertThat(rowsAndClaims(before, "second")).extracting(AuditEvent::code)
                    .containsExactly(CONFLICT));
            second.resume();
            eventually(TAKE_OVER, () -> assertThat(second.output()).contains("no longer leading"));
            told("contested", "Applied");
            assertThat(who(roleArn("contested"))).isEqualTo("fourth []");
            assertThat(awsAuth().mapRoles()).startsWith(AwsAuth.ROLES);
            stage.stopControllers();
        }
    }

    /** What one replica asked to be written of rows and claims. */
    private List<AuditEvent> rowsAndClaims(AuditLog.Mark since, String label) {
        return cluster().audit().since(since).stream().filter(AuditEvent::isWrite)
                .filter(event -> event.userAgent().endsWith(" " + label))
                .filter(event -> List.of("aws-auth", LEDGER).contains(event.name())).toList();
    }
}
