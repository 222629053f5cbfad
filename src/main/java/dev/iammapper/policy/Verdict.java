package dev.iammapper.policy;

import java.util.List;

/**
 * What all rules together say about an object.
 *
 * @param findings everything there is to say, denials first, each severity in the order of the rules
 * @param off the rules that could not look because their facts are not known
 */
public record Verdict(List<Finding> findings, List<RuleCode> off) {
    /** Copies the lists. */
    public Verdict {
        findings = List.copyOf(findings);
        off = List.copyOf(off);
    }

    /** Whether the object must not be admitted. */
    public boolean isDenied() {
        return !of(Severity.DENY).isEmpty();
    }

    /** The findings of one severity. */
    public List<Finding> of(Severity severity) {
        return findings.stream().filter(finding -> finding.severity() == severity).toList();
    }
}
