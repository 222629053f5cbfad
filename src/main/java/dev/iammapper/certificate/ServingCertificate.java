package dev.iammapper.certificate;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server's certificate with the authority that makes others trust it.
 *
 * @param pair what the server shows
 * @param path from the server's own certificate to its authority, both included; the two may be one
 */
public record ServingCertificate(TlsPair pair, List<X509Certificate> path) {

    /** Copies the path, which has at least its beginning. */
    public ServingCertificate {
        path = List.copyOf(path);
        if (path.isEmpty() || !path.getFirst().equals(pair.leaf())) {
            throw new IllegalArgumentException("a path begins with the server's own certificate");
        }
    }

    /**
     * Finds the way from the server's certificate to one of the authorities.
     *
     * @throws UnfitException if there is none
     */
    static ServingCertificate of(TlsPair pair, List<X509Certificate> authorities) throws UnfitException {
        List<X509Certificate> path = new ArrayList<>(List.of(pair.leaf()));
        List<X509Certificate> between = new ArrayList<>(pair.chain().subList(1, pair.chain().size()));
        while (!authorities.contains(path.getLast())) {
            X509Certificate at = path.getLast();
            X509Certificate issuer = issuer(at, authorities);
            if (issuer == null) {
                issuer = issuer(at, between);
            }
            if (issuer == null) {
                throw new UnfitException("tls.crt was issued by \"" + at.getIssuerX500Principal().getName()
                        + "\", and ca.crt does not hold that authority");
            }
            between.remove(issuer);
            path.add(issuer);
        }
        return new ServingCertificate(pair, path);
    }

    private static @Nullable X509Certificate issuer(X509Certificate of,
            List<X509Certificate> among) {
        return among.stream().filter(candidate -> issued(candidate, of)).findFirst().orElse(null);
    }

    private static boolean issued(X509Certificate authority, X509Certificate certificate) {
        if (authority.getBasicConstraints() < 0
                || !authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException no) {
            return false;
        }
    }

    /** What others must trust. */
    public X509Certificate authority() {
        return path.getLast();
    }

    /** The last instant at which others accept it. */
    public Instant notAfter() {
        return path.stream().map(each -> each.getNotAfter().toInstant()).min(Instant::compareTo).orElseThrow();
    }

    /** The first instant at which others accept it. */
    public Instant notBefore() {
        return path.stream().map(each -> each.getNotBefore().toInstant()).max(Instant::compareTo).orElseThrow();
    }

    /** Whether others accept it at that time. */
    public boolean isValidAt(Instant now) {
        return !now.isBefore(notBefore()) && !now.isAfter(notAfter());
    }

    @Override
    public String toString() {
        return pair.toString();
    }
}
