package dev.iammapper.admission;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.internal.LazilyParsedNumber;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON as RFC 8259 has it, within bounds that keep a hostile text from costing more memory than its own size
 * suggests, and without a name twice in one object: two readers might take different ones.
 */
final class BoundedJson {
    /** Objects within objects; {@code managedFields} of a mapping need about 15. */
    static final int MAX_DEPTH = 64;

    /** Values of all kinds; the largest mapping that the schema allows has about 2,000. */
    static final int MAX_VALUES = 50_000;

    private final JsonReader reader;
    private int values;

    private BoundedJson(String text) {
        this.reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(MAX_DEPTH);
    }

    /**
     * Reads one JSON object that fills the whole text.
     *
     * @throws Unreadable saying why not
     */
    static JsonObject read(byte[] utf8) throws Unreadable {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new Unreadable("the body is not UTF-8");
        }
        BoundedJson json = new BoundedJson(text);
        try {
            JsonElement element = json.value();
            if (json.reader.peek() != JsonToken.END_DOCUMENT) {
                throw new Unreadable("there is more than one JSON value in the body");
            }
            if (element instanceof JsonObject object) {
                return object;
            }
            throw new Unreadable("the body is JSON, but not an object");
        } catch (EOFException e) {
            throw new Unreadable(text.isBlank() ? "the body is empty" : "the JSON of the body ends too early");
        } catch (MalformedJsonException | IllegalStateException | NumberFormatException e) {
            throw new Unreadable("the body is not JSON, or nests deeper than " + MAX_DEPTH + " levels");
        } catch (IOException e) {
            throw new Unreadable("the body cannot be read");
        }
    }

    private JsonElement value() throws IOException, Unreadable {
        if (++values > MAX_VALUES) {
            throw new Unreadable("the body holds more than " + MAX_VALUES + " values");
        }
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object();
            case BEGIN_ARRAY -> array();
            case STRING -> new JsonPrimitive(reader.nextString());
            case NUMBER -> new JsonPrimitive(new LazilyParsedNumber(reader.nextString()));
            case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.INSTANCE;
            }
            case END_DOCUMENT, END_OBJECT, END_ARRAY, NAME -> throw new IllegalStateException("no value");
        };
    }

    private JsonObject object() throws IOException, Unreadable {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (object.has(name)) {
                throw new Unreadable("an object in the body has one name twice");
            }
            object.add(name, value());
        }
        reader.endObject();
        return object;
    }

    private JsonArray array() throws IOException, Unreadable {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(value());
        }
        reader.endArray();
        return array;
    }

    /** The text is not such JSON; the message is for people. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }
}
