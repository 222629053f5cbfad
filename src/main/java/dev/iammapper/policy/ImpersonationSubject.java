package dev.iammapper.policy;

import org.jspecify.annotations.Nullable;

/**
 * One user or group that the requester is asked to hold, as a SubjectAccessReview for the verb {@code impersonate}
 * names it.
 *
 * @param kind what kind of subject
 * @param name its name, or null for every one of the kind
 */
public record ImpersonationSubject(Kind kind, @Nullable String name) {

    /** The resources that RBAC lets somebody impersonate and that a mapping can grant. */
    public enum Kind {
        /** A username. */
        USER("users"),
        /** A group. */
        GROUP("groups");

        private final String resource;

        Kind(String resource) {
            this.resource = resource;
        }

        /** The resource of RBAC, in the core API group. */
        public String resource() {
            return resource;
        }
    }

    static ImpersonationSubject user(String name) {
        return new ImpersonationSubject(Kind.USER, name);
    }

    static ImpersonationSubject everyUser() {
        return new ImpersonationSubject(Kind.USER, null);
    }

    static ImpersonationSubject group(String name) {
        return new ImpersonationSubject(Kind.GROUP, name);
    }
}
