package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.certificate.Issuer;
import dev.iammapper.certificate.Keyring;
import dev.iammapper.certificate.Schedule;
import dev.iammapper.certificate.ServerNames;
import dev.iammapper.certificate.Step;
import dev.iammapper.serving.SwappableKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/** Tomcat's handshakes while certificates are swapped. */
class TlsConnectorTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ServerNames NAMES = new ServerNames(List.of("127.0.0.1", "localhost"));

    @TempDir
    private Path folder;

    private final SwappableKeys keys = new SwappableKeys();
    private final Issuer issuer = new Issuer(Schedule.usual(), NAMES, new SecureRandom());
    private final TlsConnector door = new TlsConnector(keys);
    private final Tomcat tomcat = new Tomcat();

    @BeforeEach
    void start() throws Exception {
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        door.customize(connector);
        tomcat.setConnector(connector);
        tomcat.addContext("", folder.toString());
        tomcat.start();
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void beforeThereIsACertificateNoHandshakeSucceedsAndAfterwardsItDoes() throws Exception {
        Keyring keyring = issuer.carryOut(new Step.BeginAnew("test"), NOW);
        SSLContext trust = trusting(List.of(keyring.serving().authority()));
        assertThatThrownBy(() -> connect(trust)).isInstanceOf(IOException.class);
        keys.swap(keyring.serving().pair());
        try (SSLSocket socket = connect(trust)) {
            assertThat(ask(socket)).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void eachHandshakeAfterASwapShowsTheNewCertificateAndNoCallIsRefusedMeanwhile() throws Exception {
        List<Keyring> keyrings = new ArrayList<>();
        for (int each = 0; each < 20; each++) {
            keyrings.add(issuer.carryOut(new Step.BeginAnew("test"), NOW));
        }
        SSLContext trust = trusting(keyrings.stream().map(each -> each.serving().authority()).toList());
        keys.swap(keyrings.getFirst().serving().pair());
        AtomicBoolean calling = new AtomicBoolean(true);
        AtomicInteger answered = new AtomicInteger();
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 3; caller++) {
            // Each with its own context: a session that is resumed would show no certificate.
            callers.add(Thread.ofPlatform().start(() -> {
                while (calling.get()) {
                    try (SSLSocket socket = connect(trusting(keyrings.stream()
                            .map(each -> each.serving().authority()).toList()))) {
                        assertThat(ask(socket)).startsWith("HTTP/1.1 404");
                        answered.incrementAndGet();
                    } catch (Exception | AssertionError e) {
                        failures.add(e.toString());
                    }
                }
            }));
        }
        try (SSLSocket standing = connect(trust)) {
            for (Keyring keyring : keyrings) {
                keys.swap(keyring.serving().pair());
                try (SSLSocket socket = connect(trusting(List.of(keyring.serving().authority())))) {
                    assertThat(socket.getSession().getPeerCertificates()[0])
                            .isEqualTo(keyring.serving().pair().leaf());
                }
                assertThat(ask(standing)).as("on a connection that stands").startsWith("HTTP/1.1 404");
            }
        }
        calling.set(false);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(failures).isEmpty();
        assertThat(answered.get()).isPositive();
    }

    @Test
    void aConnectionThatStandsIsClosedWithTheLastAnswerOnIt() throws Exception {
        Keyring keyring = issuer.carryOut(new Step.BeginAnew("test"), NOW);
        keys.swap(keyring.serving().pair());
        try (SSLSocket socket = connect(trusting(List.of(keyring.serving().authority())))) {
            assertThat(ask(socket)).startsWith("HTTP/1.1 404");
            assertThat(ask(socket)).startsWith("HTTP/1.1 404");
            door.lastCalls();
            assertThat(ask(socket)).as("answered").startsWith("HTTP/1.1 404");
            assertThat(socket.getInputStream().read()).as("and closed").isEqualTo(-1);
        }
    }

    @Test
    void aConnectionOnWhichNothingIsAskedIsClosedBeforeTheLastPass() throws Exception {
        Keyring keyring = issuer.carryOut(new Step.BeginAnew("test"), NOW);
        keys.swap(keyring.serving().pair());
        try (SSLSocket socket = connect(trusting(List.of(keyring.serving().authority())))) {
            assertThat(ask(socket)).startsWith("HTTP/1.1 404");
            door.lastCalls();
            // As the server itself does when it is told to end.
            tomcat.getConnector().pause();
            tomcat.getConnector().getProtocolHandler().closeServerSocketGraceful();
            WebhookHangUp hangUp = new WebhookHangUp(door);
            assertThat(hangUp.getPhase()).as("after the last answer, before the last pass")
                    .isLessThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE)
                    .isGreaterThan(WebhookDrain.AFTERWARDS);
            hangUp.stop();
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read()).as("closed").isEqualTo(-1);
        }
    }

    @Test
    void whoIsGoingToEndSaysSoBeforeItWaits() {
        List<String> done = new ArrayList<>();
        WebhookDrain drain = new WebhookDrain(Duration.ZERO, () -> done.add("last calls"));
        assertThat(drain.getPhase()).as("before the server ends")
                .isGreaterThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
        drain.start();
        drain.stop();
        assertThat(done).containsExactly("last calls");
        assertThat(drain.isRunning()).isFalse();
    }

    private SSLSocket connect(SSLContext trust) throws IOException {
        SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket(InetAddress.ofLiteral("127.0.0.1"),
                tomcat.getConnector().getLocalPort());
        socket.startHandshake();
        return socket;
    }

    /** Reads a whole answer, so that the connection can be asked again. */
    private static String ask(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        BufferedReader reader = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String status = reader.readLine();
        int length = 0;
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            if (line.startsWith("Content-Length: ")) {
                length = Integer.parseInt(line.substring("Content-Length: ".length()));
            }
        }
        for (int read = 0; read < length; read++) {
            reader.read();
        }
        return status;
    }

    private static SSLContext trusting(List<X509Certificate> authorities) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry(authority.getSerialNumber().toString(16), authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
