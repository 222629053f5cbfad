package dev.iammapper.app;

import dev.iammapper.serving.CertificateSource;
import dev.iammapper.serving.ServingState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import lombok.RequiredArgsConstructor;
import org.jspecify.annotations.Nullable;

/** The numbers about the certificate; docs/metrics.md lists them. All are 0 while the webhook is off. */
@RequiredArgsConstructor
final class CertificateMetrics implements MeterBinder {
    private final @Nullable CertificateSource source;

    @Override
    public void bindTo(MeterRegistry registry) {
        expiry(registry, "serving", ServingState::certificateEnds);
        expiry(registry, "authority", ServingState::authorityEnds);
        Gauge.builder("mapper.certificate.renewed", this, metrics -> metrics.value(state -> state.renewed() ? 1 : 0))
                .description("1 while the controller renews the certificate by itself").register(registry);
        FunctionCounter.builder("mapper.certificate.writes", this,
                metrics -> metrics.source == null ? 0 : metrics.source.issued())
                .description("certificates and authorities that this process issued").register(registry);
        FunctionCounter.builder("mapper.certificate.bundle.writes", this,
                metrics -> metrics.source == null ? 0 : metrics.source.registered())
                .description("writes of the caBundle by this process").register(registry);
    }

    private void expiry(MeterRegistry registry, String certificate, Function<ServingState, @Nullable Instant> end) {
        Gauge.builder("mapper.certificate.expiry.timestamp.seconds", this, metrics -> metrics.value(state -> {
            Instant instant = end.apply(state);
            return instant == null ? 0 : instant.getEpochSecond();
        })).tag("certificate", certificate)
                .description("when the certificate expires, in seconds since 1970; 0 for none")
                .register(registry);
    }

    private double value(ToDoubleFunction<ServingState> value) {
        return source == null ? 0 : value.applyAsDouble(source.state());
    }
}
