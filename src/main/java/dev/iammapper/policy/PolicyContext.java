package dev.iammapper.policy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The facts that rules may ask for, gathered by the caller. A rule whose facts are null is off, which the verdict says.
 *
 * @param occasion why the object is judged
 * @param now the time of day
 * @param neighbours other objects, from {@link MappingIndex}, or null when they are not known
 * @param bindings what RBAC makes of the groups, from {@link BindingIndex}, or null when it is not known
 * @param impersonation what the requester may impersonate, or null when nobody asked
 */
public record PolicyContext(Occasion occasion, Instant now, @Nullable Neighbours neighbours,
        @Nullable GroupBindings bindings, @Nullable Impersonation impersonation) {

    /** A context without any fact but the time. */
    public static PolicyContext of(Occasion occasion, Instant now) {
        return new PolicyContext(occasion, now, null, null, null);
    }

    /** The same with other objects known. */
    public PolicyContext with(Neighbours known) {
        return new PolicyContext(occasion, now, known, bindings, impersonation);
    }

    /** The same with RBAC known. */
    public PolicyContext with(GroupBindings known) {
        return new PolicyContext(occasion, now, neighbours, known, impersonation);
    }

    /** The same with the requester known. */
    public PolicyContext with(Impersonation known) {
        return new PolicyContext(occasion, now, neighbours, bindings, known);
    }
}
