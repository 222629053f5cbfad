package dev.iammapper.store;

/** Live reads of the mappings and of their definition: what removals rest on. */
@SuppressWarnings("DoNotCallSuggester")
public final class MappingReads {

    /** The reads of one cluster. */
    public MappingReads(KubernetesAccess access) {}

    /**
     * Lists all mappings from the quorum, in pages.
     *
     * @throws StoreException if the answer is not to be had, or not whole
     */
    public MappingListing quorumList() {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads the CustomResourceDefinition.
     *
     * @throws StoreException if the answer is not to be had
     */
    public ServedDefinition definition() {
        throw new UnsupportedOperationException();
    }
}
