package dev.iammapper.app;

import dev.iammapper.certificate.TlsPair;
import dev.iammapper.serving.SwappableKeys;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import lombok.RequiredArgsConstructor;
import lombok.extern.slf4j.Slf4j;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.SSLContext;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;

/**
 * Makes the server's connector speak TLS, and nothing else, with the certificate of the moment. Tomcat's own way to a
 * new certificate replaces its whole configuration of TLS; here only the next handshake sees a difference.
 */
@RequiredArgsConstructor
@Slf4j
final class TlsConnector implements TomcatConnectorCustomizer {
    /** API servers drop an idle connection after 90 s: they do so first, so that no call meets a closing one. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(2);

    /** How long a caller may say nothing within a request: others wait for the place. */
    private static final Duration SILENCE = Duration.ofSeconds(3);

    /** Forward secrecy and authenticated encryption; TLS 1.3 has nothing else. */
    private static final String CIPHERS_OF_TLS_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

    private final SwappableKeys keys;
    private volatile @Nullable AbstractHttp11Protocol<?> served;
    private volatile @Nullable Connector connector;

    /**
     * Closes each connection with the next answer on it: an API server keeps its connections, also to a Pod that its
     * Service has forgotten, and what it sends on them once the server has stopped would be lost.
     */
    void lastCalls() {
        AbstractHttp11Protocol<?> protocol = served;
        if (protocol != null) {
            protocol.setMaxKeepAliveRequests(1);
        }
    }

    /**
     * Closes the connections on which nothing was asked since: they would stay open until the program ends, and whatever
     * an API server sends on one of them would get no answer.
     */
    void hangUp() {
        Connector standing = connector;
        if (standing == null || !standing.getState().isAvailable()) {
            return;
        }
        try {
            standing.stop();
        } catch (LifecycleException e) {
            log.warn("The webhook's connections could not be closed before the end: {}", e.getMessage());
        }
    }

    @Override
    public void customize(Connector connector) {
        this.connector = connector;
        connector.setScheme("https");
        connector.setSecure(true);
        SSLHostConfig host = new SSLHostConfig();
        host.setProtocols("TLSv1.2+TLSv1.3");
        host.setCiphers(CIPHERS_OF_TLS_1_2);
        SSLHostConfigCertificate certificate = new SSLHostConfigCertificate(host,
                SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setSslContext(new Context(keys, keys.context()));
        host.addCertificate(certificate);
        connector.addSslHostConfig(host);
        if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
            protocol.setSSLEnabled(true);
            protocol.setConnectionTimeout((int) SILENCE.toMillis());
            protocol.setKeepAliveTimeout((int) KEEP_ALIVE.toMillis());
            protocol.setMaxKeepAliveRequests(-1);
            served = protocol;
        }
    }

    /** The JDK's context as Tomcat wants to see it. */
    private record Context(SwappableKeys keys, javax.net.ssl.SSLContext jdk) implements SSLContext {

        @Override
        public void init(KeyManager @Nullable [] keyManagers, TrustManager @Nullable [] trustManagers,
                @Nullable SecureRandom random) {
            // It came ready to use.
        }

        @Override
        public void destroy() {
            // Nothing is held that the JDK does not free by itself.
        }

        @Override
        public SSLSessionContext getServerSessionContext() {
            return jdk.getServerSessionContext();
        }

        @Override
        public SSLEngine createSSLEngine() {
            return jdk.createSSLEngine();
        }

        @Override
        public SSLServerSocketFactory getServerSocketFactory() {
            return jdk.getServerSocketFactory();
        }

        @Override
        public SSLParameters getSupportedSSLParameters() {
            return jdk.getSupportedSSLParameters();
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
            TlsPair pair = keys.current();
            return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
