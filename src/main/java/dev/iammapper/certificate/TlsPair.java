package dev.iammapper.certificate;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What a TLS server shows and the key that proves it.
 *
 * @param chain the server's own certificate, then those that lead to its authority
 * @param key of the first certificate
 */
public record TlsPair(List<X509Certificate> chain, PrivateKey key) {
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    /** Copies the chain, which has a first certificate. */
    public TlsPair {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a chain has a first certificate");
        }
    }

    /**
     * Reads a pair.
     *
     * @throws UnfitException if a text cannot be read, the key does not fit, or it is no server's certificate
     */
    public static TlsPair read(byte[] certificates, byte[] key) throws UnfitException {
        TlsPair pair = new TlsPair(Pem.certificates("tls.crt", certificates), Pem.key("tls.key", key));
        if (!fits(pair.key, pair.leaf().getPublicKey())) {
            throw new UnfitException("tls.key is not the key of the first certificate in tls.crt");
        }
        pair.requireServer();
        return pair;
    }

    /** The server's own certificate. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** The last instant of the server's own certificate. */
    public Instant notAfter() {
        return leaf().getNotAfter().toInstant();
    }

    /**
     * Why nobody who calls the server by these names would accept it now.
     *
     * @throws UnfitException if so
     */
    public void require(ServerNames names, Instant now) throws UnfitException {
        List<String> missing = names.missingFrom(leaf());
        if (!missing.isEmpty()) {
            throw new UnfitException("the certificate is not for " + String.join(", ", missing));
        }
        if (now.isAfter(notAfter())) {
            throw new UnfitException("the certificate expired at " + notAfter());
        }
        Instant notBefore = leaf().getNotBefore().toInstant();
        if (now.isBefore(notBefore)) {
            throw new UnfitException("the certificate is not valid before " + notBefore);
        }
    }

    /** With what a key signs. Providers differ in what they call the keys of elliptic curves. */
    static String signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC", "ECDSA" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
    }

    /** Whether the one key belongs to the other. */
    static boolean fits(PrivateKey key, PublicKey publicKey) {
        byte[] anything = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(signatureAlgorithm(key));
            signature.initSign(key);
            signature.update(anything);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(anything);
            return signature.verify(signed);
        } catch (GeneralSecurityException | RuntimeException no) {
            return false;
        }
    }

    private void requireServer() throws UnfitException {
        try {
            List<String> purposes = leaf().getExtendedKeyUsage();
            if (purposes != null && !purposes.contains(SERVER) && !purposes.contains(ANY_PURPOSE)) {
                throw new UnfitException("the first certificate in tls.crt is not for a server (extended key usage)");
            }
        } catch (CertificateParsingException e) {
            throw new UnfitException("the first certificate in tls.crt has an extended key usage that cannot be read");
        }
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "certificate " + leaf().getSerialNumber().toString(16) + " until " + notAfter();
    }
}
