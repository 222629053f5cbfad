package dev.iammapper.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as JSON with a version, compressed past 64 KiB. Equal ledgers give equal bytes; the text is
 *
 * <pre>
 * {"version":1, "term":7, "awsAuthUid":"…",
 * "claims":[{"section":"mapRoles", "principal":"arn:…", "mapping":"…", "uid":"…", "definition":"…",
 * "applied":"…", "pending":"…", "guarded":true, "hold":"tooMany", "leaving":1}],
 * "emptyForms":{"mapUsers":"[]"},
 * "removals":[{"at":"2026-01-01T00:00:00Z", "rows":3}],
 * "pause":{"why":"…", "since":"2026-01-01T00:00:00Z"}}
 * </pre>
 *
 * where {@code applied}, {@code pending}, {@code guarded}, {@code hold}, {@code leaving}, {@code removals} and {@code pause} are often
 * absent.
 */
final class LedgerCodec {
    static final int COMPRESSED_PAST = 64 << 10;
    static final int MOST_STORED = 900 << 10;
    static final int MOST_INFLATED = 16 << 20;
    static final int ADDED_BY_WRITES = 8 << 10;

    private static final int VERSION = 1;

    private LedgerCodec() {}

    /** A ledger in the form in which it is stored. */
    sealed interface Encoded {}

    /** As text. */
    record Plain(String json) implements Encoded {}

    /** As compressed text, in base64 as the API server takes binary data. */
    record Compressed(String base64) implements Encoded {}

    /** It cannot be stored. */
    record TooLarge(String message) implements Encoded {}

    /** Not a ledger, or one of another version; the message completes "it cannot be read:". */
    static final class MalformedLedgerException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedLedgerException(String message) {
            super(message);
        }
    }

    /** The form to store. */
    static Encoded encode(Ledger ledger) {
        String json = json(ledger).toString();
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= COMPRESSED_PAST) {
            return new Plain(json);
        }
        if (bytes.length > MOST_INFLATED) {
            return tooLarge(bytes.length, MOST_INFLATED);
        }
        byte[] gzip = gzip(bytes);
        // The API server counts the bytes before they become base64.
        return gzip.length > MOST_STORED ? tooLarge(gzip.length, MOST_STORED)
                : new Compressed(Base64.getEncoder().encodeToString(gzip));
    }

    /** Whether the ledger can be stored, also with what a write adds to it: the term, the uid of aws-auth, holds. */
    static boolean fits(Ledger ledger) {
        byte[] bytes = json(ledger).toString().getBytes(StandardCharsets.UTF_8);
        int most = MOST_STORED - ADDED_BY_WRITES;
        return bytes.length <= COMPRESSED_PAST - ADDED_BY_WRITES
                || (bytes.length <= MOST_INFLATED - ADDED_BY_WRITES && gzip(bytes).length <= most);
    }

    /** Reads the text form. */
    static Ledger decode(String json) throws MalformedLedgerException {
        try {
            return ledger(object(JsonParser.parseString(json), "the text"));
        } catch (JsonParseException | StackOverflowError e) {
            throw new MalformedLedgerException("it is not valid JSON");
        }
    }

    /** Reads the compressed form. */
    static Ledger decode(byte[] gzip) throws MalformedLedgerException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            byte[] bytes = in.readNBytes(MOST_INFLATED + 1);
            if (bytes.length > MOST_INFLATED) {
                throw new MalformedLedgerException("it inflates to more than " + (MOST_INFLATED >> 20) + " MiB");
            }
            return decode(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            throw new MalformedLedgerException("it is not UTF-8 text");
        } catch (IOException e) {
            throw new MalformedLedgerException("it is not valid gzip");
        }
    }

    private static TooLarge tooLarge(int bytes, int limit) {
        return new TooLarge("the ledger would take " + (bytes >> 10) + " KiB, more than the " + (limit >> 10)
                + " KiB that fit: map fewer principals");
    }

    private static JsonObject json(Ledger ledger) {
        JsonArray claims = new JsonArray();
        ledger.claims().forEach((key, claim) -> {
            JsonObject one = new JsonObject();
            one.addProperty("section", key.section().dataKey());
            one.addProperty("principal", key.principal());
            one.addProperty("mapping", claim.mapping());
            one.addProperty("uid", claim.uid());
            one.addProperty("definition", claim.definition());
            addIfThere(one, "applied", claim.applied());
            addIfThere(one, "pending", claim.pending());
            if (claim.guarded()) {
                one.addProperty("guarded", true);
            }
            addIfThere(one, "hold", claim.hold() == null ? null : claim.hold().word());
            if (claim.leaving() > 0) {
                one.addProperty("leaving", claim.leaving());
            }
            claims.add(one);
        });
        JsonObject emptyForms = new JsonObject();
        ledger.emptyForms().forEach((section, text) -> emptyForms.addProperty(section.dataKey(), text));
        JsonObject root = new JsonObject();
        root.addProperty("version", VERSION);
        root.addProperty("term", ledger.term());
        addIfThere(root, "awsAuthUid", ledger.awsAuthUid());
        root.add("claims", claims);
        root.add("emptyForms", emptyForms);
        if (!ledger.removals().isEmpty()) {
            JsonArray removals = new JsonArray();
            ledger.removals().forEach(removal -> {
                JsonObject one = new JsonObject();
                one.addProperty("at", removal.at().toString());
                one.addProperty("rows", removal.rows());
                removals.add(one);
            });
            root.add("removals", removals);
        }
        if (ledger.pause() != null) {
            JsonObject pause = new JsonObject();
            pause.addProperty("why", ledger.pause().why());
            pause.addProperty("since", ledger.pause().since().toString());
            root.add("pause", pause);
        }
        return root;
    }

    private static void addIfThere(JsonObject object, String field, @Nullable String value) {
        if (value != null) {
            object.addProperty(field, value);
        }
    }

    private static Ledger ledger(JsonObject root) throws MalformedLedgerException {
        long version = number(root, "version");
        if (version != VERSION) {
            throw new MalformedLedgerException("it has version " + version + ", and this program knows version "
                    + VERSION + " only; run the program that wrote it");
        }
        return new Ledger(number(root, "term"), textOrNull(root, "awsAuthUid", "the ledger"), claims(root),
                emptyForms(root), removals(root), pause(root));
    }

    private static Map<Claim.Key, Claim> claims(JsonObject root) throws MalformedLedgerException {
        Map<Claim.Key, Claim> claims = new TreeMap<>();
        JsonElement list = root.get("claims");
        if (list == null || !list.isJsonArray()) {
            throw new MalformedLedgerException("claims is no list");
        }
        int index = 0;
        for (JsonElement element : list.getAsJsonArray()) {
            String place = "claims[" + index++ + "]";
            JsonObject one = object(element, place);
            Claim.Key key = new Claim.Key(section(text(one, "section", place), place), text(one, "principal", place));
            Claim claim = new Claim(text(one, "mapping", place), text(one, "uid", place),
                    text(one, "definition", place), textOrNull(one, "applied", place),
                    textOrNull(one, "pending", place), isTrue(one, "guarded", place), hold(one, place),
                    leaving(one, place));
            if (claims.put(key, claim) != null) {
                throw new MalformedLedgerException(place + " claims " + key.principal() + " a second time");
            }
        }
        return claims;
    }

    private static Claim.@Nullable Hold hold(JsonObject claim, String place) throws MalformedLedgerException {
        String word = textOrNull(claim, "hold", place);
        if (word == null) {
            return null;
        }
        for (Claim.Hold hold : Claim.Hold.values()) {
            if (hold.word().equals(word)) {
                return hold;
            }
        }
        throw new MalformedLedgerException(place + " is held for the unknown reason " + word);
    }

    private static int leaving(JsonObject claim, String place) throws MalformedLedgerException {
        if (!claim.has("leaving")) {
            return 0;
        }
        long others = number(claim, "leaving");
        if (others < 1 || others > Integer.MAX_VALUE) {
            throw new MalformedLedgerException(place + ": leaving is " + others);
        }
        return (int) others;
    }

    private static Map<Section, String> emptyForms(JsonObject root) throws MalformedLedgerException {
        Map<Section, String> emptyForms = new EnumMap<>(Section.class);
        JsonElement forms = root.get("emptyForms");
        if (forms != null && !forms.isJsonNull()) {
            JsonObject texts = object(forms, "emptyForms");
            for (String key : texts.keySet()) {
                emptyForms.put(section(key, "emptyForms"), text(texts, key, "emptyForms"));
            }
        }
        return emptyForms;
    }

    private static List<Ledger.Removals> removals(JsonObject root) throws MalformedLedgerException {
        JsonElement list = root.get("removals");
        if (list == null || list.isJsonNull()) {
            return List.of();
        }
        if (!list.isJsonArray()) {
            throw new MalformedLedgerException("removals is no list");
        }
        List<Ledger.Removals> removals = new ArrayList<>();
        for (JsonElement element : list.getAsJsonArray()) {
            String place = "removals[" + removals.size() + "]";
            JsonObject one = object(element, place);
            long rows = number(one, "rows");
            if (rows < 1 || rows > Integer.MAX_VALUE) {
                throw new MalformedLedgerException(place + ": rows is " + rows);
            }
            removals.add(new Ledger.Removals(instant(one, "at", place), (int) rows));
        }
        return removals;
    }

    private static Ledger.@Nullable Pause pause(JsonObject root) throws MalformedLedgerException {
        JsonElement pause = root.get("pause");
        if (pause == null || pause.isJsonNull()) {
            return null;
        }
        JsonObject one = object(pause, "pause");
        return new Ledger.Pause(text(one, "why", "pause"), instant(one, "since", "pause"));
    }

    private static Instant instant(JsonObject object, String field, String place) throws MalformedLedgerException {
        String text = text(object, field, place);
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new MalformedLedgerException(place + ": " + field + " is no instant: " + text);
        }
    }

    private static boolean isTrue(JsonObject object, String field, String place) throws MalformedLedgerException {
        JsonElement value = object.get(field);
        if (value == null || value instanceof JsonNull) {
            return false;
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
            throw new MalformedLedgerException(place + ": " + field + " is neither true nor false");
        }
        return value.getAsBoolean();
    }

    private static JsonObject object(JsonElement element, String place) throws MalformedLedgerException {
        if (!element.isJsonObject()) {
            throw new MalformedLedgerException(place + " is no object");
        }
        return element.getAsJsonObject();
    }

    private static Section section(String dataKey, String place) throws MalformedLedgerException {
        for (Section section : Section.values()) {
            if (section.dataKey().equals(dataKey)) {
                return section;
            }
        }
        throw new MalformedLedgerException(place + " names the unknown section " + dataKey);
    }

    private static long number(JsonObject object, String field) throws MalformedLedgerException {
        try {
            JsonElement value = object.get(field);
            if (value != null && value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
                return value.getAsBigDecimal().longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new MalformedLedgerException(field + " is no whole number");
        }
        throw new MalformedLedgerException(field + " is no number");
    }

    private static String text(JsonObject object, String field, String place) throws MalformedLedgerException {
        String text = textOrNull(object, field, place);
        if (text == null) {
            throw new MalformedLedgerException(place + " has no " + field);
        }
        return text;
    }

    private static @Nullable String textOrNull(JsonObject object, String field, String place)
            throws MalformedLedgerException {
        JsonElement value = object.get(field);
        if (value == null || value instanceof JsonNull) {
            return null;
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            throw new MalformedLedgerException(place + ": " + field + " is no text");
        }
        return value.getAsString();
    }

    /** Java writes no time into the header, so that equal texts give equal bytes. */
    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory cannot fail to be written", impossible);
        }
        return out.toByteArray();
    }
}
