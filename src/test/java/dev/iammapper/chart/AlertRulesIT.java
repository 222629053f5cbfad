package dev.iammapper.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.iammapper.cluster.Promtool;
import dev.iammapper.cluster.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus's own tool reads the alerts, and tries each with figures that are well and with figures that are not. */
class AlertRulesIT {
    private static final String ALERTS = Chart.read("helm", "iam-identity-mapper", "files", "alerts.yaml");
    private static final String TESTS = Chart.read("src", "test", "resources", "monitoring", "alerts-test.yaml");

    private final Promtool promtool = new Promtool();

    @TempDir
    private Path folder;

    @Test
    void theRulesAreReadWithoutAHint() throws IOException {
        Files.writeString(folder.resolve("alerts.yaml"), ALERTS);
        accepted("check", "rules", "--lint=all", "--lint-fatal", file("alerts.yaml"));
    }

    @Test
    void whatTheChartMakesOfThemIsReadToo() throws IOException {
        JsonObject rendered = Chart
                .render("metrics: {prometheusRule: {enabled: true, alertLabels: {team: identity}}}")
                .only("PrometheusRule").getAsJsonObject("spec");
        Files.writeString(folder.resolve("rendered.yaml"), rendered.toString());
        accepted("check", "rules", "--lint=all", "--lint-fatal", file("rendered.yaml"));
    }

    @Test
    void eachAlertFiresWhenItShouldAndOnlyThen() throws IOException {
        Files.writeString(folder.resolve("alerts.yaml"), ALERTS);
        Files.writeString(folder.resolve("alerts-test.yaml"), TESTS);
        accepted("test", "rules", file("alerts-test.yaml"));
    }

    @Test
    void anAlertThatNeverFiresWouldBeNoticed() throws IOException {
        Files.writeString(folder.resolve("alerts.yaml"), ALERTS.replace("mapper_hold > 0", "mapper_hold > 1"));
        Files.writeString(folder.resolve("alerts-test.yaml"), TESTS);
        Seen seen = promtool.run("test", "rules", file("alerts-test.yaml"));
        assertThat(seen.exitCode()).isNotZero();
        assertThat(seen.out() + seen.err()).contains("IamMapperHold").doesNotContain("IamMapperDrift");
    }

    @Test
    void noAlertIsLeftUntried() {
        Set<String> alerts = Rendering.stream(new Rendering(ALERTS).objects().getFirst().get("groups"))
                .flatMap(group -> Rendering.stream(group.get("rules"))).map(rule -> rule.get("alert").getAsString())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(tried(true)).as("fires").isEqualTo(alerts);
        assertThat(tried(false)).as("does not fire").isEqualTo(alerts);
    }

    private static Set<String> tried(boolean fires) {
        return Rendering.stream(new Rendering(TESTS).objects().getFirst().get("tests"))
                .flatMap(test -> Rendering.stream(test.get("alert_rule_test")))
                .filter(test -> test.has("exp_alerts") == fires).map(test -> test.get("alertname").getAsString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void accepted(String... words) {
        Seen seen = promtool.run(words);
        assertThat(seen.exitCode()).as(seen.out() + seen.err()).isZero();
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }
}
