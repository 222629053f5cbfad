package dev.iammapper.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the controller says about an object.
 *
 * @param canonicalARN the ARN that EKS matches, role path stripped, in lower case as the authenticator's CRD backend
 *     compares it
 * @param userID the IAM unique id, when something knows it; carried, never made here
 * @param observedGeneration the generation of the spec that the conditions speak of
 * @param conditions one for each type, see {@link MappingCondition}
 */
public record IamIdentityMappingStatus(@Nullable String canonicalARN, @Nullable String userID,
        @Nullable Long observedGeneration, @Nullable List<MappingCondition> conditions) {}
