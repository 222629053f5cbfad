package dev.iammapper.policy;

import org.jspecify.annotations.Nullable;

/**
 * What a rule says before the policy's enforcement is considered.
 *
 * @param kind how strict the rule is about it
 * @param path the field
 * @param message what is wrong, a sentence that goes on from the path
 * @param advice what to write instead, a sentence
 * @param other the name of another object that it speaks of, or null
 */
record Remark(RuleKind kind, String path, String message, String advice, @Nullable String other) {

    static Remark denial(String path, String message, String advice) {
        return new Remark(RuleKind.DENIAL, path, message, advice, null);
    }

    static Remark policy(String path, String message, String advice) {
        return new Remark(RuleKind.POLICY, path, message, advice, null);
    }

    static Remark warning(String path, String message, String advice) {
        return new Remark(RuleKind.WARNING, path, message, advice, null);
    }

    static Remark advice(String path, String message, String advice) {
        return new Remark(RuleKind.ADVICE, path, message, advice, null);
    }

    Remark about(String object) {
        return new Remark(kind, path, message, advice, object);
    }
}
