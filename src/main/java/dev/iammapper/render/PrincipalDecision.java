package dev.iammapper.render;

import dev.iammapper.mapping.Adoption;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.RenderPlan.Notice;
import dev.iammapper.render.RenderPlan.Outcome;
import dev.iammapper.render.RenderPlan.RowChange;
import dev.iammapper.render.RenderPlan.RowChange.Cause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides one principal's step from its claims, its rows and the mapping that wants it: the table of cases in
 * docs/ownership.md.
 */
final class PrincipalDecision {
    private final RenderInput input;
    private final AwsAuthReading reading;
    private final PrincipalKey principal;
    private final Map<Section, Claim> claims;
    private final Map<Section, Row> own = new EnumMap<>(Section.class);
    private final List<RowEdit> edits = new ArrayList<>();
    private final List<RowChange> changes = new ArrayList<>();
    private final List<Notice> notices = new ArrayList<>();
    private final Map<Claim.Key, Claim> ahead = new LinkedHashMap<>();
    private final Map<Claim.Key, Claim> confirmed = new LinkedHashMap<>();
    private int removals;

    PrincipalDecision(RenderInput input, AwsAuthReading reading, PrincipalKey principal, Map<Section, Claim> claims) {
        this.input = input;
        this.reading = reading;
        this.principal = principal;
        this.claims = claims;
        claims.forEach((section, claim) -> {
            ahead.put(key(section), claim);
            confirmed.put(key(section), claim);
            Row row = ownRow(section, claim);
            if (row != null) {
                own.put(section, row);
            }
        });
    }

    /**
     * The row that a claim speaks of: one whose meaning we wrote. Among several rows of the principal it is the one in
     * our own writing; where others re-encoded the text, a meaning that was only about to be written is not enough.
     */
    private @Nullable Row ownRow(Section section, Claim claim) {
        List<Row> rows = reading.rows(section, principal);
        List<Row> meant = new ArrayList<>(1);
        for (Row row : rows) {
            if (row.sso() == null && claim.speaksOf(row.meaning())) {
                meant.add(row);
            }
        }
        if (rows.size() < 2 || meant.isEmpty()) {
            return meant.isEmpty() ? null : meant.getFirst();
        }
        List<Row> written = meant.stream()
                .filter(row -> new RowText(section, row.arn(), row.grant()).isWrittenAs(reading.text(row))).toList();
        List<Row> ours = written.isEmpty()
                ? meant.stream().filter(row -> row.meaning().equals(claim.applied())).toList()
                : written;
        return ours.isEmpty() ? null : ours.getLast();
    }

    // ---- nobody wants the principal

    /** Every claim of a principal that no active mapping wants. */
    PrincipalStep unwanted() {
        claims.forEach(this::unwanted);
        return step(null);
    }

    private void unwanted(Section section, Claim claim) {
        RenderInput.Objects objects = input.objects();
        if (reading.section(section).layout() instanceof SectionReading.Layout.Lost(AwsAuthProblem problem)) {
            notice(Notice.Topic.REMOVAL_HELD, claim,
                    "The row cannot be removed while the section cannot be read: " + problem.sentence());
            return;
        }
        if (objects.invalid().contains(claim.uid())) {
            // The object is there but means nothing at the moment: taking its access away could lock people out.
            return;
        }
        Row row = own.get(section);
        boolean present = objects.present().contains(claim.uid());
        if (row == null) {
            release(section, claim);
        } else if (claim.hold() == Claim.Hold.RELEASED || objects.expired().contains(claim.uid())) {
            remove(section, claim, row);
        } else if (!present && recreated()) {
            drop(section);
            notice(Notice.Topic.CLAIM_RELEASED, claim, "aws-auth was recreated after the row of this deleted object"
                    + " had been written; the row at line " + row.line() + " now belongs to whoever recreated it.");
        } else if (claim.isHeld()) {
            // Stays so whatever else is the case by now: a person was asked.
            return;
        } else if (!present && !claim.definition().equals(objects.definition())) {
            hold(section, claim.with(Claim.Hold.DEFINITION));
        } else if (!present && claim.guarded()) {
            hold(section, claim.with(Claim.Hold.PROTECTED));
        } else if (!present && NodeLook.isNode(row.grant()) && !objects.witnessed().contains(claim.uid())) {
            drop(section);
            notice(Notice.Topic.CLAIM_RELEASED, claim, "The row at line " + row.line() + " of " + section.dataKey()
                    + " lets nodes in and its object was deleted while no controller watched, so it stays, as a row"
                    + " that is not ours. Remove it by hand if no node uses it.");
        } else if (objects.barred().contains(claim.uid()) && staysAgainstPolicy(claim, row)) {
            notice(Notice.Topic.REMOVAL_HELD, claim, whyItStays(row));
        } else {
            remove(section, claim, row);
        }
    }

    private void hold(Section section, Claim held) {
        ahead.put(key(section), held);
        confirmed.put(key(section), held);
    }

    /** What an object says about its own end, and what a person was asked about, is no mistake to be stopped. */
    private void count(Claim claim) {
        if (claim.hold() == null && !input.objects().expired().contains(claim.uid())) {
            removals++;
        }
    }

    /** A policy that lost its values in an upgrade must not take away nodes, nor the way in for emergencies. */
    private boolean staysAgainstPolicy(Claim claim, Row row) {
        return NodeLook.isNode(row.grant()) || input.objects().guarded().contains(claim.uid());
    }

    private static String whyItStays(Row row) {
        return NodeLook.isNode(row.grant())
                ? "The row lets nodes in, and is not taken away because a policy changed. Name the principal in the"
                        + " policy's \"nodes\", or delete the object."
                : "The object is protected, and its row is not taken away because a policy changed. Allow the grant in"
                        + " the policy, or remove the label iammapper.dev/protected.";
    }

    private void remove(Section section, Claim claim, Row row) {
        edits.add(new RowEdit.Remove(row));
        confirmed.remove(key(section));
        count(claim);
        changes.add(new RowChange(RowChange.Kind.REMOVED, section, principal, claim.mapping(), row.grant(), null,
                Cause.SPEC));
        reading.deciding(principal, own.values()).stream().findFirst()
                .ifPresent(other -> notice(Notice.Topic.ACCESS_REMAINS, claim, "Access remains: a row of "
                        + other.section().dataKey() + ", which is not ours, maps the principal to "
                        + show(other.grant()) + "."));
    }

    private void release(Section section, Claim claim) {
        drop(section);
        List<Row> rows = reading.rows(section, principal);
        if (!rows.isEmpty()) {
            notice(Notice.Topic.CLAIM_RELEASED, claim, "The row at line " + rows.getLast().line() + " of "
                    + section.dataKey() + " is no longer the one that was written for this mapping, so it stays and"
                    + " is not ours any more. Remove it by hand if it should not be there.");
        } else if (claim.applied() != null) {
            // Perhaps removed by a pass that died before it could say so.
            count(claim);
        }
    }

    /** A section that cannot be read proves nothing about the rows in it. */
    private void drop(Section section) {
        if (!(reading.section(section).layout() instanceof SectionReading.Layout.Lost)) {
            confirmed.remove(key(section));
        }
    }

    /** Whether another aws-auth stands where the claims were written. */
    private boolean recreated() {
        String known = input.ledger().awsAuthUid();
        return known != null && !known.equals(input.awsAuthUid());
    }

    // ---- a mapping wants the principal

    /** The step for an active mapping that won its principal. */
    PrincipalStep wanted(IdentityMapping mapping) {
        Section home = Section.of(mapping.principal().kind());
        for (Section section : Section.values()) {
            if (reading.section(section).layout() instanceof SectionReading.Layout.Lost(AwsAuthProblem problem)
                    && (section == home || (section.isReadBefore(home) && reading.mayDecide(section, principal)))) {
                return step(new Outcome.Malformed(problem.sentence()));
            }
        }
        return step(decide(mapping, home));
    }

    private Outcome decide(IdentityMapping mapping, Section home) {
        Row ours = own.containsKey(home) ? own.get(home) : own.values().stream().findFirst().orElse(null);
        List<Row> deciding = reading.deciding(principal, without(own.values(), ours));
        List<Row> foreign = without(deciding, ours);
        List<Row> against = foreign.stream().filter(row -> !row.grant().means(mapping.grant())).toList();
        if (ours != null) {
            return against.isEmpty() && !deciding.isEmpty()
                    ? keep(mapping, ours, Cause.SPEC)
                    : outvoted(mapping, ours, deciding, against);
        }
        Row only = onlyRow(deciding);
        boolean drifted = only != null && isDrifted(only, mapping);
        if (input.contended().contains(principal) && (drifted || (deciding.isEmpty() && wasThere()))) {
            return new Outcome.Contended();
        }
        if (only != null && drifted) {
            return keep(mapping, only, Cause.DRIFT);
        }
        claims.keySet().forEach(this::drop);
        if (!against.isEmpty()) {
            return outvoted(mapping, null, deciding, against);
        }
        if (foreign.stream().anyMatch(row -> row.sso() == null)) {
            return alreadyPresent(mapping, foreign);
        }
        // A permission set of the authenticator's sso field counts only behind a feature gate, so ours is needed too.
        add(mapping, home, wasThere() ? Cause.DRIFT : Cause.SPEC);
        return new Outcome.Owned();
    }

    private boolean wasThere() {
        return claims.values().stream().anyMatch(claim -> claim.applied() != null);
    }

    private static List<Row> without(Collection<Row> rows, @Nullable Row one) {
        return rows.stream().filter(row -> !row.equals(one)).toList();
    }

    /** Whether the one row of the principal may be taken for ours, altered by others. */
    private boolean isDrifted(Row row, IdentityMapping mapping) {
        Claim claim = claims.get(row.section());
        return claim != null && claim.applied() != null && row.sso() == null
                && (NodeLook.isNode(mapping.grant()) || !isForeignNode(row, mapping));
    }

    /** Makes a row that is ours say what the mapping says, in its place. */
    private Outcome keep(IdentityMapping mapping, Row row, Cause cause) {
        claim(mapping, row.section(), row);
        if (!row.grant().means(mapping.grant())) {
            replace(mapping, row, cause);
        }
        removeOthersOfOurs(mapping, row);
        return new Outcome.Owned();
    }

    private Outcome alreadyPresent(IdentityMapping mapping, List<Row> foreign) {
        Row winner = foreign.getLast();
        boolean recovered = input.recoverable().contains(principal);
        boolean mayAdopt = mapping.adoption() != Adoption.NONE && !isForeignNode(winner, mapping);
        if (winner.sso() != null || !(recovered || mayAdopt)) {
            return new Outcome.AlreadyPresent();
        }
        Claim claim = applied(mapping, Meaning.of(mapping.grant()));
        if (recovered) {
            // The first write of a new ledger is the last that statuses are believed for: whoever dies behind it must
            // leave these claims in it.
            ahead.put(key(winner.section()), claim);
        }
        confirmed.put(key(winner.section()), claim);
        notices.add(new Notice(Notice.Topic.ADOPTED, principal, mapping.name(),
                "The row at line " + winner.line() + " of " + winner.section().dataKey()
                        + (recovered ? " was recognised as ours" : " is ours from now on") + ", unchanged."));
        return new Outcome.Owned();
    }

    /** Rows of others decide otherwise; {@code ours} may stand there without effect. */
    private Outcome outvoted(IdentityMapping mapping, @Nullable Row ours, List<Row> deciding, List<Row> against) {
        Row winner = against.isEmpty() ? null : against.getLast();
        if (winner != null && mapping.adoption() != Adoption.NONE && !isForeignNode(winner, mapping)
                && winner.sso() == null && deciding.stream().allMatch(row -> row.equals(winner) || row.equals(ours))) {
            replace(mapping, winner, Cause.ADOPTION);
            claim(mapping, winner.section(), winner);
            removeOthersOfOurs(mapping, winner);
            notices.add(new Notice(Notice.Topic.ADOPTED, principal, mapping.name(),
                    place(winner) + " was taken over; it said " + show(winner.grant()) + "."));
            return new Outcome.Owned();
        }
        if (ours != null) {
            // Without effect today, but it would come into force with an outdated grant when the other row goes.
            keep(mapping, ours, Cause.SPEC);
        }
        return new Outcome.ForeignEntry(winner == null
                ? "EKS reads no row of this principal although ours is there: the name in a later row differs from it"
                        + " only by a letter that becomes i in lower case. Remove that row."
                : foreignEntry(mapping, winner, deciding));
    }

    private String foreignEntry(IdentityMapping mapping, Row winner, List<Row> deciding) {
        StringBuilder message = new StringBuilder(place(winner)).append(", which is not ours, says ")
                .append(show(winner.grant())).append("; this mapping says ").append(show(mapping.grant())).append(". ");
        if (deciding.size() > 1 || winner.sso() != null) {
            message.append("EKS may read either. Remove the rows that should not count.");
        } else if (isForeignNode(winner, mapping)) {
            message.append("EKS reads the row. It looks like a node's: remove it, or take it over with the annotation"
                    + " iammapper.dev/adopt: \"node\" if no node uses it.");
        } else {
            message.append("EKS reads the row. Remove it, give the mapping the same grant, or take the row over with"
                    + " the annotation iammapper.dev/adopt: \"true\".");
        }
        return message.toString();
    }

    private static boolean isForeignNode(Row row, IdentityMapping mapping) {
        return NodeLook.isNode(row.grant()) && mapping.adoption() != Adoption.NODE_ROWS;
    }

    private void add(IdentityMapping mapping, Section section, Cause cause) {
        edits.add(new RowEdit.Add(text(mapping, section)));
        claim(mapping, section, null);
        changes.add(new RowChange(RowChange.Kind.ADDED, section, principal, mapping.name(), null, mapping.grant(),
                cause));
    }

    private void replace(IdentityMapping mapping, Row row, Cause cause) {
        edits.add(new RowEdit.Replace(row, text(mapping, row.section())));
        changes.add(new RowChange(RowChange.Kind.REPLACED, row.section(), principal, mapping.name(), row.grant(),
                mapping.grant(), cause));
    }

    /** Two rows of ours for one principal would leave one behind when the object goes. */
    private void removeOthersOfOurs(IdentityMapping mapping, Row kept) {
        own.forEach((section, row) -> {
            if (!row.equals(kept)) {
                edits.add(new RowEdit.Remove(row));
                changes.add(new RowChange(RowChange.Kind.REPLACED, section, principal, mapping.name(), row.grant(),
                        mapping.grant(), Cause.SPEC));
            }
        });
        claims.keySet().stream().filter(section -> section != kept.section()).forEach(this::drop);
    }

    private void claim(IdentityMapping mapping, Section section, @Nullable Row row) {
        Claim old = claims.get(section);
        String wanted = Meaning.of(mapping.grant());
        String there = row == null ? null : row.grant().means(mapping.grant()) ? wanted : row.meaning();
        if (!wanted.equals(there)) {
            // Of two meanings that may be ours, the one that stands there must not be forgotten.
            boolean oursIsThere = row != null && row.equals(own.get(section));
            String applied = oursIsThere ? there : old == null ? null : old.applied();
            ahead.put(key(section),
                    new Claim(mapping.name(), mapping.uid(), input.objects().definition(), applied, wanted,
                            isGuarded(mapping), null));
        }
        confirmed.put(key(section), applied(mapping, wanted));
    }

    private Claim applied(IdentityMapping mapping, String meaning) {
        return new Claim(mapping.name(), mapping.uid(), input.objects().definition(), meaning, null,
                isGuarded(mapping), null);
    }

    private boolean isGuarded(IdentityMapping mapping) {
        return input.objects().guarded().contains(mapping.uid());
    }

    private static RowText text(IdentityMapping mapping, Section section) {
        return new RowText(section, mapping.principal().canonical(), mapping.grant());
    }

    /** The row of the principal when there is exactly one in both sections, whichever way it names it. */
    private @Nullable Row onlyRow(List<Row> deciding) {
        List<Row> rows = new ArrayList<>(reading.rows(Section.ROLES, principal));
        rows.addAll(reading.rows(Section.USERS, principal));
        deciding.stream().filter(row -> row.sso() != null && row.arn().isEmpty()).forEach(rows::add);
        return rows.size() == 1 ? rows.getFirst() : null;
    }

    private void notice(Notice.Topic topic, Claim claim, String message) {
        notices.add(new Notice(topic, principal, claim.mapping(), message));
    }

    private Claim.Key key(Section section) {
        return new Claim.Key(section, principal.value());
    }

    private static String place(Row row) {
        return "Line " + row.line() + " of " + row.section().dataKey();
    }

    private static String show(Grant grant) {
        return "username \"" + grant.username() + "\" with groups " + grant.groups();
    }

    private PrincipalStep step(@Nullable Outcome outcome) {
        return new PrincipalStep(principal, edits, ahead, confirmed, changes, notices, outcome, removals);
    }
}
