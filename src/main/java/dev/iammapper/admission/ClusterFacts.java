package dev.iammapper.admission;

import dev.iammapper.admission.AdmissionRequest.Requester;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.GroupBindings;
import dev.iammapper.policy.Impersonation;
import dev.iammapper.policy.ImpersonationSubject;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.Neighbours;
import dev.iammapper.policy.Occasion;
import dev.iammapper.policy.PolicyContext;
import dev.iammapper.store.AccessReviews;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.ObjectWatch;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;

/** The facts of a real cluster. */
@RequiredArgsConstructor
public final class ClusterFacts implements AdmissionFacts {
    private final MappingFeed mappings;
    private final @Nullable BindingWatch bindings;
    private final Judge judge;
    private final Clock clock;
    private final MappingReads reads;
    private final AccessReviews reviews;
    private final LongSupplier nanoTime;

    @Override
    public @Nullable Neighbours neighboursOf(Candidate candidate) {
        return mappings.neighboursOf(candidate);
    }

    @Override
    public @Nullable GroupBindings bindingsOf(Candidate candidate) {
        return bindings == null ? null : bindings.bindingsOf(candidate);
    }

    @Override
    public @Nullable IdentityMapping fresh(String name, Duration limit) {
        IamIdentityMapping object = reads.get(name, limit);
        if (object == null) {
            return null;
        }
        // What the policy forbids gets no row, and is nobody's rival.
        boolean barred = judge
                .judge(Candidate.of(object), PolicyContext.of(new Occasion.Standing(), clock.instant())).isDenied();
        return !barred && MappingParser.parse(object) instanceof ParsedMapping.Valid(IdentityMapping mapping)
                ? mapping
                : null;
    }

    @Override
    public Impersonation impersonation(Requester requester, Candidate candidate, Duration limit) {
        AccessReviews.Subject subject = new AccessReviews.Subject(requester.username(), requester.uid(),
                requester.groups(), requester.extra());
        long end = nanoTime.getAsLong() + limit.toNanos();
        List<ImpersonationSubject> refused = new ArrayList<>();
        for (ImpersonationSubject each : candidate.impersonations()) {
            Duration left = Duration.ofNanos(Math.max(1_000_000, end - nanoTime.getAsLong()));
            if (!reviews.mayImpersonate(subject, each.kind().resource(), each.name(), left)) {
                refused.add(each);
            }
        }
        return new Impersonation(requester.username(), refused);
    }
}
