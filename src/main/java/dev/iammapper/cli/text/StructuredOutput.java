package dev.iammapper.cli.text;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/**
 * Prints one structure of data, so that JSON and YAML say the same. Records become objects with the names of their
 * components, which are part of the API of the command that prints them; what is null is left out; constants of enums
 * are written in CamelCase, as reasons are.
 */
public final class StructuredOutput {
    /** The one character that the library writes as it is and that other readers refuse; it stands in quotes only. */
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private StructuredOutput() {}

    /** Prints the data in a format for programs, in UTF-8 whatever the machine's language. */
    public static void print(PrintStream out, OutputFormat format, Object data) {
        String text = switch (format) {
            case json -> json(data);
            case yaml -> yaml(data);
            case text -> throw new IllegalArgumentException("text is for the command itself to write");
        };
        print(out, text);
    }

    /** Prints what is for programs as it is, in UTF-8. */
    public static void print(PrintStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        out.flush();
    }

    /** The data as JSON with a line break at its end. */
    public static String json(Object data) {
        StringWriter text = new StringWriter();
        try {
            write(writer(text), plain(data));
        } catch (IOException impossible) {
            throw new IllegalStateException("writing into memory does not fail", impossible);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonWriter json, Object value) throws IOException {
        switch (value) {
            case Map<?, ?> map -> {
                json.beginObject();
                for (Map.Entry<?, ?> field : map.entrySet()) {
                    json.name(String.valueOf(field.getKey()));
                    write(json, field.getValue());
                }
                json.endObject();
            }
            case List<?> list -> {
                json.beginArray();
                for (Object item : list) {
                    write(json, item);
                }
                json.endArray();
            }
            case Boolean truth -> json.value(truth);
            case Number number -> json.value(number);
            default -> json.value(value.toString());
        }
        json.flush();
    }

    /** The data as one YAML document; texts that any version of YAML takes for something else are in quotes. */
    public static String yaml(Object data) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        return new Yaml(new Quoting(options), options).dump(plain(data)).replace(BYTE_ORDER_MARK, "\\uFEFF");
    }

    /** A writer of YAML that quotes every text but single words. */
    private static final class Quoting extends Representer {
        private static final Pattern WORD = Pattern.compile("[A-Za-z]([A-Za-z0-9_./:@-]*[A-Za-z0-9_/@])?");
        private static final Set<String> NO_TEXT = Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

        Quoting(DumperOptions options) {
            super(options);
            // The same text in two places is no reason for anchors.
            representers.put(String.class, text -> scalar(String.valueOf(text)));
        }

        private Node scalar(String text) {
            boolean isWord = WORD.matcher(text).matches() && !NO_TEXT.contains(text.toLowerCase(Locale.ROOT));
            // Where a text of several lines cannot stand as it is, the library quotes it.
            ScalarStyle style = isWord
                    ? ScalarStyle.PLAIN
                    : text.contains("\n") && !text.contains(BYTE_ORDER_MARK)
                            ? ScalarStyle.LITERAL
                            : ScalarStyle.DOUBLE_QUOTED;
            return representScalar(Tag.STR, text, style);
        }
    }

    /** The data made of maps, lists, texts, numbers and truth values alone. */
    private static Object plain(Object value) {
        return switch (value) {
            case Record each -> fields(each);
            case Map<?, ?> map -> {
                Map<String, Object> plain = new LinkedHashMap<>();
                map.forEach((key, each) -> plain.put(key instanceof Enum<?> constant
                        ? camelCase(constant)
                        : String.valueOf(key), plain(each)));
                yield plain;
            }
            case Collection<?> items -> {
                List<Object> plain = new ArrayList<>();
                items.forEach(item -> plain.add(plain(item)));
                yield plain;
            }
            case Enum<?> constant -> camelCase(constant);
            case String _,Integer _,Long _,Boolean _ -> value;
            case Instant instant -> instant.toString();
            default -> throw new IllegalArgumentException("no data to print: " + value.getClass().getName());
        };
    }

    private static Map<String, Object> fields(Record data) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : data.getClass().getRecordComponents()) {
            Object value = value(data, component);
            if (value != null) {
                fields.put(component.getName(), plain(value));
            }
        }
        return fields;
    }

    private static @Nullable Object value(Record data, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(data);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the fields of a record can be read", e);
        }
    }

    /** The CamelCase word of a constant. */
    public static String camelCase(Enum<?> constant) {
        StringBuilder word = new StringBuilder();
        for (String part : constant.name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    /** A writer of text for people: where no language is set, as in most containers, UTF-8 instead of question marks. */
    public static Writer text(PrintStream out) {
        return new OutputStreamWriter(out, out.charset().equals(StandardCharsets.US_ASCII)
                ? StandardCharsets.UTF_8
                : out.charset());
    }

    /** A writer of JSON that people can read. */
    public static JsonWriter writer(Writer out) {
        JsonWriter json = new JsonWriter(out);
        json.setIndent("  ");
        json.setHtmlSafe(false);
        return json;
    }
}
