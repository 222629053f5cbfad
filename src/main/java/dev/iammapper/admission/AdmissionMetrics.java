package dev.iammapper.admission;

import dev.iammapper.policy.RuleCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The numbers about admission; docs/metrics.md lists them. */
public final class AdmissionMetrics {
    private static final Duration[] ANSWERS_WITHIN = {Duration.ofMillis(5), Duration.ofMillis(25),
            Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(3500)};

    private final Map<Answer, Counter> answers = new EnumMap<>(Answer.class);
    private final Map<String, Counter> denials;
    private final Timer durations;

    /** What came of a request. */
    enum Answer {
        ALLOWED, WARNED, DENIED, UNJUDGED, UNREADABLE, OVERLOADED
    }

    /** Registers everything, so that each series is there before its first event. */
    public AdmissionMetrics(MeterRegistry registry) {
        for (Answer answer : Answer.values()) {
            answers.put(answer, Counter.builder("mapper.admission.requests")
                    .description("requests of the API server, by what came of them")
                    .tag("answer", answer.name().toLowerCase(Locale.ROOT)).register(registry));
        }
        denials = Map.copyOf(Arrays.stream(RuleCode.values())
                .collect(java.util.stream.Collectors.toMap(RuleCode::word, code -> Counter
                        .builder("mapper.admission.denials").description("findings that kept an object out, by rule")
                        .tag("rule", code.word()).register(registry))));
        durations = Timer.builder("mapper.admission.duration").description("requests answered")
                .serviceLevelObjectives(ANSWERS_WITHIN).register(registry);
    }

    void answered(AdmissionDecision decision, Duration took) {
        durations.record(took);
        switch (decision) {
            case AdmissionDecision.Allowed(List<String> warnings) -> count(
                    warnings.isEmpty() ? Answer.ALLOWED : Answer.WARNED);
            case AdmissionDecision.Denied denied -> {
                count(denied.causes().isEmpty() ? Answer.UNJUDGED : Answer.DENIED);
                denied.causes().stream().map(cause -> denials.get(cause.code())).filter(java.util.Objects::nonNull)
                        .forEach(Counter::increment);
            }
        }
    }

    void unreadable() {
        count(Answer.UNREADABLE);
    }

    void overloaded() {
        count(Answer.OVERLOADED);
    }

    private void count(Answer answer) {
        Counter counter = answers.get(answer);
        if (counter != null) {
            counter.increment();
        }
    }
}
