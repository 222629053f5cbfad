package dev.iammapper.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kubernetes.client.openapi.apis.AuthorizationV1Api;
import io.kubernetes.client.openapi.apis.RbacAuthorizationV1Api;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1ResourceAttributes;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1SubjectAccessReview;
import io.kubernetes.client.openapi.models.V1SubjectAccessReviewSpec;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.jspecify.annotations.Nullable;

/** A permission is taken away in the middle of things, and given back. */
class PermissionsIT extends Scenario {
    private static final String NAME = "iam-identity-mapper";
    private static final String SYSTEM = "kube-system";
    private static final Duration DONE = Duration.ofSeconds(60);

    private final RbacAuthorizationV1Api rbac = new RbacAuthorizationV1Api(cluster().adminClient());
    private final AuthorizationV1Api authorization = new AuthorizationV1Api(cluster().adminClient());
    private List<V1PolicyRule> inSystem = List.of();
    private List<V1PolicyRule> inDefault = List.of();
    private List<V1PolicyRule> everywhere = List.of();

    /**
     * One right.
     *
     * @param name of the only object, or empty
     * @param told what the controller says for want of it
     */
    record Right(String verb, String group, String resource, String name, String told) {
        @Override
        public String toString() {
            return verb + " " + resource + (name.isEmpty() ? "" : " " + name);
        }
    }

    static Stream<Arguments> rights() {
        return Stream.of(
                arguments(new Right("patch", "", "configmaps", "iam-identity-mapper-ledger",
                        "not allowed to patch configmaps kube-system/iam-identity-mapper-ledger")),
                arguments(new Right("patch", "", "configmaps", "iam-identity-mapper-snapshots",
                        "not allowed to patch configmaps kube-system/iam-identity-mapper-snapshots")),
                arguments(new Right("update", "coordination.k8s.io", "leases", NAME,
                        "not allowed to update leases.coordination.k8s.io kube-system/iam-identity-mapper")),
                arguments(new Right("list", "iamauthenticator.k8s.aws", "iamidentitymappings", "",
                        "not allowed to list iamidentitymappings.iamauthenticator.k8s.aws")),
                arguments(new Right("patch", "iamauthenticator.k8s.aws", "iamidentitymappings/status", "",
                        "not allowed to patch iamidentitymappings/status.iamauthenticator.k8s.aws")),
                arguments(new Right("create", "events.k8s.io", "events", "",
                        "not allowed to create events.events.k8s.io")));
    }

    @BeforeEach
    void rememberTheRights() {
        inSystem = Hands.call(() -> rbac.readNamespacedRole(NAME, SYSTEM).execute()).getRules();
        inDefault = Hands.call(() -> rbac.readNamespacedRole(NAME, "default").execute()).getRules();
        everywhere = Hands.call(() -> rbac.readClusterRole(NAME).execute()).getRules();
    }

    @AfterEach
    void giveBack() {
        setInSystem(inSystem);
        setInDefault(inDefault);
        setEverywhere(everywhere);
    }

    @ParameterizedTest
    @MethodSource("rights")
    void aRightThatIsMissingForAWhileIsNamedAndNothingIsLost(Right right) {
        Bustle bustle = new Bustle(hands, new SplittableRandom(1));
        bustle.create();
        bustle.create();
        bustle.create();
        eventually(DONE, bustle::assertDone);

        setInSystem(without(inSystem, right));
        setInDefault(without(inDefault, right));
        setEverywhere(without(everywhere, right));
        eventually(() -> assertThat(isAllowed(right)).isFalse());
        bustle.create();
        bustle.change();
        bustle.delete();
        bustle.tool();
        eventually(() -> assertThat(said()).contains(right.told()));
        throughout(Duration.ofSeconds(1), () -> assertThat(said().lines()
                .filter(line -> line.contains(right.told()))).as("said once or twice").hasSizeLessThanOrEqualTo(3));
        assertThat(answers("health/liveness")).isEqualTo(200);
        bustle.create();

        giveBack();
        eventually(DONE, bustle::assertDone);
        bustle.deleteAll();
        eventually(DONE, () -> assertThat(awsAuth().data()).isEqualTo(bustle.foreignData()));
    }

    private boolean isAllowed(Right right) {
        V1ResourceAttributes asked = new V1ResourceAttributes().verb(right.verb()).group(right.group())
                .resource(right.resource().replaceFirst("/.*", ""))
                .subresource(right.resource().endsWith("/status") ? "status" : null)
                .namespace(right.group().equals("iamauthenticator.k8s.aws") ? null : SYSTEM);
        if (!right.name().isEmpty()) {
            asked.name(right.name());
        }
        return Hands.call(() -> authorization.createSubjectAccessReview(new V1SubjectAccessReview()
                .spec(new V1SubjectAccessReviewSpec().user("system:serviceaccount:iam-identity-mapper:controller")
                        .resourceAttributes(asked)))
                .execute()).getStatus().getAllowed();
    }

    /** The rules without those that grant the right, which still grant what else they did. */
    private static List<V1PolicyRule> without(List<V1PolicyRule> rules, Right right) {
        return rules.stream().flatMap(rule -> {
            boolean named = rule.getResourceNames() != null && rule.getResourceNames().contains(right.name());
            if (!rule.getApiGroups().contains(right.group()) || !rule.getResources().contains(right.resource())
                    || !rule.getVerbs().contains(right.verb()) || (!right.name().isEmpty() && !named)) {
                return Stream.of(rule);
            }
            List<String> otherVerbs = except(rule.getVerbs(), right.verb());
            if (!named) {
                return Stream.of(rule(rule, rule.getResourceNames(), otherVerbs));
            }
            V1PolicyRule forThisName = rule(rule, List.of(right.name()), otherVerbs);
            List<String> otherNames = except(rule.getResourceNames(), right.name());
            return otherNames.isEmpty()
                    ? Stream.of(forThisName)
                    : Stream.of(forThisName, rule(rule, otherNames, rule.getVerbs()));
        }).filter(rule -> !rule.getVerbs().isEmpty()).toList();
    }

    private static V1PolicyRule rule(V1PolicyRule other, @Nullable List<String> names, List<String> verbs) {
        return new V1PolicyRule().apiGroups(other.getApiGroups()).resources(other.getResources()).resourceNames(names)
                .verbs(verbs);
    }

    private static List<String> except(List<String> words, String word) {
        return words.stream().filter(each -> !each.equals(word)).toList();
    }

    private void setInSystem(List<V1PolicyRule> rules) {
        setNamespaced(SYSTEM, rules);
    }

    private void setInDefault(List<V1PolicyRule> rules) {
        setNamespaced("default", rules);
    }

    private void setNamespaced(String namespace, List<V1PolicyRule> rules) {
        V1Role role = Hands.call(() -> rbac.readNamespacedRole(NAME, namespace).execute());
        role.setRules(rules);
        Hands.call(() -> rbac.replaceNamespacedRole(NAME, namespace, role).execute());
    }

    private void setEverywhere(List<V1PolicyRule> rules) {
        V1ClusterRole role = Hands.call(() -> rbac.readClusterRole(NAME).execute());
        role.setRules(rules);
        Hands.call(() -> rbac.replaceClusterRole(NAME, role).execute());
    }
}
