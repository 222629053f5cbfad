package dev.iammapper.cli;

import dev.iammapper.policy.Policy;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.PolicyStore;

/** The policy in force in a cluster, as its controller published it. */
final class ClusterPolicy {
    private ClusterPolicy() {}

    /**
     * Reads it.
     *
     * @throws UnusableInputException if none is published, or one that cannot be read
     */
    static Policy read(KubernetesAccess cluster) throws UnusableInputException {
        PolicyStore.Published published = new PolicyStore(cluster).read();
        if (published == null) {
            throw new UnusableInputException("the cluster " + cluster.description() + " publishes no policy: there"
                    + " is no ConfigMap kube-system/" + PolicyStore.NAME + " with the key " + PolicyStore.KEY
                    + "; is the controller running there?");
        }
        return InputFiles.policy("the policy of the cluster", published.policy());
    }
}
