package dev.iammapper.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringCodecTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ServerNames NAMES = new ServerNames(List.of("webhook.here.svc", "127.0.0.1", "::1"));

    private final Issuer issuer = new Issuer(Schedule.usual(), NAMES, new SecureRandom());
    private final Keyring keyring = issuer.carryOut(new Step.BeginAnew("test"), NOW);

    @Test
    void whatIsWrittenIsReadAgain() {
        Keyring staged = issuer.carryOut(new Step.PrepareAuthority(keyring, "test"), NOW);
        for (Keyring each : List.of(keyring, staged)) {
            assertThat(KeyringCodec.read(data(each))).isInstanceOfSatisfying(Stored.Usable.class, usable -> {
                assertThat(usable.keyring()).isEqualTo(each);
                assertThat(usable.remark()).isNull();
            });
        }
    }

    @Test
    void keysStandInNoText() {
        Keyring staged = issuer.carryOut(new Step.PrepareAuthority(keyring, "test"), NOW);
        String text = staged + " " + staged.next() + " " + staged.serving() + " " + staged.serving().pair() + " "
                + KeyringCodec.read(data(staged)) + " " + new Step.PrepareAuthority(staged, "test");
        assertThat(text).doesNotContain(Base64.getEncoder().encodeToString(staged.authorityKey().getEncoded()))
                .doesNotContain("PRIVATE").doesNotContainIgnoringCase("ECPrivateKey").doesNotContain("S:");
    }

    @Test
    void nothingIsNothing() {
        assertThat(KeyringCodec.read(Map.of())).isInstanceOf(Stored.Absent.class);
        assertThat(KeyringCodec.read(Map.of("tls.crt", new byte[0], "tls.key", new byte[0])))
                .as("as a template may create it").isInstanceOf(Stored.Absent.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = {"tls.crt | tls.crt holds no certificate", "tls.key | tls.key holds no private key",
                    "ca.crt | ca.crt holds no certificate"})
    void whatIsDamagedIsNamed(String key, String reason) {
        Map<String, byte[]> data = data(keyring);
        data.put(key, "spoilt".getBytes(StandardCharsets.UTF_8));
        assertThat(KeyringCodec.read(data)).isInstanceOfSatisfying(Stored.Damaged.class,
                damaged -> assertThat(damaged.reason()).startsWith(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls.key", "ca.crt"})
    void partsOfAnotherKeyringDoNotFit(String key) {
        Map<String, byte[]> data = data(keyring);
        data.put(key, data(issuer.carryOut(new Step.BeginAnew("another"), NOW)).get(key));
        assertThat(KeyringCodec.read(data)).isInstanceOf(Stored.Damaged.class);
    }

    @Test
    void withoutItsAuthoritysKeyItIsUsedAndSaysThatNobodyRenewsIt() {
        Map<String, byte[]> data = data(keyring);
        data.remove("ca.key");
        assertThat(KeyringCodec.read(data)).isInstanceOfSatisfying(Stored.Usable.class, usable -> {
            assertThat(usable.keyring().authorityKey()).isNull();
            assertThat(usable.remark()).isEqualTo("it holds no ca.key");
        });
    }

    @Test
    void textsThatAreTooLongAndTooManyCertificatesAreRefused() {
        Map<String, byte[]> data = data(keyring);
        byte[] authority = data.get("ca.crt");
        data.put("ca.crt", new String(authority, StandardCharsets.UTF_8).repeat(17).getBytes(StandardCharsets.UTF_8));
        assertThat(KeyringCodec.read(data)).isEqualTo(new Stored.Damaged("ca.crt holds more than 16 certificates"));
        data.put("ca.crt", new byte[Pem.LONGEST + 1]);
        assertThat(KeyringCodec.read(data)).isEqualTo(new Stored.Damaged("ca.crt is longer than 64 KiB"));
    }

    @Test
    void everyNameIsInTheCertificateAndACloserLookFindsThoseThatAreNot() {
        assertThat(NAMES.missingFrom(keyring.serving().pair().leaf())).isEmpty();
        assertThat(new ServerNames(List.of("other.here.svc", "webhook.here.svc", "10.0.0.1"))
                .missingFrom(keyring.serving().pair().leaf())).containsExactly("other.here.svc", "10.0.0.1");
    }

    @Test
    void aCertificateNeverOutlivesItsAuthority() {
        Instant late = keyring.serving().authority().getNotAfter().toInstant().minus(Duration.ofDays(3));
        Keyring renewed = issuer.carryOut(new Step.RenewLeaf(keyring, NAMES, "test"), late);
        assertThat(renewed.serving().pair().notAfter())
                .isEqualTo(keyring.serving().authority().getNotAfter().toInstant());
    }

    private static Map<String, byte[]> data(Keyring keyring) {
        Map<String, byte[]> data = new HashMap<>();
        KeyringCodec.write(keyring).forEach((key, text) -> {
            if (text != null) {
                data.put(key, text.getBytes(StandardCharsets.UTF_8));
            }
        });
        return data;
    }
}
