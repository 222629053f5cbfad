package dev.iammapper.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all replicas share.
 *
 * @param serving what they show
 * @param authorityKey of the authority that issued it; null when only its owner has it, so that nothing can be renewed
 * @param next the authority that issues next, once the API servers know it; null most of the time
 * @param others authorities that somebody else wants to be trusted beside these
 */
public record Keyring(ServingCertificate serving, @Nullable PrivateKey authorityKey, @Nullable Authority next,
        List<X509Certificate> others) {

    /** Copies the others. */
    public Keyring {
        others = List.copyOf(others);
    }

    /** The authorities that API servers must trust, the present one first. */
    public List<X509Certificate> bundle() {
        Set<X509Certificate> bundle = new LinkedHashSet<>(List.of(serving.authority()));
        if (next != null) {
            bundle.add(next.certificate());
        }
        bundle.addAll(others);
        return List.copyOf(bundle);
    }

    /** Never a key. */
    @Override
    public String toString() {
        return serving + (next == null ? "" : ", then " + next);
    }
}
