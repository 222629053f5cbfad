package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.MappingReason;
import dev.iammapper.cluster.Seen;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.RuleExample;
import dev.iammapper.policy.RuleExamples;
import dev.iammapper.policy.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** With the webhook switched off, the definition's schema and the reconciler stop what {@link LinesOfDefence} says. */
@TestInstance(Lifecycle.PER_CLASS)
class WithoutWebhookIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Set<String> CAUGHT = Set.of(MappingReason.INVALID.word(),
            MappingReason.POLICY_VIOLATION.word(), MappingReason.CONFLICT.word());

    private final WebhookStage stage = new WebhookStage();
    private @Nullable String policy = "none is in force yet";

    /** What became of one example. */
    private record Fate(RuleExample example, boolean bySchema, String reason) {}

    @AfterAll
    void close() {
        stage.kubectl().run("delete", "iim", "--all");
        stage.close();
        stage.kubectl().run("-n", "kube-system", "delete", "configmap", "aws-auth", "iam-identity-mapper-ledger",
                "--ignore-not-found");
    }

    @Test
    void eachLineHoldsWhatTheTableSays() {
        Map<RuleCode, List<Fate>> fates = new EnumMap<>(RuleCode.class);
        Stream.concat(RuleExamples.all().stream(), otherForms().stream())
                .filter(WithoutWebhookIT::isDeniedForItsRuleOnly)
                .sorted(Comparator.comparing(example -> Objects.requireNonNullElse(example.policyText(), "")))
                .forEach(example -> fates.computeIfAbsent(example.code(), _ -> new ArrayList<>()).add(fate(example)));

        assertThat(fates.keySet()).isEqualTo(LinesOfDefence.LINES.keySet());
        List<String> surprises = new ArrayList<>();
        fates.forEach((code, list) -> surprises.addAll(surprises(code, list)));
        assertThat(surprises).isEmpty();
    }

    private static boolean isDeniedForItsRuleOnly(RuleExample example) {
        List<RuleCode> denials = example.expected().stream().filter(each -> each.severity() == Severity.DENY)
                .map(RuleExample.Expected::code).distinct().toList();
        return denials.equals(List.of(example.code()));
    }

    /** Of what is refused partly by the schema, the part that the examples do not show. */
    private static List<RuleExample> otherForms() {
        return List.of(
                otherForm(RuleCode.ARN_MALFORMED, "spec.arn", "arn:aws-moon:iam::111122223333:role/x", "jane", "a"),
                otherForm(RuleCode.ARN_KIND_UNSUPPORTED, "spec.arn",
                        "arn:aws:iam::111122223333:instance-profile/x", "jane", "a"),
                otherForm(RuleCode.USERNAME_MALFORMED, "spec.username", "arn:aws:iam::111122223333:role/x",
                        "two\\nlines", "a"),
                otherForm(RuleCode.GROUP_MALFORMED, "spec.groups[0]", "arn:aws:iam::111122223333:role/x", "jane",
                        "two\\nlines"));
    }

    private static RuleExample otherForm(RuleCode code, String path, String arn, String username, String group) {
        return new RuleExample(code, "refused-in-another-form", """
                # deny %s %s
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata:
                  name: another-form
                spec:
                  arn: "%s"
                  username: "%s"
                  groups: ["%s"]
                """.formatted(code.word(), path, arn, username, group), null, List.of(), null, List.of());
    }

    private static List<String> surprises(RuleCode code, List<Fate> fates) {
        LinesOfDefence.Line line = Objects.requireNonNull(LinesOfDefence.LINES.get(code));
        long bySchema = fates.stream().filter(Fate::bySchema).count();
        boolean schemaHolds = switch (line.schema()) {
            case YES -> bySchema == fates.size();
            case PARTLY -> bySchema > 0 && bySchema < fates.size();
            case NOT -> bySchema == 0;
        };
        List<String> surprises = new ArrayList<>();
        if (!schemaHolds) {
            surprises.add(code.word() + ": the schema refused " + bySchema + " of " + fates.size());
        }
        for (Fate fate : fates) {
            boolean asExpected = line.reason() == null
                    ? !CAUGHT.contains(fate.reason())
                    : fate.reason().equals(line.reason().word());
            if (!asExpected) {
                surprises.add(fate.example() + ": " + fate.reason());
            }
        }
        return surprises;
    }

    private Fate fate(RuleExample example) {
        if (!Objects.equals(policy, example.policyText())) {
            stage.startWithoutWebhook(example.policyText());
            policy = example.policyText();
        }
        stage.kubectl().run("delete", "iim", "--all");
        example.others().forEach(other -> applied(stage.kubectl().apply(now(other))));
        if (example.before() != null) {
            applied(stage.kubectl().apply(now(example.before())));
        }
        Seen seen = stage.kubectl().apply(now(example.text()));
        if (seen.exitCode() == 0) {
            return new Fate(example, false,
                    example.code() == RuleCode.DUPLICATE_PRINCIPAL ? conflict() : told(example));
        }
        assertThat(seen.err()).containsAnyOf("is invalid", "error validating", "strict decoding error");
        assertThat(MappingParser.parse(example.object())).as(example.toString())
                .isInstanceOf(ParsedMapping.Invalid.class);
        return new Fate(example, true, MappingReason.INVALID.word());
    }

    /** Whichever of two objects is the younger one. */
    private String conflict() {
        Awaitility.await().pollInSameThread().pollInterval(Duration.ofMillis(200)).atMost(SOON)
                .until(() -> reasons("").contains(MappingReason.CONFLICT.word()));
        return MappingReason.CONFLICT.word();
    }

    private String told(RuleExample example) {
        String name = Objects.requireNonNull(example.object().metadata().getName());
        return Awaitility.await(example.toString()).pollInSameThread().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200)).atMost(SOON)
                .until(() -> reasons(name), reason -> !reason.isBlank()
                        && !reason.equals(MappingReason.PENDING.word()));
    }

    /** The reasons of all objects, or of one once its status speaks of its latest generation. */
    private String reasons(String name) {
        String reason = "{.status.conditions[?(@.type==\"Ready\")].reason}";
        if (name.isEmpty()) {
            return stage.kubectl().run("get", "iim", "-o", "jsonpath={range .items[*]}" + reason + " {end}").out();
        }
        String[] words = stage.kubectl().run("get", "iim", name, "-o",
                "jsonpath={.metadata.generation} {.status.observedGeneration} " + reason).out().split(" ", -1);
        return words.length == 3 && words[0].equals(words[1]) ? words[2] : "";
    }

    private static void applied(Seen seen) {
        assertThat(seen.exitCode()).as(seen.toString()).isZero();
    }

    private static String now(String text) {
        return RuleExample.at(Instant.now().truncatedTo(ChronoUnit.SECONDS), text);
    }
}
