package dev.iammapper.store;

import io.kubernetes.client.openapi.models.V1Lease;
import org.jspecify.annotations.Nullable;

/** The three requests of an election; in memory where its rules are tested. */
interface LeaseRequests {

    /** The Lease, or null when there is none. */
    @Nullable
    V1Lease get();

    /** The Lease as stored, or null when somebody else was faster. */
    @Nullable
    V1Lease create(V1Lease lease);

    /** The Lease as stored, or null when it is not the version that {@code lease} carries any more. */
    @Nullable
    V1Lease replace(V1Lease lease);
}
