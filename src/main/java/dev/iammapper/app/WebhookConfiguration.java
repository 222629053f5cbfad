package dev.iammapper.app;

import dev.iammapper.app.WebhookProperties.Certificate;
import dev.iammapper.certificate.Issuer;
import dev.iammapper.certificate.RotationPlan;
import dev.iammapper.certificate.Schedule;
import dev.iammapper.certificate.ServerNames;
import dev.iammapper.serving.CertificateSource;
import dev.iammapper.serving.MountedCertificates;
import dev.iammapper.serving.SelfManagedCertificates;
import dev.iammapper.serving.StoredWebhookCluster;
import dev.iammapper.serving.SwappableKeys;
import dev.iammapper.store.KubernetesAccess;
import dev.iammapper.store.LeaderElector;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.SecretStore;
import dev.iammapper.store.ServerTime;
import dev.iammapper.store.WebhookRegistration;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** The server of the admission webhook: its port, its certificate, and its registration with the API server. */
@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {
    private static final String SERVICE = "iam-identity-mapper-webhook";

    @Bean
    SwappableKeys webhookKeys() {
        return new SwappableKeys();
    }

    @Bean
    TlsConnector tlsConnector(SwappableKeys keys) {
        return new TlsConnector(keys);
    }

    /** Last, so that nothing sets the port anew: without the webhook there is no server beside the management's. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> webhookServer(Environment environment,
            TlsConnector connector) {
        boolean on = WebhookSwitch.isOn(environment);
        String port = environment.getProperty("server.port");
        if (!"0".equals(port) && Objects.equals(port, environment.getProperty("management.server.port"))) {
            throw new InvalidConfigurationPropertyValueException("management.server.port", port,
                    "it is server.port too; the webhook and health need ports of their own");
        }
        return factory -> {
            if (on) {
                factory.addConnectorCustomizers(connector);
            } else {
                factory.setPort(-1);
            }
        };
    }

    @Bean(destroyMethod = "")
    @Conditional(WebhookSwitch.class)
    CertificateSource certificateSource(ControllerProperties properties, KubernetesAccess access, SwappableKeys keys,
            Clock clock) {
        WebhookProperties webhook = properties.webhook();
        Certificate certificate = webhook.certificate();
        String namespace = PodSurroundings.ofThisProcess().namespace(properties.namespace());
        ServerNames names = names(webhook, namespace);
        return switch (certificate.source()) {
            case FILES -> new MountedCertificates(Objects.requireNonNull(certificate.directory(), "checked"), names,
                    keys, clock, System::nanoTime);
            case SELF_MANAGED -> {
                ServerTime time = new ServerTime(clock, System::nanoTime);
                Schedule schedule = Schedule.usual();
                yield new SelfManagedCertificates(
                        new StoredWebhookCluster(
                                new SecretStore(access, time, namespace, certificate.secretName()),
                                new WebhookRegistration(access, time, webhook.configurationName()), time),
                        new RotationPlan(schedule, names), new Issuer(schedule, names, new SecureRandom()), keys,
                        System::nanoTime);
            }
        };
    }

    /** Names that the API server calls, and under which people look for a Service. */
    static ServerNames names(WebhookProperties webhook, String namespace) {
        List<String> names = new ArrayList<>();
        if (webhook.host() != null) {
            names.add(webhook.host());
        }
        if (!webhook.certificate().dnsNames().isEmpty()) {
            names.addAll(webhook.certificate().dnsNames());
        } else if (webhook.host() == null) {
            String service = SERVICE + "." + namespace;
            names.addAll(List.of(service + ".svc", service + ".svc.cluster.local", service));
        }
        return new ServerNames(names);
    }

    @Bean
    @Conditional(WebhookSwitch.class)
    CertificateLifecycle certificateLifecycle(CertificateSource source) {
        return new CertificateLifecycle(source);
    }

    @Bean
    @Conditional(WebhookSwitch.class)
    WebhookHangUp webhookHangUp(TlsConnector connector) {
        return new WebhookHangUp(connector);
    }

    @Bean
    @Conditional(WebhookSwitch.class)
    WebhookDrain webhookDrain(ControllerProperties properties, TlsConnector connector, Leadership leadership) {
        Duration usual = PodSurroundings.ofThisProcess().isPod() ? WebhookDrain.IN_A_POD : Duration.ZERO;
        return new WebhookDrain(Objects.requireNonNullElse(properties.webhook().drain(), usual),
                () -> {
                    connector.lastCalls();
                    // Others look at the Lease every few seconds: told now, they know when it is released.
                    if (leadership instanceof LeaderElector elector) {
                        elector.announceEnd();
                    }
                });
    }

    @Bean
    WebhookReadiness webhookReadiness(ObjectProvider<CertificateSource> source) {
        return new WebhookReadiness(source.getIfAvailable());
    }

    @Bean
    MeterBinder certificateMetrics(ObjectProvider<CertificateSource> source) {
        return new CertificateMetrics(source.getIfAvailable());
    }
}
