package dev.iammapper.policy;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.MappingParser;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One object, the circumstances in which it is judged, and what the rules say about it. Comments of the object's text
 * tell: {@code # deny CODE FIELD}, {@code # warn …} and {@code # info …} are its findings, in any order;
 * {@code # requester lacks: users} or {@code groups/NAME} what the requesting user may not impersonate.
 *
 * @param code the rule that it is an example of
 * @param label the name of its file, {@code accepted…} where the rule is content
 * @param text the object, as if it were {@link RuleExamples#NOW}
 * @param policyText the policy in force, or null for the safe one
 * @param others objects that are in the cluster already
 * @param before the object as it is in the cluster before it is changed to this one, or null when it is created
 * @param bindings objects of RBAC besides {@link RuleExamples#commonBindings()}
 */
public record RuleExample(RuleCode code, String label, String text, @Nullable String policyText, List<String> others,
        @Nullable String before, List<String> bindings) {
    private static final Pattern INSTANT = Pattern
            .compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})");
    private static final Duration AGE_OF_OTHERS = Duration.ofDays(1);

    /**
     * One expected finding.
     *
     * @param severity under the example's policy
     * @param code which rule
     * @param path the field
     */
    public record Expected(Severity severity, RuleCode code, String path) {
        static Expected of(Finding finding) {
            return new Expected(finding.severity(), finding.code(), finding.path());
        }
    }

    /** Whether the rule has nothing against it. */
    public boolean isAccepted() {
        return label.startsWith("accepted");
    }

    /** Whether the page of the rules shows it. */
    public boolean isOnThePage() {
        return List.of("refused", "warned", "noted", "accepted").contains(label);
    }

    /** Everything that the rules say about it. */
    public List<Expected> expected() {
        return text.lines().filter(line -> line.matches("# (deny|warn|info) [A-Z]\\w+ \\S+")).map(line -> {
            String[] words = line.split(" ", -1);
            return new Expected(Severity.valueOf(words[1].toUpperCase(Locale.ROOT)),
                    RuleCode.of(words[2]).orElseThrow(() -> new AssertionError(this + " expects " + words[2])),
                    words[3]);
        }).toList();
    }

    /** What the requesting user may not impersonate: {@code users}, or {@code groups/NAME}; empty for an admin. */
    public List<String> requesterLacks() {
        String start = "# requester lacks: ";
        return text.lines().filter(line -> line.startsWith(start)).map(line -> line.substring(start.length())).toList();
    }

    /** The policy in force. */
    public Policy policy() {
        return policyText == null ? Policy.SAFE : Policies.read(policyText);
    }

    /** A text of this example with its instants as far from the given one as they are from {@link RuleExamples#NOW}. */
    public static String at(Instant now, String text) {
        Duration shift = Duration.between(RuleExamples.NOW, now);
        return INSTANT.matcher(text).replaceAll((MatchResult match) -> OffsetDateTime.parse(match.group())
                .toInstant().plus(shift).toString());
    }

    /** The object. */
    public IamIdentityMapping object() {
        return Yamls.object(text, before == null ? RuleExamples.NOW : RuleExamples.NOW.minus(AGE_OF_OTHERS));
    }

    Candidate candidate() {
        return Candidate.of(object());
    }

    /** All facts that there can be about the example. */
    PolicyContext context() {
        Instant longAgo = RuleExamples.NOW.minus(AGE_OF_OTHERS);
        Occasion occasion = before == null
                ? new Occasion.Creation()
                : new Occasion.Update(Candidate.of(Yamls.object(before, longAgo)));
        MappingIndex mappings = new MappingIndex();
        others.forEach(other -> mappings.put(MappingParser
                .parse(Yamls.object(other, before == null ? longAgo : RuleExamples.NOW.minusSeconds(60)))));
        BindingIndex index = new BindingIndex();
        RuleExamples.commonBindings().forEach(text -> put(index, text));
        bindings.forEach(text -> put(index, text));
        return PolicyContext.of(occasion, RuleExamples.NOW).with(mappings.neighboursOf(candidate()))
                .with(index.bindingsOf(candidate())).with(impersonation());
    }

    private Impersonation impersonation() {
        return new Impersonation("jane", candidate().impersonations().stream()
                .filter(subject -> requesterLacks().contains(
                        subject.kind().resource() + (subject.name() == null ? "" : "/" + subject.name())))
                .toList());
    }

    private static void put(BindingIndex index, String text) {
        switch (Yamls.kind(text)) {
            case "Role" -> index.put(RbacSketches.of(Yamls.read(text, V1Role.class)));
            case "ClusterRole" -> index.put(RbacSketches.of(Yamls.read(text, V1ClusterRole.class)));
            case "RoleBinding" -> index.put(RbacSketches.of(Yamls.read(text, V1RoleBinding.class)));
            case "ClusterRoleBinding" -> index.put(RbacSketches.of(Yamls.read(text, V1ClusterRoleBinding.class)));
            default -> throw new AssertionError(text);
        }
    }

    @Override
    public String toString() {
        return code.word() + "/" + label;
    }
}
