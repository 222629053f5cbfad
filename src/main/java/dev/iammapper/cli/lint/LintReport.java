package dev.iammapper.cli.lint;

import dev.iammapper.cli.input.LintFinding;
import dev.iammapper.cli.input.UnusableInput;
import dev.iammapper.policy.Severity;
import java.util.List;

/**
 * Everything that a run of {@code lint} has to say.
 *
 * @param findings in the order of the files, and of places within a file
 * @param unusable what could not be looked at
 * @param rulesOff the codes of rules that could not look because their facts are not known
 * @param files how many files were read
 * @param mappings how many mappings they hold
 * @param others how many objects of other kinds were passed over
 */
record LintReport(List<LintFinding> findings, List<UnusableInput> unusable, List<String> rulesOff, int files,
        int mappings, int others) {
    /** Copies the lists. */
    LintReport {
        findings = List.copyOf(findings);
        unusable = List.copyOf(unusable);
        rulesOff = List.copyOf(rulesOff);
    }

    int count(Severity severity) {
        return (int) findings.stream().filter(finding -> finding.severity() == severity).count();
    }
}
