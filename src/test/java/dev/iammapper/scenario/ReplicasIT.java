package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.ControllerProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One replica writes; which one, the Lease says. */
class ReplicasIT extends Scenario {
    /** Fifteen seconds of Lease, as the second replica counts them, and up to four until it looks again. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(40);

    @Test
    void whenTheLeaderIsKilledInTheMiddleOfItsWorkTheOtherFinishesIt() {
        ControllerProcess leader = controller();
        create(role("before").as("before"));
        told("before", "Applied");
        String killed = hands.leader();
        stage.startReplica();
        List<String> names = IntStream.range(0, 200).mapToObj("burst-%03d"::formatted).toList();
        names.subList(0, 100).forEach(name -> create(role(name)));
        eventually(() -> assertThat(awsAuth().mapRoles()).contains("role/burst-000"));

        leader.kill();
        names.subList(100, 200).forEach(name -> create(role(name)));
        delete("before");
        eventually(TAKE_OVER, () -> assertThat(who(roleArn("burst-199"))).isEqualTo("burst-199 []"));
        assertThat(hands.leader()).isNotEqualTo(killed);
        AwsAuth after = awsAuth();
        assertThat(names).allSatisfy(name -> assertThat(after.mapRoles().split("role/" + name + "\\b", -1))
                .as("rows of %s", name).hasSize(2));
        assertThat(who(roleArn("before"), after)).isEqualTo(NOBODY);
        told("burst-199", "Applied");
    }

    @Test
    void aLeaderThatWakesUpAfterItsLeaseRanOutWritesNothing() {
        ControllerProcess sleeper = controller();
        create(role("contested").as("first"));
        told("contested", "Applied");
        String before = hands.leader();
        stage.startReplica();
        AuditLog.Mark started = mark();
        sleeper.pause();
        change(role("contested").as("second"));
        eventually(TAKE_OVER, () -> assertThat(who(roleArn("contested"))).isEqualTo("second []"));
        told("contested", "Applied");
        assertThat(hands.leader()).isNotEqualTo(before);
        assertThat(awsAuthWrites(started)).hasSize(1);

        AuditLog.Mark awake = mark();
        sleeper.resume();
        eventually(() -> assertThat(sleeper.output()).contains("no longer leads"));
        throughout(Duration.ofSeconds(2), () -> assertThat(who(roleArn("contested"))).isEqualTo("second []"));
        assertThat(writes(awake)).isEmpty();

        change(role("contested").as("third"));
        becomes(roleArn("contested"), "third []");
        told("contested", "Applied");
        assertThat(awsAuthWrites(awake)).hasSize(1);
        sleeper.kill();
    }
}
