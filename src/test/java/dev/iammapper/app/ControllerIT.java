package dev.iammapper.app;

import static dev.iammapper.app.ControllerRig.condition;
import static dev.iammapper.app.ControllerRig.mapping;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
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

    @Test
    void aBurstBecomesAFewWritesAndOneStatusEach() {
        int many = 1000;
        rig.writeAwsAuth(Map.of("mapRoles", NODES));
        rig.start();
        AuditLog.Mark start = TestCluster.shared().audit().mark();
        long began = System.nanoTime();
        IntStream.range(0, many).parallel().forEach(
                i -> rig.create(mapping("burst-" + i, "arn:aws:iam::111122223333:role/burst-" + i, "user-" + i)));
        long created = System.nanoTime();
        Awaitility.await("all rows").atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20))
                .until(() -> rig.awsAuth("mapRoles").lines().filter(line -> line.contains("role/burst-"))
                        .count() == many);
        long rows = System.nanoTime();
        rig.awaitAllStatuses(many);
        long statuses = System.nanoTime();
        List<AuditEvent> ours = TestCluster.shared().audit().since(start).stream()
                .filter(event -> event.user().endsWith(":controller")).toList();
        System.out.printf(
                "created %d ms, rows after %d ms, statuses after %d ms, aws-auth writes %d, ledger writes %d, status %d, all %d%n",
                (created - began) / 1000000, (rows - created) / 1000000, (statuses - created) / 1000000,
                ours.stream().filter(event -> event.isWrite() && event.name().equals("aws-auth")).count(),
                ours.stream().filter(event -> event.isWrite() && event.name().equals("iam-identity-mapper-ledger"))
                        .count(),
                ours.stream().filter(event -> event.is("patch", "iamidentitymappings", "status")).count(), ours.size());
        java.util.Map<String, Long> kinds = ours.stream()
                .collect(java.util.stream.Collectors.groupingBy(
                        e -> e.verb() + " " + e.resource() + "/" + e.subresource(), java.util.TreeMap::new,
                        java.util.stream.Collectors.counting()));
        System.out.println(kinds);
        for (int i = 0; i < 12; i++) {
            long t0 = System.nanoTime();
            rig.create(mapping("one-" + i, "arn:aws:iam::111122223333:role/one-" + i, "one-" + i));
            long t1 = System.nanoTime();
            while (!rig.awsAuth("mapRoles").contains("role/one-" + i)) {}
            System.out.printf("create %d ms, then row after %d ms%n", (t1 - t0) / 1000000,
                    (System.nanoTime() - t1) / 1000000);
            try {
                Thread.sleep(1500);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
