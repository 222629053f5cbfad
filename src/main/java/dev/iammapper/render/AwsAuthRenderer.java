package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
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
import java.util.Set;
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
    private final Map<PrincipalKey, IdentityMapping> wanted = new HashMap<>();
    private int isolationDrafts = ISOLATION_DRAFTS;

    private AwsAuthRenderer(RenderInput input, AwsAuthReading reading) {
        this.input = input;
        this.reading = reading;
        input.wanted().forEach(mapping -> wanted.put(mapping.principal().key(), mapping));
    }

    /** Renders; never fails on what stands in aws-auth. */
    public static RenderPlan render(RenderInput input) {
        return render(input, new LastReading());
    }

    /** The same, without reading again what was read back last time. */
    public static RenderPlan render(RenderInput input, LastReading last) {
        AwsAuthRenderer renderer = new AwsAuthRenderer(input, last.read(input.current()));
        Draft draft = renderer.draft();
        last.keep(draft.nextReading());
        return renderer.assemble(draft);
    }

    private Draft draft() {
        List<PrincipalStep> steps = new ArrayList<>();
        for (PrincipalStep step : decide()) {
            Map<Claim.Key, Claim> claims = claims(step.principal());
            if (input.roomless().contains(step.principal()) && !step.keeps(claims)) {
                steps.add(step.leftOut(claims, new Outcome.Roomless(), "the ledger has no room for it."));
            } else if (!step.edits().isEmpty() && input.withheld().contains(step.principal())) {
                steps.add(step.leftOut(claims, new Outcome.Withheld(),
                        "the API server refused that change of aws-auth."));
            } else {
                steps.add(step);
            }
        }
        return settled(fitting(braked(steps)));
    }

    /** A batch that is too large is doubted as a whole: whichever part of it went would be chosen by chance. */
    private List<PrincipalStep> braked(List<PrincipalStep> steps) {
        Ledger ledger = input.ledger();
        int removals = steps.stream().mapToInt(PrincipalStep::removals).sum();
        if (removals <= input.brake().left(ledger.claims().size(), ledger.removals())) {
            return steps;
        }
        return steps.stream().map(step -> step.removesCounted() ? step.held(claims(step.principal())) : step).toList();
    }

    private List<PrincipalStep> fitting(List<PrincipalStep> steps) {
        Set<PrincipalKey> lacking = AwsAuthRoom.lacking(steps, wanted, input.current(), input.otherBytes());
        return lacking.isEmpty()
                ? steps
                : steps.stream().map(step -> lacking.contains(step.principal())
                        ? step.leftOut(claims(step.principal()), new Outcome.Full(), "aws-auth has no room for it.")
                        : step).toList();
    }

    // ---- decide

    private List<PrincipalStep> decide() {
        Map<PrincipalKey, Map<Section, Claim>> claims = new HashMap<>();
        input.ledger().claims().forEach((key, claim) -> claims
                .computeIfAbsent(new PrincipalKey(key.principal()), _ -> new EnumMap<>(Section.class))
                .put(key.section(), claim));
        Set<PrincipalKey> principals = new HashSet<>(claims.keySet());
        principals.addAll(wanted.keySet());
        List<PrincipalStep> steps = new ArrayList<>(principals.size());
        for (PrincipalKey principal : principals.stream().sorted().toList()) {
            IdentityMapping mapping = wanted.get(principal);
            PrincipalDecision decision = new PrincipalDecision(input, reading, principal,
                    claims.getOrDefault(principal, Map.of()));
            steps.add(mapping == null ? decision.unwanted() : decision.wanted(mapping));
        }
        return steps;
    }

    private Map<Claim.Key, Claim> claims(PrincipalKey principal) {
        Map<Claim.Key, Claim> claims = new LinkedHashMap<>();
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
        Map<PrincipalKey, String> refused = new HashMap<>();
        for (Section section : Section.values()) {
            String full = whyNoRowCanBeAdded(section);
            if (full != null) {
                steps.stream().filter(step -> step.adds(section)).forEach(step -> refused.put(step.principal(), full));
            }
        }
        List<PrincipalStep> editing = steps.stream()
                .filter(step -> !step.edits().isEmpty() && !refused.containsKey(step.principal())).toList();
        accept(steps, editing, new HashSet<>(), refused);
        List<PrincipalStep> rest = new ArrayList<>();
        for (PrincipalStep step : steps) {
            String why = refused.get(step.principal());
            rest.add(why == null ? step : step.leftOut(claims(step.principal()), new Outcome.NotEditable(why), why));
        }
        return draft(rest);
    }

    /** Asked first, because thousands of rows that all cannot be added would be looked at one by one. */
    private @Nullable String whyNoRowCanBeAdded(Section section) {
        RowText any = new RowText(section, "any", new Grant("any", List.of()));
        try {
            SectionReading before = reading.section(section);
            String text = SectionEditor.edit(before, List.of(new RowEdit.Add(any)), null).text();
            SelfCheck.rows(before, List.of(new RowEdit.Add(any)), SectionReading.read(section, text));
            return null;
        } catch (NotEditable everything) {
            return everything.message();
        }
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
        Map<Section, List<RowEdit>> edits = edits(steps);
        for (Map.Entry<Section, List<RowEdit>> each : edits.entrySet()) {
            Section section = each.getKey();
            SectionEditor.Edited edited = SectionEditor.edit(reading.section(section), each.getValue(),
                    emptyForms.get(section));
            next = next.with(section, edited.text());
            emptyForms.remove(section);
            if (edited.emptyForm() != null) {
                emptyForms.put(section, edited.emptyForm());
            }
        }
        AwsAuthReading nextReading = edits.isEmpty() ? reading : reading.reread(next);
        edits.forEach((section, each) -> SelfCheck.rows(reading.section(section), each, nextReading.section(section)));
        SelfCheck.owned(steps, wanted, nextReading);
        return new Draft(steps, next, nextReading, emptyForms);
    }

    private static Map<Section, List<RowEdit>> edits(List<PrincipalStep> steps) {
        Map<Section, List<RowEdit>> edits = new EnumMap<>(Section.class);
        for (PrincipalStep step : steps) {
            step.edits().forEach(edit -> edits.computeIfAbsent(edit.section(), _ -> new ArrayList<>()).add(edit));
        }
        return edits;
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
        Map<Claim.Key, Claim> ahead = new LinkedHashMap<>();
        Map<Claim.Key, Claim> confirmed = new LinkedHashMap<>();
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
        List<Ledger.Removals> removals = input.brake().after(ledger.removals(),
                draft.steps().stream().mapToInt(PrincipalStep::removals).sum());
        Map<Section, String> forms = new EnumMap<>(Section.class);
        forms.putAll(draft.emptyForms());
        forms.keySet().retainAll(confirmed.keySet().stream().map(Claim.Key::section).toList());
        Map<Section, String> formsAhead = new EnumMap<>(Section.class);
        formsAhead.putAll(draft.emptyForms());
        formsAhead.putAll(ledger.emptyForms());
        int rows = draft.nextReading().section(Section.ROLES).rows().size()
                + draft.nextReading().section(Section.USERS).rows().size();
        return new RenderPlan(
                new Ledger(ledger.term(), ledger.awsAuthUid(), ahead, formsAhead, ledger.removals(), ledger.pause()),
                draft.next(),
                new Ledger(ledger.term(), confirmed.isEmpty() ? ledger.awsAuthUid() : awsAuthUid(), confirmed,
                        forms, removals, ledger.pause()),
                changes, outcomes, notices, draft.nextReading().problems(), confirmed.size(),
                Math.max(0, rows - confirmed.size()));
    }
}
