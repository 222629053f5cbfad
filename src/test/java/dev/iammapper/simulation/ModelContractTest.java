package dev.iammapper.simulation;

/** The model keeps what the real API server keeps. */
class ModelContractTest extends ClusterContract {
    @Override
    Ground ground() {
        return new ModelGround();
    }
}
