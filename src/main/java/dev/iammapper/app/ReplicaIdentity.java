package dev.iammapper.app;

import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The name of this process among its replicas.
 *
 * @param name unique over time: a Pod that restarts is another one
 */
record ReplicaIdentity(String name) {

    /** The Pod's or machine's name with a random end. */
    static ReplicaIdentity ofThisProcess(Map<String, String> environment, RandomGenerator random) {
        String host = environment.getOrDefault("HOSTNAME", "local");
        return new ReplicaIdentity("%s-%08x".formatted(host, random.nextInt()));
    }
}
