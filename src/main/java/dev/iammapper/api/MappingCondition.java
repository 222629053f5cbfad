package dev.iammapper.api;

import org.jspecify.annotations.Nullable;

/**
 * One condition of a status, as the Kubernetes API conventions shape it.
 *
 * @param type {@link #READY}, {@link #APPLIED}, {@link #RECONCILING} or {@link #STALLED}
 * @param status {@code "True"}, {@code "False"} or {@code "Unknown"}
 * @param reason stable CamelCase word, see {@link MappingReason}
 * @param message a sentence for a person: what is, and what to do
 * @param lastTransitionTime RFC 3339 instant at which {@code status} last changed
 * @param observedGeneration the generation of the spec that this condition speaks of
 */
public record MappingCondition(@Nullable String type, @Nullable String status, @Nullable String reason,
        @Nullable String message, @Nullable String lastTransitionTime, @Nullable Long observedGeneration) {

    /** True: the spec is honoured, which for an expired object means that its row is gone. */
    public static final String READY = "Ready";

    /** True: EKS reads exactly this grant from aws-auth today. */
    public static final String APPLIED = "Applied";

    /** Present and True while something that passes by itself is in the way. */
    public static final String RECONCILING = "Reconciling";

    /** Present and True while only a person can change what is in the way. */
    public static final String STALLED = "Stalled";
}
