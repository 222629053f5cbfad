package dev.iammapper.admission;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.iammapper.admission.AdmissionDecision.Allowed;
import dev.iammapper.admission.AdmissionDecision.Cause;
import dev.iammapper.admission.AdmissionDecision.Denied;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.Finding;
import dev.iammapper.policy.GroupBindings;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.Neighbours;
import dev.iammapper.policy.Occasion;
import dev.iammapper.policy.PolicyContext;
import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.Severity;
import dev.iammapper.policy.Verdict;
import dev.iammapper.store.MappingJson;
import dev.iammapper.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;

/** Decides whether a mapping may be created or changed. What cannot be judged is denied. */
@RequiredArgsConstructor
public final class MappingAdmission {
    /** The API server waits five seconds for a verdict; a denial with words must still reach it. */
    private static final Duration PATIENCE = Duration.ofMillis(3500);

    private static final int MOST_FRESH_READS = 8;
    private static final int LONGEST_MESSAGE = 8_000;
    private static final int MOST_CAUSES = 100;

    private final Judge judge;
    private final AdmissionFacts facts;
    private final Clock clock;
    private final LongSupplier nanoTime;

    AdmissionDecision decide(AdmissionRequest request) {
        try {
            return decided(request);
        } catch (JsonParseException unreadable) {
            return Denied.unjudged("Not judged: the object has no metadata that could be read.");
        }
    }

    private AdmissionDecision decided(AdmissionRequest request) {
        return switch (request.operation()) {
            case CREATE -> judged(request, candidate(request.object()), new Occasion.Creation());
            case UPDATE -> isNewNonsense(request)
                    ? Denied.unjudged("Not judged: the spec cannot be read; \"kubectl explain iim.spec\" says what it"
                            + " consists of.")
                    : updated(request, candidate(request.object()), candidate(request.oldObject()));
            // Access can always be taken away; what is protected is guarded in the API server.
            case DELETE -> new Allowed(List.of());
            case CONNECT -> Denied.unjudged("A mapping is nothing to connect to.");
        };
    }

    private AdmissionDecision updated(AdmissionRequest request, Candidate after, Candidate before) {
        // Whoever labels an object, or takes its protection away, asks for no grant.
        return after.asksForTheSameAs(before)
                ? decision(judge.judge(after, PolicyContext.of(new Occasion.Update(before), clock.instant())))
                : judged(request, after, new Occasion.Update(before));
    }

    /** Two specs that cannot be read are not the same for that. */
    private static boolean isNewNonsense(AdmissionRequest request) {
        JsonObject object = Objects.requireNonNull(request.object(), "the reader makes sure of it");
        JsonObject old = Objects.requireNonNull(request.oldObject(), "the reader makes sure of it");
        return object.has("spec") && !Objects.equals(object.get("spec"), old.get("spec"))
                && MappingJson.read(object).spec() == null;
    }

    private AdmissionDecision judged(AdmissionRequest request, Candidate candidate, Occasion occasion) {
        Neighbours neighbours = facts.neighboursOf(candidate);
        if (neighbours == null) {
            return Denied.unjudged("This replica of iam-identity-mapper has not read the other mappings yet. Try again"
                    + " in a few seconds.");
        }
        try {
            return decision(verdict(request, candidate, occasion, neighbours));
        } catch (StoreException unanswered) {
            return Denied.unjudged("Not judged: " + unanswered.getMessage() + ". Try again.");
        } catch (OutOfTime late) {
            return Denied.unjudged("Not judged: the API server did not answer in time. Try again.");
        }
    }

    private Verdict verdict(AdmissionRequest request, Candidate candidate, Occasion occasion, Neighbours known)
            throws OutOfTime {
        long end = nanoTime.getAsLong() + PATIENCE.toNanos();
        PolicyContext context = PolicyContext.of(occasion, clock.instant()).with(known);
        GroupBindings bindings = facts.bindingsOf(candidate);
        if (bindings != null) {
            context = context.with(bindings);
        }
        if (judge.policy().requesterMustHold()) {
            context = context.with(facts.impersonation(request.requester(), candidate, left(end)));
        }
        Verdict verdict = judge.judge(candidate, context);
        // The index may lag behind the API server: nobody is refused for an object that is gone or was changed.
        Set<String> read = new HashSet<>();
        Neighbours neighbours = known;
        for (String rival = rival(verdict, read); rival != null && read.size() < MOST_FRESH_READS; rival = rival(
                verdict, read)) {
            read.add(rival);
            neighbours = neighbours.afresh(rival, facts.fresh(rival, left(end)));
            verdict = judge.judge(candidate, context.with(neighbours));
        }
        return verdict;
    }

    private Duration left(long end) throws OutOfTime {
        Duration left = Duration.ofNanos(end - nanoTime.getAsLong());
        if (!left.isPositive()) {
            throw new OutOfTime();
        }
        return left;
    }

    /** An object for which the candidate would be refused and that was not read afresh. */
    private static @Nullable String rival(Verdict verdict, Set<String> read) {
        return verdict.of(Severity.DENY).stream().map(Finding::other).filter(Objects::nonNull)
                .filter(other -> !read.contains(other)).findFirst()
                .orElse(null);
    }

    private AdmissionDecision decision(Verdict verdict) {
        String blind = verdict.off().stream().filter(judge.policy().denyWarnings()::contains).map(RuleCode::word)
                .collect(Collectors.joining(", "));
        if (!blind.isEmpty()) {
            return Denied.unjudged("Not judged: the policy denies by " + blind + ", and this replica does not know the"
                    + " roles and bindings yet. Try again; if it stays, its log says what is missing.");
        }
        List<String> warnings = Warnings.of(verdict.of(Severity.WARN));
        List<Finding> denials = verdict.of(Severity.DENY);
        return denials.isEmpty()
                ? new Allowed(warnings)
                : new Denied(message(denials), denials.stream().limit(MOST_CAUSES)
                        .map(finding -> new Cause(finding.code().word(), finding.path(),
                                finding.message() + " " + finding.advice()))
                        .toList(), warnings);
    }

    private static String message(List<Finding> denials) {
        String message = denials.size() == 1
                ? denials.getFirst().sentence()
                : denials.stream().map(finding -> "\n- " + finding.sentence())
                        .collect(Collectors.joining("", denials.size() + " findings:", ""));
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + " …";
    }

    private static Candidate candidate(@Nullable JsonObject object) {
        return Candidate.of(MappingJson.read(Objects.requireNonNull(object, "the reader makes sure of it")));
    }

    private static final class OutOfTime extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
