package dev.iammapper.cli;

import dev.iammapper.cli.input.InputFiles;
import dev.iammapper.cli.input.UnusableInputException;
import dev.iammapper.policy.Policy;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.PolicyStore;

/** The policy in force in a cluster, as its controller published it. */
public final class ClusterPolicy {
    private ClusterPolicy() {}

    /**
     * Reads it.
     *
     * @throws UnusableInputException if none is published, or one that cannot be read
     */
    public static Policy read(KubernetesAccess cluster) throws UnusableInputException {
        PolicyStore.Published published = new PolicyStore(cluster).read();
        if (published == null) {
            throw new UnusableInputException("the cluster " + cluster.description() + " publishes no policy: there"
                    + " is no ConfigMap kube-system/" + PolicyStore.NAME + " with the key " + PolicyStore.KEY
                    + "; is the controller running there?");
        }
        return InputFiles.policy("the policy of the cluster", published.policy());
    }
}
