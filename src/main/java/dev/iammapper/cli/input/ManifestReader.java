package dev.iammapper.cli.input;

import dev.iammapper.cli.text.Shown;
import dev.iammapper.render.GoValue;
import dev.iammapper.render.MalformedYaml;
import dev.iammapper.render.YamlDocument;
import dev.iammapper.render.YamlNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes the objects out of the bytes of a file, those in lists one by one, as kubectl does. */
public final class ManifestReader {
    private static final int MAX_LISTS_IN_LISTS = 10;
    private static final String LIST = "List";
    private static final char REPLACEMENT = '\ufffd';

    private final Consumer<Manifest> objects;
    private final Malformed malformed;

    /** Hears of documents that cannot be read. */
    @FunctionalInterface
    public interface Malformed {
        void report(String file, Place place, String message, String advice);
    }

    /** A reader that hands on what it finds, in the order of the files. */
    public ManifestReader(Consumer<Manifest> objects, Malformed malformed) {
        this.objects = objects;
        this.malformed = malformed;
    }

    /** Reads one file. */
    public void read(String file, byte[] bytes) {
        boolean isText = isUtf8(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        String withoutMark = text.startsWith("\ufeff") ? text.substring(1) : text;
        for (ManifestDocuments.Document document : ManifestDocuments.of(withoutMark)) {
            if (!isText && document.text().indexOf(REPLACEMENT) >= 0) {
                malformed.report(file, document.lines().of(document.text().indexOf(REPLACEMENT)),
                        "holds bytes that are no UTF-8 text.", "Save the file as UTF-8.");
            } else {
                read(file, document);
            }
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private void read(String file, ManifestDocuments.Document document) {
        DocumentLines lines = document.lines();
        try {
            YamlDocument yaml = YamlDocument.read(document.text());
            if (yaml.unread() != null) {
                throw yaml.unread();
            }
            int rest = behind(document.text(), yaml.end());
            if (rest >= 0) {
                malformed.report(file, lines.of(rest), "is not read from here on.",
                        "Begin each document with a line that holds nothing but \"---\".");
            }
            if (yaml.root() instanceof YamlNode.Mapping root) {
                read(file, lines, root, "", "", 0);
            }
        } catch (MalformedYaml e) {
            malformed.report(file, lines.of(e),
                    "is not YAML: " + Shown.sentence(e.message()) + ".",
                    e.message().contains("{{") || document.text().contains("{{")
                            ? "Put values with {{…}} in quotes; of a Helm chart, check what \"helm template\" prints."
                            : "Correct the text.");
        }
    }

    /** Where something stands behind the end of the document that is no comment, or -1. */
    private static int behind(String text, int end) {
        int at = end;
        while (at < text.length()) {
            int next = text.indexOf('\n', at) + 1;
            int lineEnd = next == 0 ? text.length() : next;
            String line = text.substring(at, lineEnd).strip();
            if (!line.isEmpty() && !line.startsWith("#") && !line.equals("...")) {
                return at;
            }
            at = lineEnd;
        }
        return -1;
    }

    private void read(String file, DocumentLines lines, YamlNode.Mapping root, String apiVersionOfList,
            String kindOfList,
            int depth) {
        String apiVersion = text(root, "apiVersion", apiVersionOfList);
        String kind = text(root, "kind", kindOfList);
        if (!kind.endsWith(LIST) || !(value(root, "items") instanceof YamlNode.Sequence items)) {
            objects.accept(new Manifest(file, lines, apiVersion, kind, root));
            return;
        }
        if (depth == MAX_LISTS_IN_LISTS) {
            malformed.report(file, lines.of(root), "is a list in too many lists.",
                    "Write them one by one.");
            return;
        }
        // The items of a typed list need not say again what they are.
        String kindOfItems = kind.substring(0, kind.length() - LIST.length());
        for (YamlNode item : items.items()) {
            if (target(item) instanceof YamlNode.Mapping object) {
                read(file, lines, object, kindOfItems.isEmpty() ? "" : apiVersion, kindOfItems, depth + 1);
            }
        }
    }

    private static String text(YamlNode.Mapping map, String key, String otherwise) {
        String text = text(value(map, key));
        return text == null ? otherwise : text;
    }

    /** What is text, or null for anything else. */
    public static @Nullable String text(@Nullable YamlNode node) {
        try {
            return node instanceof YamlNode.Scalar && GoValue.of(node) instanceof GoValue.Text text
                    ? text.value()
                    : null;
        } catch (MalformedYaml e) {
            return null;
        }
    }

    /** The value of the last such key, or null where there is none. */
    static @Nullable YamlNode value(YamlNode.Mapping map, String key) {
        YamlNode value = null;
        for (YamlNode.Pair pair : map.pairs()) {
            if (target(pair.key()) instanceof YamlNode.Scalar name && name.value().equals(key)) {
                value = target(pair.value());
            }
        }
        return value;
    }

    /** What an alias stands for. */
    static YamlNode target(YamlNode node) {
        YamlNode target = node;
        while (target instanceof YamlNode.Alias alias) {
            target = alias.target();
        }
        return target;
    }
}
