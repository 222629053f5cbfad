package dev.iammapper.render;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of aws-auth are ours: an object of its own in the cluster, because other tools drop unknown keys from rows
 * and rewrite the metadata of aws-auth.
 *
 * @param term the leadership term that wrote it, rising
 * @param awsAuthUid the uid of the aws-auth that the claims speak of, or null before the first write
 * @param claims one for each row of ours, in order
 * @param emptyForms the text a section had before our first row when it held no row (absent from the map: it had rows;
 *     present with an empty string: the key was absent), so that removing the last row restores it
 * @param removals the latest removals that the brake counts, oldest first
 * @param pause set while a person does not want anything written, otherwise null
 */
public record Ledger(long term, @Nullable String awsAuthUid, Map<Claim.Key, Claim> claims,
        Map<Section, String> emptyForms, List<Removals> removals, @Nullable Pause pause) {

    /** A ledger without claims. */
    public static final Ledger EMPTY = new Ledger(0, null, Map.of(), Map.of());

    /** A ledger of a time without removals. */
    public Ledger(long term, @Nullable String awsAuthUid, Map<Claim.Key, Claim> claims,
            Map<Section, String> emptyForms) {
        this(term, awsAuthUid, claims, emptyForms, List.of(), null);
    }

    /**
     * Rows that were removed together.
     *
     * @param at when, in whole seconds
     * @param rows how many of them the brake counts, from 1
     */
    public record Removals(Instant at, int rows) {}

    /**
     * The wish of a person that nothing be written.
     *
     * @param why on one line
     * @param since in whole seconds
     */
    public record Pause(String why, Instant since) {
        /** By which a person ends the pause: 12 hexadecimal digits. */
        public String digest() {
            return Meaning.digest(List.of("pause", why, since.toString())).substring(0, HeldRemovals.DIGITS);
        }
    }

    /** Copies and sorts. */
    public Ledger {
        removals = List.copyOf(removals);
        Map<Claim.Key, Claim> sorted = LinkedHashMap.newLinkedHashMap(claims.size());
        claims.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(claim -> sorted.put(claim.getKey(), claim.getValue()));
        claims = Collections.unmodifiableMap(sorted);
        EnumMap<Section, String> forms = new EnumMap<>(Section.class);
        forms.putAll(emptyForms);
        emptyForms = Collections.unmodifiableMap(forms);
    }

    /** The same ledger, signed by another term. */
    public Ledger withTerm(long other) {
        return new Ledger(other, awsAuthUid, claims, emptyForms, removals, pause);
    }

    /** The same ledger about another aws-auth. */
    public Ledger withAwsAuthUid(@Nullable String other) {
        return new Ledger(term, other, claims, emptyForms, removals, pause);
    }

    /** The same ledger with other claims. */
    public Ledger withClaims(Map<Claim.Key, Claim> others) {
        return new Ledger(term, awsAuthUid, others, emptyForms, removals, pause);
    }

    /** The same ledger, paused or not. */
    public Ledger withPause(@Nullable Pause other) {
        return new Ledger(term, awsAuthUid, claims, emptyForms, removals, other);
    }
}
