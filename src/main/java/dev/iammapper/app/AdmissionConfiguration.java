package dev.iammapper.app;

import dev.iammapper.admission.AdmissionEndpoint;
import dev.iammapper.admission.AdmissionMetrics;
import dev.iammapper.admission.BindingWatch;
import dev.iammapper.admission.ClusterFacts;
import dev.iammapper.admission.MappingAdmission;
import dev.iammapper.admission.MappingFeed;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.SettingError;
import dev.iammapper.store.AccessReviews;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.ObjectWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** The policy, and the webhook's verdicts by it. */
@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

    @Bean
    Policy policy(ControllerProperties properties) {
        return switch (properties.policy().check()) {
            case ParsedPolicy.Valid(Policy policy) -> policy;
            case ParsedPolicy.Invalid(List<SettingError> errors) -> throw new UnusablePolicyException(errors);
        };
    }

    @Bean
    Judge judge(Policy policy) {
        return new Judge(policy);
    }

    @Bean
    MappingFeed mappingFeed() {
        return new MappingFeed();
    }

    @Bean(destroyMethod = "")
    @Conditional(WebhookSwitch.class)
    BindingWatch bindingWatch(KubernetesAccess access) {
        return new BindingWatch(access);
    }

    @Bean
    @Conditional(WebhookSwitch.class)
    BindingLifecycle bindingLifecycle(ControllerProperties properties, BindingWatch bindings) {
        return new BindingLifecycle(bindings, properties.webhook().readBindings());
    }

    @Bean
    MappingAdmission mappingAdmission(ControllerProperties properties, Judge judge, MappingFeed feed,
            ObjectProvider<BindingWatch> bindings, KubernetesAccess access,
            Clock clock) {
        List<String> blind = Stream.of(RuleCode.ESCALATING_GROUP, RuleCode.UNBOUND_GROUP)
                .filter(judge.policy().denyWarnings()::contains).map(RuleCode::word).toList();
        if (!properties.webhook().readBindings() && !blind.isEmpty()) {
            throw new UnusablePolicyException(List.of(new SettingError(0, 0, "deny-warnings",
                    "holds " + String.join(", ", blind) + ", but bindings are not read.",
                    "Leave it out, or set mapper.webhook.read-bindings=true.")));
        }
        BindingWatch known = properties.webhook().readBindings() ? bindings.getIfAvailable() : null;
        return new MappingAdmission(judge,
                new ClusterFacts(feed, known, judge, clock, new MappingReads(access),
                        new AccessReviews(access), System::nanoTime),
                clock, System::nanoTime);
    }

    @Bean
    AdmissionMetrics admissionMetrics(MeterRegistry registry) {
        return new AdmissionMetrics(registry);
    }

    @Bean
    AdmissionEndpoint admissionEndpoint(MappingAdmission admission, AdmissionMetrics metrics) {
        return new AdmissionEndpoint(admission, metrics, System::nanoTime);
    }
}
