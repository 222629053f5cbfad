package dev.iammapper.store;

import dev.iammapper.api.IamIdentityMapping;
import java.util.List;

/** The answer to a quorum LIST of mappings. */
public sealed interface MappingListing {

    /**
     * All objects that exist. One whose spec cannot be read is there with its metadata and a null spec.
     *
     * @param objects in the server's order
     */
    record Read(List<IamIdentityMapping> objects) implements MappingListing {
        /** Copies the list. */
        public Read {
            objects = List.copyOf(objects);
        }
    }

    /** The API server does not serve the resource: nothing is known about objects. */
    record NotServed() implements MappingListing {}
}
