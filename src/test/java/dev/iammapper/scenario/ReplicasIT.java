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
}
