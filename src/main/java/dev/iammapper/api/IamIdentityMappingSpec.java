package dev.iammapper.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user asks for. Instants stay text here, so that a bad one is a finding and not a failed read.
 *
 * @param arn IAM role or user ARN
 * @param username Kubernetes username, with the authenticator's templates
 * @param groups Kubernetes groups
 * @param notBefore RFC 3339 instant before which the grant is not in aws-auth
 * @param expiresAt RFC 3339 instant from which the grant is no longer in aws-auth
 */
public record IamIdentityMappingSpec(@Nullable String arn, @Nullable String username,
        @Nullable List<@Nullable String> groups, @Nullable String notBefore, @Nullable String expiresAt) {}
