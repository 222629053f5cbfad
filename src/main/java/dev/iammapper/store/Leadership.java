package dev.iammapper.store;

/** The fence before every write. */
public interface Leadership {

    /** Whether a write may start now: we lead, and the Lease has not run out on a monotonic clock. */
    boolean mayWrite();

    /** The number of the term that we lead, or led last; it rises whenever the leader changes. */
    long term();

    /** Whether others may lead, before us and after us. */
    default boolean contested() {
        return true;
    }

    /** The leadership of a program that runs alone. */
    static Leadership alone() {
        return new Leadership() {
            @Override
            public boolean mayWrite() {
                return true;
            }

            @Override
            public long term() {
                return 0;
            }

            @Override
            public boolean contested() {
                return false;
            }
        };
    }
}
