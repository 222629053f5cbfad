package dev.iammapper.policy;

import java.util.List;

/**
 * One rule: a pure function with a name.
 *
 * @param code the name
 * @param facts what it must know
 * @param check what it says about an object
 */
record Rule(RuleCode code, Facts facts, Check check) {

    /** A rule that needs nothing but the object, the time and the policy. */
    static Rule of(RuleCode code, Check check) {
        return new Rule(code, (_, _) -> true, check);
    }

    /** Says something about an object, or nothing. */
    @FunctionalInterface
    interface Check {
        List<Remark> remarks(Candidate candidate, PolicyContext context, Policy policy);
    }

    /** Whether what a rule must know is known. */
    @FunctionalInterface
    interface Facts {
        boolean areKnown(PolicyContext context, Policy policy);
    }
}
