package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import dev.iammapper.store.LedgerCodec.Compressed;
import dev.iammapper.store.LedgerCodec.Encoded;
import dev.iammapper.store.LedgerCodec.MalformedLedgerException;
import dev.iammapper.store.LedgerCodec.Plain;
import dev.iammapper.store.LedgerCodec.TooLarge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerCodecTest {

    private static final String[] NASTY = {"", "[]", "# a comment\r\n", "\u0000\u001f\"\\", "arn:aws:iam::1:role/Ä€😀",
            "'' # two\n\tquotes", "\u2028</script>"};

    @Test
    void everyLedgerSurvivesEncodingAndDecoding() throws MalformedLedgerException {
        Random random = new Random(20261122);
        for (int i = 0; i < 500; i++) {
            Ledger ledger = ledger(random, random.nextInt(12));
            assertThat(decode(LedgerCodec.encode(ledger))).isEqualTo(ledger);
        }
    }

    @Test
    void aLargeLedgerIsCompressedAndSurvives() throws MalformedLedgerException {
        Ledger ledger = ledger(new Random(1), 5000);
        Encoded encoded = LedgerCodec.encode(ledger);
        assertThat(encoded).isInstanceOf(Compressed.class);
        assertThat(decode(encoded)).isEqualTo(ledger);
    }

    @Test
    void equalLedgersGiveEqualBytesWhateverTheOrderOfTheirMaking() {
        for (int size : new int[] {7, 2000}) {
            Ledger ledger = ledger(new Random(2), size);
            List<Map.Entry<Claim.Key, Claim>> claims = new ArrayList<>(ledger.claims().entrySet());
            Collections.shuffle(claims, new Random(3));
            Map<Claim.Key, Claim> shuffled = new LinkedHashMap<>();
            claims.forEach(claim -> shuffled.put(claim.getKey(), claim.getValue()));
            Ledger same = new Ledger(ledger.term(), ledger.awsAuthUid(), shuffled, ledger.emptyForms());
            assertThat(LedgerCodec.encode(same)).isEqualTo(LedgerCodec.encode(ledger));
        }
    }

    @Test
    void aSmallLedgerIsTextThatAPersonCanRead() {
        Claim.Key key = new Claim.Key(Section.ROLES, "arn:aws:iam::111122223333:role/dev");
        Ledger ledger = new Ledger(7, "u1", Map.of(key, new Claim("dev", "u2", "u3", "aa", null)),
                Map.of(Section.USERS, "[]"));
        assertThat(LedgerCodec.encode(ledger)).isEqualTo(new Plain(
                """
                        {"version":1,"term":7,"awsAuthUid":"u1","claims":[{"section":"mapRoles","principal":\
                        "arn:aws:iam::111122223333:role/dev","mapping":"dev","uid":"u2","definition":"u3","applied":"aa"}],\
                        "emptyForms":{"mapUsers":"[]"}}"""));
    }

    @Test
    void whatABrakeAndAPersonLeaveBehindIsTextTooAndIsReadBack() throws MalformedLedgerException {
        Claim.Key key = new Claim.Key(Section.ROLES, "arn:aws:iam::111122223333:role/dev");
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        for (Claim.Hold hold : Claim.Hold.values()) {
            Ledger ledger = new Ledger(7, "u1", Map.of(key, new Claim("dev", "u2", "u3", "aa", null, true, hold, 2)),
                    Map.of(), List.of(new Ledger.Removals(time, 3)), new Ledger.Pause("rolled back", time));
            String json = ((Plain) LedgerCodec.encode(ledger)).json();
            assertThat(json).contains(
                    "\"applied\":\"aa\",\"guarded\":true,\"hold\":\"" + hold.word() + "\",\"leaving\":2}",
                    "\"removals\":[{\"at\":\"2026-01-01T00:00:00Z\",\"rows\":3}]",
                    "\"pause\":{\"why\":\"rolled back\",\"since\":\"2026-01-01T00:00:00Z\"}");
            assertThat(LedgerCodec.decode(json)).isEqualTo(ledger);
        }
    }

    @Test
    void whatFitsCanBeStoredAlsoWithATermAndAUid() {
        int most = 0;
        for (int claims = 8_000; claims < 25_000; claims += 4_000) {
            Ledger ledger = ledger(new Random(4), claims);
            if (LedgerCodec.fits(ledger)) {
                most = claims;
                assertThat(LedgerCodec.encode(new Ledger(Long.MAX_VALUE, "u".repeat(100), ledger.claims(), Map.of())))
                        .isNotInstanceOf(TooLarge.class);
            } else {
                assertThat(LedgerCodec.encode(ledger(new Random(4), claims + 1_000))).isInstanceOf(TooLarge.class);
            }
        }
        assertThat(most).isBetween(8_000, 20_000);
    }

    @Test
    void whatDoesNotFitIntoAConfigMapIsNotEncoded() {
        assertThat(LedgerCodec.encode(ledger(new Random(4), 25_000))).isInstanceOfSatisfying(TooLarge.class,
                tooLarge -> assertThat(tooLarge.message()).contains("more than the"));
    }

    @Test
    void aNewerVersionIsNotReadAndTheMessageSaysWhatToDo() {
        assertThatThrownBy(() -> LedgerCodec.decode("{\"version\":2,\"claims\":{}}"))
                .isInstanceOf(MalformedLedgerException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("run the program that wrote it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "[]", "null", "{}", "{\"version\":\"1\"}", "{\"version\":1.5}",
            "{\"version\":1e400}", "{\"version\":1,\"term\":1}", "{\"version\":1,\"term\":1,\"claims\":[1]}",
            "{\"version\":1,\"term\":1,\"claims\":[{}]}", "{\"version\":1,\"claims\":[]}",
            "{\"version\":1,\"term\":1,\"claims\":[],\"emptyForms\":{\"mapAccounts\":\"\"}}",
            "{\"version\":1,\"term\":1,\"claims\":[],\"emptyForms\":{\"mapRoles\":{}}}",
            "{\"version\":1,\"term\":1,\"claims\":[],\"removals\":{}}",
            "{\"version\":1,\"term\":1,\"claims\":[],\"removals\":[{\"at\":\"now\",\"rows\":1}]}",
            "{\"version\":1,\"term\":1,\"claims\":[],\"removals\":[{\"at\":\"2026-01-01T00:00:00Z\",\"rows\":0}]}",
            "{\"version\":1,\"term\":1,\"claims\":[],\"pause\":{\"why\":\"x\"}}",
            "{\"version\":1,\"term\":1,\"claims\":[{\"section\":\"mapRoles\",\"principal\":\"p\",\"mapping\":\"m\","
                    + "\"uid\":\"u\",\"definition\":\"d\",\"hold\":\"forever\"}]}",
            "{\"version\":1,\"term\":1,\"claims\":[{\"section\":\"mapRoles\",\"principal\":\"p\",\"mapping\":\"m\","
                    + "\"uid\":\"u\",\"definition\":\"d\",\"guarded\":\"true\"}]}",
            "{\"version\":1,\"term\":1,\"awsAuthUid\":3,\"claims\":[]}",
            "{\"version\":1,\"term\":1,\"claims\":[{\"section\":\"x\",\"principal\":\"p\",\"mapping\":\"m\",\"uid\":\"u\","
                    + "\"definition\":\"d\"}]}"})
    void whatIsNoLedgerIsMalformedAndNeverEmpty(String text) {
        assertThatThrownBy(() -> LedgerCodec.decode(text)).isInstanceOf(MalformedLedgerException.class);
    }

    @Test
    void twoClaimsForOneRowAreMalformed() {
        String claim = "{\"section\":\"mapRoles\",\"principal\":\"p\",\"mapping\":\"m\",\"uid\":\"u\",\"definition\":\"d\"}";
        assertThatThrownBy(
                () -> LedgerCodec.decode("{\"version\":1,\"term\":1,\"claims\":[" + claim + "," + claim + "]}"))
                .hasMessageContaining("claims[1] claims p a second time");
    }

    @Test
    void deeplyNestedTextIsMalformed() {
        assertThatThrownBy(() -> LedgerCodec.decode("[".repeat(200_000))).isInstanceOf(MalformedLedgerException.class);
    }

    @Test
    void aBombDoesNotInflate() throws IOException {
        byte[] bomb = gzip(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(100_000);
        assertThatThrownBy(() -> LedgerCodec.decode(bomb)).hasMessageContaining("inflates to more than 16 MiB");
    }

    @Test
    void brokenCompressionIsMalformed() throws IOException {
        byte[] whole = gzip("{\"version\":1,\"term\":1,\"claims\":[]}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> LedgerCodec.decode(new byte[0])).hasMessageContaining("gzip");
        assertThatThrownBy(() -> LedgerCodec.decode(Arrays.copyOf(whole, whole.length - 9)))
                .hasMessageContaining("gzip");
        assertThatThrownBy(() -> LedgerCodec.decode(gzip(new byte[] {(byte) 0xff}))).hasMessageContaining("UTF-8");
    }

    private static Ledger decode(Encoded encoded) throws MalformedLedgerException {
        return switch (encoded) {
            case Plain plain -> LedgerCodec.decode(plain.json());
            case Compressed compressed -> LedgerCodec.decode(Base64.getDecoder().decode(compressed.base64()));
            case TooLarge tooLarge -> throw new AssertionError(tooLarge.message());
        };
    }

    private static Ledger ledger(Random random, int claims) {
        Map<Claim.Key, Claim> map = new LinkedHashMap<>();
        for (int i = 0; i < claims; i++) {
            Section section = random.nextBoolean() ? Section.ROLES : Section.USERS;
            map.put(new Claim.Key(section, "arn:aws:iam::111122223333:role/" + i + nasty(random)),
                    new Claim("mapping-" + i, hex(random, 16), hex(random, 16), maybe(random), maybe(random)));
        }
        Map<Section, String> forms = new EnumMap<>(Section.class);
        for (Section section : Section.values()) {
            if (random.nextBoolean()) {
                forms.put(section, nasty(random));
            }
        }
        return new Ledger(random.nextLong(), maybe(random), map, forms);
    }

    private static String nasty(Random random) {
        return NASTY[random.nextInt(NASTY.length)];
    }

    private static String maybe(Random random) {
        return random.nextBoolean() ? hex(random, 16) : null;
    }

    private static String hex(Random random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
