package dev.iammapper.cli;

import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.cli.text.TextLines.Style;
import dev.iammapper.identity.Explanation;
import dev.iammapper.identity.Explanation.Binding;
import dev.iammapper.identity.Explanation.Identity;
import dev.iammapper.identity.Explanation.Miss;
import dev.iammapper.identity.Explanation.Row;
import dev.iammapper.identity.Explanation.Writer;
import java.util.List;

/** An explanation for people. */
final class ExplanationText {
    private final TextLines lines;

    ExplanationText(TextLines lines) {
        this.lines = lines;
    }

    void print(Explanation explanation) {
        boolean in = explanation.outcome() == Explanation.Outcome.GETS_IN;
        lines.line(lines.in(Style.BOLD, Shown.name(explanation.asked())));
        lines.line(lines.in(in ? Style.GOOD : Style.BAD, Shown.sentence(explanation.summary())));
        Explanation.Principal principal = explanation.principal();
        if (principal != null) {
            lines.gap().line("EKS compares, without regard to letter case:").indented(Shown.name(principal.arn()));
            principal.notes().forEach(note -> lines.indented(Shown.sentence(note)));
        }
        explanation.rows().forEach(row -> print("The row", row));
        explanation.identities().forEach(this::print);
        explanation.misses().forEach(this::print);
        explanation.rowsWithoutEffect()
                .forEach(row -> print("Without effect, because EKS reads another row for it", row));
        if (!explanation.objects().isEmpty()) {
            lines.gap().line("IAMIdentityMapping objects of the principal:");
            explanation.objects().forEach(object -> lines.indented(Shown.name(object.name()) + ": "
                    + (object.ready() == null
                            ? "no status"
                            : Shown.sentence("Ready=" + object.ready() + ", " + object.reason() + ": "
                                    + object.message()))));
        }
        list("What to do:", explanation.advice());
        list("Not visible from here:", explanation.invisible());
        list("Could not be read:", explanation.unread());
    }

    private void print(String head, Row row) {
        lines.gap().line(head + ", " + row.section() + ", line " + row.line() + ", " + writer(row.writer()) + ":");
        text(row.text());
    }

    private void text(String row) {
        row.stripTrailing().lines().forEach(line -> lines.indented(Shown.name(line)));
    }

    private static String writer(Writer writer) {
        String last = writer.fieldManager() == null
                ? ""
                : "; the section was written last by " + Shown.name(writer.fieldManager())
                        + (writer.time() == null ? "" : " at " + writer.time());
        return switch (writer.kind()) {
            case OBJECT -> "written for the IAMIdentityMapping \"" + Shown.name(String.valueOf(writer.object())) + "\"";
            case ALTERED -> "written for the IAMIdentityMapping \"" + Shown.name(String.valueOf(writer.object()))
                    + "\" and altered since" + last;
            case FOREIGN -> "not written by the controller" + last;
            case UNKNOWN -> "by an unknown writer" + last;
        };
    }

    private void print(Identity identity) {
        lines.gap().line("Who that is to Kubernetes:");
        lines.indented("username  " + (identity.username().isEmpty() ? "(empty)" : Shown.name(identity.username())));
        lines.indented("groups    " + Shown.sentence(String.join(", ", identity.groups())));
        if (!identity.unknown().isEmpty()) {
            lines.indented("Not known here, and filled in at each login: " + String.join(", ", identity.unknown())
                    + (identity.unknown().contains("{{SessionName}}")
                            ? "; ask with the ARN of a session to see it."
                            : "."));
        }
        if (identity.clusterAdmin()) {
            lines.indented(lines.in(Style.WARNING, "cluster-admin: "
                    + Shown.sentence(String.valueOf(identity.clusterAdminBecause())) + "."));
        }
        lines.indented(Shown.sentence(identity.authorization()));
        List<Binding> bindings = identity.bindings();
        if (bindings != null && !bindings.isEmpty()) {
            lines.gap().table(List.of("    BINDING", "NAMESPACE", "ROLE", "THROUGH", "WORTH KNOWING"),
                    bindings.stream().map(ExplanationText::cells).toList());
        }
    }

    private static List<String> cells(Binding binding) {
        return List.of("    " + binding.kind() + "/" + Shown.name(binding.name()),
                binding.namespace().isEmpty() ? "(all)" : Shown.name(binding.namespace()),
                binding.roleKind() + "/" + Shown.name(binding.role()), Shown.name(binding.through()),
                String.join(", ", binding.powers()));
    }

    private void print(Miss miss) {
        lines.gap().line(lines.in(Style.WARNING, Shown.sentence(miss.message())));
        if (miss.text() != null) {
            text(miss.text());
        }
        lines.line(Shown.sentence(miss.advice()));
    }

    private void list(String head, List<String> sentences) {
        if (!sentences.isEmpty()) {
            lines.gap().line(head);
            sentences.forEach(sentence -> lines.indented(Shown.sentence(sentence)));
        }
    }
}
