package dev.iammapper.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * A certificate authority that can issue.
 *
 * @param key of the certificate
 */
public record Authority(X509Certificate certificate, PrivateKey key) {

    /** Never the key. */
    @Override
    public String toString() {
        return "authority " + certificate.getSubjectX500Principal().getName() + " until "
                + certificate.getNotAfter().toInstant();
    }
}
