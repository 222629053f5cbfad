package dev.iammapper.render;

import org.jspecify.annotations.Nullable;

/**
 * The record that one row is ours. The protocol is written ahead: {@code pending} is stored before the row is written,
 * and becomes {@code applied} once the row is seen in aws-auth.
 *
 * @param mapping the name of the object for which the row was written
 * @param uid that object's uid
 * @param definition the uid of the CustomResourceDefinition under which the object lived: when that is another one
 *     today, the object's absence proves nothing
 * @param applied the meaning last seen in aws-auth, as {@link Meaning} writes it, or null
 * @param pending the meaning about to be written, or null
 */
public record Claim(String mapping, String uid, String definition, @Nullable String applied,
        @Nullable String pending) {

    /** Whether a row with this meaning is one that we wrote, or were about to write. */
    boolean speaksOf(String meaning) {
        return meaning.equals(applied) || meaning.equals(pending);
    }

    /**
     * The principal and the section of a claim.
     *
     * @param section where the row stands
     * @param principal the lower-case ARN
     */
    public record Key(Section section, String principal) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int bySection = section.compareTo(other.section);
            return bySection != 0 ? bySection : principal.compareTo(other.principal);
        }
    }
}
