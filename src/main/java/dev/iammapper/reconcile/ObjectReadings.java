package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.FieldError;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.Finding;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.Occasion;
import dev.iammapper.policy.PolicyContext;
import dev.iammapper.policy.Severity;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What each object means and what the policy has against it, found out once for each version of it: most passes find
 * most objects as they were.
 */
final class ObjectReadings {
    private final Judge judge;
    private IdentityHashMap<IamIdentityMapping, Reading> known = new IdentityHashMap<>();

    ObjectReadings(Judge judge) {
        this.judge = judge;
    }

    /**
     * What there is to know about one object by itself.
     *
     * @param denials what the policy has against it, wherever it stands; of what lies in the past it says nothing
     */
    record Reading(IamIdentityMapping object, ParsedMapping parsed, List<Finding> denials) {}

    /** Reads the objects; all others are forgotten. */
    List<Reading> of(List<IamIdentityMapping> objects, Instant now) {
        IdentityHashMap<IamIdentityMapping, Reading> next = new IdentityHashMap<>(objects.size());
        List<Reading> readings = objects.stream().map(object -> {
            Reading reading = known.get(object);
            Reading kept = reading == null ? read(object, now) : reading;
            next.put(object, kept);
            return kept;
        }).toList();
        known = next;
        return readings;
    }

    /**
     * Each is judged by itself: what stands in other objects, or in bindings, is a matter of admission, or a row would
     * go because somebody deleted something else.
     */
    private Reading read(IamIdentityMapping object, Instant now) {
        ParsedMapping parsed = MappingParser.parse(object);
        Stream<Finding> denials = judge.judge(Candidate.of(object), PolicyContext.of(new Occasion.Standing(), now))
                .of(Severity.DENY).stream();
        return new Reading(object, parsed, switch (parsed) {
            case ParsedMapping.Valid _ -> denials.toList();
            case ParsedMapping.Invalid(String _, String _, List<FieldError> errors) -> {
                // What makes it meaningless is told as that; the policy is about what can be read besides.
                Set<String> mistakes = errors.stream().map(FieldError::code).collect(Collectors.toSet());
                yield denials.filter(denial -> !mistakes.contains(denial.code().word())).toList();
            }
        });
    }
}
