package dev.iammapper.render;

import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.RenderPlan.Notice;
import dev.iammapper.render.RenderPlan.Outcome;
import dev.iammapper.render.RenderPlan.RowChange;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Computes the next aws-auth and the next ledger. Pure and total: equal inputs give equal bytes, in whatever order the
 * mappings come. What it returns has been parsed back with the authenticator's rules; a change whose result would read
 * otherwise than it was meant is left out, and its principal told.
 */
public final class AwsAuthRenderer {
    /** The most drafts that are spent on finding what spoils a text: each one is read back whole. */
    private static final int ISOLATION_DRAFTS = 64;

    private final RenderInput input;
    private final AwsAuthReading reading;
    private int isolationDrafts = ISOLATION_DRAFTS;

    private AwsAuthRenderer(RenderInput input) {
        this.input = input;
        this.reading = AwsAuthReading.read(input.current());
    }

    /** Renders; never fails on what stands in aws-auth. */
    public static RenderPlan render(RenderInput input) {
        return new AwsAuthRenderer(input).plan();
    }

    private RenderPlan plan() {
        List<PrincipalStep> steps = new ArrayList<>();
        for (PrincipalStep step : decide()) {
            boolean withheld = !step.edits().isEmpty() && input.withheld().contains(step.principal());
            steps.add(withheld
                    ? step.leftOut(claims(step.principal()), new Outcome.Withheld(),
                            "the API server refused that change of aws-auth.")
                    : step);
        }
        Draft draft = settled(steps);
        return assemble(draft);
    }

    // ---- decide

    private List<PrincipalStep> decide() {
        Map<PrincipalKey, Map<Section, Claim>> claims = new TreeMap<>();
        input.ledger().claims().forEach((key, claim) -> claims
                .computeIfAbsent(new PrincipalKey(key.principal()), _ -> new EnumMap<>(Section.class))
                .put(key.section(), claim));
        Map<PrincipalKey, IdentityMapping> wanted = new TreeMap<>();
        input.wanted().forEach(mapping -> wanted.put(mapping.principal().key(), mapping));
        Set<PrincipalKey> principals = new TreeSet<>(claims.keySet());
        principals.addAll(wanted.keySet());
        List<PrincipalStep> steps = new ArrayList<>(principals.size());
        for (PrincipalKey principal : principals) {
            IdentityMapping mapping = wanted.get(principal);
            PrincipalDecision decision = new PrincipalDecision(input, reading, principal,
                    claims.getOrDefault(principal, Map.of()));
            steps.add(mapping == null ? decision.unwanted() : decision.wanted(mapping));
        }
        return steps;
    }

    private Map<Claim.Key, Claim> claims(PrincipalKey principal) {
        Map<Claim.Key, Claim> claims = new TreeMap<>();
        for (Section section : Section.values()) {
            Claim.Key key = new Claim.Key(section, principal.value());
            Claim claim = input.ledger().claims().get(key);
            if (claim != null) {
                claims.put(key, claim);
            }
        }
        return claims;
    }

    // ---- edit and check

    /** The steps with the text that they lead to. */
    private record Draft(List<PrincipalStep> steps, AwsAuthData next, AwsAuthReading nextReading,
            Map<Section, String> emptyForms) {}

    /** The draft of all steps, or, when it does not pass its check, of all but those that spoil it. */
    private Draft settled(List<PrincipalStep> steps) {
        try {
            return draft(steps);
        } catch (NotEditable spoiled) {
            return isolated(steps);
        }
    }

    private Draft isolated(List<PrincipalStep> steps) {
        List<PrincipalStep> editing = steps.stream().filter(step -> !step.edits().isEmpty()).toList();
        Map<PrincipalKey, String> refused = new HashMap<>();
        Set<PrincipalKey> accepted = new HashSet<>();
        accept(steps, editing, accepted, refused);
        List<PrincipalStep> rest = new ArrayList<>();
        for (PrincipalStep step : steps) {
            String why = refused.get(step.principal());
            rest.add(why == null ? step : step.leftOut(claims(step.principal()), new Outcome.NotEditable(why), why));
        }
        return draft(rest);
    }

    /** Bisection: a half that passes together with what passed before is accepted whole. */
    private void accept(List<PrincipalStep> all, List<PrincipalStep> part, Set<PrincipalKey> accepted,
            Map<PrincipalKey, String> refused) {
        if (part.isEmpty()) {
            return;
        }
        Set<PrincipalKey> trial = new HashSet<>(accepted);
        part.forEach(step -> trial.add(step.principal()));
        try {
            draft(all.stream()
                    .map(step -> trial.contains(step.principal()) ? step : step.leftOut(claims(step.principal())))
                    .toList());
            accepted.addAll(trial);
        } catch (NotEditable spoiled) {
            if (part.size() == 1 || --isolationDrafts < 0) {
                part.forEach(step -> refused.put(step.principal(), spoiled.message()));
                return;
            }
            int half = part.size() / 2;
            accept(all, part.subList(0, half), accepted, refused);
            accept(all, part.subList(half, part.size()), accepted, refused);
        }
    }

    private Draft draft(List<PrincipalStep> steps) {
        AwsAuthData next = input.current();
        Map<Section, String> emptyForms = new EnumMap<>(Section.class);
        emptyForms.putAll(input.ledger().emptyForms());
        for (Section section : Section.values()) {
            List<RowEdit> edits = steps.stream().flatMap(step -> step.edits().stream())
                    .filter(edit -> edit.section() == section).toList();
            if (!edits.isEmpty()) {
                SectionEditor.Edited edited = SectionEditor.edit(reading.section(section), edits,
                        emptyForms.get(section));
                next = next.with(section, edited.text());
                emptyForms.remove(section);
                if (edited.emptyForm() != null) {
                    emptyForms.put(section, edited.emptyForm());
                }
            }
        }
        AwsAuthReading nextReading = next.equals(input.current()) ? reading : AwsAuthReading.read(next);
        Draft draft = new Draft(steps, next, nextReading, emptyForms);
        check(draft);
        return draft;
    }

    /**
     * The self-check: every row that was not to change is there with the same text and meaning and in the same order,
     * every row that was to come or change reads exactly as meant, and every principal that is called applied is.
     */
    private void check(Draft draft) {
        for (Section section : Section.values()) {
            List<RowEdit> edits = draft.steps().stream().flatMap(step -> step.edits().stream())
                    .filter(edit -> edit.section() == section).toList();
            if (!edits.isEmpty()) {
                checkRows(section, edits, draft.nextReading().section(section));
            }
        }
        Map<PrincipalKey, IdentityMapping> wanted = new HashMap<>();
        input.wanted().forEach(mapping -> wanted.put(mapping.principal().key(), mapping));
        for (PrincipalStep step : draft.steps()) {
            IdentityMapping mapping = wanted.get(step.principal());
            if (mapping != null && !step.edits().isEmpty() && step.outcome() instanceof Outcome.Owned
                    && !draft.nextReading().decides(step.principal(), mapping.grant())) {
                throw new NotEditable("with this row the authenticator would still not read the grant of the mapping");
            }
        }
    }

    private void checkRows(Section section, List<RowEdit> edits, SectionReading next) {
        SectionReading before = reading.section(section);
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
                checkMeant(replaced, row(next, at++));
            } else if (!changed.containsKey(old.index())) {
                checkSame(before, old, next, row(next, at++));
            }
        }
        for (RowText row : added) {
            checkMeant(row, row(next, at++));
        }
        if (at != next.rows().size()) {
            throw new NotEditable("with this change the authenticator would read a row that nobody wrote");
        }
    }

    private static Row row(SectionReading next, int index) {
        if (next.layout() instanceof SectionReading.Layout.Lost(AwsAuthProblem problem)) {
            throw new NotEditable("with this change the authenticator could not read the section any more: "
                    + problem.sentence());
        }
        if (index >= next.rows().size()) {
            throw new NotEditable("with this change the authenticator would no longer read all rows");
        }
        return next.rows().get(index);
    }

    private static void checkSame(SectionReading before, Row old, SectionReading after, Row now) {
        boolean same = old.arn().equals(now.arn()) && old.grant().equals(now.grant())
                && Objects.equals(old.sso(), now.sso())
                && content(before, old).equals(content(after, now));
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

    private static void checkMeant(RowText meant, Row read) {
        if (!meant.arn().equals(read.arn()) || !meant.grant().equals(read.grant()) || read.sso() != null) {
            throw new NotEditable("the authenticator would read the row at line " + read.line()
                    + " otherwise than it is meant");
        }
    }

    // ---- put together

    /**
     * Until this is confirmed, the ledger speaks of the aws-auth before: claims on its rows lapse only once, and those
     * in a section that cannot be read have not been looked at yet.
     */
    private @Nullable String awsAuthUid() {
        boolean unread = input.ledger().claims().keySet().stream()
                .anyMatch(key -> reading.section(key.section()).layout() instanceof SectionReading.Layout.Lost);
        return unread || input.awsAuthUid() == null ? input.ledger().awsAuthUid() : input.awsAuthUid();
    }

    private RenderPlan assemble(Draft draft) {
        Map<Claim.Key, Claim> ahead = new TreeMap<>();
        Map<Claim.Key, Claim> confirmed = new TreeMap<>();
        List<RowChange> changes = new ArrayList<>();
        List<Notice> notices = new ArrayList<>();
        Map<PrincipalKey, Outcome> outcomes = new LinkedHashMap<>();
        for (PrincipalStep step : draft.steps()) {
            ahead.putAll(step.ahead());
            confirmed.putAll(step.confirmed());
            changes.addAll(step.changes());
            notices.addAll(step.notices());
            if (step.outcome() != null) {
                outcomes.put(step.principal(), step.outcome());
            }
        }
        Ledger ledger = input.ledger();
        Map<Section, String> forms = new EnumMap<>(Section.class);
        forms.putAll(draft.emptyForms());
        forms.keySet().retainAll(confirmed.keySet().stream().map(Claim.Key::section).toList());
        Map<Section, String> formsAhead = new EnumMap<>(Section.class);
        formsAhead.putAll(draft.emptyForms());
        formsAhead.putAll(ledger.emptyForms());
        int rows = draft.nextReading().section(Section.ROLES).rows().size()
                + draft.nextReading().section(Section.USERS).rows().size();
        return new RenderPlan(new Ledger(ledger.term(), ledger.awsAuthUid(), ahead, formsAhead), draft.next(),
                new Ledger(ledger.term(), confirmed.isEmpty() ? ledger.awsAuthUid() : awsAuthUid(), confirmed,
                        forms),
                changes, outcomes, notices, draft.nextReading().problems(), confirmed.size(),
                Math.max(0, rows - confirmed.size()));
    }
}
