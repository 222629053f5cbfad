package dev.iammapper.mapping;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A mapping that means something: made by {@code MappingParser} only.
 *
 * @param name the object's name, unique in the cluster
 * @param uid the object's uid, unique over time
 * @param createdAt the object's creation, the first half of the order in which conflicts are decided
 * @param principal who is mapped
 * @param grant to whom
 * @param notBefore the instant from which the grant holds, or null for always
 * @param expiresAt the instant from which it no longer holds, or null for never
 * @param adoption whether rows of others may be taken over
 */
public record IdentityMapping(String name, String uid, Instant createdAt, PrincipalArn principal, Grant grant,
        @Nullable Instant notBefore, @Nullable Instant expiresAt, Adoption adoption) {}
