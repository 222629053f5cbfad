package dev.iammapper.policy;

import dev.iammapper.mapping.Quoted;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A policy as text: YAML or JSON with the keys that stand below {@code mapper.policy}. */
public final class PolicyText {
    /** The longest text, in characters. */
    public static final int MAX_LENGTH = 256 * 1024;

    private static final Set<String> KEYS = Set.of(PolicyCheck.ENFORCEMENT, PolicyCheck.PARTITION,
            PolicyCheck.ACCOUNTS, PolicyCheck.MASTERS, PolicyCheck.NODES, PolicyCheck.IAM_USERS,
            PolicyCheck.ROOT_AND_FEDERATED, PolicyCheck.USERNAME_ONLY_TEMPLATE, PolicyCheck.EXPIRY,
            PolicyCheck.REQUESTER_MUST_HOLD, PolicyCheck.DENY_WARNINGS);
    private static final Set<String> EXPIRY_KEYS = Set.of(PolicyCheck.EXPIRY_GROUPS, PolicyCheck.EXPIRY_WITHIN);

    private final Map<String, Mark> places = new HashMap<>();
    private final List<SettingError> errors = new ArrayList<>();

    private PolicyText() {}

    /** Reads a text, and reports everything that is wrong with it at once; what it does not say is as safe as can be. */
    public static ParsedPolicy read(String text) {
        return new PolicyText().parse(text);
    }

    private ParsedPolicy parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return new ParsedPolicy.Invalid(List.of(SettingError.of("", "has more than " + MAX_LENGTH + " characters.",
                    "Cover several principals with a \"*\".")));
        }
        try {
            Node root = new Yaml(options()).compose(new StringReader(text));
            return root == null || isNull(root) ? checked(Map.of()) : checked(fields("", root, KEYS));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
            return notYaml(String.valueOf(e.getProblem()), mark);
        } catch (YAMLException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The scanner lets the latter escape at odd escapes in tags.
            return notYaml("it holds something that cannot stand in YAML", null);
        }
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_LENGTH);
        options.setNestingDepthLimit(10);
        options.setMaxAliasesForCollections(0);
        return options;
    }

    private static ParsedPolicy notYaml(String problem, @Nullable Mark mark) {
        SettingError error = SettingError.of("", "is not YAML: " + oneLine(problem) + ".", "Correct the text.");
        return new ParsedPolicy.Invalid(
                List.of(mark == null ? error : error.at(mark.getLine() + 1, mark.getColumn() + 1)));
    }

    private static String oneLine(String problem) {
        String quoted = Quoted.text(problem.replaceFirst("\\. \\(Do not use .*", ""));
        return quoted.substring(1, quoted.length() - 1);
    }

    private ParsedPolicy checked(Map<String, Node> fields) {
        PolicySettings settings = new PolicySettings(text(fields, PolicyCheck.ENFORCEMENT),
                text(fields, PolicyCheck.PARTITION), texts(fields, PolicyCheck.ACCOUNTS),
                texts(fields, PolicyCheck.MASTERS), texts(fields, PolicyCheck.NODES),
                text(fields, PolicyCheck.IAM_USERS), texts(fields, PolicyCheck.ROOT_AND_FEDERATED),
                texts(fields, PolicyCheck.USERNAME_ONLY_TEMPLATE), expiry(fields.get(PolicyCheck.EXPIRY)),
                text(fields, PolicyCheck.REQUESTER_MUST_HOLD), texts(fields, PolicyCheck.DENY_WARNINGS));
        return switch (settings.check()) {
            case ParsedPolicy.Valid valid -> errors.isEmpty() ? valid : new ParsedPolicy.Invalid(errors);
            case ParsedPolicy.Invalid(List<SettingError> found) -> {
                found.forEach(error -> errors.add(placed(error)));
                yield new ParsedPolicy.Invalid(errors);
            }
        };
    }

    private SettingError placed(SettingError error) {
        String key = error.key();
        while (!key.isEmpty()) {
            Mark mark = places.get(key);
            if (mark != null) {
                return error.at(mark.getLine() + 1, mark.getColumn() + 1);
            }
            // What is missing has the place of what it is missing in.
            key = key.substring(0, Math.max(0, Math.max(key.lastIndexOf('.'), key.lastIndexOf('['))));
        }
        return error;
    }

    private @Nullable List<PolicySettings.Expiry> expiry(@Nullable Node node) {
        return node == null
                ? null
                : items(PolicyCheck.EXPIRY, node, (key, item) -> {
                    Map<String, Node> fields = fields(key, item, EXPIRY_KEYS);
                    Node groups = fields.get(key + "." + PolicyCheck.EXPIRY_GROUPS);
                    return new PolicySettings.Expiry(
                            groups == null ? null : items(key + "." + PolicyCheck.EXPIRY_GROUPS, groups, this::scalar),
                            text(fields, key + "." + PolicyCheck.EXPIRY_WITHIN));
                });
    }

    private @Nullable String text(Map<String, Node> fields, String key) {
        Node node = fields.get(key);
        return node == null ? null : scalar(key, node);
    }

    private @Nullable List<String> texts(Map<String, Node> fields, String key) {
        Node node = fields.get(key);
        return node == null ? null : items(key, node, this::scalar);
    }

    /** The characters of a scalar as they are written, so that account ids keep their leading zeros. */
    private String scalar(String key, Node node) {
        if (node instanceof ScalarNode scalar && !isNull(node)) {
            return scalar.getValue();
        }
        error(key, node, isNull(node) ? "is null." : "must be a text.", "Write one word.");
        return "";
    }

    private <T> @Nullable List<T> items(String key, Node node, BiFunction<String, Node, T> read) {
        if (!(node instanceof SequenceNode sequence)) {
            error(key, node, "must be a list.", "Write each item on a line of its own, behind a dash.");
            return null;
        }
        List<T> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            String path = key + "[" + items.size() + "]";
            places.put(path, item.getStartMark());
            items.add(read.apply(path, item));
        }
        return items;
    }

    /** The fields of a map by their keys from the root; those that are null are left out. */
    private Map<String, Node> fields(String path, Node node, Set<String> known) {
        if (!(node instanceof MappingNode map)) {
            error(path, node, "must be a map.", "Write keys with their values, such as \"enforcement: deny\".");
            return Map.of();
        }
        Map<String, Node> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : map.getValue()) {
            String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            String key = path.isEmpty() ? name : path + "." + name;
            if (!known.contains(name)) {
                error(path, tuple.getKeyNode(), "has the unknown key " + Quoted.text(name) + ".", unknown(name, known));
            } else if (places.putIfAbsent(key, tuple.getValueNode().getStartMark()) != null) {
                error(key, tuple.getKeyNode(), "is written twice.", "Remove one of the two.");
            } else if (!isNull(tuple.getValueNode())) {
                fields.put(key, tuple.getValueNode());
            }
        }
        return fields;
    }

    private static String unknown(String name, Set<String> known) {
        if (name.equals("policy") || name.equals("mapper") || name.startsWith("mapper.")) {
            return "Write what stands below it at the top of the text.";
        }
        return Nearest.to(name, known).map(near -> "Did you mean \"" + near + "\"?")
                .orElseGet(() -> "Known keys are " + String.join(", ", known.stream().sorted().toList()) + ".");
    }

    private void error(String key, Node node, String message, String advice) {
        Mark mark = node.getStartMark();
        errors.add(new SettingError(mark.getLine() + 1, mark.getColumn() + 1, key, message, advice));
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    /** Writes a policy with all its keys; equal policies give equal texts, and reading gives the policy back. */
    public static String write(Policy policy) {
        StringBuilder text = new StringBuilder();
        line(text, PolicyCheck.ENFORCEMENT, PolicyCheck.wordOf(policy.enforcement()));
        line(text, PolicyCheck.PARTITION, quoted(policy.partition() == null ? "" : policy.partition()));
        list(text, PolicyCheck.ACCOUNTS, policy.accounts());
        patterns(text, PolicyCheck.MASTERS, policy.masters());
        patterns(text, PolicyCheck.NODES, policy.nodes());
        line(text, PolicyCheck.IAM_USERS, PolicyCheck.wordOf(policy.iamUsers()));
        patterns(text, PolicyCheck.ROOT_AND_FEDERATED, policy.rootAndFederated());
        patterns(text, PolicyCheck.USERNAME_ONLY_TEMPLATE, policy.usernameOnlyTemplate());
        expiry(text, policy.expiry());
        line(text, PolicyCheck.REQUESTER_MUST_HOLD, String.valueOf(policy.requesterMustHold()));
        list(text, PolicyCheck.DENY_WARNINGS, policy.denyWarnings().stream().sorted().map(RuleCode::word).toList());
        return text.toString();
    }

    /** Writes a policy without the keys that say what holds anyhow; reading gives the policy back. */
    public static String writeBriefly(Policy policy) {
        Map<String, String> usual = blocks(write(Policy.SAFE));
        StringBuilder text = new StringBuilder();
        blocks(write(policy)).forEach((key, block) -> {
            if (!block.equals(usual.get(key))) {
                text.append(block);
            }
        });
        return text.toString();
    }

    /** The lines of a text by the key that begins them. */
    private static Map<String, String> blocks(String text) {
        Map<String, String> blocks = new LinkedHashMap<>();
        String key = "";
        for (String line : text.lines().toList()) {
            key = line.startsWith(" ") ? key : line.substring(0, line.indexOf(':'));
            blocks.merge(key, line + "\n", String::concat);
        }
        return blocks;
    }

    private static void expiry(StringBuilder text, List<ExpiryRule> rules) {
        if (rules.isEmpty()) {
            line(text, PolicyCheck.EXPIRY, "[]");
            return;
        }
        text.append(PolicyCheck.EXPIRY).append(":\n");
        for (ExpiryRule rule : rules) {
            text.append("  - ").append(PolicyCheck.EXPIRY_GROUPS).append(":\n");
            rule.groups().forEach(group -> text.append("      - ").append(quoted(group)).append('\n'));
            if (rule.within() != null) {
                text.append("    ").append(PolicyCheck.EXPIRY_WITHIN).append(": ")
                        .append(Durations.write(rule.within())).append('\n');
            }
        }
    }

    private static void patterns(StringBuilder text, String key, ArnPatterns patterns) {
        list(text, key, patterns.patterns().stream().map(ArnPattern::toString).toList());
    }

    private static void list(StringBuilder text, String key, List<String> items) {
        if (items.isEmpty()) {
            line(text, key, "[]");
            return;
        }
        text.append(key).append(":\n");
        items.forEach(item -> text.append("  - ").append(quoted(item)).append('\n'));
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    private static String quoted(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
