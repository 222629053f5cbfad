package dev.iammapper.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.jspecify.annotations.Nullable;

/** The text form of certificates and keys (RFC 7468). */
public final class Pem {
    /** Longer texts are refused, in bytes. */
    public static final int LONGEST = 64 * 1024;

    private static final int MOST_CERTIFICATES = 16;
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /**
     * The certificates in a text, in their order; text around them and blocks of other kinds are skipped.
     *
     * @param name of the text, for messages
     */
    public static List<X509Certificate> certificates(String name, byte[] pem) throws UnfitException {
        List<X509Certificate> certificates = new ArrayList<>();
        try (PemReader reader = new PemReader(new StringReader(text(name, pem)))) {
            for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                if (!block.getType().equals(CERTIFICATE)) {
                    continue;
                }
                if (certificates.size() == MOST_CERTIFICATES) {
                    throw new UnfitException(name + " holds more than " + MOST_CERTIFICATES + " certificates");
                }
                certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(block.getContent())));
            }
        } catch (IOException | CertificateException | RuntimeException e) {
            // What a parser says about bytes that are no PEM helps nobody.
            throw new UnfitException(name + " cannot be read as certificates in PEM form");
        }
        if (certificates.isEmpty()) {
            throw new UnfitException(name + " holds no certificate in PEM form");
        }
        return List.copyOf(certificates);
    }

    /**
     * The private key in a text: PKCS#8, or the older forms of RSA and EC keys; never one that needs a password.
     *
     * @param name of the text, for messages
     */
    public static PrivateKey key(String name, byte[] pem) throws UnfitException {
        try (PEMParser parser = new PEMParser(new StringReader(text(name, pem)))) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                PrivateKeyInfo info = keyInfo(block);
                if (info != null) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new UnfitException(name + " cannot be read as a private key in PEM form");
        }
        throw new UnfitException(name + " holds no private key in PEM form that can be read without a password");
    }

    private static @Nullable PrivateKeyInfo keyInfo(Object block) {
        return switch (block) {
            case PrivateKeyInfo info -> info;
            case PEMKeyPair pair -> pair.getPrivateKeyInfo();
            default -> null;
        };
    }

    /** Certificates as text. */
    public static String text(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block(CERTIFICATE, certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was read or issued has its bytes", e);
            }
        }
        return text.toString();
    }

    /** A key as text, PKCS#8. */
    static String text(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    private static String block(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(content) + "\n-----END " + type + "-----\n";
    }

    private static String text(String name, byte[] pem) throws UnfitException {
        if (pem.length > LONGEST) {
            throw new UnfitException(name + " is longer than " + LONGEST / 1024 + " KiB");
        }
        return new String(pem, StandardCharsets.ISO_8859_1);
    }
}
