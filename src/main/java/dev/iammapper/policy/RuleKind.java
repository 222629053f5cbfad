package dev.iammapper.policy;

/** How strict a rule is before the policy has its say. */
public enum RuleKind {
    /** Denied always. */
    DENIAL,
    /** Denied unless the policy allows it; a warning while the policy is on trial. */
    POLICY,
    /** Admitted with a warning, or denied where the policy says so. */
    WARNING,
    /** Admitted with a warning in any case: it is about a label, for which nobody may lose access. */
    ADVICE,
    /** Worth knowing, and no reason to speak at admission. */
    INFORMATION
}
