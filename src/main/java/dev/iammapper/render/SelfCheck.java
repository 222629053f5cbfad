package dev.iammapper.render;

import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.RenderPlan.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The check before anything is written: every row that was not to change is there with the same text and meaning and in
 * the same order, every row that was to come or change reads exactly as meant, and every principal that is called owned
 * is.
 */
final class SelfCheck {
    private SelfCheck() {}

    /**
     * Compares a section with what it became.
     *
     * @throws NotEditable naming what would be lost or altered
     */
    static void rows(SectionReading before, List<RowEdit> edits, SectionReading next) {
        if (next.layout() instanceof SectionReading.Layout.Lost(AwsAuthProblem problem)) {
            throw new NotEditable("with this change the authenticator could not read the section any more: "
                    + problem.sentence());
        }
        Map<Integer, @Nullable RowText> changed = new HashMap<>();
        List<RowText> added = new ArrayList<>();
        for (RowEdit edit : edits) {
            switch (edit) {
                case RowEdit.Add(RowText row) -> added.add(row);
                case RowEdit.Replace(Row old, RowText row) -> changed.put(old.index(), row);
                case RowEdit.Remove(Row old) -> changed.put(old.index(), null);
            }
        }
        int at = 0;
        for (Row old : before.rows()) {
            RowText replaced = changed.get(old.index());
            if (replaced != null) {
                meant(replaced, row(next, at++));
            } else if (!changed.containsKey(old.index())) {
                same(before, old, next, row(next, at++));
            }
        }
        for (RowText row : added) {
            meant(row, row(next, at++));
        }
        if (at != next.rows().size()) {
            throw new NotEditable("with this change the authenticator would read a row that nobody wrote");
        }
    }

    /**
     * Looks up who changes and is called owned.
     *
     * @throws NotEditable when somebody would not become what the mapping says
     */
    static void owned(List<PrincipalStep> steps, Map<PrincipalKey, IdentityMapping> wanted, AwsAuthReading next) {
        for (PrincipalStep step : steps) {
            IdentityMapping mapping = wanted.get(step.principal());
            if (mapping != null && !step.edits().isEmpty() && step.outcome() instanceof Outcome.Owned
                    && !next.decides(step.principal(), mapping.grant())) {
                throw new NotEditable("with this row the authenticator would still not read the grant of the mapping");
            }
        }
    }

    private static Row row(SectionReading next, int index) {
        if (index >= next.rows().size()) {
            throw new NotEditable("with this change the authenticator would no longer read all rows");
        }
        return next.rows().get(index);
    }

    private static void same(SectionReading before, Row old, SectionReading after, Row now) {
        boolean same = old.arn().equals(now.arn()) && old.grant().equals(now.grant())
                && Objects.equals(old.sso(), now.sso()) && content(before, old).equals(content(after, now));
        if (!same) {
            boolean open = before.text() != null && !before.text().endsWith("\n");
            throw new NotEditable("this change would alter the row at line " + old.line() + ", which is not ours"
                    + (open ? "; end the section with a line break" : ""));
        }
    }

    /** A row's text; the line break behind the last line of an open-ended text is no part of the row. */
    private static String content(SectionReading section, Row row) {
        return String.valueOf(section.text()).substring(row.span().from(), row.span().to()).stripTrailing();
    }

    private static void meant(RowText meant, Row read) {
        if (!meant.arn().equals(read.arn()) || !meant.grant().equals(read.grant()) || read.sso() != null) {
            throw new NotEditable("the authenticator would read the row at line " + read.line()
                    + " otherwise than it is meant");
        }
    }
}
