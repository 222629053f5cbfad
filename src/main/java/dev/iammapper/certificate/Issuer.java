package dev.iammapper.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import lombok.RequiredArgsConstructor;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Carries out what was decided: makes keys, and certificates for them (ECDSA on P-256). */
@RequiredArgsConstructor
public final class Issuer {
    /** No clock is so far behind that it would call a certificate of ours not valid yet. */
    private static final Instant BEGINNING = Instant.EPOCH;

    private static final int SERIAL_BYTES = 16;

    private final Schedule schedule;
    private final ServerNames names;
    private final SecureRandom random;

    /**
     * The keyring after the step.
     *
     * @param now the API server's time
     * @throws IllegalArgumentException if there is nothing to do
     */
    public Keyring carryOut(Step step, Instant now) {
        return switch (step) {
            case Step.Keep _ -> throw new IllegalArgumentException("nothing is to be issued");
            case Step.BeginAnew _ -> {
                Authority authority = authority(now);
                yield new Keyring(leaf(authority, names, now), authority.key(), null, List.of());
            }
            case Step.BeginFromServed begin -> new Keyring(begin.served(), null, authority(now), List.of());
            case Step.RenewLeaf renew -> {
                Keyring from = renew.from();
                PrivateKey key = Objects.requireNonNull(from.authorityKey(), "only with its key can it be renewed");
                Authority authority = new Authority(from.serving().authority(), key);
                yield new Keyring(leaf(authority, renew.names(), now), key, from.next(), from.others());
            }
            case Step.PrepareAuthority prepare -> new Keyring(prepare.from().serving(), prepare.from().authorityKey(),
                    authority(now), prepare.from().others());
            case Step.SwitchAuthority change -> new Keyring(leaf(change.to(), names, now), change.to().key(), null,
                    List.of());
        };
    }

    /** The instant, or the end of the authority if that comes first. */
    static Instant end(Instant wanted, X509Certificate authority) {
        Instant end = authority.getNotAfter().toInstant();
        return wanted.isBefore(end) ? wanted : end;
    }

    private Authority authority(Instant now) {
        KeyPair keys = keys();
        // Names differ, so that a person who sees two of them can tell which is which.
        X500Principal name = new X500Principal("CN=iam-identity-mapper webhook "
                + HexFormat.of().formatHex(bytes(4)));
        try {
            JcaX509v3CertificateBuilder builder = builder(name, name, keys.getPublic(),
                    now.plus(schedule.authorityLife()));
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(Extension.subjectKeyIdentifier, false,
                    extensions.createSubjectKeyIdentifier(keys.getPublic()));
            return new Authority(signed(builder, keys.getPrivate()), keys.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot issue an authority", e);
        }
    }

    private ServingCertificate leaf(Authority authority, ServerNames for_, Instant now) {
        KeyPair keys = keys();
        X509Certificate issuer = authority.certificate();
        GeneralName[] alternatives = for_.names().stream().map(Issuer::alternative).toArray(GeneralName[]::new);
        try {
            JcaX509v3CertificateBuilder builder = builder(issuer.getSubjectX500Principal(),
                    new X500Principal("CN=iam-identity-mapper"), keys.getPublic(),
                    end(now.plus(schedule.leafLife()), issuer));
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    extensions.createAuthorityKeyIdentifier(issuer));
            X509Certificate leaf = signed(builder, authority.key());
            return new ServingCertificate(new TlsPair(List.of(leaf), keys.getPrivate()), List.of(leaf, issuer));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot issue a certificate", e);
        }
    }

    private static GeneralName alternative(String name) {
        Optional<InetAddress> address = ServerNames.address(name);
        return address.isPresent()
                ? new GeneralName(GeneralName.iPAddress, address.get().getHostAddress())
                : new GeneralName(GeneralName.dNSName, name);
    }

    private JcaX509v3CertificateBuilder builder(X500Principal issuer, X500Principal subject, PublicKey key,
            Instant end) {
        return new JcaX509v3CertificateBuilder(issuer, new BigInteger(1, bytes(SERIAL_BYTES)), Date.from(BEGINNING),
                Date.from(end), subject, key);
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter().getCertificate(
                builder.build(new JcaContentSignerBuilder(TlsPair.signatureAlgorithm(key)).build(key)));
    }

    private KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
