package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.yaml.snakeyaml.Yaml;

class StartFailureTest {

    @EnableConfigurationProperties(ControllerProperties.class)
    static class OnlyProperties {}

    @Test
    void withoutSettingsTheDefaultsHold() {
        try (AnnotationConfigApplicationContext context = context(Map.of())) {
            context.refresh();
            assertThat(context.getBean(ControllerProperties.class).leaderElection().enabled()).isTrue();
        }
    }

    /** Boot would take them for milliseconds. */
    @Test
    void aTimeWithoutAUnitIsInSeconds() {
        try (AnnotationConfigApplicationContext context = context(
                Map.of("mapper.webhook.drain", "5", "mapper.removal-brake.window", "600"))) {
            context.refresh();
            ControllerProperties properties = context.getBean(ControllerProperties.class);
            assertThat(properties.webhook().drain()).isEqualTo(Duration.ofSeconds(5));
            assertThat(properties.removalBrake().window()).isEqualTo(Duration.ofMinutes(10));
        }
    }

    @Test
    void aValueOfTheWrongTypeIsNamedWithItsValue() {
        assertThat(sentence("mapper.leader-election.enabled", "maybe"))
                .isEqualTo("Invalid setting: mapper.leader-election.enabled=maybe (\"mapper.leader-election.enabled\""
                        + " from property source \"test\"): Invalid boolean value 'maybe'.");
    }

    @Test
    void anUnknownSettingIsNamed() {
        assertThat(sentence("mapper.leader-election.enabld", "true"))
                .startsWith("Unknown setting: mapper.leader-election.enabld");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"mapper.webhook.enabled | perhaps | Invalid boolean value 'perhaps'",
            "mapper.webhook.certificate.source | vault | vault",
            "mapper.webhook.certificate.source | files | set mapper.webhook.certificate.directory",
            "mapper.webhook.certificate.directory | /tls | set mapper.webhook.certificate.source=files",
            "mapper.webhook.certificate.secret-name | My_Secret | secret-name=\"My_Secret\" is not a name",
            "mapper.webhook.certificate.dns-names | *.here.svc | dns-names: \"*.here.svc\" is neither a DNS name",
            "mapper.webhook.host | my host | host: \"my host\" is neither a DNS name",
            "mapper.webhook.configuration-name | UPPER | configuration-name=\"UPPER\" is not a name",
            "mapper.namespace | a.b | mapper.namespace=\"a.b\" is not a name",
            "mapper.webhook.drain | 61s | drain=PT1M1S is not between 0s and 60s",
            "mapper.webhook.drain | 61 | drain=PT1M1S is not between 0s and 60s",
            "mapper.log.format | xml | write text or ecs or logstash",
            "mapper.log.level | off | write error or warn or info or debug or trace",
            "mapper.webhook.port | 1 | Unknown setting: mapper.webhook.port"})
    void settingsOfTheWebhookThatAreWrongAreNamedInASentence(String name, String value, String told) {
        assertThat(sentence(name, value)).contains(told).doesNotContain("\n").startsWithIgnoringCase(
                told.startsWith("Unknown") ? "Unknown setting: " : "Invalid setting: mapper");
    }

    @Test
    void aFileThatIsNoYamlIsToldWithItsPlaceAndNotWithItsContent() {
        Throwable failure = catchThrowable(() -> new Yaml().load("secret: [b\n"));
        assertThat(StartFailure.sentence(failure)).startsWith("The file of settings is not YAML: ")
                .contains("line 2, column 1").doesNotContain("secret", "\n");
    }

    @Test
    void whatIsNoMistakeOfThePersonHasNoSentence() {
        assertThat(StartFailure.sentence(new IllegalStateException("a bug"))).isNull();
    }

    private static String sentence(String name, String value) {
        try (AnnotationConfigApplicationContext context = context(Map.of(name, value))) {
            return StartFailure.sentence(catchThrowable(() -> {
                context.refresh();
                context.getBean(ControllerProperties.class);
            }));
        }
    }

    private static AnnotationConfigApplicationContext context(Map<String, Object> settings) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        context.register(OnlyProperties.class);
        return context;
    }
}
