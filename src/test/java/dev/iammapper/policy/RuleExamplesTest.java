package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules say of every example what its comments say; and each rule is needed for that. */
class RuleExamplesTest {
    private static final String SENTENCE = "[a-z][A-Za-z]*[^\\p{Cntrl}\\p{Cf}]*[.:] [A-Z\"][^\\p{Cntrl}\\p{Cf}]*[.?\"]"
            + " \\([A-Z][A-Za-z]+\\)";

    private static final List<Case> CASES = RuleExamples.all().stream()
            .map(example -> new Case(example.policy(), example.candidate(), example.context())).toList();

    private record Case(Policy policy, Candidate candidate, PolicyContext context) {
        List<Finding> findings(List<Rule> rules) {
            return new Judge(policy, rules).judge(candidate, context).findings();
        }
    }

    static Stream<RuleExample> examples() {
        return RuleExamples.all().stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void rulesSayOfItWhatItsCommentsSay(RuleExample example) {
        Verdict verdict = new Judge(example.policy()).judge(example.candidate(), example.context());

        assertThat(verdict.findings()).extracting(RuleExample.Expected::of)
                .containsExactlyInAnyOrderElementsOf(example.expected());
        assertThat(verdict.findings()).extracting(Finding::severity).isSorted();
        assertThat(verdict.findings()).allSatisfy(finding -> {
            assertThat(finding.sentence()).matches(SENTENCE);
            assertThat(finding.message()).endsWith(".");
            assertThat(finding.advice()).matches("[A-Z].*[.?]");
        });
    }

    @ParameterizedTest
    @EnumSource(RuleCode.class)
    void everyRuleHasAnExampleItAcceptsAndOneItDoesNot(RuleCode code) {
        assertThat(RuleExamples.of(code)).filteredOn(RuleExample::isAccepted).isNotEmpty()
                .allSatisfy(example -> assertThat(example.expected()).noneMatch(finding -> finding.code() == code));
        assertThat(RuleExamples.of(code)).filteredOn(example -> !example.isAccepted()).isNotEmpty()
                .allSatisfy(example -> assertThat(example.expected()).anyMatch(finding -> finding.code() == code));
        assertThat(RuleExamples.of(code)).filteredOn(RuleExample::isOnThePage).anyMatch(RuleExample::isAccepted)
                .anyMatch(example -> !example.isAccepted());
    }

    @ParameterizedTest
    @EnumSource(RuleCode.class)
    void withoutARuleAtLeastOneExampleIsJudgedOtherwise(RuleCode left) {
        List<Rule> rules = Rules.ALL.stream().filter(rule -> rule.code() != left).toList();

        assertThat(CASES).as("examples that change without " + left.word())
                .anyMatch(each -> !each.findings(rules).equals(each.findings(Rules.ALL)));
    }

    @Test
    void everyCodeIsARuleAndTheyStandInOneOrder() {
        assertThat(Rules.ALL).extracting(Rule::code).containsExactly(RuleCode.values());
        assertThat(RuleExamples.folders())
                .containsExactlyElementsOf(Arrays.stream(RuleCode.values()).map(RuleCode::word).sorted().toList());
    }

    @Test
    void everyStrictnessThatARuleHasIsShownByAnExample() {
        assertThat(Stream.of(RuleCode.values())).allSatisfy(code -> code.kinds().forEach(kind -> assertThat(
                RuleExamples.of(code).stream().flatMap(example -> example.expected().stream())
                        .filter(finding -> finding.code() == code).map(RuleExample.Expected::severity))
                .contains(switch (kind) {
                    case DENIAL, POLICY -> Severity.DENY;
                    case WARNING, ADVICE -> Severity.WARN;
                    case INFORMATION -> Severity.INFO;
                })));
    }
}
