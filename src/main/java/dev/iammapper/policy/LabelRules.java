package dev.iammapper.policy;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.Quoted;
import java.util.List;

/** Rules about labels, which grant nothing. */
final class LabelRules {
    private static final String UNPROTECTED = "false";

    private LabelRules() {}

    /** The guard in the API server, too, knows one word only; of a label that was there before nobody speaks again. */
    static List<Remark> protectedUnknown(Candidate candidate, PolicyContext context, Policy policy) {
        String word = candidate.protection();
        if (word == null || candidate.isProtected() || word.equals(UNPROTECTED)
                || (context.occasion() instanceof Occasion.Update(Candidate before)
                        && word.equals(before.protection()))) {
            return List.of();
        }
        return List.of(Remark.advice("metadata.labels[" + IamIdentityMapping.PROTECTED_LABEL + "]",
                "is " + Quoted.text(word) + ", which protects nothing: only \"" + IamIdentityMapping.PROTECTED
                        + "\" does.",
                "Write \"" + IamIdentityMapping.PROTECTED + "\" to protect the object, or remove the label."));
    }
}
