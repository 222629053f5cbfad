package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

class UnknownSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = {"MAPPER_LEADERELECTION_ENABLED", "MAPPER_LEADER_ELECTION_ENABLED", "PATH", "MAPPERS_FOO",
            "IAM_MAPPER_FOO"})
    void aVariableThatIsReadOrIsNotOursIsFine(String variable) {
        ConfigurableEnvironment environment = environment(Map.of(variable, "false"), Map.of());
        assertThatCode(() -> UnknownSettings.refuse(environment)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAPPER_FOO", "MAPPER_LEADERELECTIONS_ENABLED", "MAPPER_LEADER_ELECTION_ENABLD",
            "MAPPER_LEADERELECTION_ENABLED_TOO", "mapper_foo", "MAPPER_SERVICE_ACCOUNT"})
    void aVariableThatNothingReadsIsNamed(String variable) {
        ConfigurableEnvironment environment = environment(Map.of(variable, "1"), Map.of());
        assertThatThrownBy(() -> UnknownSettings.refuse(environment))
                .hasMessage("Unknown setting: " + variable
                        + " (environment variable). Remove it, or correct its name.");
    }

    @Test
    void aModeThatIsThereAndSaysNothingIsNotTakenForOneThatWrites() {
        assertThatThrownBy(() -> UnknownSettings.refuse(environment(Map.of("MAPPER_MODE", ""), Map.of())))
                .hasMessage("mapper.mode is empty: write enforce or observe, or leave it out.");
        assertThatThrownBy(() -> UnknownSettings.refuse(environment(Map.of(), Map.of("mapper.mode", " "))))
                .hasMessageContaining("is empty");
    }

    @Test
    void systemPropertiesAreLookedAtToo() {
        ConfigurableEnvironment environment = environment(Map.of("MAPPER_FOO", "1"),
                Map.of("mapper.bar", "1", "mapper.leader-election.enabled", "false", "mapperless", "x"));
        assertThatThrownBy(() -> UnknownSettings.refuse(environment)).hasMessage("Unknown setting: MAPPER_FOO"
                + " (environment variable), mapper.bar (system property). Remove it, or correct its name.");
    }

    @Test
    void spellingsThatSpringReadsAreFine() {
        ConfigurableEnvironment environment = environment(Map.of(), Map.of("mapper.leaderElection.enabled", "false"));
        assertThatCode(() -> UnknownSettings.refuse(environment)).doesNotThrowAnyException();
    }

    @Test
    void whatKubernetesSetsForServicesOfThatNameIsNobodysSetting() {
        ConfigurableEnvironment environment = environment(
                Map.of("MAPPER_SERVICE_HOST", "10.0.0.1", "MAPPER_SERVICE_PORT", "443", "MAPPER_SERVICE_PORT_HTTPS",
                        "443", "MAPPER_PORT", "tcp://10.0.0.1:443", "MAPPER_PORT_443_TCP_ADDR", "10.0.0.1",
                        "MAPPER_WEBHOOK_SERVICE_HOST", "10.0.0.2", "MAPPER_WEBHOOK_PORT", "tcp://10.0.0.2:443"),
                Map.of());
        assertThatCode(() -> UnknownSettings.refuse(environment)).doesNotThrowAnyException();
    }

    @Test
    void aFileMayHoldSettingsOfTheFamiliesThatAreReadAndOfNoOther() throws Exception {
        ConfigurableEnvironment environment = environment(Map.of(), Map.of());
        new YamlPropertySourceLoader().load("mapper.yaml", new ByteArrayResource("""
                mapper: {mode: observe}
                server.port: 9443
                logging: {level: {dev.iammapper: debug}}
                """.getBytes(StandardCharsets.UTF_8))).forEach(environment.getPropertySources()::addLast);
        assertThatCode(() -> UnknownSettings.refuse(environment)).doesNotThrowAnyException();

        new YamlPropertySourceLoader().load("misspelt.yaml", new ByteArrayResource("""
                maper: {mode: observe}
                mapper-mode: observe
                """.getBytes(StandardCharsets.UTF_8))).forEach(environment.getPropertySources()::addLast);
        assertThatThrownBy(() -> UnknownSettings.refuse(environment)).hasMessageContaining("maper.mode (")
                .hasMessageContaining("1:15").hasMessageContaining("mapper-mode (");
    }

    @Test
    void theExceptionIsASentenceForPeople() {
        assertThat(StartFailure.sentence(new UnknownSettings.UnknownSettingException("Unknown setting: X.")))
                .isEqualTo("Unknown setting: X.");
    }

    private static ConfigurableEnvironment environment(Map<String, Object> variables, Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        variables));
        environment.getPropertySources().replace(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
                new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, properties));
        return environment;
    }
}
