package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.api.MappingReason;
import dev.iammapper.mapping.FieldError;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.policy.Finding;
import dev.iammapper.render.NodeLook;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From an outcome to the status that tells it; as kstatus reads conditions. */
final class MappingStatuses {
    private static final Set<String> OURS = Set.of(MappingCondition.READY, MappingCondition.APPLIED,
            MappingCondition.RECONCILING, MappingCondition.STALLED);
    private static final int LONGEST_MESSAGE = 2048;

    private MappingStatuses() {}

    /** What the four conditions of ours say. */
    private record Verdict(boolean ready, boolean applied, boolean reconciling, boolean stalled, MappingReason reason,
            MappingReason appliedReason, String message) {

        static Verdict honoured(MappingReason reason, boolean applied, String message) {
            return new Verdict(true, applied, false, false, reason,
                    reason == MappingReason.APPLIED ? MappingReason.OWNED : reason, message);
        }

        static Verdict stalled(MappingReason reason, MappingReason appliedReason, String message) {
            return new Verdict(false, false, false, true, reason, appliedReason, message);
        }

        static Verdict stalled(MappingReason reason, String message) {
            return stalled(reason, reason, message);
        }

        static Verdict reconciling(MappingReason reason, String message) {
            return new Verdict(false, false, true, false, reason, reason, message);
        }
    }

    /**
     * The status that an object should have.
     *
     * @param object as it was read: its generation, its unique id and conditions of others are carried over
     * @param now stands in conditions whose status flips, in whole seconds
     */
    static IamIdentityMappingStatus of(IamIdentityMapping object, MappingOutcome outcome, Instant now) {
        IamIdentityMappingStatus before = object.status();
        Long generation = generation(object);
        List<MappingCondition> past = conditions(before);
        Verdict verdict = verdict(outcome);
        String message = bounded(verdict.message());
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();

        List<MappingCondition> conditions = new ArrayList<>();
        conditions.add(condition(past, MappingCondition.READY, verdict.ready(), verdict.reason(), message, time,
                generation));
        conditions.add(condition(past, MappingCondition.APPLIED, verdict.applied(), verdict.appliedReason(), message,
                time, generation));
        if (verdict.reconciling()) {
            conditions.add(condition(past, MappingCondition.RECONCILING, true, verdict.reason(), message, time,
                    generation));
        }
        if (verdict.stalled()) {
            conditions.add(condition(past, MappingCondition.STALLED, true, verdict.reason(), message, time,
                    generation));
        }
        past.stream().filter(condition -> !OURS.contains(condition.type())).forEach(conditions::add);
        return new IamIdentityMappingStatus(canonicalArn(outcome), before == null ? null : before.userID(), generation,
                List.copyOf(conditions));
    }

    /** The reason that stands in a status' {@code Ready}, or null when there is none. */
    static @Nullable String readyReason(@Nullable IamIdentityMappingStatus status) {
        MappingCondition ready = ready(status);
        return ready == null ? null : ready.reason();
    }

    /** The message that stands in a status' {@code Ready}, empty when there is none. */
    static String readyMessage(@Nullable IamIdentityMappingStatus status) {
        MappingCondition ready = ready(status);
        return ready == null || ready.message() == null ? "" : ready.message();
    }

    private static @Nullable MappingCondition ready(@Nullable IamIdentityMappingStatus status) {
        for (MappingCondition condition : conditions(status)) {
            if (MappingCondition.READY.equals(condition.type())) {
                return condition;
            }
        }
        return null;
    }

    /** Whether an object's status speaks of what it asks for now. */
    static boolean isCurrent(IamIdentityMapping object) {
        IamIdentityMappingStatus status = object.status();
        return status != null && Objects.equals(status.observedGeneration(), generation(object));
    }

    /** Whether two statuses differ in nothing but times. */
    static boolean saysTheSame(IamIdentityMappingStatus one, IamIdentityMappingStatus other) {
        return Objects.equals(one.canonicalARN(), other.canonicalARN()) && Objects.equals(one.userID(), other.userID())
                && Objects.equals(one.observedGeneration(), other.observedGeneration())
                && timeless(one).equals(timeless(other));
    }

    private static List<MappingCondition> timeless(IamIdentityMappingStatus status) {
        return conditions(status).stream().map(condition -> new MappingCondition(condition.type(), condition.status(),
                condition.reason(), condition.message(), null, condition.observedGeneration())).toList();
    }

    /** Whether a status says that the row is ours, also where nobody can read it at the moment. */
    static boolean saysOwned(@Nullable IamIdentityMappingStatus status) {
        return conditions(status).stream()
                .anyMatch(condition -> MappingCondition.APPLIED.equals(condition.type())
                        && (MappingReason.OWNED.word().equals(condition.reason())
                                || MappingReason.OWNED_UNREAD.word().equals(condition.reason())));
    }

    private static Verdict verdict(MappingOutcome outcome) {
        return switch (outcome) {
            case MappingOutcome.Owned owned -> Verdict.honoured(owned.reason(), true, owned(owned));
            case MappingOutcome.AlreadyPresent present -> Verdict.honoured(present.reason(), true,
                    grant(present.mapping()) + ", by a row that another tool wrote and that stays when this object"
                            + " goes. To make the row this object's own, annotate it with iammapper.dev/adopt: \""
                            + (NodeLook.isNode(present.mapping().grant()) ? "node" : "true") + "\".");
            case MappingOutcome.NotYetActive early -> Verdict.honoured(early.reason(), false,
                    "The grant begins at " + early.from() + " (spec.notBefore); until then there is no row of ours."
                            + allTheSame(early.remaining()));
            case MappingOutcome.Expired expired -> Verdict.honoured(expired.reason(), false,
                    "The grant ended at " + expired.at() + " (spec.expiresAt); no row of ours is left."
                            + allTheSame(expired.remaining()));
            case MappingOutcome.Invalid invalid -> Verdict.stalled(invalid.reason(), invalid(invalid));
            case MappingOutcome.Barred barred -> Verdict.stalled(barred.reason(), barred(barred));
            case MappingOutcome.Conflict conflict -> Verdict.stalled(conflict.reason(), conflict(conflict));
            case MappingOutcome.Blocked blocked -> Verdict.stalled(blocked.reason(), blocked.message());
            case MappingOutcome.OwnedUnread unread -> Verdict.stalled(unread.reason(), MappingReason.OWNED_UNREAD,
                    unread.message());
            case MappingOutcome.Observing observing -> new Verdict(true, observing.reads(), false, false,
                    observing.reason(), observing.owned() ? MappingReason.OWNED : observing.reason(),
                    observing.message());
            case MappingOutcome.Pending pending -> Verdict.reconciling(pending.reason(), pending.message());
        };
    }

    private static String owned(MappingOutcome.Owned owned) {
        String shared = owned.rowOf().equals(owned.mapping().name())
                ? ""
                : " The row is shared with the object " + owned.rowOf() + " and stays until the last of them goes.";
        return grant(owned.mapping()) + "." + shared + (owned.elsewhere() == null ? "" : " " + owned.elsewhere());
    }

    private static String allTheSame(@Nullable String remaining) {
        return remaining == null ? "" : " Access there is all the same: " + remaining;
    }

    private static String invalid(MappingOutcome.Invalid invalid) {
        String findings = invalid.errors().stream().map(FieldError::sentence).collect(Collectors.joining(" "));
        if (!invalid.rowStays()) {
            return findings;
        }
        return findings + " The row of an earlier version of this object stays until this is mended"
                + (invalid.until() == null ? "." : ", and no longer than " + invalid.until() + " (spec.expiresAt).");
    }

    private static String barred(MappingOutcome.Barred barred) {
        String findings = barred.denials().stream().map(Finding::sentence).collect(Collectors.joining(" "));
        String row = barred.left() == null
                ? " Until then there is no row of ours."
                : " A row of before is still there: " + barred.left();
        return "The policy of this cluster does not allow it. " + findings + row + allTheSame(barred.remaining());
    }

    private static String conflict(MappingOutcome.Conflict conflict) {
        return "The older object " + conflict.winner().name() + " maps " + conflict.mapping().principal().canonical()
                + " to " + who(conflict.winner().grant()) + ", this one to " + who(conflict.mapping().grant())
                + ". Delete one of the two, or give both the same username and groups.";
    }

    private static String grant(IdentityMapping mapping) {
        return "EKS maps " + mapping.principal().canonical() + " to " + who(mapping.grant());
    }

    private static String who(Grant grant) {
        return grant.groups().isEmpty()
                ? grant.username() + " without groups"
                : grant.username() + " in " + String.join(", ", grant.groups());
    }

    private static MappingCondition condition(List<MappingCondition> past, String type, boolean status,
            MappingReason reason, String message, String now, @Nullable Long generation) {
        String word = status ? "True" : "False";
        String since = past.stream().filter(old -> type.equals(old.type()) && word.equals(old.status()))
                .map(MappingCondition::lastTransitionTime).filter(Objects::nonNull).findFirst().orElse(now);
        return new MappingCondition(type, word, reason.word(), message, since, generation);
    }

    private static @Nullable String canonicalArn(MappingOutcome outcome) {
        IdentityMapping mapping = switch (outcome) {
            case MappingOutcome.Owned owned -> owned.mapping();
            case MappingOutcome.AlreadyPresent present -> present.mapping();
            case MappingOutcome.NotYetActive early -> early.mapping();
            case MappingOutcome.Expired expired -> expired.mapping();
            case MappingOutcome.Invalid _ -> null;
            case MappingOutcome.Barred barred -> barred.mapping();
            case MappingOutcome.Conflict conflict -> conflict.mapping();
            case MappingOutcome.Blocked blocked -> blocked.mapping();
            case MappingOutcome.OwnedUnread unread -> unread.mapping();
            case MappingOutcome.Observing observing -> observing.mapping();
            case MappingOutcome.Pending pending -> pending.mapping();
        };
        return mapping == null ? null : mapping.principal().key().value();
    }

    private static @Nullable Long generation(IamIdentityMapping object) {
        V1ObjectMeta metadata = object.metadata();
        return metadata == null ? null : metadata.getGeneration();
    }

    private static List<MappingCondition> conditions(@Nullable IamIdentityMappingStatus status) {
        return status == null || status.conditions() == null ? List.of() : status.conditions();
    }

    private static String bounded(String message) {
        return message.length() <= LONGEST_MESSAGE
                ? message
                : message.substring(0, Character.isHighSurrogate(message.charAt(LONGEST_MESSAGE - 2))
                        ? LONGEST_MESSAGE - 2
                        : LONGEST_MESSAGE - 1) + "…";
    }
}
