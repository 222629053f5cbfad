package dev.iammapper.admission;

import dev.iammapper.admission.AdmissionRequest.Requester;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.GroupBindings;
import dev.iammapper.policy.Impersonation;
import dev.iammapper.policy.Neighbours;
import dev.iammapper.store.StoreException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What there is to know about the cluster when an object is judged. */
public interface AdmissionFacts {

    /** The other objects, or null while they have not all been listed. */
    @Nullable
    Neighbours neighboursOf(Candidate candidate);

    /** What RBAC makes of the candidate's groups, or null when bindings are not watched or not listed yet. */
    @Nullable
    GroupBindings bindingsOf(Candidate candidate);

    /**
     * One object as it is now, read from the API server; null when it is gone or means nothing.
     *
     * @throws StoreException if the answer is not to be had within {@code limit}
     */
    @Nullable
    IdentityMapping fresh(String name, Duration limit);

    /**
     * Asks the API server whether the requester may impersonate all that the candidate grants.
     *
     * @throws StoreException if the answer is not to be had within {@code limit}
     */
    Impersonation impersonation(Requester requester, Candidate candidate, Duration limit);
}
