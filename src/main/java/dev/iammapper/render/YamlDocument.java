package dev.iammapper.render;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 */
record YamlDocument(@Nullable YamlNode root, int end) {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_CODE_POINTS = 4 * 1024 * 1024;

    /** A UTF-16 surrogate written as an escape, which libyaml refuses and SnakeYAML accepts. */
    private static final Pattern SURROGATE_ESCAPE = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\u[dD][89a-fA-F]");

    /**
     * Reads the text.
     *
     * @throws MalformedYaml where the text is not YAML
     */
    static YamlDocument read(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CODE_POINTS);
        try {
            return new Builder(text, new ParserImpl(new StreamReader(text), options)).document();
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
            throw new MalformedYaml(mark == null ? 1 : mark.getLine() + 1, mark == null ? 1 : mark.getColumn() + 1,
                    inPlainWords(e.getProblem()));
        } catch (ReaderException e) {
            throw characterProblem(text, e);
        } catch (YAMLException e) {
            throw new MalformedYaml(1, 1, String.valueOf(e.getMessage()));
        }
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
        private final Set<String> open = new HashSet<>();

        Builder(String text, ParserImpl events) {
            this.text = text;
            this.events = events;
            this.offsets = offsetsOfCodePoints(text);
        }

        YamlDocument document() {
            events.getEvent();
            if (events.checkEvent(Event.ID.StreamEnd)) {
                return new YamlDocument(null, text.length());
            }
            events.getEvent();
            YamlNode root = node(0);
            Event documentEnd = events.getEvent();
            return new YamlDocument(root, offset(documentEnd.getStartMark()));
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
            if (anchor != null) {
                open.add(anchor);
            }
            YamlNode node = switch (event) {
                case ScalarEvent scalar -> scalar(scalar);
                case SequenceStartEvent start -> sequence(start, depth);
                case MappingStartEvent start -> mapping(start, depth);
                default -> throw malformed(event, "a value is expected here");
            };
            if (anchor != null) {
                open.remove(anchor);
                anchors.put(anchor, node);
            }
            return node;
        }

        private YamlNode alias(AliasEvent event) {
            String anchor = event.getAnchor();
            if (open.contains(anchor)) {
                throw malformed(event, "the anchor " + anchor + " contains itself");
            }
            YamlNode target = anchors.get(anchor);
            if (target == null) {
                throw malformed(event, "there is no anchor " + anchor + " before this alias");
            }
            return new YamlNode.Alias(target, offset(event.getStartMark()), offset(event.getEndMark()), line(event),
                    column(event));
        }

        private YamlNode scalar(ScalarEvent event) {
            int start = offset(event.getStartMark());
            int end = Math.max(start, offset(event.getEndMark()));
            if (event.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED
                    && SURROGATE_ESCAPE.matcher(text.substring(start, end)).find()) {
                throw malformed(event, "an escape names half of a character (a UTF-16 surrogate)");
            }
            return new YamlNode.Scalar(event.getValue(), event.getTag(),
                    event.getImplicit().canOmitTagInPlainScalar(), start, end, line(event), column(event));
        }

        private YamlNode sequence(SequenceStartEvent start, int depth) {
            List<YamlNode> items = new ArrayList<>();
            while (!events.checkEvent(Event.ID.SequenceEnd)) {
                items.add(node(depth + 1));
            }
            Event end = events.getEvent();
            int last = items.isEmpty() ? offset(start.getEndMark()) : items.getLast().end();
            return new YamlNode.Sequence(items, start.isFlow(), offset(start.getStartMark()),
                    start.isFlow() ? offset(end.getEndMark()) : last, line(start), column(start));
        }

        private YamlNode mapping(MappingStartEvent start, int depth) {
            List<YamlNode.Pair> pairs = new ArrayList<>();
            int last = offset(start.getEndMark());
            while (!events.checkEvent(Event.ID.MappingEnd)) {
                YamlNode key = node(depth + 1);
                YamlNode value = node(depth + 1);
                pairs.add(new YamlNode.Pair(key, value));
                last = Math.max(key.end(), value.end());
            }
            Event end = events.getEvent();
            return new YamlNode.Mapping(pairs, offset(start.getStartMark()),
                    start.isFlow() ? offset(end.getEndMark()) : last, line(start), column(start));
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
