package dev.iammapper.admission;

import static dev.iammapper.admission.LinesOfDefence.Schema.NOT;
import static dev.iammapper.admission.LinesOfDefence.Schema.PARTLY;
import static dev.iammapper.admission.LinesOfDefence.Schema.YES;
import static dev.iammapper.api.MappingReason.CONFLICT;
import static dev.iammapper.api.MappingReason.INVALID;
import static dev.iammapper.api.MappingReason.POLICY_VIOLATION;

import dev.iammapper.api.MappingReason;
import dev.iammapper.policy.RuleCode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where an object is stopped that a rule denies; the same table stands in docs/admission.md. */
final class LinesOfDefence {
    /** Which rules may deny, and what else stops the object than the webhook. */
    static final Map<RuleCode, Line> LINES = new EnumMap<>(Map.ofEntries(
            Map.entry(RuleCode.FIELD_MISSING, new Line(YES, INVALID)),
            Map.entry(RuleCode.ADOPT_MALFORMED, new Line(NOT, INVALID)),
            Map.entry(RuleCode.ARN_MALFORMED, new Line(PARTLY, INVALID)),
            Map.entry(RuleCode.ARN_WILDCARD, new Line(YES, INVALID)),
            Map.entry(RuleCode.ARN_KIND_UNSUPPORTED, new Line(PARTLY, INVALID)),
            Map.entry(RuleCode.ARN_ROOT_OR_FEDERATED, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.PARTITION_MISMATCH, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.FOREIGN_ACCOUNT, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.IAM_USER, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.USERNAME_MALFORMED, new Line(PARTLY, INVALID)),
            Map.entry(RuleCode.UNKNOWN_TEMPLATE, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.ACCESS_KEY_TEMPLATE, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.SESSION_TEMPLATE_ON_USER, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.SERVICE_ACCOUNT_USERNAME, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.NODE_USERNAME, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.RESERVED_USERNAME, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.USERNAME_ONLY_TEMPLATE, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.GROUP_MALFORMED, new Line(PARTLY, INVALID)),
            Map.entry(RuleCode.GROUP_TEMPLATE, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.MASTERS_GRANT, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.NODE_GRANT, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.RESERVED_GROUP, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.INSTANT_MALFORMED, new Line(YES, INVALID)),
            Map.entry(RuleCode.EXPIRY_ORDER, new Line(YES, INVALID)),
            Map.entry(RuleCode.EXPIRY_REQUIRED, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.EXPIRY_TOO_LONG, new Line(NOT, POLICY_VIOLATION)),
            Map.entry(RuleCode.PROTECTED_MAPPING, new Line(NOT, null)),
            Map.entry(RuleCode.DUPLICATE_PRINCIPAL, new Line(NOT, CONFLICT)),
            Map.entry(RuleCode.IMPERSONATION_CHECK, new Line(NOT, null))));

    private LinesOfDefence() {}

    /** Whether the definition's schema refuses what the rule denies. */
    enum Schema {
        YES, PARTLY, NOT;

        String word() {
            return this == NOT ? "–" : name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The lines beside the webhook.
     *
     * @param schema in the API server, by the definition
     * @param reason of the status that the reconciler gives; null where it has no way to know
     */
    record Line(Schema schema, @Nullable MappingReason reason) {}

    /** The table in Markdown. */
    static String markdown() {
        StringBuilder table = new StringBuilder("| rule | schema | webhook | reconciler |\n|---|---|---|---|\n");
        Arrays.stream(RuleCode.values()).filter(LINES::containsKey).forEach(code -> {
            Line line = LINES.get(code);
            table.append("| `").append(code.word()).append("` | ").append(line.schema().word()).append(" | yes | ")
                    .append(line.reason() == null ? "–" : "`" + line.reason().word() + "`").append(" |\n");
        });
        return table.toString();
    }
}
