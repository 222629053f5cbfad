package dev.iammapper.render;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A YAML node as the authenticator sees it after {@code sigs.k8s.io/yaml} (go-yaml v2, YAML 1.1) has turned it into
 * JSON. Only the distinctions that decide how a row reads are kept: text, nothing, and everything that is neither.
 */
sealed interface GoValue {
    /** The node it came from. */
    YamlNode node();

    /** A string. */
    record Text(String value, YamlNode node) implements GoValue {}

    /** Null. */
    record Nothing(YamlNode node) implements GoValue {}

    /** A number or a truth value, shown as it was written. */
    record Other(String written, YamlNode node) implements GoValue {}

    /** A list. */
    record Items(List<GoValue> items, YamlNode node) implements GoValue {}

    /** A map, in the order in which Go writes its keys; keys that are no text cannot name a field and are left out. */
    record Fields(Map<String, GoValue> fields, YamlNode node) implements GoValue {}

    /**
     * Converts a document.
     *
     * @throws MalformedYaml where the conversion fails in Go, which empties the section
     */
    static GoValue of(YamlNode node) {
        return new Conversion().value(node);
    }

    /** One conversion; it counts what it visits, because aliases multiply. */
    final class Conversion {
        private static final int MAX_VISITS = 2_000_000;
        private static final String TAG = "tag:yaml.org,2002:";
        private static final Set<String> TRUTHS = Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on",
                "On", "ON", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
        private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
        private static final Set<String> NOT_FINITE = Set.of(".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf",
                "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF");
        private static final Pattern DOT_FLOAT = Pattern.compile("\\.[0-9]+([eE][-+]?[0-9]+)?");
        private static final Pattern FLOAT = Pattern
                .compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
        private static final Pattern PREFIXED_INTEGER = Pattern
                .compile("[-+]?(0[xX][0-9a-fA-F]{1,16}|0[oO][0-7]{1,22}|0[bB][01]{1,64})");
        private static final Pattern TIMESTAMP = Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?");

        private int visits;

        private GoValue value(YamlNode node) {
            if (++visits > MAX_VISITS) {
                throw malformed(node, "the document contains excessive aliasing");
            }
            return switch (node) {
                case YamlNode.Scalar scalar -> scalar(scalar);
                case YamlNode.Sequence sequence -> items(sequence);
                case YamlNode.Mapping mapping -> fields(mapping);
                case YamlNode.Alias alias -> value(alias.target());
            };
        }

        private GoValue items(YamlNode.Sequence sequence) {
            List<GoValue> items = new ArrayList<>(sequence.items().size());
            for (YamlNode item : sequence.items()) {
                items.add(value(item));
            }
            return new Items(items, sequence);
        }

        private GoValue fields(YamlNode.Mapping mapping) {
            Map<String, GoValue> fields = new TreeMap<>();
            putAll(mapping, fields);
            return new Fields(fields, mapping);
        }

        private void putAll(YamlNode.Mapping mapping, Map<String, GoValue> fields) {
            for (YamlNode.Pair pair : mapping.pairs()) {
                if (isMerge(pair.key())) {
                    merge(pair.value(), fields);
                    continue;
                }
                switch (value(pair.key())) {
                    case Text key -> fields.put(key.value(), value(pair.value()));
                    case Other _ -> value(pair.value());
                    case Nothing key -> throw malformed(key.node(), "null cannot be the name of a field");
                    case Items key -> throw malformed(key.node(), "a list cannot be the name of a field");
                    case Fields key -> throw malformed(key.node(),
                            "a map cannot be the name of a field; a value that begins with { must be quoted");
                }
            }
        }

        private static boolean isMerge(YamlNode key) {
            return key instanceof YamlNode.Scalar scalar && "<<".equals(scalar.value())
                    && (scalar.implicit() || (TAG + "merge").equals(scalar.tag()));
        }

        /** Go writes merged fields at the place of the merge: over what stands before it, under what follows. */
        private void merge(YamlNode value, Map<String, GoValue> fields) {
            YamlNode target = value instanceof YamlNode.Alias alias ? alias.target() : value;
            if (target instanceof YamlNode.Mapping mapping) {
                putAll(mapping, fields);
                return;
            }
            if (target instanceof YamlNode.Sequence sequence && target == value) {
                for (YamlNode item : sequence.items().reversed()) {
                    YamlNode merged = item instanceof YamlNode.Alias alias ? alias.target() : item;
                    if (!(merged instanceof YamlNode.Mapping mapping)) {
                        throw malformed(item, "only maps can be merged with <<");
                    }
                    putAll(mapping, fields);
                }
                return;
            }
            throw malformed(value, "only maps can be merged with <<");
        }

        private static GoValue scalar(YamlNode.Scalar scalar) {
            String tag = scalar.tag();
            if (tag == null) {
                return scalar.implicit() ? guessed(scalar) : new Text(scalar.value(), scalar);
            }
            return switch (tag) {
                case TAG + "str" -> new Text(scalar.value(), scalar);
                case TAG + "binary" -> new Text(decoded(scalar), scalar);
                case TAG + "null" -> expect(scalar, NULLS.contains(scalar.value()), "null");
                case TAG + "bool" -> expect(scalar, TRUTHS.contains(scalar.value()), "a truth value");
                case TAG + "int" -> expect(scalar, isInteger(scalar.value().replace("_", "")), "a whole number");
                case TAG + "float" -> expect(scalar, looksLikeNumber(scalar.value()), "a number");
                case TAG + "timestamp" -> expect(scalar, TIMESTAMP.matcher(scalar.value()).matches(), "an instant");
                default -> new Text(scalar.value(), scalar);
            };
        }

        private static GoValue expect(YamlNode.Scalar scalar, boolean fits, String kind) {
            if (!fits) {
                throw malformed(scalar, "the tag promises " + kind + ", but the text is none");
            }
            return (TAG + "timestamp").equals(scalar.tag()) ? new Text(scalar.value(), scalar) : guessed(scalar);
        }

        private static String decoded(YamlNode.Scalar scalar) {
            try {
                byte[] bytes = Base64.getDecoder().decode(scalar.value().replaceAll("[\r\n]", ""));
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw malformed(scalar, "the tag !!binary promises base64, but the text is none");
            }
        }

        /** What an unquoted text becomes: go-yaml v2, resolve.go. */
        private static GoValue guessed(YamlNode.Scalar scalar) {
            String text = scalar.value();
            if (NULLS.contains(text)) {
                return new Nothing(scalar);
            }
            if (NOT_FINITE.contains(text)) {
                throw malformed(scalar, "the number " + text + " has no form in JSON, through which aws-auth is read");
            }
            if (TRUTHS.contains(text) || looksLikeNumber(text)) {
                return new Other(text, scalar);
            }
            return new Text(text, scalar);
        }

        private static boolean looksLikeNumber(String text) {
            char first = text.isEmpty() ? ' ' : text.charAt(0);
            if (first == '.') {
                return DOT_FLOAT.matcher(text).matches() && isFinite(text);
            }
            if (first != '+' && first != '-' && (first < '0' || first > '9')) {
                return false;
            }
            String plain = text.replace("_", "");
            return isInteger(plain) || (FLOAT.matcher(plain).matches() && isFinite(plain));
        }

        /** Decimal numbers of any length count: those beyond 64 bits become floats in Go, which are numbers as well. */
        private static boolean isInteger(String plain) {
            return PREFIXED_INTEGER.matcher(plain).matches() || plain.matches("[-+]?[0-9]+");
        }

        private static boolean isFinite(String number) {
            return Double.isFinite(Double.parseDouble(number));
        }

        private static MalformedYaml malformed(YamlNode node, String message) {
            return new MalformedYaml(node.line(), node.column(), message);
        }
    }
}
