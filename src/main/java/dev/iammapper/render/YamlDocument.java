package dev.iammapper.render;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserException;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * The first document of a YAML text as a tree that knows its places in the text. Built from parser events, because only
 * they say how a scalar was written, on which its type depends; later documents are not looked at, as go-yaml does.
 *
 * @param root the document's node, or null when the text holds nothing but comments and white space
 * @param end the offset at which the first document ends: the end of the text, or the line of {@code ...} or of the
 *     next {@code ---}
 * @param unread a row behind the end that looks as if it belonged to the document, or null
 */
public record YamlDocument(@Nullable YamlNode root, int end, @Nullable MalformedYaml unread) {
    private static final int MAX_DEPTH = 100;
    private static final Pattern TAB_IN_MARGIN = Pattern.compile("[\\n\\r\\u0085\\u2028\\u2029] *\\t");

    /** The line behind which the ends of lines belong to a text. */
    private static final Pattern BLOCK_TEXT = Pattern.compile("[|>][-+0-9]*(?:[ \\t]+#|[ \\t]*$)",
            Pattern.MULTILINE);
    private static final String LINE_BREAKS = "\n\r\u0085\u2028\u2029";
    private static final int MAX_CODE_POINTS = 4 * 1024 * 1024;

    /** A UTF-16 surrogate written as an escape, which libyaml refuses and SnakeYAML accepts. */
    private static final Pattern SURROGATE_ESCAPE = Pattern
            .compile("(?<!\\\\)(?:\\\\\\\\)*\\\\(?:u|U0000)[dD][89a-fA-F]");

    /**
     * Reads the text.
     *
     * @throws MalformedYaml where the text is not YAML
     */
    public static YamlDocument read(String text) {
        refuseWhatOnlySnakeYamlReads(text);
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CODE_POINTS);
        try {
            String spaced = withoutHarmlessTabs(text);
            YamlDocument document = new Builder(text, new ParserImpl(new StreamReader(spaced), options)).document();
            if (document.unread() != null && !spaced.equals(text)) {
                // Behind the end of a list in brackets tabs are not harmless.
                throw document.unread();
            }
            return document;
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
            throw new MalformedYaml(mark == null ? 1 : mark.getLine() + 1, mark == null ? 1 : mark.getColumn() + 1,
                    inPlainWords(e.getProblem()));
        } catch (ReaderException e) {
            throw characterProblem(text, e);
        } catch (YAMLException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The scanner lets the latter escape at odd escapes in tags.
            throw new MalformedYaml(1, 1, "found something that cannot be read as YAML: " + e.getMessage());
        }
    }

    /** Lines and characters that SnakeYAML lets pass although libyaml gives up at them, or reads on. */
    private static void refuseWhatOnlySnakeYamlReads(String text) {
        int line = 1;
        int lineStart = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\ufeff' && at > 0) {
                throw new MalformedYaml(line, at - lineStart + 1, "the character U+FEFF cannot stand here");
            }
            if (c == '\n') {
                line++;
                lineStart = at + 1;
            }
            if ((c == '%' || c == '-') && (at == 0 || !isWithinLine(text.charAt(at - 1)))) {
                boolean dashes = text.startsWith("---", at) && at + 3 < text.length() && !isWhite(text.charAt(at + 3));
                if (c == '%' || dashes) {
                    throw new MalformedYaml(line, 1,
                            "a line must not begin with " + (dashes ? text.substring(at, at + 4)
                                    : "%"));
                }
            }
        }
    }

    private static boolean isWhite(char c) {
        return c == ' ' || c == '\t' || LINE_BREAKS.indexOf(c) >= 0;
    }

    private static boolean isWithinLine(char c) {
        return c != '\ufeff' && LINE_BREAKS.indexOf(c) < 0;
    }

    /**
     * SnakeYAML stumbles over tabs where libyaml does not. At the end of a line, and before a line between brackets, as
     * many spaces mean the same.
     */
    private static String withoutHarmlessTabs(String text) {
        if (text.indexOf('\t') < 0) {
            return text;
        }
        boolean brackets = text.stripLeading().startsWith("[");
        boolean blockText = !brackets && BLOCK_TEXT.matcher(text).find();
        int end = brackets ? text.lastIndexOf(']') : text.length();
        StringBuilder spaced = new StringBuilder(text);
        int at = brackets ? text.indexOf('[') : 0;
        while (at < end) {
            int blank = at;
            while (blank < end && (text.charAt(blank) == ' ' || text.charAt(blank) == '\t')) {
                blank++;
            }
            boolean lineStart = at == 0 || !isWithinLine(text.charAt(at - 1));
            boolean lineEnd = blank == text.length() || LINE_BREAKS.indexOf(text.charAt(blank)) >= 0;
            boolean behindValue = !lineStart && "-?:".indexOf(text.charAt(at - 1)) < 0;
            if (brackets ? lineStart || lineEnd : lineEnd && behindValue && !blockText) {
                for (int i = at; i < blank; i++) {
                    spaced.setCharAt(i, ' ');
                }
            }
            at = Math.max(at + 1, blank);
        }
        return spaced.toString();
    }

    private static String inPlainWords(@Nullable String problem) {
        if (problem == null) {
            return "this is not YAML";
        }
        if (problem.startsWith("expected <block end>")) {
            return "this is indented otherwise than the lines it belongs to";
        }
        return problem.contains("\\t(TAB)")
                ? "a tab cannot stand here; indent with spaces"
                : problem.replaceFirst("\\. \\(Do not use .*", "");
    }

    private static MalformedYaml characterProblem(String text, ReaderException e) {
        int line = 1;
        int column = 1;
        int index = 0;
        for (int offset = 0; offset < text.length() && index < e.getPosition(); index++) {
            int codePoint = text.codePointAt(offset);
            offset += Character.charCount(codePoint);
            column++;
            if (codePoint == '\n') {
                line++;
                column = 1;
            }
        }
        return new MalformedYaml(line, column,
                String.format("the character U+%04X is not allowed in YAML", e.getCodePoint()));
    }

    /** Turns events into nodes. */
    private static final class Builder {
        private final String text;
        private final ParserImpl events;
        private final int @Nullable [] offsets;
        private final Map<String, YamlNode> anchors = new HashMap<>();
        private final Map<String, Integer> openings = new HashMap<>();
        private int flowDepth;

        Builder(String text, ParserImpl events) {
            this.text = text;
            this.events = events;
            this.offsets = offsetsOfCodePoints(text);
        }

        YamlDocument document() {
            events.getEvent();
            if (events.checkEvent(Event.ID.StreamEnd)) {
                return new YamlDocument(null, text.length(), null);
            }
            events.getEvent();
            YamlNode root = node(0);
            int end = offset(events.getEvent().getStartMark());
            return new YamlDocument(root, end, unread());
        }

        /** A row that is indented less than the list: it ends the document for libyaml, which reads no further. */
        private @Nullable MalformedYaml unread() {
            try {
                events.peekEvent();
                return null;
            } catch (ParserException e) {
                Mark mark = e.getProblemMark();
                // Any other token libyaml may stumble over while it reads ahead.
                if (!text.startsWith("-", offset(mark))) {
                    throw e;
                }
                return new MalformedYaml(mark.getLine() + 1, mark.getColumn() + 1,
                        "nothing from here on is read, because it is indented less than the rows above; indent all alike");
            }
        }

        private YamlNode node(int depth) {
            Event event = events.getEvent();
            if (depth > MAX_DEPTH) {
                throw malformed(event, "the lists and maps are nested deeper than " + MAX_DEPTH + " levels");
            }
            if (event instanceof AliasEvent alias) {
                return alias(alias);
            }
            @Nullable
            String anchor = event instanceof NodeEvent node ? node.getAnchor() : null;
            refuseOddName(anchor, event);
            int opening = anchor == null ? 0 : openings.merge(anchor, 1, Integer::sum);
            anchors.remove(anchor);
            YamlNode node = switch (event) {
                case ScalarEvent scalar -> scalar(scalar);
                case SequenceStartEvent start -> sequence(start, depth);
                case MappingStartEvent start -> mapping(start, depth);
                default -> throw malformed(event, "a value is expected here");
            };
            // An anchor names the node that opened it last, which may be one inside of this.
            if (anchor != null && openings.getOrDefault(anchor, 0) == opening) {
                anchors.put(anchor, node);
            }
            return node;
        }

        private YamlNode alias(AliasEvent event) {
            String anchor = event.getAnchor();
            refuseOddName(anchor, event);
            YamlNode target = anchors.get(anchor);
            if (target == null) {
                throw malformed(event, openings.containsKey(anchor)
                        ? "the anchor " + anchor + " contains itself"
                        : "there is no anchor " + anchor + " before this alias");
            }
            return new YamlNode.Alias(target, offset(event.getStartMark()), offset(event.getEndMark()), line(event),
                    column(event));
        }

        /** SnakeYAML lets more characters through than libyaml. */
        private static void refuseOddName(@Nullable String anchor, Event event) {
            if (anchor != null && !anchor.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_'
                    || c == '-'))) {
                throw malformed(event, "the name of an anchor consists of letters, digits, _ and -");
            }
        }

        private YamlNode scalar(ScalarEvent event) {
            int start = offset(event.getStartMark());
            int end = Math.max(start, offset(event.getEndMark()));
            ScalarStyle style = event.getScalarStyle();
            if (style == ScalarStyle.DOUBLE_QUOTED && text.indexOf('\\', start, end) >= 0
                    && SURROGATE_ESCAPE.matcher(text.substring(start, end)).find()) {
                throw malformed(event, "an escape names half of a character (a UTF-16 surrogate)");
            }
            if ((style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED)
                    && TAB_IN_MARGIN.matcher(text).region(start, skipWhite(end)).find()) {
                throw malformed(event, "a tab stands where this text is indented; indent with spaces");
            }
            if (flowDepth > 0 && style == ScalarStyle.PLAIN) {
                refuseAmbiguousPlain(event, start, end);
            }
            return new YamlNode.Scalar(event.getValue(), event.getTag(),
                    event.getImplicit().canOmitTagInPlainScalar(), start, end, line(event), column(event));
        }

        private int skipWhite(int from) {
            int at = from;
            while (at < text.length() && isWhite(text.charAt(at))) {
                at++;
            }
            return at;
        }

        /** Between brackets libyaml ends unquoted text at a question mark, and at a colon only before white space. */
        private void refuseAmbiguousPlain(ScalarEvent event, int start, int end) {
            if (text.indexOf('?', start, end) >= 0) {
                throw malformed(event, "between brackets, text with a question mark must be quoted");
            }
            int colon = skipWhite(end);
            if (text.startsWith(":", colon) && colon + 1 < text.length() && !isWhite(text.charAt(colon + 1))) {
                throw malformed(event, "between brackets, a colon behind unquoted text needs a space behind it");
            }
        }

        private YamlNode sequence(SequenceStartEvent start, int depth) {
            List<YamlNode> items = new ArrayList<>();
            flowDepth += start.isFlow() ? 1 : 0;
            while (!events.checkEvent(Event.ID.SequenceEnd)) {
                items.add(node(depth + 1));
            }
            flowDepth -= start.isFlow() ? 1 : 0;
            Event end = events.getEvent();
            int last = items.isEmpty() ? offset(start.getEndMark()) : items.getLast().end();
            return new YamlNode.Sequence(items, start.isFlow(), offset(start.getStartMark()),
                    start.isFlow() ? offset(end.getEndMark()) : last, line(start), column(start));
        }

        private YamlNode mapping(MappingStartEvent start, int depth) {
            List<YamlNode.Pair> pairs = new ArrayList<>();
            if (start.isFlow() && text.startsWith("?", offset(start.getStartMark()))) {
                throw malformed(start, "between brackets, a key cannot be marked with a question mark");
            }
            int last = offset(start.getEndMark());
            flowDepth += start.isFlow() ? 1 : 0;
            while (!events.checkEvent(Event.ID.MappingEnd)) {
                YamlNode key = node(depth + 1);
                YamlNode value = node(depth + 1);
                pairs.add(new YamlNode.Pair(key, value));
                last = Math.max(key.end(), value.end());
            }
            flowDepth -= start.isFlow() ? 1 : 0;
            Event end = events.getEvent();
            int endMark = offset(end.getEndMark());
            // A single pair in a flow sequence needs no braces; its end is marked behind the comma or bracket.
            boolean braces = start.isFlow() && text.charAt(endMark - 1) == '}';
            return new YamlNode.Mapping(pairs, offset(start.getStartMark()), braces ? endMark : last, line(start),
                    column(start));
        }

        private int offset(Mark mark) {
            int[] known = offsets;
            return known == null ? mark.getIndex() : known[Math.min(mark.getIndex(), known.length - 1)];
        }

        /** SnakeYAML counts code points; null where they are the same as chars, which is nearly always. */
        private static int @Nullable [] offsetsOfCodePoints(String text) {
            int count = text.codePointCount(0, text.length());
            if (count == text.length()) {
                return null;
            }
            int[] offsets = new int[count + 1];
            int offset = 0;
            for (int i = 0; i < count; i++) {
                offsets[i] = offset;
                offset += Character.charCount(text.codePointAt(offset));
            }
            offsets[count] = offset;
            return offsets;
        }

        private static int line(Event event) {
            return event.getStartMark().getLine() + 1;
        }

        private static int column(Event event) {
            return event.getStartMark().getColumn() + 1;
        }

        private static MalformedYaml malformed(Event event, String message) {
            return new MalformedYaml(line(event), column(event), message);
        }
    }
}
