package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.reconcile.Cluster;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A cluster, the model or a real one: what others do to it, and the controller's way to it. */
interface Ground extends AutoCloseable {

    /** The controller's way; its watch follows when {@link #catchUp} is called. */
    Cluster cluster();

    /** Waits until the watch has seen everything, and all statuses are written. */
    void catchUp();

    /** Writes these data, whoever wrote in between. */
    void put(String configMap, String manager, Map<String, String> data);

    /** All data as text. */
    Map<String, String> data(String configMap);

    void deleteConfigMap(String name);

    void freeze(String configMap);

    /** Creates a mapping, and tells when; {@code created} is when it should have been, if that can be chosen. */
    Instant create(String name, IamIdentityMappingSpec spec, Map<String, String> labels,
            Map<String, String> annotations, Instant created);

    void change(String name, IamIdentityMappingSpec spec);

    void describe(String name, Map<String, String> labels, Map<String, String> annotations);

    void delete(String name);

    /** The mappings as stored. */
    List<IamIdentityMapping> objects();

    /** The definition as it should be. */
    void applyDefinition();

    /** A definition without {@code spec.expiresAt}. */
    void cutDefinition();

    /** The definition goes, and all objects with it. */
    void deleteDefinition();

    @Override
    void close();
}
