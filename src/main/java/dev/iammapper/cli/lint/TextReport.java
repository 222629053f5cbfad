package dev.iammapper.cli.lint;

import dev.iammapper.cli.input.LintFinding;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.Severity;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A report for people. */
final class TextReport {
    private static final String RESET = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";

    private final PrintWriter out;
    private final boolean colours;
    private final boolean verbose;

    /** A report that shows what is only information when it is verbose. */
    TextReport(PrintWriter out, boolean colours, boolean verbose) {
        this.out = out;
        this.colours = colours;
        this.verbose = verbose;
    }

    void print(LintReport report) {
        report.findings().stream().filter(finding -> verbose || finding.severity() != Severity.INFO)
                .forEach(this::print);
        out.println(summary(report));
        List<String> bindings = List.of(RuleCode.ESCALATING_GROUP.word(), RuleCode.UNBOUND_GROUP.word());
        if (verbose && !report.rulesOff().isEmpty()) {
            out.println("Not looked at, because the facts are not known: " + String.join(", ", report.rulesOff())
                    + (report.rulesOff().containsAll(bindings) ? "; --bindings gives those of RBAC." : "."));
        }
    }

    private void print(LintFinding finding) {
        out.println(inStyle(BOLD, Shown.name(finding.file()) + ":" + finding.place().line() + ":"
                + finding.place().column() + ":") + " " + inStyle(colour(finding.severity()), finding.severity().word())
                + " " + inStyle(BOLD, finding.code())
                + (finding.name().isEmpty() ? "" : " in " + Shown.name(finding.name())));
        out.println("    " + (finding.field().isEmpty() ? "The document " : Shown.name(finding.field()) + ": ")
                + Shown.sentence(finding.message()));
        out.println("    " + Shown.sentence(finding.advice()));
        LintFinding.Related related = finding.related();
        if (related != null) {
            out.println("    See " + Shown.name(related.file()) + ":" + related.place().line() + ":"
                    + related.place().column() + ", " + Shown.name(related.name()) + ".");
        }
    }

    private String summary(LintReport report) {
        List<String> parts = new ArrayList<>();
        parts.add(count(report.count(Severity.DENY), "denied"));
        parts.add(count(report.count(Severity.WARN), "warned of"));
        int notes = report.count(Severity.INFO);
        parts.add(count(notes, "noted") + (notes > 0 && !verbose ? " (--verbose shows it)" : ""));
        String mappings = report.mappings() == 1 ? "1 mapping" : report.mappings() + " mappings";
        String files = report.files() == 1 ? "1 file" : report.files() + " files";
        String others = switch (report.others()) {
            case 0 -> "";
            case 1 -> ", 1 object of another kind passed over";
            default -> ", " + report.others() + " objects of other kinds passed over";
        };
        return mappings + " in " + files + ": " + String.join(", ", parts) + others + ".";
    }

    private static String count(int number, String word) {
        return number + " " + word;
    }

    private static String colour(Severity severity) {
        return switch (severity) {
            case DENY -> "\u001b[1;31m";
            case WARN -> "\u001b[33m";
            case INFO -> "\u001b[36m";
        };
    }

    private String inStyle(String style, String text) {
        return colours ? style + text + RESET : text;
    }
}
