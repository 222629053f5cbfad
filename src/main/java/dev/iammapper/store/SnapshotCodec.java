package dev.iammapper.store;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.iammapper.render.AwsAuthData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A kept version of aws-auth as compressed JSON: {@code {"time":…, "cause":…, "data":{"mapRoles":…}}}. */
final class SnapshotCodec {
    private static final int MOST_INFLATED = 4 << 20;

    private SnapshotCodec() {}

    /** Not a version of aws-auth; the message says why. */
    static final class MalformedSnapshotException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedSnapshotException(String message) {
            super(message);
        }
    }

    static byte[] encode(Snapshot snapshot) {
        JsonObject root = new JsonObject();
        root.addProperty("time", snapshot.time().toString());
        root.addProperty("cause", snapshot.cause());
        root.add("data", json(snapshot.data()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(root.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory cannot fail to be written", impossible);
        }
        return out.toByteArray();
    }

    static Snapshot decode(byte[] gzip) throws MalformedSnapshotException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            byte[] bytes = in.readNBytes(MOST_INFLATED + 1);
            if (bytes.length > MOST_INFLATED) {
                throw new MalformedSnapshotException("it inflates to more than " + (MOST_INFLATED >> 20) + " MiB");
            }
            return snapshot(JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new MalformedSnapshotException("it is not valid gzip");
        } catch (JsonParseException | DateTimeException | StackOverflowError e) {
            throw new MalformedSnapshotException("it is no version of aws-auth");
        }
    }

    private static Snapshot snapshot(JsonElement element) throws MalformedSnapshotException {
        if (element instanceof JsonObject root && root.get("data") instanceof JsonObject data) {
            String time = text(root, "time");
            String cause = text(root, "cause");
            if (time != null && cause != null) {
                return new Snapshot(Instant.parse(time), cause, new AwsAuthData(text(data, "mapRoles"),
                        text(data, "mapUsers"), text(data, "mapAccounts")));
            }
        }
        throw new MalformedSnapshotException("it is no version of aws-auth");
    }

    /** Differs for every other content, whatever time and cause. */
    static String fingerprint(AwsAuthData data) {
        JsonObject json = json(data);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(json.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static JsonObject json(AwsAuthData data) {
        JsonObject json = new JsonObject();
        add(json, "mapRoles", data.mapRoles());
        add(json, "mapUsers", data.mapUsers());
        add(json, "mapAccounts", data.mapAccounts());
        return json;
    }

    private static void add(JsonObject data, String key, @Nullable String value) {
        if (value != null) {
            data.addProperty(key, value);
        }
    }

    private static @Nullable String text(JsonObject data, String key) {
        return data.get(key) instanceof JsonPrimitive value && value.isString() ? value.getAsString() : null;
    }
}
