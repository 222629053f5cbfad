package dev.iammapper.simulation;

import dev.iammapper.cluster.TestCluster;

/** The model promises no more than the real API server keeps. */
class ModelContractIT extends ClusterContract {
    @Override
    Ground ground() {
        return new StoredGround(TestCluster.shared());
    }
}
