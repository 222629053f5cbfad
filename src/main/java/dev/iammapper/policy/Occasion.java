package dev.iammapper.policy;

/** Why an object is judged. */
public sealed interface Occasion {

    /** Somebody creates it: every other object is older. */
    record Creation() implements Occasion {}

    /** Somebody changes it. */
    record Update(Candidate before) implements Occasion {}

    /** It stands in the cluster or in a file. */
    record Standing() implements Occasion {}
}
