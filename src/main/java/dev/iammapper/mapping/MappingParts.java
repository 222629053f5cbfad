package dev.iammapper.mapping;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What could be read of one wire object, however much of it is malformed: so that everything that is wrong with an
 * object can be said at once.
 *
 * @param name the object's name, empty when absent
 * @param uid the object's uid, empty when absent
 * @param createdAt the object's creation, or null for text that no API server made
 * @param principal who is mapped, or null when the ARN is absent or malformed
 * @param username the username as written, or null when absent or empty
 * @param groups the groups as written, malformed ones too, without nulls and repetitions; of too many, the first
 * @param notBefore the instant from which the grant holds, or null when absent or malformed
 * @param expiresAt the instant from which it no longer holds, or null when absent or malformed
 * @param adoption whether rows of others may be taken over
 * @param errors everything that keeps the object from meaning something, in the order of the fields
 */
public record MappingParts(String name, String uid, @Nullable Instant createdAt, @Nullable PrincipalArn principal,
        @Nullable String username, List<Group> groups, @Nullable Instant notBefore, @Nullable Instant expiresAt,
        Adoption adoption, List<FieldError> errors) {

    /** Copies the lists. */
    public MappingParts {
        groups = List.copyOf(groups);
        errors = List.copyOf(errors);
    }

    /**
     * One group of the object.
     *
     * @param path where it stands, as {@code spec.groups[1]}
     * @param name as written
     */
    public record Group(String path, String name) {}

    /** Whether something at the field is malformed, so that its absence here says nothing. */
    public boolean isMalformed(String path) {
        return errors.stream().anyMatch(error -> error.path().equals(path));
    }

    /** The mapping that the parts make, or all that is wrong with them. */
    public ParsedMapping parsed() {
        if (!errors.isEmpty()) {
            return new ParsedMapping.Invalid(name, uid, errors);
        }
        Grant grant = new Grant(Objects.requireNonNull(username), groups.stream().map(Group::name).toList());
        // Text that no API server made has no creation: then the epoch stands for it.
        return new ParsedMapping.Valid(new IdentityMapping(name, uid,
                Objects.requireNonNullElse(createdAt, Instant.EPOCH), Objects.requireNonNull(principal), grant,
                notBefore, expiresAt, adoption));
    }
}
