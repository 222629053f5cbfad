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
 * @param guarded whether the object carried the label that protects it: should it vanish, a person has to say so
 * @param hold why the row stays although no object wants it, or null
 * @param leaving while the row is being removed beside rows of others with the same meaning: how many those are, so that
 *     none of them is taken for ours once ours is gone; otherwise 0
 */
public record Claim(String mapping, String uid, String definition, @Nullable String applied,
        @Nullable String pending, boolean guarded, @Nullable Hold hold, int leaving) {

    /** A claim of an object without protection, whose row nothing holds. */
    public Claim(String mapping, String uid, String definition, @Nullable String applied, @Nullable String pending) {
        this(mapping, uid, definition, applied, pending, false, null, 0);
    }

    /** Why a row stays although no object wants it, until a person lets it go; the words stand in ledgers. */
    public enum Hold {
        /** Its removal was one of too many at once. */
        TOO_MANY("tooMany"),
        /** Its object was protected and is gone. */
        PROTECTED("protected"),
        /** Its object vanished together with its definition. */
        DEFINITION("definition"),
        /** A person let it go: the row is removed. */
        RELEASED("released");

        private final String word;

        Hold(String word) {
            this.word = word;
        }

        /** The word in ledgers. */
        public String word() {
            return word;
        }
    }

    /** The same claim, held for another reason or for none. */
    Claim with(@Nullable Hold other) {
        return other == hold ? this
                : new Claim(mapping, uid, definition, applied, pending, guarded, other,
                        leaving);
    }

    /** The same claim while its row is removed beside so many of others that mean the same. */
    Claim leaving(int others) {
        return new Claim(mapping, uid, definition, applied, pending, guarded, hold, others);
    }

    /** Whether a person has to let the row go. */
    boolean isHeld() {
        return hold != null && hold != Hold.RELEASED;
    }

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
