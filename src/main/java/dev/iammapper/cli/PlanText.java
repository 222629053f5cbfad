package dev.iammapper.cli;

import dev.iammapper.api.MappingReason;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.cli.text.TextLines.Style;
import dev.iammapper.reconcile.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A plan for people. */
final class PlanText {
    /** What needs no words: everything is as the object says. */
    private static final Set<String> QUIET = Set.of(MappingReason.APPLIED.word(), MappingReason.ALREADY_PRESENT.word());

    private final TextLines out;

    PlanText(TextLines out) {
        this.out = out;
    }

    void print(PlanReport plan) {
        header(plan);
        AwsAuthDiffs.print(out, plan.awsAuth());
        out.line(sum(plan));
        out.gap();
        mappings(plan.mappings());
        if (!plan.notices().isEmpty()) {
            out.gap();
            plan.notices().forEach(notice -> out.line("The Event will say of " + Shown.name(notice.mapping()) + ", "
                    + Shown.name(notice.principal()) + ": " + Shown.sentence(notice.message())));
        }
        out.flush();
    }

    private void header(PlanReport plan) {
        out.line("Cluster: " + Shown.name(plan.source()));
        out.line("Mode:    " + (plan.mode() == Mode.OBSERVE
                ? out.in(Style.WARNING, "observe") + ": nothing is written; below is what mode enforce would do"
                : "enforce"));
        if (plan.hold() != null) {
            out.line("Hold:    " + out.in(Style.WARNING, "nothing is written now: " + Shown.sentence(plan.hold())));
            out.line("         Below is what would be done without that.");
        }
        plan.notes().forEach(note -> out.line("Note:    " + Shown.sentence(note)));
        if (plan.held() != null) {
            out.gap();
            held(plan.held(), plan.mode());
        }
        out.gap();
    }

    private void held(HeldRows held, Mode mode) {
        int rows = held.rows().size();
        String which = rows + (rows == 1 ? " row" : " rows") + " that no mapping asks for ";
        String until = " until a person says that the removal is meant:";
        if (held.digest() == null) {
            out.line(out.in(Style.WARNING, "Would be held: " + which + "would stay" + until));
            HeldRows.print(out, held.rows());
            out.line((rows == 1 ? "It is" : "They are") + " not held yet. "
                    + (mode == Mode.OBSERVE ? "The first pass in mode enforce" : "The controller's next pass")
                    + " would hold " + (rows == 1 ? "it" : "them")
                    + "; iam-identity-mapper release shows the digest then.");
            return;
        }
        out.line(out.in(Style.WARNING, "Held: " + which + (rows == 1 ? "stays" : "stay") + until));
        HeldRows.print(out, held.rows());
        out.line("To let " + (rows == 1 ? "it" : "all of them") + " go: iam-identity-mapper release " + held.digest()
                + (mode == Mode.OBSERVE ? " (nothing is removed before the mode is enforce)" : ""));
    }

    private static String sum(PlanReport plan) {
        String claimed = plan.claimed() == 0
                ? ""
                : " " + plan.claimed() + (plan.claimed() == 1 ? " row that is there becomes its mapping's own."
                        : " rows that are there become their mappings' own.");
        if (!plan.changes()) {
            long others = plan.mappings().stream().filter(row -> !isQuiet(row)).count();
            return (others > 0
                    ? "No changes. Not Applied: " + others + " of " + plan.mappings().size()
                            + " mappings; the reasons are below."
                    : plan.held() == null ? "No changes: aws-auth is as the mappings say." : "No changes.") + claimed;
        }
        List<String> parts = new ArrayList<>();
        part(parts, plan.added(), "added");
        part(parts, plan.replaced(), "replaced");
        part(parts, plan.removed(), "removed");
        return "Plan: " + (parts.isEmpty() ? "aws-auth changes" : String.join(", ", parts)) + "." + claimed;
    }

    private static boolean isQuiet(PlanReport.Row row) {
        return row.reason() != null && QUIET.contains(row.reason());
    }

    private static void part(List<String> parts, int rows, String word) {
        if (rows > 0) {
            parts.add(rows + (rows == 1 ? " row " : " rows ") + word);
        }
    }

    private void mappings(List<PlanReport.Row> rows) {
        if (rows.isEmpty()) {
            out.line("There are no mappings.");
            return;
        }
        out.table(List.of(" ", "MAPPING", "PRINCIPAL", "REASON"),
                rows.stream().map(row -> List.of(String.valueOf(row.change().sign()), Shown.name(row.mapping()),
                        Shown.name(row.principal()), Objects.requireNonNullElse(row.reason(), "(gone)"))).toList());
        List<PlanReport.Row> told = rows.stream()
                .filter(row -> !isQuiet(row)).toList();
        if (!told.isEmpty()) {
            out.gap();
            told.forEach(row -> out.line(out.in(Style.BOLD, Shown.name(row.mapping()))
                    + (row.reason() == null ? "" : ": " + row.reason()))
                    .indented(Shown.sentence(row.message())));
        }
    }
}
