package dev.iammapper.policy;

import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.MappingParts.Group;
import dev.iammapper.mapping.Quoted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Rules about the end of grants. */
final class ExpiryRules {
    private static final String PATH = "spec.expiresAt";

    private ExpiryRules() {}

    static List<Remark> required(Candidate candidate, PolicyContext context, Policy policy) {
        MappingParts parts = candidate.parts();
        if (parts.expiresAt() != null || parts.isMalformed(PATH)) {
            return List.of();
        }
        Optional<Group> group = parts.groups().stream()
                .filter(each -> policy.expiry().stream().anyMatch(rule -> rule.covers(each.name()))).findFirst();
        return group.map(each -> Remark.policy(PATH,
                "is missing, and grants of the group " + Quoted.text(each.name()) + " must end.",
                shortest(candidate, policy)
                        .map(within -> "Write an instant at most " + Durations.write(within) + " after the creation: "
                                + createdAt(parts, context).plus(within) + " or earlier.")
                        .orElse("Write an instant, such as \"2026-03-01T18:00:00Z\".")))
                .stream().toList();
    }

    static List<Remark> tooLong(Candidate candidate, PolicyContext context, Policy policy) {
        MappingParts parts = candidate.parts();
        Instant expiresAt = parts.expiresAt();
        Optional<Duration> within = shortest(candidate, policy);
        if (expiresAt == null || within.isEmpty()) {
            return List.of();
        }
        Instant latest = createdAt(parts, context).plus(within.get());
        if (!expiresAt.isAfter(latest)) {
            return List.of();
        }
        return List.of(Remark.policy(PATH,
                "is " + expiresAt + ", later than the " + Durations.write(within.get())
                        + " after the object's creation that the policy allows for its groups.",
                "Write " + latest + " or earlier; for more time, delete the object and create it again."));
    }

    static List<Remark> inPast(Candidate candidate, PolicyContext context, Policy policy) {
        Instant expiresAt = candidate.parts().expiresAt();
        if (expiresAt == null || expiresAt.isAfter(context.now())) {
            return List.of();
        }
        return List.of(Remark.warning(PATH, "is " + expiresAt + ", which is over: the grant gives nothing.",
                "Write a later instant, or delete the object."));
    }

    private static Optional<Duration> shortest(Candidate candidate, Policy policy) {
        return policy.expiry().stream()
                .filter(rule -> candidate.parts().groups().stream().anyMatch(group -> rule.covers(group.name())))
                .flatMap(rule -> Stream.ofNullable(rule.within())).min(Duration::compareTo);
    }

    /** What is not created yet counts from now. */
    private static Instant createdAt(MappingParts parts, PolicyContext context) {
        return Objects.requireNonNullElse(parts.createdAt(), context.now());
    }
}
