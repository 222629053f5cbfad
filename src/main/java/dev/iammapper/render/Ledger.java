package dev.iammapper.render;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
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
 */
public record Ledger(long term, @Nullable String awsAuthUid, Map<Claim.Key, Claim> claims,
        Map<Section, String> emptyForms) {

    /** A ledger without claims. */
    public static final Ledger EMPTY = new Ledger(0, null, Map.of(), Map.of());

    /** Copies and sorts. */
    public Ledger {
        Map<Claim.Key, Claim> sorted = LinkedHashMap.newLinkedHashMap(claims.size());
        claims.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(claim -> sorted.put(claim.getKey(), claim.getValue()));
        claims = Collections.unmodifiableMap(sorted);
        EnumMap<Section, String> forms = new EnumMap<>(Section.class);
        forms.putAll(emptyForms);
        emptyForms = Collections.unmodifiableMap(forms);
    }
}
