package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.ControllerProcess;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads when the controller cannot start, or cannot work yet. */
class StartIT extends Scenario {
    private static final Duration END = Duration.ofSeconds(60);
    private static final int CONFIGURATION = 78;

    @TempDir
    private Path folder;

    @Test
    void aKubeconfigThatIsNotThereIsNamed() {
        ends(CONFIGURATION, start(folder.resolve("no-such-file")), "no-such-file");
    }

    @Test
    void aContextThatIsNotThereIsNamedWithThoseThatAre() {
        ends(CONFIGURATION, start(stage.kubeconfig(), "--context=production"), "production", "test");
    }

    @Test
    void aSettingThatDoesNotExistIsNamed() {
        ends(CONFIGURATION, start(stage.kubeconfig(), "--mapper.leader-elections.enabled=false"),
                "Unknown setting", "mapper.leader-elections.enabled");
    }

    @Test
    void aSettingThatMeansNothingIsNamedWithItsValue() {
        ends(CONFIGURATION, start(stage.kubeconfig(), "--mapper.leader-election.enabled=perhaps"),
                "Invalid setting", "mapper.leader-election.enabled", "perhaps");
    }

    @Test
    void anApiServerThatCannotBeReachedIsNamedAndTriedAgainUntilToldToStop() throws IOException {
        Path nowhere = folder.resolve("kubeconfig");
        String address = "https://127.0.0.1:" + ControllerProcess.freePort();
        Files.writeString(nowhere, Files.readString(stage.kubeconfig())
                .replaceAll("server: https://\\S+", "server: " + address));
        try (ControllerProcess controller = start(nowhere)) {
            eventually(END, () -> assertThat(controller.output()).contains("cannot reach " + address));
            throughout(Duration.ofSeconds(3), () -> assertThat(controller.isAlive()).isTrue());
            assertThat(controller.output().lines()).hasSizeLessThan(15);
            assertThat(controller.output()).doesNotContain("\tat ");
            assertThat(controller.stop(Duration.ofSeconds(15))).as("stops when told to").isTrue();
            assertThat(controller.exitCode()).isIn(0, 143);
        }
    }

    @Test
    void withoutPermissionsItNamesEachAndTheRuleThatGrantsItAndGoesOnTrying() {
        Path powerless = cluster().kubeconfigFor("iam-identity-mapper", "powerless");
        try (ControllerProcess controller = start(powerless)) {
            eventually(END, () -> assertThat(controller.output()).contains(
                    "not allowed to list iamidentitymappings.iamauthenticator.k8s.aws",
                    "not allowed to list configmaps kube-system/aws-auth",
                    "not allowed to get leases.coordination.k8s.io kube-system/iam-identity-mapper",
                    "apiGroups", "resources", "verbs", "system:serviceaccount:iam-identity-mapper:powerless"));
            throughout(Duration.ofSeconds(3), () -> assertThat(controller.output().lines()).hasSizeLessThan(15));
            assertThat(controller.output()).doesNotContain("\tat ");
            assertThat(controller.isAlive()).isTrue();
        }
    }

    @Test
    void withoutItsDefinitionItSaysWhatToInstallAndGoesOnWhenItIsThere() {
        stage.stopControllers();
        ApiextensionsV1Api definitions = new ApiextensionsV1Api(cluster().adminClient());
        Hands.call(() -> definitions.deleteCustomResourceDefinition(IamIdentityMapping.CRD_NAME).execute());
        eventually(() -> assertThat(Hands.orNull(
                () -> definitions.readCustomResourceDefinition(IamIdentityMapping.CRD_NAME).execute())).isNull());

        ControllerProcess controller = stage.launchReplica();
        eventually(END, () -> assertThat(controller.output()).contains("install the CustomResourceDefinition"));
        cluster().applyCrds();
        create(role("early-bird").as("early-bird"));
        eventually(END, () -> assertThat(who(roleArn("early-bird"))).isEqualTo("early-bird []"));
        told("early-bird", "Applied");
    }

    private ControllerProcess start(Path kubeconfig, String... settings) {
        return ControllerProcess.start(kubeconfig, folder.resolve("controller.log"), List.of(settings));
    }

    private static void ends(int exitCode, ControllerProcess controller, String... words) {
        try (controller) {
            assertThat(controller.awaitEnd(END)).as("it ends by itself").isTrue();
            assertThat(controller.exitCode()).as(controller.output()).isEqualTo(exitCode);
            assertThat(controller.output()).contains(words).doesNotContain("\tat ");
            assertThat(controller.output().lines()).as("one sentence, and at most a line before it")
                    .hasSizeLessThanOrEqualTo(2);
        }
    }
}
