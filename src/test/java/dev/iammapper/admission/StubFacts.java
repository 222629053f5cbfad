package dev.iammapper.admission;

import dev.iammapper.admission.AdmissionRequest.Requester;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.GroupBindings;
import dev.iammapper.policy.Impersonation;
import dev.iammapper.policy.Neighbours;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Facts that a test decides upon, and a clock that moves while they are fetched. */
final class StubFacts implements AdmissionFacts {
    final AtomicLong nanoTime = new AtomicLong();
    final Map<String, IdentityMapping> stored = new HashMap<>();
    final List<String> read = new ArrayList<>();
    @Nullable
    Neighbours neighbours = Neighbours.NONE;
    Duration latency = Duration.ZERO;
    @Nullable
    RuntimeException bug;

    @Override
    public @Nullable Neighbours neighboursOf(Candidate candidate) {
        if (bug != null) {
            throw bug;
        }
        return neighbours;
    }

    @Override
    public @Nullable GroupBindings bindingsOf(Candidate candidate) {
        return null;
    }

    @Override
    public @Nullable IdentityMapping fresh(String name, Duration limit) {
        read.add(name);
        nanoTime.addAndGet(latency.toNanos());
        return stored.get(name);
    }

    @Override
    public Impersonation impersonation(Requester requester, Candidate candidate, Duration limit) {
        nanoTime.addAndGet(latency.toNanos());
        return new Impersonation(requester.username(), List.of());
    }
}
