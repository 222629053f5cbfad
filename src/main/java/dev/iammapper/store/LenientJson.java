package dev.iammapper.store;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.gsonfire.GsonFireBuilder;
import io.kubernetes.client.gson.V1StatusPreProcessor;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1Status;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the Kubernetes client, without its strictness: the generated models refuse every field they do not know,
 * so that a newer API server would stop this program. Unlike the client's own this one keeps {@code managedFields} too.
 */
final class LenientJson {
    private static final Gson GSON = builder().disableHtmlEscaping()
            .registerTypeAdapter(OffsetDateTime.class, new Timestamp())
            .registerTypeAdapter(byte[].class, new Bytes())
            .create();

    private LenientJson() {}

    /** Makes every client of this process lenient; any number of times. */
    static void install() {
        JSON.setGson(GSON);
    }

    /** The reader and writer of wire objects. */
    static Gson gson() {
        return GSON;
    }

    /** A deletion is answered with a status or with the object itself, whose own status must not be taken for one. */
    private static GsonBuilder builder() {
        return new GsonFireBuilder().registerPreProcessor(V1Status.class, new V1StatusPreProcessor())
                .createGsonBuilder();
    }

    /** Times as the API server writes them; written with the microseconds that Leases and Events ask for. */
    private static final class Timestamp extends TypeAdapter<OffsetDateTime> {
        private static final DateTimeFormatter MICROS = DateTimeFormatter
                .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

        @Override
        public void write(JsonWriter out, @Nullable OffsetDateTime time) throws IOException {
            out.value(time == null ? null : MICROS.format(time.withOffsetSameInstant(ZoneOffset.UTC)));
        }

        @Override
        public @Nullable OffsetDateTime read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return null;
            }
            String text = in.nextString();
            try {
                return OffsetDateTime.parse(text);
            } catch (DateTimeException e) {
                throw new JsonParseException("not a time: " + text, e);
            }
        }
    }

    private static final class Bytes extends TypeAdapter<byte[]> {
        @Override
        public void write(JsonWriter out, byte @Nullable [] bytes) throws IOException {
            out.value(bytes == null ? null : Base64.getEncoder().encodeToString(bytes));
        }

        @Override
        public byte @Nullable [] read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return null;
            }
            try {
                return Base64.getDecoder().decode(in.nextString());
            } catch (IllegalArgumentException e) {
                throw new JsonParseException("not base64", e);
            }
        }
    }
}
