package dev.iammapper.app;

import static dev.iammapper.app.ControllerRig.condition;
import static dev.iammapper.app.ControllerRig.mapping;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.iammapper.cluster.TestCluster;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects in, rows and statuses out. */
class ControllerIT {
    private static final String NODES = """
            - rolearn: arn:aws:iam::111122223333:role/nodes
              username: system:node:{{EC2PrivateDNSName}}
              groups:
              - system:bootstrappers
              - system:nodes
            """;

    private final ControllerRig rig = new ControllerRig(TestCluster.shared());

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void anObjectBecomesARowIsChangedAndGoes() {
        rig.writeAwsAuth(Map.of("mapRoles", NODES));
        rig.start();
        rig.create(mapping("dev", "arn:aws:iam::111122223333:role/team/dev", "dev:{{SessionName}}", "dev"));
        JsonObject dev = rig.awaitReason("dev", "Applied");
        assertThat(rig.awsAuth("mapRoles")).startsWith(NODES).contains("arn:aws:iam::111122223333:role/dev\"")
                .contains("dev:{{SessionName}}");
        assertThat(condition(dev, "Ready", "status")).isEqualTo("True");
        assertThat(condition(dev, "Applied", "reason")).isEqualTo("Owned");
        assertThat(dev.getAsJsonObject("status").get("canonicalARN").getAsString())
                .isEqualTo("arn:aws:iam::111122223333:role/dev");

        rig.patch("dev", "{\"spec\":{\"groups\":[\"ops\"]}}");
        rig.awaitAwsAuth("mapRoles", "ops", true);

        rig.delete("dev");
        rig.awaitAwsAuth("mapRoles", "role/dev", false);
        assertThat(rig.awsAuth("mapRoles")).isEqualTo(NODES);
    }
}
