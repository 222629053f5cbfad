package dev.iammapper.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.MappingCondition;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
    private static final String AWS_AUTH = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: aws-auth, namespace: kube-system}
            """;

    @TempDir
    private Path folder;

    @Test
    void awsAuthIsReadAsKubectlPrintsIt() throws Exception {
        AwsAuthFile read = files("").awsAuth(file(AWS_AUTH + """
                data:
                  mapRoles: |
                    - rolearn: a
                  mapAccounts: "- '1'"
                  maproles: x
                """));

        assertThat(read.data().mapRoles()).isEqualTo("- rolearn: a\n");
        assertThat(read.data().mapUsers()).isNull();
        assertThat(read.data().mapAccounts()).isEqualTo("- '1'");
        assertThat(read.dataKeys()).containsExactly("mapAccounts", "mapRoles", "maproles");
    }

    @Test
    void awsAuthWithoutDataHasNoRows() throws Exception {
        assertThat(files(AWS_AUTH + "data: null\n").awsAuth("-").data().mapRoles()).isNull();
        assertThat(files(AWS_AUTH).awsAuth("-").dataKeys()).isEmpty();
    }

    @Test
    void rowsWithoutTheirConfigMapAreRefused() {
        assertThatThrownBy(() -> files("mapRoles: |\n  - rolearn: a\n").awsAuth("-"))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("stdin: holds no ConfigMap aws-auth").hasMessageContaining("kubectl get");
    }

    @Test
    void aSectionThatIsNoTextIsRefused() {
        assertThatThrownBy(() -> files(AWS_AUTH + "data:\n  mapRoles:\n  - rolearn: a\n").awsAuth("-"))
                .isInstanceOf(UnusableInputException.class)
                .hasMessage("stdin:5:3: data.mapRoles is no text, which the API server does not take. Write \"|\""
                        + " behind \"mapRoles:\", and indent what stands below it.");
    }

    @Test
    void mappingsAreReadWithWhatTheClusterKnowsOfThem() throws Exception {
        List<IamIdentityMapping> read = files("""
                apiVersion: v1
                kind: List
                items:
                - apiVersion: iamauthenticator.k8s.aws/v1alpha1
                  kind: IAMIdentityMapping
                  metadata: {name: dev, uid: u-1, creationTimestamp: "2026-01-02T03:04:05Z"}
                  spec: {arn: "arn:aws:iam::111122223333:role/Dev", username: dev}
                  status:
                    canonicalARN: arn:aws:iam::111122223333:role/dev
                    userID: AROAEXAMPLEEXAMPLE12
                    observedGeneration: 3
                    conditions:
                    - {type: Ready, status: "False", reason: ForeignEntry, message: why, observedGeneration: 3,
                       lastTransitionTime: "2026-01-02T03:04:06Z"}
                - {apiVersion: v1, kind: ConfigMap, metadata: {name: other}}
                """).mappings(List.of("-"));

        assertThat(read).hasSize(1);
        IamIdentityMapping mapping = read.getFirst();
        assertThat(Objects.requireNonNull(mapping.metadata()).getUid()).isEqualTo("u-1");
        assertThat(mapping.status()).satisfies(status -> {
            assertThat(Objects.requireNonNull(status).userID()).isEqualTo("AROAEXAMPLEEXAMPLE12");
            assertThat(status.observedGeneration()).isEqualTo(3);
            assertThat(status.conditions()).containsExactly(
                    new MappingCondition("Ready", "False", "ForeignEntry", "why", "2026-01-02T03:04:06Z", 3L));
        });
    }

    @Test
    void aMappingThatKubectlWouldRefuseIsRefused() {
        assertThatThrownBy(() -> files("""
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata: {name: dev}
                spec: {rolearn: "arn:aws:iam::111122223333:role/Dev"}
                """).mappings(List.of("-"))).isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("stdin:4:8: ").hasMessageContaining("rolearn");
    }

    @Test
    void theStandardInputIsReadOnce() throws Exception {
        InputFiles files = files(AWS_AUTH);
        files.awsAuth("-");

        assertThatThrownBy(() -> files.mappings(List.of("-"))).isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("read once");
    }

    private static InputFiles files(String standardInput) {
        return new InputFiles(new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)));
    }

    private String file(String text) throws Exception {
        return Files.writeString(folder.resolve("aws-auth.yaml"), text).toString();
    }
}
