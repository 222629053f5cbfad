package dev.iammapper.cli;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.MappingReason;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.reconcile.Preview;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RenderPlan;
import dev.iammapper.render.RenderPlan.RowChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the controller would do now. The names of the fields are those of the output for programs.
 *
 * @param source where the cluster's state was read
 * @param changes whether a byte of aws-auth would change
 * @param mode in which the controller runs
 * @param hold why nothing at all is written at the moment, or null
 * @param held the removals that wait for a person, or would with the next pass, or null; its digest is there once they
 *     wait
 * @param notes what is taken for granted, a sentence each
 * @param added how many rows come
 * @param replaced how many rows change in place
 * @param removed how many rows go
 * @param claimed how many rows of others become ours unchanged
 * @param awsAuth the data keys that differ
 * @param mappings each mapping, also those that are gone while their rows are not
 * @param notices what a person should know besides
 */
public record PlanReport(String source, boolean changes, Mode mode, @Nullable String hold, @Nullable HeldRows held,
        List<String> notes, int added, int replaced, int removed, int claimed, List<AwsAuthDiffs.KeyDiff> awsAuth,
        List<Row> mappings, List<Notice> notices) {

    /** Copies the lists. */
    public PlanReport {
        notes = List.copyOf(notes);
        awsAuth = List.copyOf(awsAuth);
        mappings = List.copyOf(mappings);
        notices = List.copyOf(notices);
    }

    /** What happens to a row. */
    public enum Change {
        ADDED('+'), REPLACED('~'), REMOVED('-'), NONE('=');

        private final char sign;

        Change(char sign) {
            this.sign = sign;
        }

        char sign() {
            return sign;
        }
    }

    /**
     * One mapping and one of its principals.
     *
     * @param principal the ARN that EKS matches, or what the object says instead
     * @param reason the word that would stand in its status, or null when the object is gone
     * @param change what happens to its row
     * @param message why, and what to do; the one that would stand in its status
     */
    public record Row(String mapping, String principal, @Nullable String reason, Change change, String message) {}

    /** Something about a principal. */
    public record Notice(RenderPlan.Notice.Topic topic, String mapping, String principal, String message) {}

    /** Looks ahead from a state. */
    public static PlanReport of(ClusterState state, Instant now) {
        Preview preview = state.preview(now);
        RenderPlan plan = preview.plan();
        List<AwsAuthDiffs.KeyDiff> diffs = AwsAuthDiffs.of(state.awsAuth().data(), plan.next(), "now", "planned");
        int claimed = claimed(state.knownLedger(), plan);
        return new PlanReport(state.source(), !diffs.isEmpty(), state.settings().mode(), preview.hold(),
                HeldRows.ahead(plan.held(), state.knownLedger(), plan.next()), state.notes(),
                count(plan, RowChange.Kind.ADDED),
                count(plan, RowChange.Kind.REPLACED), count(plan, RowChange.Kind.REMOVED), claimed, diffs,
                rows(state.objects(), preview),
                plan.notices().stream().map(notice -> new Notice(notice.topic(), notice.mapping(),
                        notice.principal().value(), notice.message())).toList());
    }

    private static int count(RenderPlan plan, RowChange.Kind kind) {
        return (int) plan.changes().stream().filter(change -> change.kind() == kind).count();
    }

    /** Rows that nobody changes and that become ours all the same. */
    private static int claimed(Ledger ledger, RenderPlan plan) {
        Set<String> changed = new HashSet<>();
        plan.changes().forEach(change -> changed.add(change.section() + " " + change.principal()));
        int claimed = 0;
        for (Map.Entry<Claim.Key, Claim> entry : plan.confirmed().claims().entrySet()) {
            if (!ledger.claims().containsKey(entry.getKey())
                    && !changed.contains(entry.getKey().section() + " " + entry.getKey().principal())) {
                claimed++;
            }
        }
        return claimed;
    }

    private static List<Row> rows(List<IamIdentityMapping> objects, Preview preview) {
        List<RowChange> left = new ArrayList<>(preview.plan().changes());
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            Preview.Item item = preview.items().get(i);
            String key = "";
            String principal = "";
            switch (MappingParser.parse(objects.get(i))) {
                case ParsedMapping.Valid(var mapping) -> {
                    key = mapping.principal().key().value();
                    principal = mapping.principal().canonical();
                }
                case ParsedMapping.Invalid _ -> principal = arn(objects.get(i).spec());
            }
            String own = key;
            boolean applied = item.reason() == MappingReason.APPLIED;
            RowChange change = preview.plan().changes().stream()
                    .filter(each -> each.principal().value().equals(own)
                            && (applied || (each.kind() == RowChange.Kind.REMOVED
                                    && each.mapping().equals(item.name()))))
                    .findFirst().orElse(null);
            left.remove(change);
            rows.add(new Row(item.name(), principal, item.reason().word(),
                    change == null ? Change.NONE : Change.valueOf(change.kind().name()), item.message()));
        }
        // What is left: rows of objects that are gone, and of principals that an object does not name any more.
        left.forEach(change -> rows.add(new Row(change.mapping(), change.principal().value(), null,
                Change.valueOf(change.kind().name()), gone(objects, change))));
        rows.sort((one, other) -> one.mapping().compareTo(other.mapping()));
        return rows;
    }

    private static String arn(@Nullable IamIdentityMappingSpec spec) {
        return spec == null ? "" : Objects.requireNonNullElse(spec.arn(), "");
    }

    private static String gone(List<IamIdentityMapping> objects, RowChange change) {
        return objects.stream().anyMatch(object -> ClusterState.name(object).equals(change.mapping()))
                ? "The object does not ask for this row any more."
                : "The object is gone.";
    }
}
