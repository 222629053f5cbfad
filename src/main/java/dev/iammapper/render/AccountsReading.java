package dev.iammapper.render;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code mapAccounts} as go-yaml v2 reads it straight into a list of texts: numbers keep how they were written, what is
 * no scalar is dropped.
 */
record AccountsReading(@Nullable String text, List<String> accounts, List<AwsAuthProblem> problems) {
    private static final String DATA_KEY = "mapAccounts";

    static AccountsReading read(@Nullable String text) {
        if (text == null || SectionReading.isSkipped(text)) {
            return new AccountsReading(text, List.of(), List.of());
        }
        try {
            YamlNode root = YamlDocument.read(text).root();
            return root instanceof YamlNode.Sequence sequence ? items(text, sequence) : none(text, root);
        } catch (MalformedYaml e) {
            return new AccountsReading(text, List.of(),
                    List.of(new AwsAuthProblem(DATA_KEY, e.line(), e.column(), true, e.message())));
        }
    }

    private static AccountsReading none(String text, @Nullable YamlNode root) {
        if (root == null || GoValue.isNothing(root)) {
            return new AccountsReading(text, List.of(), List.of());
        }
        return new AccountsReading(text, List.of(),
                List.of(new AwsAuthProblem(DATA_KEY, root.line(), root.column(), true,
                        "the section must be a list of account ids")));
    }

    private static AccountsReading items(String text, YamlNode.Sequence sequence) {
        List<String> accounts = new ArrayList<>();
        List<AwsAuthProblem> problems = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            YamlNode target = item instanceof YamlNode.Alias alias ? alias.target() : item;
            if (target instanceof YamlNode.Scalar scalar) {
                accounts.add(GoValue.isNothing(scalar) ? "" : text(scalar));
                continue;
            }
            problems.add(new AwsAuthProblem(DATA_KEY, item.line(), item.column(), false,
                    "an account id must be text; this element is not read"));
        }
        return new AccountsReading(text, accounts, problems);
    }

    /** Plain text stays as it is written, also where it looks like a number. */
    private static String text(YamlNode.Scalar scalar) {
        return scalar.tag() != null && GoValue.of(scalar) instanceof GoValue.Text text ? text.value() : scalar.value();
    }
}
