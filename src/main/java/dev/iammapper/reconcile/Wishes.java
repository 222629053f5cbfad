package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.Activity;
import dev.iammapper.mapping.Contest;
import dev.iammapper.mapping.FieldError;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.MappingConflicts;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.mapping.StatedExpiry;
import dev.iammapper.policy.Finding;
import dev.iammapper.reconcile.ObjectReadings.Reading;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all objects together ask for at one instant.
 *
 * @param asked every object with what it asks for, in the order in which they were read
 * @param wanted the mappings whose rows should be there, no principal twice
 * @param nextChange the next instant at which time alone changes the answer, at most a day ahead
 */
record Wishes(List<Asked> asked, List<IdentityMapping> wanted, Instant nextChange) {
    private static final Duration HORIZON = Duration.ofDays(1);

    /** Copies the lists. */
    Wishes {
        asked = List.copyOf(asked);
        wanted = List.copyOf(wanted);
    }

    /** One object and what it asks for. */
    record Asked(IamIdentityMapping object, String uid, Wish wish) {}

    /** What one object asks for. */
    sealed interface Wish {
        /** A row; {@code rowOf} is the object for which it is written: this one, or an older one with its grant. */
        record Row(IdentityMapping mapping, IdentityMapping rowOf) implements Wish {}

        /** A row, but an older object maps the principal to something else. */
        record Lost(IdentityMapping mapping, IdentityMapping winner) implements Wish {}

        /** A row, but not yet. */
        record Early(IdentityMapping mapping, Instant notBefore) implements Wish {}

        /** No row any more. */
        record Over(IdentityMapping mapping, Instant expiresAt) implements Wish {}

        /** A row that the policy does not allow; {@code denials} says which rules. */
        record Barred(IdentityMapping mapping, List<Finding> denials) implements Wish {}

        /**
         * Nothing that could be understood.
         *
         * @param expiresAt when the grant ends that the object asked for before, or null when it does not say
         * @param over whether that instant has passed
         * @param forbidden whether the policy forbids what can be read of it all the same
         */
        record Nonsense(List<FieldError> errors, @Nullable Instant expiresAt, boolean over, boolean forbidden)
                implements
                Wish {}
    }

    /** Sorts out what the objects ask for. */
    static Wishes of(List<Reading> readings, Instant now) {
        Map<String, Wish> byUid = new HashMap<>();
        List<IdentityMapping> valid = new ArrayList<>();
        List<IdentityMapping> active = new ArrayList<>();
        Instant nextChange = now.plus(HORIZON);
        for (Reading reading : readings) {
            switch (reading.parsed()) {
                case ParsedMapping.Invalid invalid -> {
                    IamIdentityMapping object = reading.object();
                    Instant expiresAt = object.spec() == null ? null : StatedExpiry.of(object.spec().expiresAt());
                    boolean over = expiresAt != null && !now.isBefore(expiresAt);
                    byUid.put(invalid.uid(), new Wish.Nonsense(invalid.errors(), expiresAt, over,
                            !reading.denials().isEmpty()));
                    if (expiresAt != null && !over && expiresAt.isBefore(nextChange)) {
                        nextChange = expiresAt;
                    }
                }
                case ParsedMapping.Valid(IdentityMapping mapping) -> {
                    valid.add(mapping);
                    Wish wish = wish(mapping, reading.denials(), now);
                    if (wish == null) {
                        active.add(mapping);
                    } else {
                        byUid.put(mapping.uid(), wish);
                    }
                }
            }
        }
        List<Contest> contests = MappingConflicts.resolve(active);
        for (Contest contest : contests) {
            byUid.put(contest.winner().uid(), new Wish.Row(contest.winner(), contest.winner()));
            contest.sharers().forEach(sharer -> byUid.put(sharer.uid(), new Wish.Row(sharer, contest.winner())));
            contest.losers().forEach(loser -> byUid.put(loser.uid(), new Wish.Lost(loser, contest.winner())));
        }
        List<Asked> asked = readings.stream().map(Reading::object)
                .map(object -> new Asked(object, uid(object), Objects.requireNonNull(byUid.get(uid(object))))).toList();
        return new Wishes(asked, contests.stream().map(Contest::wanted).toList(),
                Activity.nextChange(valid, now, nextChange));
    }

    /** What a mapping asks for that asks for no row now, or null. Of a grant that is over no policy need be asked. */
    private static @Nullable Wish wish(IdentityMapping mapping, List<Finding> denials, Instant now) {
        return switch (Activity.of(mapping, now)) {
            case EXPIRED -> new Wish.Over(mapping, Objects.requireNonNull(mapping.expiresAt()));
            case NOT_YET_ACTIVE -> denials.isEmpty()
                    ? new Wish.Early(mapping, Objects.requireNonNull(mapping.notBefore()))
                    : new Wish.Barred(mapping, denials);
            case ACTIVE -> denials.isEmpty() ? null : new Wish.Barred(mapping, denials);
        };
    }

    /** How many grants that are in force end by their own word no later than that. */
    int ending(Instant by) {
        return (int) asked.stream()
                .map(each -> each.wish() instanceof Wish.Row row ? row.mapping().expiresAt() : null)
                .filter(end -> end != null && !end.isAfter(by)).count();
    }

    /** The uids of all objects that exist. */
    Set<String> present() {
        Set<String> uids = HashSet.newHashSet(asked.size());
        asked.forEach(each -> uids.add(each.uid()));
        return uids;
    }

    /** The uids of the objects that mean nothing, but for those whose grant is over by their own word or forbidden. */
    Set<String> invalid() {
        Set<String> uids = new HashSet<>();
        asked.stream().filter(each -> each.wish() instanceof Wish.Nonsense nonsense && !nonsense.over()
                && !nonsense.forbidden())
                .forEach(each -> uids.add(each.uid()));
        return uids;
    }

    /** The uids of the objects whose grants are over by their own word. */
    Set<String> expired() {
        Set<String> uids = new HashSet<>();
        for (Asked each : asked) {
            if (each.wish() instanceof Wish.Over
                    || (each.wish() instanceof Wish.Nonsense nonsense && nonsense.over())) {
                uids.add(each.uid());
            }
        }
        return uids;
    }

    /** The uids of the objects that the policy forbids. */
    Set<String> barred() {
        Set<String> uids = new HashSet<>();
        for (Asked each : asked) {
            if (each.wish() instanceof Wish.Barred || (each.wish() instanceof Wish.Nonsense nonsense
                    && nonsense.forbidden() && !nonsense.over())) {
                uids.add(each.uid());
            }
        }
        return uids;
    }

    /** The uids of the objects that are labelled as protected. */
    Set<String> guarded() {
        Set<String> uids = new HashSet<>();
        for (Asked each : asked) {
            V1ObjectMeta metadata = each.object().metadata();
            if (metadata != null && metadata.getLabels() != null && IamIdentityMapping.PROTECTED
                    .equals(metadata.getLabels().get(IamIdentityMapping.PROTECTED_LABEL))) {
                uids.add(each.uid());
            }
        }
        return uids;
    }

    /** The principals whose mappings ask for no row at this instant, and that no other mapping asks for. */
    Set<PrincipalKey> resting() {
        Set<PrincipalKey> resting = new HashSet<>();
        for (Asked each : asked) {
            switch (each.wish()) {
                case Wish.Early early -> resting.add(early.mapping().principal().key());
                case Wish.Over over -> resting.add(over.mapping().principal().key());
                case Wish.Barred barred -> resting.add(barred.mapping().principal().key());
                case Wish.Row _,Wish.Lost _,Wish.Nonsense _ -> {
                }
            }
        }
        if (!resting.isEmpty()) {
            wanted.forEach(mapping -> resting.remove(mapping.principal().key()));
        }
        return resting;
    }

    /** Whether any object says in its status that its row is ours. */
    boolean anySaysOwned() {
        return asked.stream().anyMatch(each -> MappingStatuses.saysOwned(each.object().status()));
    }

    /** The wanted principals whose objects say in their status that their row is ours. */
    Set<PrincipalKey> recoverable() {
        Set<PrincipalKey> principals = new HashSet<>();
        for (Asked each : asked) {
            if (each.wish() instanceof Wish.Row(IdentityMapping mapping, IdentityMapping _)
                    && MappingStatuses.saysOwned(each.object().status())) {
                principals.add(mapping.principal().key());
            }
        }
        return principals;
    }

    private static String uid(IamIdentityMapping object) {
        return object.metadata() == null ? "" : Objects.requireNonNullElse(object.metadata().getUid(), "");
    }
}
