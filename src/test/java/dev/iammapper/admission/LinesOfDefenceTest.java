package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.RuleExample;
import dev.iammapper.policy.RuleExamples;
import dev.iammapper.policy.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LinesOfDefenceTest {

    @Test
    void thePageShowsTheTable() throws Exception {
        assertThat(Files.readString(Path.of("docs", "admission.md")))
                .contains("\n\n" + LinesOfDefence.markdown() + "\n");
    }

    @Test
    void everyRuleThatDeniesHasALine() {
        Set<RuleCode> denying = RuleExamples.all().stream().flatMap(example -> example.expected().stream())
                .filter(finding -> finding.severity() == Severity.DENY).map(RuleExample.Expected::code)
                .collect(Collectors.toSet());
        assertThat(LinesOfDefence.LINES.keySet()).containsExactlyInAnyOrderElementsOf(denying);
    }
}
