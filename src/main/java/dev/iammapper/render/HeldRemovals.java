package dev.iammapper.render;

import dev.iammapper.mapping.PrincipalKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The rows that stay although no object wants them, until a person lets them go.
 *
 * @param rows in the order of sections and principals
 */
public record HeldRemovals(List<Held> rows) {
    /** How many hexadecimal digits a digest has. */
    public static final int DIGITS = 12;

    /** Copies the list. */
    public HeldRemovals {
        rows = List.copyOf(rows);
    }

    /**
     * One row.
     *
     * @param section where it stands
     * @param principal whom it lets in
     * @param mapping the object for which it was written, which is gone or asks for no row
     * @param uid that object's uid
     * @param why what holds it; never {@link Claim.Hold#RELEASED}
     * @param meaning the fingerprint of its grant
     */
    public record Held(Section section, PrincipalKey principal, String mapping, String uid, Claim.Hold why,
            String meaning) {}

    /** What a ledger says is held. */
    public static HeldRemovals of(Ledger ledger) {
        List<Held> rows = new ArrayList<>();
        ledger.claims().forEach((key, claim) -> {
            if (claim.isHeld()) {
                rows.add(new Held(key.section(), new PrincipalKey(key.principal()), claim.mapping(), claim.uid(),
                        Objects.requireNonNull(claim.hold()),
                        Objects.requireNonNullElse(claim.applied(), String.valueOf(claim.pending()))));
            }
        });
        return new HeldRemovals(rows);
    }

    /** Whether nothing is held. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** By which a person names exactly these rows: 12 hexadecimal digits, other ones for every other set of rows. */
    public String digest() {
        List<String> parts = new ArrayList<>();
        rows.forEach(row -> parts.addAll(List.of(row.section().dataKey(), row.principal().value(), row.uid(),
                row.why().word(), row.meaning())));
        return Meaning.digest(parts).substring(0, DIGITS);
    }

    /** The ledger in which everything that is held was let go. */
    public static Ledger released(Ledger ledger) {
        Map<Claim.Key, Claim> claims = new LinkedHashMap<>();
        ledger.claims().forEach((key, claim) -> claims.put(key,
                claim.isHeld() ? claim.with(Claim.Hold.RELEASED) : claim));
        return ledger.withClaims(claims);
    }
}
