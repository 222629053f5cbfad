package dev.iammapper.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data of the Secret: the keys of type {@code kubernetes.io/tls}, and three of our own. */
public final class KeyringCodec {
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    private static final String AUTHORITIES = "ca.crt";
    private static final String AUTHORITY_KEY = "ca.key";
    private static final String NEXT = "next-ca.crt";
    private static final String NEXT_KEY = "next-ca.key";

    private KeyringCodec() {}

    /** What a Secret with this data holds. */
    public static Stored read(Map<String, byte[]> data) {
        if (isEmpty(data, CERTIFICATE) && isEmpty(data, KEY)) {
            return new Stored.Absent();
        }
        try {
            TlsPair pair = TlsPair.read(text(data, CERTIFICATE), text(data, KEY));
            List<X509Certificate> authorities = authorities(data, pair);
            return withKeys(data, ServingCertificate.of(pair, authorities), authorities);
        } catch (UnfitException e) {
            return new Stored.Damaged(String.valueOf(e.getMessage()));
        }
    }

    private static Stored withKeys(Map<String, byte[]> data, ServingCertificate serving,
            List<X509Certificate> authorities) {
        PrivateKey key = null;
        String remark = null;
        if (isEmpty(data, AUTHORITY_KEY)) {
            remark = "it holds no ca.key";
        } else {
            try {
                key = authorityKey(data, serving.authority());
            } catch (UnfitException e) {
                remark = e.getMessage();
            }
        }
        Authority next = null;
        try {
            next = next(data);
        } catch (UnfitException e) {
            remark = remark == null ? e.getMessage() : remark + "; " + e.getMessage();
        }
        X509Certificate nextCertificate = next == null ? null : next.certificate();
        List<X509Certificate> others = authorities.stream()
                .filter(each -> !each.equals(serving.authority()) && !each.equals(nextCertificate)).distinct().toList();
        return new Stored.Usable(new Keyring(serving, key, next, others), remark);
    }

    private static PrivateKey authorityKey(Map<String, byte[]> data, X509Certificate authority) throws UnfitException {
        PrivateKey key = Pem.key(AUTHORITY_KEY, text(data, AUTHORITY_KEY));
        if (!TlsPair.fits(key, authority.getPublicKey())) {
            throw new UnfitException("ca.key is not the key of the authority that issued tls.crt");
        }
        return key;
    }

    private static @Nullable Authority next(Map<String, byte[]> data) throws UnfitException {
        if (isEmpty(data, NEXT) && isEmpty(data, NEXT_KEY)) {
            return null;
        }
        X509Certificate certificate = Pem.certificates(NEXT, text(data, NEXT)).getFirst();
        PrivateKey key = Pem.key(NEXT_KEY, text(data, NEXT_KEY));
        if (certificate.getBasicConstraints() < 0 || !TlsPair.fits(key, certificate.getPublicKey())) {
            throw new UnfitException("next-ca.key is not the key of an authority in next-ca.crt");
        }
        return new Authority(certificate, key);
    }

    /** Those of ca.crt, and a chain that ends in its own authority brings that along. */
    private static List<X509Certificate> authorities(Map<String, byte[]> data, TlsPair pair) throws UnfitException {
        List<X509Certificate> found = new ArrayList<>();
        if (!isEmpty(data, AUTHORITIES)) {
            found.addAll(Pem.certificates(AUTHORITIES, text(data, AUTHORITIES)));
        }
        pair.chain().stream().filter(each -> each.getSubjectX500Principal().equals(each.getIssuerX500Principal()))
                .forEach(found::add);
        if (found.isEmpty()) {
            throw new UnfitException("ca.crt, the authority that issued tls.crt, is missing");
        }
        return found;
    }

    /** The data that holds the keyring; null for a key that must not be there. */
    public static Map<String, @Nullable String> write(Keyring keyring) {
        Map<String, @Nullable String> data = new LinkedHashMap<>();
        data.put(CERTIFICATE, Pem.text(keyring.serving().pair().chain()));
        data.put(KEY, Pem.text(keyring.serving().pair().key()));
        data.put(AUTHORITIES, Pem.text(keyring.bundle()));
        PrivateKey authorityKey = keyring.authorityKey();
        data.put(AUTHORITY_KEY, authorityKey == null ? null : Pem.text(authorityKey));
        Authority next = keyring.next();
        data.put(NEXT, next == null ? null : Pem.text(List.of(next.certificate())));
        data.put(NEXT_KEY, next == null ? null : Pem.text(next.key()));
        return data;
    }

    private static boolean isEmpty(Map<String, byte[]> data, String key) {
        byte[] value = data.get(key);
        return value == null || value.length == 0;
    }

    private static byte[] text(Map<String, byte[]> data, String key) throws UnfitException {
        byte[] value = data.get(key);
        if (value == null || value.length == 0) {
            throw new UnfitException(key + " is missing");
        }
        return value;
    }
}
