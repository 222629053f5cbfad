package dev.iammapper.serving;

import dev.iammapper.certificate.TlsPair;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that every handshake shows which begins now. A handshake on its way keeps the one with which it
 * began, and connections that stand are not touched; before there is a certificate, handshakes fail.
 */
public final class SwappableKeys extends X509ExtendedKeyManager {
    /** A handshake asks three times, in a moment; nobody swaps so often in it. */
    private static final int KEPT = 8;

    private volatile List<Named> newestFirst = List.of();
    private long swaps;

    private record Named(String alias, TlsPair pair) {}

    /** What handshakes show from now on. */
    public synchronized void swap(TlsPair pair) {
        Deque<Named> next = new ArrayDeque<>(newestFirst);
        next.addFirst(new Named("certificate-" + ++swaps, pair));
        if (next.size() > KEPT) {
            next.removeLast();
        }
        newestFirst = List.copyOf(next);
    }

    /** What handshakes show now; null before the first. */
    public @Nullable TlsPair current() {
        List<Named> all = newestFirst;
        return all.isEmpty() ? null : all.getFirst().pair();
    }

    /** A TLS context that shows this and asks its callers for no certificate. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {this}, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        List<Named> all = newestFirst;
        return all.isEmpty() || !all.getFirst().pair().key().getAlgorithm().equals(keyType)
                ? null
                : all.getFirst().alias();
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        TlsPair pair = pair(alias);
        return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        TlsPair pair = pair(alias);
        return pair == null ? null : pair.key();
    }

    private @Nullable TlsPair pair(String alias) {
        return newestFirst.stream().filter(each -> each.alias().equals(alias)).map(Named::pair).findFirst()
                .orElse(null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return null;
    }
}
