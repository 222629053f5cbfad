package dev.iammapper.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.certificate.Issuer;
import dev.iammapper.certificate.Keyring;
import dev.iammapper.certificate.KeyringCodec;
import dev.iammapper.certificate.Schedule;
import dev.iammapper.certificate.ServerNames;
import dev.iammapper.certificate.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory whose files change as kubelet changes them, and as hands do. */
class MountedCertificatesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ServerNames NAMES = new ServerNames(List.of("webhook.here.svc"));

    @TempDir
    private Path directory;

    private final SwappableKeys keys = new SwappableKeys();
    private final Keyring first = keyring(NAMES);
    private final Keyring second = keyring(NAMES);

    @Test
    void aWholeNewSetIsTaken() throws Exception {
        MountedCertificates source = source(NOW);
        mount("one", first);
        source.look();
        assertThat(keys.current()).isEqualTo(first.serving().pair());
        assertThat(source.state().notReady()).isNull();
        mount("two", second);
        source.look();
        assertThat(keys.current()).isEqualTo(second.serving().pair());
        assertThat(source.state().certificateEnds()).isEqualTo(second.serving().pair().notAfter());
    }

    @Test
    void ofAHalfWrittenSetThePairBeforeItStays() throws Exception {
        MountedCertificates source = source(NOW);
        write(directory, first);
        source.look();
        Files.writeString(directory.resolve("tls.crt"), text(second, "tls.crt"));
        source.look();
        assertThat(keys.current()).isEqualTo(first.serving().pair());
        assertThat(source.state().problem()).contains("tls.key is not the key").contains("what was there before");
        assertThat(source.state().notReady()).isNull();
        Files.writeString(directory.resolve("tls.key"), text(second, "tls.key"));
        source.look();
        assertThat(keys.current()).isEqualTo(second.serving().pair());
        assertThat(source.state().problem()).isNull();
    }

    @Test
    void anEmptyDirectoryAndACertificateForOthersAreWaitedFor() throws Exception {
        MountedCertificates source = source(NOW);
        source.look();
        assertThat(source.state().notReady()).isEqualTo("there is no certificate yet");
        assertThat(source.state().problem()).contains("tls.crt");
        write(directory, keyring(new ServerNames(List.of("other.here.svc"))));
        source.look();
        assertThat(keys.current()).isNull();
        assertThat(source.state().problem()).contains("the certificate is not for webhook.here.svc");
    }

    @Test
    void aCertificateThatRanOutIsNotReady() throws Exception {
        write(directory, first);
        MountedCertificates late = source(NOW.plus(Duration.ofDays(91)));
        late.look();
        assertThat(late.state().notReady()).isNotNull();
        assertThat(late.state().problem()).contains("expired at 2027-02-20");
    }

    private MountedCertificates source(Instant now) {
        return new MountedCertificates(directory, NAMES, keys, Clock.fixed(now, ZoneOffset.UTC), System::nanoTime);
    }

    private static Keyring keyring(ServerNames names) {
        return new Issuer(Schedule.usual(), names, new SecureRandom()).carryOut(new Step.BeginAnew("test"), NOW);
    }

    /** As kubelet does it: a new folder, and a link that is turned to it in one step. */
    private void mount(String set, Keyring keyring) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(".." + set));
        write(folder, keyring);
        Path turned = Files.createSymbolicLink(directory.resolve("..data_tmp"), folder.getFileName());
        Files.move(turned, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(Path folder, Keyring keyring) throws IOException {
        Files.writeString(folder.resolve("tls.crt"), text(keyring, "tls.crt"));
        Files.writeString(folder.resolve("tls.key"), text(keyring, "tls.key"));
    }

    private static String text(Keyring keyring, String key) {
        return Objects.requireNonNull(KeyringCodec.write(keyring).get(key));
    }
}
