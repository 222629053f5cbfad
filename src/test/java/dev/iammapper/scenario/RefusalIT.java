package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.Manifests;
import io.kubernetes.client.openapi.apis.AdmissionregistrationV1Api;
import io.kubernetes.client.openapi.apis.RbacAuthorizationV1Api;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1ValidatingAdmissionPolicy;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The API server does not always let us. */
class RefusalIT extends Scenario {
    private static final String POLICY = "refuses-one-row";
    private static final String NAME = "iam-identity-mapper";
    private static final Path RBAC = Path.of("docs", "rbac.yaml");

    private final AdmissionregistrationV1Api admission = new AdmissionregistrationV1Api(cluster().adminClient());
    private final RbacAuthorizationV1Api rbac = new RbacAuthorizationV1Api(cluster().adminClient());

    @AfterEach
    void restore() {
        Hands.orNull(() -> admission.deleteValidatingAdmissionPolicyBinding(POLICY).execute());
        Hands.orNull(() -> admission.deleteValidatingAdmissionPolicy(POLICY).execute());
        setAwsAuthVerbs("get", "list", "watch", "patch");
        Manifests.create(cluster().adminClient(), RBAC);
    }

    @Test
    void theObjectWhoseRowAPolicyRefusesIsToldAndAllOthersAreWritten() throws IOException {
        refuse("role/forbidden");
        controller().pause();
        for (int i = 0; i < 10; i++) {
            create(role("fine-" + i).as("fine-" + i));
        }
        create(role("forbidden").as("forbidden"));
        controller().resume();

        Told rejected = told("forbidden", "Rejected");
        assertThat(rejected.isStalled()).isTrue();
        assertThat(rejected.message()).contains("nobody gets in as the forbidden role");
        StatusRecording.keep("rejected", hands.mappings().get("forbidden"));
        for (int i = 0; i < 10; i++) {
            told("fine-" + i, "Applied");
            assertThat(who(roleArn("fine-" + i))).isEqualTo("fine-" + i + " []");
        }
        assertThat(who(roleArn("forbidden"))).isEqualTo(NOBODY);

        create(role("fine-later"));
        told("fine-later", "Applied");
        told("forbidden", "Rejected");

        change(role("allowed").named("forbidden"));
        told("forbidden", "Applied");
        assertThat(who(roleArn("allowed"))).isEqualTo("allowed []");
    }

    @Test
    void aPermissionThatIsMissingIsNamedAndUsedAsSoonAsItIsGranted() throws IOException {
        setAwsAuthVerbs("get", "list", "watch");

        create(role("patient").as("patient"));
        Told waiting = told("patient", "Pending");
        assertThat(waiting.isReconciling()).isTrue();
        assertThat(waiting.message()).contains("not allowed to patch configmaps kube-system/aws-auth", "grant");
        StatusRecording.keep("pending", hands.mappings().get("patient"));
        assertThat(said()).contains("not allowed to patch configmaps kube-system/aws-auth");

        setAwsAuthVerbs("get", "list", "watch", "patch");
        becomes(roleArn("patient"), "patient []");
        told("patient", "Applied");
    }

    @Test
    void withoutAnyPermissionInKubeSystemItSaysWhatItNeedsWithoutAFlood() {
        Hands.call(() -> rbac.deleteNamespacedRoleBinding(NAME, "kube-system").execute());
        create(role("locked-out").as("locked-out"));
        eventually(() -> assertThat(said()).contains("not allowed to get configmaps kube-system/"));
        throughout(Duration.ofSeconds(3), () -> assertThat(said().lines()).hasSizeLessThan(20));

        Manifests.create(cluster().adminClient(), RBAC);
        eventually(Duration.ofSeconds(40), () -> assertThat(who(roleArn("locked-out"))).isEqualTo("locked-out []"));
        told("locked-out", "Applied");
    }

    /** Sets the verbs of the rule that speaks of aws-auth. */
    private void setAwsAuthVerbs(String... verbs) {
        V1Role rules = Hands.call(() -> rbac.readNamespacedRole(NAME, "kube-system").execute());
        rules.getRules().getFirst().setVerbs(List.of(verbs));
        Hands.call(() -> rbac.replaceNamespacedRole(NAME, "kube-system", rules).execute());
    }

    /** A ValidatingAdmissionPolicy; returns when the API server goes by it. */
    private void refuse(String text) {
        Manifests.create(cluster().adminClient(), """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata:
                  name: %1$s
                spec:
                  policyName: %1$s
                  validationActions: [Deny]
                """.formatted(POLICY));
        Hands.call(() -> admission.createValidatingAdmissionPolicy(policy(text)).execute());
        eventually(() -> assertThat(isRefused(text)).isTrue());
    }

    private static V1ValidatingAdmissionPolicy policy(String text) {
        return Yaml
                .loadAs("""
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: ValidatingAdmissionPolicy
                        metadata:
                          name: %s
                        spec:
                          failurePolicy: Fail
                          matchConstraints:
                            resourceRules:
                              - apiGroups: [""]
                                apiVersions: [v1]
                                operations: [CREATE, UPDATE]
                                resources: [configmaps]
                          matchConditions:
                            - name: aws-auth
                              expression: object.metadata.name == "aws-auth"
                          validations:
                            - expression: "!has(object.data) || !('mapRoles' in object.data) || !object.data.mapRoles.contains('%s')"
                              message: nobody gets in as the forbidden role
                        """
                        .formatted(POLICY, text), V1ValidatingAdmissionPolicy.class);
    }

    private boolean isRefused(String text) {
        try {
            editRoles(roles -> roles + "# " + text + "\n");
            editRoles(roles -> roles.replace("# " + text + "\n", ""));
            return false;
        } catch (IllegalStateException refused) {
            return String.valueOf(refused.getMessage()).contains("forbidden role");
        }
    }
}
