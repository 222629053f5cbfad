package dev.iammapper.render;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A YAML node as the authenticator sees it after {@code sigs.k8s.io/yaml} (go-yaml v2, YAML 1.1) has turned it into
 * JSON. Only the distinctions that decide how a row reads are kept: text, nothing, and everything that is neither.
 */
public sealed interface GoValue {
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
    static GoValue of(YamlNode root) {
        return new Conversion().value(root);
    }

    /** Whether an unquoted scalar means null. */
    static boolean isNothing(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && scalar.tag() == null && scalar.implicit()
                && Conversion.NULLS.contains(scalar.value());
    }

    /** One conversion; it counts what it visits as go-yaml does, because aliases multiply. */
    final class Conversion {
        private static final String TAG = "tag:yaml.org,2002:";
        private static final Set<String> TRUTHS = Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on",
                "On", "ON", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
        private static final int MAX_DEPTH = 500;
        private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
        private static final Set<String> NOT_FINITE = Set.of(".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf",
                "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF");
        private static final Set<String> TYPES = Set.of(TAG + "binary", TAG + "bool", TAG + "float", TAG + "int",
                TAG + "null", TAG + "timestamp");
        private static final Pattern DOT_FLOAT = Pattern
                .compile("\\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?");
        private static final Pattern DECIMAL = Pattern
                .compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
        private static final Pattern PREFIXED = Pattern.compile("([-+]?)0(?:[xX](?=.)0*+([0-9a-fA-F]{0,16})"
                + "|[oO](?=.)0*+([0-7]{0,22})|[bB](?=.)0*+([01]{0,64}))");

        // The document itself counts as the first thing decoded.
        private int decoded = 1;
        private int decodedThroughAliases;
        private int aliasDepth;
        private int depth;

        private GoValue value(YamlNode node) {
            if (++depth > MAX_DEPTH) {
                throw malformed(node, "aliases nest the lists and maps deeper than " + MAX_DEPTH + " levels");
            }
            GoValue value = bounded(node);
            depth--;
            return value;
        }

        private GoValue bounded(YamlNode node) {
            decoded++;
            decodedThroughAliases += aliasDepth > 0 ? 1 : 0;
            if (decodedThroughAliases > 100 && decoded > 1000
                    && (double) decodedThroughAliases / decoded > allowedShareOfAliases()) {
                throw malformed(node, "the document contains excessive aliasing");
            }
            return switch (node) {
                case YamlNode.Scalar scalar -> scalar(scalar);
                case YamlNode.Sequence sequence -> items(sequence);
                case YamlNode.Mapping mapping -> fields(mapping);
                case YamlNode.Alias alias -> {
                    aliasDepth++;
                    GoValue value = value(alias.target());
                    aliasDepth--;
                    yield value;
                }
            };
        }

        /** 99 % up to 400,000 nodes, from there down to 10 % at 4,000,000: go-yaml v2, decode.go. */
        private double allowedShareOfAliases() {
            int low = 400_000;
            int high = 4_000_000;
            if (decoded <= low) {
                return 0.99;
            }
            return decoded >= high ? 0.10 : 0.99 - 0.89 * (decoded - low) / (high - low);
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
                GoValue key = value(pair.key());
                GoValue value = value(pair.value());
                switch (key) {
                    case Text text -> fields.put(text.value(), value);
                    case Other other -> refuseBigKey(other);
                    case Nothing nothing -> throw malformed(nothing.node(), "null cannot be the name of a field");
                    case Items items -> throw malformed(items.node(), "a list cannot be the name of a field");
                    case Fields map -> throw malformed(map.node(),
                            "a map cannot be the name of a field; a value that begins with { must be quoted");
                }
            }
        }

        /** Whole numbers from 2^63 to below 2^64 are the one kind of number that cannot be a key in JSON. */
        private static void refuseBigKey(Other key) {
            String digits = key.written().replace("_", "");
            boolean perhapsBig = digits.length() > 15 && digits.chars().allMatch(c -> Character.digit(c, 36) >= 0);
            if (perhapsBig) {
                throw malformed(key.node(), "a number this big cannot be the name of a field");
            }
        }

        private static boolean isMerge(YamlNode key) {
            return key instanceof YamlNode.Scalar scalar && "<<".equals(scalar.value())
                    && (scalar.implicit() || (TAG + "merge").equals(scalar.tag()));
        }

        /** Go writes merged fields at the place of the merge: over what stands before it, under what follows. */
        private void merge(YamlNode value, Map<String, GoValue> fields) {
            List<YamlNode> sources = value instanceof YamlNode.Sequence list ? list.items().reversed() : List.of(value);
            for (YamlNode source : sources) {
                YamlNode target = source instanceof YamlNode.Alias alias ? alias.target() : source;
                if (!(target instanceof YamlNode.Mapping)
                        || !(value(source) instanceof Fields(Map<String, GoValue> merged, YamlNode _))) {
                    throw malformed(source, "only maps can be merged with <<");
                }
                fields.putAll(merged);
            }
        }

        private static GoValue scalar(YamlNode.Scalar scalar) {
            String tag = scalar.tag();
            if (tag == null && scalar.implicit()) {
                return guessed(scalar);
            }
            if (tag != null && TYPES.contains(tag)) {
                throw malformed(scalar, "values with the tag !!" + tag.substring(TAG.length())
                        + " are not supported here; write the text itself, in quotes");
            }
            return new Text(scalar.value(), scalar);
        }

        /** What an unquoted text becomes: go-yaml v2, resolve.go. */
        private static GoValue guessed(YamlNode.Scalar scalar) {
            String text = scalar.value();
            char first = text.isEmpty() ? '~' : text.charAt(0);
            if ("yYnNtTfFoO~+-.0123456789".indexOf(first) < 0) {
                return new Text(text, scalar);
            }
            if (NULLS.contains(text)) {
                return new Nothing(scalar);
            }
            if (NOT_FINITE.contains(text)) {
                throw malformed(scalar, "the number " + text + " has no form in JSON, through which this is read");
            }
            return TRUTHS.contains(text) || isNumber(text, first) ? new Other(text, scalar) : new Text(text, scalar);
        }

        private static boolean isNumber(String text, char first) {
            if (Character.isLetter(first) || first == '~') {
                return false;
            }
            String plain = text.indexOf('_') < 0 ? text : text.replace("_", "");
            if (first == '.') {
                return DOT_FLOAT.matcher(text).matches() && isFinite(plain);
            }
            return DECIMAL.matcher(plain).matches() ? isFinite(plain) : isPrefixedInteger(plain);
        }

        private static boolean isFinite(String number) {
            return Double.isFinite(Double.parseDouble(number));
        }

        /** Such numbers must fit into 64 bits, decimal ones become floats. */
        private static boolean isPrefixedInteger(String plain) {
            Matcher matcher = PREFIXED.matcher(plain);
            if (!matcher.matches()) {
                return false;
            }
            String sign = matcher.group(1);
            BigInteger size = BigInteger.ZERO;
            int[] radixes = {16, 8, 2};
            for (int i = 0; i < radixes.length; i++) {
                String digits = matcher.group(i + 2);
                if (digits != null && !digits.isEmpty()) {
                    size = new BigInteger(digits, radixes[i]);
                }
            }
            return sign.isEmpty()
                    ? size.bitLength() <= Long.SIZE
                    : ("-".equals(sign) ? size.subtract(BigInteger.ONE) : size).bitLength() < Long.SIZE;
        }

        private static MalformedYaml malformed(YamlNode node, String message) {
            return new MalformedYaml(node.line(), node.column(), message);
        }
    }
}
