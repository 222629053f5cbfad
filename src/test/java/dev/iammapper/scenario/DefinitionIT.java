package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.AuditLog;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Without its CustomResourceDefinition, or with another one, what objects say proves nothing. */
class DefinitionIT extends Scenario {
    private static final Path UPSTREAM = Path.of("src", "test", "resources", "scenario", "upstream-crd.yaml");
    private static final Duration SETTLED = Duration.ofSeconds(40);

    @AfterEach
    void restore() {
        cluster().applyCrds();
        create(role("settled"));
        told("settled", "Applied", SETTLED);
    }

    @Test
    void rowsSurviveTheDeletionOfTheDefinitionAndBelongToTheirObjectsAgainWhenTheseComeBack() {
        create(role("keeps").as("keeps"), role("returns").as("returns"));
        told("keeps", "Applied");
        told("returns", "Applied");
        AwsAuth before = awsAuth();

        deleteDefinition();
        isHeldAndSays("CustomResourceDefinition");
        assertThat(awsAuth()).isEqualTo(before);

        AuditLog.Mark empty = mark();
        cluster().applyCrds();
        create(role("unrelated").as("unrelated"));
        told("unrelated", "Applied", SETTLED);
        assertThat(writes(empty)).as("rows added, none removed").isNotEmpty();
        assertThat(awsAuth().mapRoles()).startsWith(before.mapRoles());

        create(role("returns").as("returns"));
        assertThat(told("returns", "Applied").appliedReason()).isEqualTo("Owned");
        delete("returns");
        becomes(roleArn("returns"), NOBODY);
        assertThat(who(roleArn("keeps"))).isEqualTo("keeps []");
    }

    @Test
    void underTheDefinitionOfUpstreamNothingIsWrittenAndAnExpiredGrantStaysOver() {
        create(role("contractor").until(Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS)),
                role("permanent").as("before"));
        told("permanent", "Applied");
        told("contractor", "Expired");
        AwsAuth before = awsAuth();

        cluster().applyCrds(text(UPSTREAM));
        create(role("newcomer"));
        change(role("permanent").as("after"));
        isHeldAndSays("spec.expiresAt");
        throughout(Duration.ofSeconds(2), () -> assertThat(awsAuth()).isEqualTo(before));

        cluster().applyCrds();
        eventually(SETTLED, () -> assertThat(who(roleArn("newcomer"))).isEqualTo("newcomer []"));
        becomes(roleArn("permanent"), "after []");
        told("contractor", "Expired");
        assertThat(who(roleArn("contractor"))).isEqualTo(NOBODY);
    }

    private void isHeldAndSays(String word) {
        eventually(SETTLED, () -> assertThat(hands.eventsOfAwsAuth())
                .anySatisfy(event -> assertThat(event.reason() + event.note()).contains("WritingHeld", word)));
        assertThat(said()).contains("Nothing is written to aws-auth: ");
    }

    private void deleteDefinition() {
        ApiextensionsV1Api definitions = new ApiextensionsV1Api(cluster().adminClient());
        Hands.call(() -> definitions.deleteCustomResourceDefinition(IamIdentityMapping.CRD_NAME).execute());
        eventually(() -> assertThat(Hands.orNull(
                () -> definitions.readCustomResourceDefinition(IamIdentityMapping.CRD_NAME).execute())).isNull());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
