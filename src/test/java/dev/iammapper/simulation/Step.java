package dev.iammapper.simulation;

/** One step of a schedule: who acts, and the seed of all that it chooses, so that leaving another step out changes nothing. */
record Step(Actor actor, long salt) {

    /** Whoever may act. */
    enum Actor {
        /** People and pipelines that write mappings. */
        PEOPLE(8),
        /** Other writers of aws-auth. */
        TOOLS(6),
        /** Backups, and what deletes or spoils what is stored. */
        BACKUPS(3),
        /** The CustomResourceDefinition comes and goes. */
        DEFINITION(2),
        /** The local clock jumps. */
        CLOCK(1),
        /** Watches lag. */
        WATCHES(1),
        /** The controller runs, and one of its calls goes wrong. */
        FAULTS(6),
        /** The Lease changes hands. */
        LEASE(1),
        /** The controller runs. */
        TIME(8);

        private final int weight;

        Actor(int weight) {
            this.weight = weight;
        }

        int weight() {
            return weight;
        }
    }
}
