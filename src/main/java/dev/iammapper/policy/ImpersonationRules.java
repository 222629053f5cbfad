package dev.iammapper.policy;

import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.Quoted;
import java.util.List;

/** The rule about who asks. */
final class ImpersonationRules {
    private ImpersonationRules() {}

    /** What stands already has no requester; a change has one, and where nobody could ask, it is denied. */
    static boolean canBeAsked(PolicyContext context, Policy policy) {
        return !policy.requesterMustHold() || context.impersonation() != null
                || !(context.occasion() instanceof Occasion.Standing);
    }

    static List<Remark> check(Candidate candidate, PolicyContext context, Policy policy) {
        if (!policy.requesterMustHold()) {
            return List.of();
        }
        Impersonation impersonation = context.impersonation();
        if (impersonation == null) {
            return List.of(Remark.policy("spec",
                    "grants what the requesting user must hold, but the cluster could not be asked.",
                    "Try again."));
        }
        return impersonation.refused().stream().map(subject -> Remark.policy(path(candidate, subject),
                "would give " + words(subject) + ", which the requesting user "
                        + Quoted.text(impersonation.requester()) + " may not impersonate.",
                "Ask somebody who may, or allow it by RBAC: the verb \"impersonate\" on \"" + subject.kind().resource()
                        + "\"" + (subject.name() == null ? "" : " named " + Quoted.text(subject.name())) + "."))
                .toList();
    }

    private static String words(ImpersonationSubject subject) {
        return switch (subject.kind()) {
            case USER -> subject.name() == null
                    ? "any username"
                    : "the username " + Quoted.text(subject.name());
            case GROUP -> "the group " + Quoted.text(String.valueOf(subject.name()));
        };
    }

    private static String path(Candidate candidate, ImpersonationSubject subject) {
        return switch (subject.kind()) {
            case USER -> UsernameRules.PATH;
            case GROUP -> candidate.parts().groups().stream().filter(group -> group.name().equals(subject.name()))
                    .findFirst().map(MappingParts.Group::path).orElse("spec.groups");
        };
    }
}
