package dev.iammapper.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Runs all rules over an object, and lets the policy have its say. */
public final class Judge {
    private final Policy policy;
    private final List<Rule> rules;

    /** A judge by a policy. */
    public Judge(Policy policy) {
        this(policy, Rules.ALL);
    }

    /** A judge by some of the rules, so that tests can leave one out. */
    Judge(Policy policy, List<Rule> rules) {
        this.policy = policy;
        this.rules = List.copyOf(rules);
    }

    /** The policy in force. */
    public Policy policy() {
        return policy;
    }

    /**
     * Everything that is to be said about an object, the worst first. Of an update that asks for nothing new only the
     * labels are judged, so that an object which broke a later policy can still be labelled and deleted.
     */
    public Verdict judge(Candidate candidate, PolicyContext context) {
        boolean labelsOnly = context.occasion() instanceof Occasion.Update(Candidate before)
                && candidate.asksForTheSameAs(before);
        List<Finding> findings = new ArrayList<>();
        List<RuleCode> off = new ArrayList<>();
        for (Rule rule : rules) {
            if (labelsOnly && rule.code().kind() != RuleKind.ADVICE) {
                continue;
            }
            if (!rule.facts().areKnown(context, policy)) {
                off.add(rule.code());
                continue;
            }
            for (Remark remark : rule.check().remarks(candidate, context, policy)) {
                findings.add(new Finding(rule.code(), severity(rule.code(), remark.kind()), remark.path(),
                        remark.message(), remark.advice(), remark.other()));
            }
        }
        findings.sort(Comparator.comparing(Finding::severity));
        return new Verdict(findings, off);
    }

    private Severity severity(RuleCode code, RuleKind kind) {
        return switch (kind) {
            case DENIAL -> Severity.DENY;
            case POLICY -> denialOfPolicy();
            case WARNING -> policy.denyWarnings().contains(code) ? denialOfPolicy() : Severity.WARN;
            case ADVICE -> Severity.WARN;
            case INFORMATION -> Severity.INFO;
        };
    }

    private Severity denialOfPolicy() {
        return switch (policy.enforcement()) {
            case DENY -> Severity.DENY;
            case WARN -> Severity.WARN;
        };
    }
}
