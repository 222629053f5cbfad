package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.policy.Finding;
import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.Severity;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarningsTest {

    @Test
    void aShortWarningIsWhole() {
        assertThat(Warnings.of(List.of(finding("is odd.", "Write another.", RuleCode.IAM_USER))))
                .containsExactly("spec.arn: is odd. Write another. (IamUser)");
    }

    @Test
    void aLongWarningLosesItsAdviceAndThenItsEndButNeverItsCode() {
        assertThat(Warnings.of(List.of(finding("is odd.", "Write ".repeat(60), RuleCode.IAM_USER))))
                .containsExactly("spec.arn: is odd. (IamUser)");
        List<String> cut = Warnings.of(List.of(finding("😀".repeat(400), "Write another.", RuleCode.IAM_USER)));
        assertThat(cut).hasSize(1);
        assertThat(cut.getFirst()).startsWith("spec.arn: 😀").endsWith("😀… (IamUser)");
        assertThat(cut.getFirst().codePointCount(0, cut.getFirst().length())).isEqualTo(Warnings.LONGEST);
    }

    @Test
    void aWarningIsOneLine() {
        assertThat(Warnings.of(List.of(finding("is\r\nodd\u0085.", "Write\tanother.", RuleCode.IAM_USER))))
                .containsExactly("spec.arn: is  odd . Write another. (IamUser)");
    }

    @Test
    void manyWarningsStayWithinWhatTheApiServerPasses() {
        List<String> warnings = Warnings.of(
                Collections.nCopies(300, finding("is odd ".repeat(30) + ".", "Write another.", RuleCode.IAM_USER)));
        assertThat(warnings).allMatch(warning -> warning.codePointCount(0, warning.length()) <= Warnings.LONGEST);
        assertThat(warnings.stream().mapToInt(String::length).sum()).isLessThan(4096);
        assertThat(warnings.getLast()).startsWith("and " + (300 - warnings.size() + 1) + " more");
    }

    private static Finding finding(String message, String advice, RuleCode code) {
        return new Finding(code, Severity.WARN, "spec.arn", message, advice, null);
    }
}
