package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.chart.Chart;
import dev.iammapper.chart.Toggle;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.PolicySettings;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

/** The settings that the Helm chart writes are settings of the controller, and say what the values said. */
class ChartSettingsTest {

    @ParameterizedTest
    @MethodSource("dev.iammapper.chart.Toggles#all")
    void everySettingIsOneThatIsRead(Toggle toggle) throws IOException {
        ControllerProperties properties = settings(toggle.values());

        assertThat(properties.policy().check()).isInstanceOf(ParsedPolicy.Valid.class);
    }

    @Test
    void theDefaultsOfTheChartAreThoseOfTheController() throws IOException {
        ControllerProperties chart = settings("");
        ControllerProperties without = Binder.get(new StandardEnvironment())
                .bindOrCreate("mapper", Bindable.of(ControllerProperties.class));

        assertThat(chart.mode()).isEqualTo(without.mode());
        assertThat(chart.removalBrake()).isEqualTo(without.removalBrake());
        assertThat(chart.leaderElection()).isEqualTo(without.leaderElection());
        assertThat(chart.policy().check()).isEqualTo(without.policy().check());
        assertThat(chart.webhook().configurationName()).isEqualTo(without.webhook().configurationName());
        assertThat(chart.webhook().readBindings()).isEqualTo(without.webhook().readBindings());
        assertThat(chart.webhook().certificate().secretName())
                .isEqualTo(without.webhook().certificate().secretName());
    }

    @Test
    void aPolicyIsReadAsItIsWritten() throws IOException {
        PolicySettings policy = settings("""
                policy:
                  accounts: ["012345670123"]
                  masters: ["arn:aws:iam::012345670123:role/Admins_*"]
                  expiry: [{groups: [admins], within: 12h}]
                  requester-must-hold: true
                """).policy();

        assertThat(policy.accounts()).containsExactly("012345670123");
        assertThat(policy.masters()).containsExactly("arn:aws:iam::012345670123:role/Admins_*");
        assertThat(policy.expiry()).containsExactly(new PolicySettings.Expiry(List.of("admins"), "12h"));
        assertThat(policy.requesterMustHold()).isEqualTo("true");
    }

    @Test
    void theChartKnowsEverySettingOfThePolicyByItsOneName() {
        assertThat(Chart.policyKeys()).containsExactlyInAnyOrderElementsOf(
                Arrays.stream(PolicySettings.class.getRecordComponents()).map(RecordComponent::getName)
                        .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)).toList());
    }

    private static ControllerProperties settings(String values) throws IOException {
        List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("application.yaml",
                new ByteArrayResource(Chart.render(values).settings().getBytes(StandardCharsets.UTF_8)));
        return new Binder(ConfigurationPropertySources.from(sources)).bind("mapper",
                Bindable.of(ControllerProperties.class), new NoUnboundElementsBindHandler(BindHandler.DEFAULT)).get();
    }
}
