package dev.iammapper.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alerts and dashboard ask for metrics that docs/metrics.md knows, and send people to sections that are there. */
class MonitoringTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(mapper_[a-z_]+)` \\|([^|]*)\\|");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern MATCHERS = Pattern.compile("([a-zA-Z_:][\\w:]*)\\{([^}]*)}");
    private static final Pattern WORD = Pattern.compile("[a-zA-Z_:][\\w:]*");
    private static final Set<String> LANGUAGE = Set.of("sum", "max", "min", "increase", "rate", "absent", "time", "by",
            "and", "histogram_quantile");
    private static final Set<String> OF_PROMETHEUS = Set.of("namespace", "job");

    /** Labels by metric, as the page has them. */
    private static final Map<String, String> METRICS = metrics();

    static Stream<Asked> expressions() {
        Stream<Asked> alerts = alerts()
                .map(alert -> new Asked(alert.get("alert").getAsString(), alert.get("expr").getAsString()));
        JsonObject dashboard = JsonParser.parseString(Chart.read("helm", "iam-identity-mapper", "files",
                "dashboard.json")).getAsJsonObject();
        Stream<Asked> panels = Rendering.stream(dashboard.get("panels")).filter(panel -> panel.has("targets"))
                .flatMap(panel -> Rendering.stream(panel.get("targets"))
                        .map(target -> new Asked(panel.get("title").getAsString(),
                                target.get("expr").getAsString())));
        return Stream.concat(alerts, panels);
    }

    /**
     * An expression of PromQL.
     *
     * @param where in an alert or a panel
     */
    record Asked(String where, String expression) {}

    @ParameterizedTest
    @MethodSource("expressions")
    void anExpressionAsksForMetricsAndLabelsThatThereAre(Asked asked) {
        List<String> labels = new ArrayList<>();
        Matcher matchers = MATCHERS.matcher(asked.expression());
        while (matchers.find()) {
            for (String matcher : matchers.group(2).split(", ", -1)) {
                String label = matcher.replaceFirst("[=!].*", "");
                if (!OF_PROMETHEUS.contains(label)) {
                    assertThat(METRICS.get(documented(matchers.group(1)))).as(matchers.group(1))
                            .contains("`" + label + "`");
                }
            }
        }
        String bare = asked.expression().replaceAll("\\{[^}]*}", "").replaceAll("\\[[^]]*]", "");
        Matcher by = Pattern.compile("by \\(([^)]*)\\)").matcher(bare);
        while (by.find()) {
            labels.addAll(Arrays.asList(by.group(1).split(", ", -1)));
        }
        bare = by.replaceAll("");
        Set<String> metrics = WORD.matcher(bare).results().map(MatchResult::group)
                .filter(word -> !LANGUAGE.contains(word)).collect(Collectors.toSet());

        assertThat(metrics).isNotEmpty()
                .allSatisfy(metric -> assertThat(METRICS).as(asked.expression()).containsKey(documented(metric)));
        assertThat(labels).allSatisfy(label -> assertThat(OF_PROMETHEUS.contains(label)
                || metrics.stream().allMatch(metric -> METRICS.get(documented(metric)).contains("`" + label + "`")))
                .as("%s has the label %s", metrics, label).isTrue());
    }

    @Test
    void everyAlertSendsPeopleToASectionThatIsThere() {
        assertThat(alerts()).hasSizeGreaterThan(10).allSatisfy(alert -> {
            JsonObject annotations = alert.getAsJsonObject("annotations");
            assertThat(annotations.keySet()).containsExactlyInAnyOrder("summary", "description", "runbook_url");
            String[] place = annotations.get("runbook_url").getAsString().split("#", -1);
            assertThat(anchors(place[0])).as(alert.get("alert").getAsString()).contains(place[1]);
            assertThat(alert.getAsJsonObject("labels").get("severity").getAsString()).isIn("critical", "warning");
        });
    }

    @Test
    void theChartPutsTheAddressOfTheDocumentationBeforeItAndAddsLabels() {
        JsonObject rule = Chart.render("""
                metrics:
                  prometheusRule:
                    enabled: true
                    runbookBase: https://wiki.example.com/mapper/
                    alertLabels: {team: identity, severity: page}
                """).only("PrometheusRule").getAsJsonObject("spec").getAsJsonArray("groups").get(0).getAsJsonObject()
                .getAsJsonArray("rules").get(0).getAsJsonObject();

        assertThat(rule.getAsJsonObject("annotations").get("runbook_url").getAsString())
                .isEqualTo("https://wiki.example.com/mapper/troubleshooting.md#iammapperabsent");
        assertThat(rule.getAsJsonObject("labels"))
                .isEqualTo(JsonParser.parseString("{severity: page, team: identity}"));
    }

    @Test
    void theServiceMonitorFindsTheServiceOfTheMetricsAndNoOther() {
        Rendering rendering = Chart.render("metrics: {serviceMonitor: {enabled: true}}");
        JsonObject wanted = Rendering.at(rendering.only("ServiceMonitor"), "spec", "selector", "matchLabels");

        assertThat(rendering.all("Service").filter(service -> Rendering.metadata(service).getAsJsonObject("labels")
                .entrySet().containsAll(wanted.entrySet())).map(Rendering::name))
                .containsExactly("iam-identity-mapper-metrics");
    }

    @Test
    void theDashboardIsOfferedWithTheLabelThatGrafanaLooksFor() {
        JsonObject offered = Chart.render("metrics: {dashboard: {enabled: true}}").named("ConfigMap",
                "iam-identity-mapper-dashboard");
        assertThat(Rendering.metadata(offered).getAsJsonObject("labels").get("grafana_dashboard").getAsString())
                .isEqualTo("1");
        assertThat(JsonParser
                .parseString(Rendering.at(offered, "data").get("iam-identity-mapper.json").getAsString()))
                .isEqualTo(JsonParser
                        .parseString(Chart.read("helm", "iam-identity-mapper", "files", "dashboard.json")));
    }

    @Test
    void thePageNamesEveryAlert() {
        String page = Chart.read("docs", "troubleshooting.md");
        assertThat(alerts().map(alert -> alert.get("alert").getAsString()))
                .allSatisfy(alert -> assertThat(page).contains("`" + alert + "`"));
    }

    private static Stream<JsonObject> alerts() {
        JsonObject file = new Rendering(Chart.read("helm", "iam-identity-mapper", "files", "alerts.yaml")).objects()
                .getFirst();
        return Rendering.stream(file.get("groups")).flatMap(group -> Rendering.stream(group.get("rules")));
    }

    /** The page has one of the two names of a timer. */
    private static String documented(String metric) {
        return metric.replaceFirst("_sum$", "_count");
    }

    private static Map<String, String> metrics() {
        Map<String, String> metrics = new TreeMap<>();
        ROW.matcher(Chart.read("docs", "metrics.md")).results().forEach(row -> metrics.put(row.group(1), row.group(2)));
        return metrics;
    }

    /** Headings as GitHub links to them. */
    private static Set<String> anchors(String page) {
        return HEADING.matcher(Chart.read("docs", page)).results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ',
                        '-'))
                .collect(Collectors.toCollection(HashSet::new));
    }
}
