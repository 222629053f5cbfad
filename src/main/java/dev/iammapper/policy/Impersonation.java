package dev.iammapper.policy;

import java.util.List;

/**
 * What the cluster said about the user who asks for a change.
 *
 * @param requester the user's name
 * @param refused which of {@link Candidate#impersonations()} the user may not impersonate
 */
public record Impersonation(String requester, List<ImpersonationSubject> refused) {
    /** Copies the list. */
    public Impersonation {
        refused = List.copyOf(refused);
    }
}
