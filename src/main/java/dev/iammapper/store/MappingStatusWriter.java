package dev.iammapper.store;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Brings statuses to the API server, on a thread of its own: the latest wanted status of an object wins, at most 50
 * patches a second are sent, and failures are retried until the object or the wish is gone.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class MappingStatusWriter implements AutoCloseable {

    /**
     * A writer; its thread starts at once.
     *
     * @param mayWrite asked before each patch; while false nothing is sent and wishes are dropped
     */
    public MappingStatusWriter(KubernetesAccess access, BooleanSupplier mayWrite) {}

    /**
     * Asks for a status.
     *
     * @param object as it was read; nothing is sent when its status is already equal
     */
    public void want(IamIdentityMapping object, IamIdentityMappingStatus status) {}

    /** How many objects wait for their status, the one on its way included. */
    public int pending() {
        throw new UnsupportedOperationException();
    }

    /** Waits until nothing is pending; false when the time is up first. */
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Ends the thread; what is pending is dropped. */
    @Override
    public void close() {}
}
