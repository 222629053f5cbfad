package dev.iammapper.policy;

import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.Quoted;
import dev.iammapper.policy.NameTemplate.Variable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules about an object among others, and about what it was before. */
final class NeighbourRules {
    private static final String PATH = "spec.arn";

    private NeighbourRules() {}

    /** Judged by the label of the object as it was: nobody takes protection away and changes the grant in one step. */
    static List<Remark> protectedMapping(Candidate candidate, PolicyContext context, Policy policy) {
        if (!(context.occasion() instanceof Occasion.Update(Candidate before)) || !before.isProtected()
                || candidate.asksForTheSameAs(before)) {
            return List.of();
        }
        return List.of(Remark.denial("spec",
                "is protected by the label iammapper.dev/protected: the grant and the adopt annotation stay as they"
                        + " are.",
                "Remove the label first, in a change of its own: \"kubectl label iim " + candidate.parts().name()
                        + " iammapper.dev/protected-\"."));
    }

    /**
     * Of two objects for one principal the older holds. So whoever creates an object, or would take the grant of
     * another away by changing one that is older, is stopped; where the conflict is there already, only the younger is.
     */
    static List<Remark> duplicatePrincipal(Candidate candidate, PolicyContext context, Policy policy) {
        MappingParts parts = candidate.parts();
        Grant grant = candidate.grant();
        if (context.neighbours() == null || parts.principal() == null || grant == null) {
            return List.of();
        }
        List<Remark> remarks = new ArrayList<>();
        for (IdentityMapping other : context.neighbours().samePrincipal()) {
            if (!isAbout(candidate, other) || !meet(parts, other, context.now())) {
                continue;
            }
            boolean younger = isYounger(parts, other, context.occasion());
            if (grant.means(other.grant())) {
                if (younger) {
                    remarks.add(Remark.warning(PATH,
                            "is mapped to the same grant by the object " + Quoted.text(other.name()) + " already.",
                            "Delete one of the two objects when both are no longer needed.").about(other.name()));
                }
            } else if (younger) {
                remarks.add(Remark.denial(PATH,
                        "is mapped to another grant by the older object " + Quoted.text(other.name()) + ": "
                                + words(other.grant()) + ".",
                        "Delete one of the two objects, or give both the same grant.").about(other.name()));
            } else if (isNewConflict(context.occasion(), other, context.now())) {
                remarks.add(Remark.denial(PATH,
                        "is mapped by the younger object " + Quoted.text(other.name()) + " too, to "
                                + words(other.grant()) + ": this change would take that grant away.",
                        "Delete one of the two objects first.").about(other.name()));
            }
        }
        return remarks;
    }

    private static boolean isAbout(Candidate candidate, IdentityMapping other) {
        PrincipalArn principal = candidate.parts().principal();
        return principal != null && !other.name().equals(candidate.parts().name())
                && other.principal().key().equals(principal.key());
    }

    /** Whether both grants hold at some instant from now on. */
    private static boolean meet(MappingParts parts, IdentityMapping other, Instant now) {
        Instant from = later(later(now, parts.notBefore()), other.notBefore());
        return isBefore(from, parts.expiresAt()) && isBefore(from, other.expiresAt());
    }

    private static Instant later(Instant one, @Nullable Instant other) {
        return other == null || one.isAfter(other) ? one : other;
    }

    private static boolean isBefore(Instant instant, @Nullable Instant end) {
        return end == null || instant.isBefore(end);
    }

    /** What is being created is younger than all that stands, whatever its name and the clocks say. */
    private static boolean isYounger(MappingParts parts, IdentityMapping other, Occasion occasion) {
        if (occasion instanceof Occasion.Creation) {
            return true;
        }
        Instant created = parts.createdAt() == null ? Instant.EPOCH : parts.createdAt();
        int byAge = created.compareTo(other.createdAt());
        return byAge == 0 ? parts.name().compareTo(other.name()) > 0 : byAge > 0;
    }

    /** Whether the object as it was left the other one alone. */
    private static boolean isNewConflict(Occasion occasion, IdentityMapping other, Instant now) {
        if (!(occasion instanceof Occasion.Update(Candidate before))) {
            return false;
        }
        Grant grant = before.grant();
        return grant == null || !before.parts().errors().isEmpty() || !isAbout(before, other)
                || !meet(before.parts(), other, now) || grant.means(other.grant());
    }

    private static String words(Grant grant) {
        return "username " + Quoted.text(grant.username())
                + (grant.groups().isEmpty()
                        ? ", no groups"
                        : ", groups " + Quoted.text(String.join(", ", grant.groups())));
    }

    /**
     * Nodes have usernames that AWS makes unique; and where two roles of Identity Center take the session's name, the
     * same name is the same person.
     */
    static List<Remark> sharedUsername(Candidate candidate, PolicyContext context, Policy policy) {
        PrincipalArn principal = candidate.parts().principal();
        NameTemplate username = candidate.username();
        if (context.neighbours() == null || principal == null || username == null
                || username.has(Variable.EC2_PRIVATE_DNS_NAME) || username.canStartWith(ReservedNames.NODE)) {
            return List.of();
        }
        boolean namesPeople = IdentityCenter.isRole(principal)
                && username.variables().stream().anyMatch(Variable::isSessionName);
        return context.neighbours().sameUsername().stream()
                .filter(other -> !other.name().equals(candidate.parts().name())
                        && !other.principal().key().equals(principal.key())
                        && other.grant().username().equals(candidate.parts().username())
                        && !(namesPeople && IdentityCenter.isRole(other.principal()))
                        && meet(candidate.parts(), other, context.now()))
                .limit(1)
                .map(other -> Remark.warning(UsernameRules.PATH,
                        "is also the username of " + other.principal().canonical() + " in the object "
                                + Quoted.text(other.name()) + ": audit logs cannot tell the two apart.",
                        "Write a username of its own for each principal.").about(other.name()))
                .toList();
    }
}
