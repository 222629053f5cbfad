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
import dev.iammapper.policy.SettingError;
import dev.iammapper.store.AccessReviews;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.MappingReads;
import dev.iammapper.store.ObjectWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
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
            ObjectWatch<IamIdentityMapping> mappings, ObjectProvider<BindingWatch> bindings, KubernetesAccess access,
            Clock clock) {
        BindingWatch known = properties.webhook().readBindings() ? bindings.getIfAvailable() : null;
        return new MappingAdmission(judge,
                new ClusterFacts(feed, mappings, known, judge, clock, new MappingReads(access),
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
