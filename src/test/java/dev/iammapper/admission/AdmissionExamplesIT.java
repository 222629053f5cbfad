package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.Seen;
import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.RuleExample;
import dev.iammapper.policy.RuleExample.Expected;
import dev.iammapper.policy.RuleExamples;
import dev.iammapper.policy.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Every example of every rule, applied with kubectl to an API server that asks the webhook. */
@TestInstance(Lifecycle.PER_CLASS)
class AdmissionExamplesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String REQUESTER = "jane";

    /** What the schema of the definition refuses already, so that no webhook is asked. */
    private static final Set<RuleCode> STRUCTURAL = EnumSet.of(RuleCode.FIELD_MISSING, RuleCode.ADOPT_MALFORMED,
            RuleCode.ARN_MALFORMED, RuleCode.ARN_WILDCARD, RuleCode.ARN_KIND_UNSUPPORTED, RuleCode.USERNAME_MALFORMED,
            RuleCode.GROUP_MALFORMED, RuleCode.INSTANT_MALFORMED, RuleCode.EXPIRY_ORDER);

    private final WebhookStage stage = new WebhookStage();
    private @Nullable String policy = "none is in force yet";
    private List<String> left = List.of();

    @AfterAll
    void close() {
        clear();
        delete(RuleExamples.commonBindings());
        stage.close();
    }

    @TestFactory
    Stream<DynamicTest> everyExample() {
        return RuleExamples.all().stream()
                .sorted(Comparator.comparing(example -> Objects.requireNonNullElse(example.policyText(), "")))
                .map(example -> DynamicTest.dynamicTest(example.toString(), () -> judge(example)));
    }

    private void judge(RuleExample example) {
        if (!Objects.equals(policy, example.policyText())) {
            RuleExamples.commonBindings().forEach(binding -> stage.kubectl().apply(binding));
            stage.start(example.policyText());
            policy = example.policyText();
        }
        clear();
        prepare(example);
        String text = now(example.text());
        String as = example.requesterLacks().isEmpty() ? "--as=" : "--as=" + REQUESTER;
        // The webhook's watches lag behind what was prepared a moment ago.
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(200))
                .atMost(SOON).untilAsserted(() -> sees(example, stage.kubectl().apply(text, as, "--dry-run=server")));
        sees(example, stage.kubectl().apply(text, as));
    }

    private void sees(RuleExample example, Seen seen) {
        String words = seen.err().replaceAll("\\s+", " ");
        List<Expected> denials = example.expected().stream().filter(each -> each.severity() == Severity.DENY).toList();
        if (denials.isEmpty()) {
            assertThat(seen.exitCode()).as(seen.toString()).isZero();
        } else {
            assertThat(seen.exitCode()).as(seen.toString()).isNotZero();
        }
        if (!denials.isEmpty() && !words.contains("admission webhook")) {
            assertThat(denials).as("only the schema may be faster than the webhook: %s", words)
                    .anyMatch(each -> STRUCTURAL.contains(each.code()));
            return;
        }
        for (Expected each : example.expected()) {
            switch (each.severity()) {
                case DENY -> assertThat(words).contains(each.path() + ":").contains("(" + each.code().word() + ")");
                case WARN -> assertThat(words).contains("Warning: " + each.path() + ":")
                        .contains("(" + each.code().word() + ")");
                case INFO -> assertThat(words).doesNotContain(each.code().word());
            }
        }
        if (example.expected().stream().allMatch(each -> each.severity() == Severity.INFO)) {
            assertThat(words).as("a good mapping gets no word").isBlank();
        }
    }

    /** What is there before the example comes, stored without asking anybody. */
    private void prepare(RuleExample example) {
        List<String> objects = new ArrayList<>(example.bindings());
        example.others().forEach(other -> objects.add(unasked(now(other))));
        if (example.before() != null) {
            objects.add(unasked(now(example.before())));
        }
        if (!example.requesterLacks().isEmpty()) {
            objects.add("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: ClusterRole
                    metadata: {name: rule-examples-requester}
                    rules:
                      - {apiGroups: [iamauthenticator.k8s.aws], resources: [iamidentitymappings], verbs: ["*"]}
                    """);
            objects.add("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: ClusterRoleBinding
                    metadata: {name: rule-examples-requester}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rule-examples-requester}
                    subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %s}]
                    """.formatted(REQUESTER));
        }
        for (String object : objects) {
            Seen seen = stage.kubectl().apply(object);
            assertThat(seen.exitCode()).as(seen + object).isZero();
        }
        left = objects;
    }

    private void clear() {
        stage.kubectl().run("delete", "iamidentitymappings", "--all");
        delete(left.stream().filter(object -> !object.contains("kind: IAMIdentityMapping")).toList());
        left = List.of();
    }

    private void delete(List<String> objects) {
        objects.forEach(object -> stage.kubectl().delete(object));
    }

    private static String unasked(String object) {
        return object.contains("\n  labels:\n")
                ? object.replace("\n  labels:\n", "\n  labels:\n    " + WebhookStage.UNASKED + ": \"\"\n")
                : object.replace("\nmetadata:\n", "\nmetadata:\n  labels:\n    " + WebhookStage.UNASKED + ": \"\"\n");
    }

    private static String now(String text) {
        return RuleExample.at(Instant.now().truncatedTo(ChronoUnit.SECONDS), text);
    }
}
