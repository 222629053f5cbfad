package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.iammapper.chart.Chart;
import dev.iammapper.chart.Toggle;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** docs/configuration.md lists the settings there are, what they are unless set, and what sets them in the chart. */
class ConfigurationPageTest {
    private static final Path BASE = Path.of(System.getProperty("basedir", ""));
    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| `([a-zA-Z.-]+)` \\| (.*) \\| (.*) \\| (.*) \\| (.*)\\|$");
    private static final Pattern RANGE = Pattern.compile("^(from )?[0-9]+[a-z]*( to |$)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static final Map<String, Row> ROWS = rows();

    /** Another value for each chart value that the page names, and what becomes of the settings; all at once. */
    private static final Map<String, String> OTHER_VALUES = Map.ofEntries(Map.entry("mode", "mode: observe"),
            Map.entry("removalBrake.rows", "removalBrake: {rows: 6}"),
            Map.entry("removalBrake.percent", "removalBrake: {percent: 21}"),
            Map.entry("removalBrake.window", "removalBrake: {window: 11m}"),
            Map.entry("namespaceOverride", "namespaceOverride: elsewhere"),
            Map.entry("log.format", "log: {format: ecs}"), Map.entry("log.level", "log: {level: debug}"),
            Map.entry("webhook.enabled", "webhook: {enabled: false}"),
            Map.entry("fullnameOverride", "fullnameOverride: other"),
            Map.entry("webhook.readBindings", "webhook: {readBindings: false}"),
            Map.entry("certificates.source",
                    "certificates: {source: certManager, certManager: {createIssuer: true}}"),
            Map.entry("policy.enforcement", "policy: {enforcement: warn}"),
            Map.entry("policy.partition", "policy: {partition: aws}"),
            Map.entry("policy.accounts", "policy: {accounts: [\"111122223333\"]}"),
            Map.entry("policy.masters", "policy: {masters: [\"arn:aws:iam::111122223333:role/a\"]}"),
            Map.entry("policy.nodes", "policy: {nodes: [\"arn:aws:iam::111122223333:role/a\"]}"),
            Map.entry("policy.iam-users", "policy: {iam-users: deny}"),
            Map.entry("policy.root-and-federated",
                    "policy: {root-and-federated: [\"arn:aws:iam::111122223333:root\"]}"),
            Map.entry("policy.username-only-template",
                    "policy: {username-only-template: [\"arn:aws:iam::111122223333:role/a\"]}"),
            Map.entry("policy.expiry", "policy: {expiry: [{groups: [admins]}]}"),
            Map.entry("policy.requester-must-hold", "policy: {requester-must-hold: true}"),
            Map.entry("policy.deny-warnings", "policy: {deny-warnings: [SharedUsername]}"),
            Map.entry("ports.webhook", "ports: {webhook: 10443}"),
            Map.entry("ports.management", "ports: {management: 10081}"),
            Map.entry("hostNetwork", "hostNetwork: true"));

    /** A row of the page. */
    private record Row(String values, String usual, String chart) {}

    @Test
    void thePageListsEverySettingOfTheControllerAndNoOther() {
        assertThat(ROWS.keySet().stream().filter(name -> name.startsWith("mapper."))).hasSizeGreaterThan(25)
                .containsExactlyInAnyOrderElementsOf(settings().keySet());
    }

    @Test
    void theDefaultsAreThoseOfTheCode() {
        settings().forEach((name, parameter) -> {
            DefaultValue usual = parameter.getAnnotation(DefaultValue.class);
            if (usual != null && usual.value().length == 1) {
                assertThat(ROWS.get(name).usual()).as(name).isEqualTo("`" + usual.value()[0] + "`");
            } else if (!name.startsWith("mapper.policy.")) {
                assertThat(ROWS.get(name).usual()).as("%s has no default that is a value", name).doesNotStartWith("`");
            }
        });
    }

    @Test
    void theWordsOfASettingThatHasWordsAreAllListed() {
        settings().forEach((name, parameter) -> {
            if (parameter.getType().isEnum()) {
                assertThat(codes(ROWS.get(name).values())).as(name).containsExactlyElementsOf(
                        Arrays.stream(parameter.getType().getEnumConstants()).map(ConfigurationPageTest::word)
                                .toList());
            } else if (parameter.getType() == boolean.class || parameter.getType() == Boolean.class) {
                assertThat(codes(ROWS.get(name).values())).as(name).containsExactly("true", "false");
            }
        });
    }

    @Test
    void thePolicyHasTheDefaultsAndTheWordsOfThePage() {
        Policy usual = policy(Map.of());
        Map<String, Enum<?>> words = Map.of("mapper.policy.enforcement", usual.enforcement(),
                "mapper.policy.iam-users", usual.iamUsers());
        words.forEach((name, constant) -> {
            assertThat(ROWS.get(name).usual()).as(name).isEqualTo("`" + word(constant) + "`");
            assertThat(codes(ROWS.get(name).values())).as(name).containsExactlyInAnyOrderElementsOf(
                    Arrays.stream(constant.getDeclaringClass().getEnumConstants())
                            .map(ConfigurationPageTest::word).toList());
            codes(ROWS.get(name).values())
                    .forEach(word -> assertThat(policy(Map.of(name, word)).toString()).as(name).isNotEmpty());
        });
        String holds = "mapper.policy.requester-must-hold";
        assertThat(ROWS.get(holds).usual()).isEqualTo("`" + usual.requesterMustHold() + "`");
        assertThat(codes(ROWS.get(holds).values())).containsExactly("true", "false")
                .allSatisfy(word -> assertThat(policy(Map.of(holds, word)).requesterMustHold())
                        .isEqualTo(Boolean.parseBoolean(word)));
        assertThat(usual).as("all others are empty").isEqualTo(Policy.SAFE);
        ROWS.forEach((name, row) -> {
            if (name.startsWith("mapper.policy.") && !words.containsKey(name) && !name.equals(holds)) {
                assertThat(row.usual()).as(name).doesNotStartWith("`");
            }
        });
    }

    /** What the page says about the range; then values at its ends, and some beyond them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"mapper.removal-brake.rows | from 0 | 0,2147483647 | -1,2147483648",
            "mapper.removal-brake.percent | 0 to 100 | 0,100 | -1,101",
            "mapper.removal-brake.window | 1s to 24h | 1s,24h,1 | 999ms,86401s,0",
            "mapper.webhook.drain | 0s to 60s | 0s,60s,60 | -1s,61s,61"})
    void aRangeHoldsWhatThePageSays(String name, String range, String within, String beyond) {
        assertThat(ROWS.get(name).values()).startsWith(range);
        assertThat(within.split(",")).allSatisfy(value -> assertThat(bound(Map.of(name, value))).isNotNull());
        assertThat(beyond.split(",")).allSatisfy(value -> assertThatThrownBy(() -> bound(Map.of(name, value)))
                .isInstanceOf(BindException.class));
        assertThat(ROWS.values().stream().map(Row::values).filter(RANGE.asPredicate())).as("ranges on the page")
                .hasSize(6);
    }

    @Test
    void theSettingsOfSpringBootHaveTheDefaultsThatTheControllerGivesThem() throws IOException {
        Properties given = new Properties();
        given.load(Files.newBufferedReader(BASE.resolve("src/main/resources/application.properties")));
        Set<String> compared = new TreeSet<>();
        ROWS.forEach((name, row) -> {
            if (given.containsKey(name)) {
                assertThat(row.usual()).as(name).isEqualTo("`" + given.getProperty(name) + "`");
                compared.add(name);
            }
        });
        assertThat(compared).containsExactly("management.endpoint.loggers.access", "management.server.port",
                "server.port");
    }

    @Test
    void eachChartValueSetsTheSettingBesideWhichItStands() {
        Map<String, String> usual = rendered("");
        Map<String, Row> set = new TreeMap<>(ROWS);
        set.values().removeIf(row -> codes(row.chart()).isEmpty() || codes(row.chart()).contains("extraArgs"));
        assertThat(set.values().stream().map(row -> codes(row.chart()).getFirst()))
                .containsOnlyOnceElementsOf(Set.of("mode", "log.format")).allMatch(OTHER_VALUES::containsKey);
        set.forEach((name, row) -> {
            Map<String, String> other = rendered(OTHER_VALUES.get(codes(row.chart()).getFirst()));
            assertThat(other.get(name)).as("%s, by %s", name, row.chart()).isNotEqualTo(usual.get(name));
        });
    }

    @ParameterizedTest
    @MethodSource("dev.iammapper.chart.Toggles#all")
    void whatTheChartSetsStandsOnThePageWithAChartValue(Toggle toggle) {
        assertThat(rendered(toggle.values()).keySet()).allSatisfy(
                name -> assertThat(ROWS).as(name).hasEntrySatisfying(name,
                        row -> assertThat(row.chart()).isNotBlank()));
    }

    @Test
    void theVariablesAreThoseThatAreRead() throws IOException {
        Set<String> read = new TreeSet<>();
        try (Stream<Path> files = Files.walk(BASE.resolve("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Pattern.compile("environment\\s*\\.get(?:OrDefault)?\\(\"([A-Z_]+)\"").matcher(Files.readString(file))
                        .results().forEach((MatchResult found) -> read.add(found.group(1)));
            }
        }
        List<String> listed = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|").matcher(page()).results()
                .map((MatchResult row) -> row.group(1)).toList();
        assertThat(listed).containsExactlyInAnyOrderElementsOf(read);
    }

    @Test
    void helpPointsToThePage() {
        assertThat(new picocli.CommandLine(new ControllerCommand()).getUsageMessage())
                .contains("docs/configuration.md");
    }

    private static Policy policy(Map<String, String> settings) {
        assertThat(bound(settings).policy().check()).isInstanceOf(ParsedPolicy.Valid.class);
        return ((ParsedPolicy.Valid) bound(settings).policy().check()).policy();
    }

    private static ControllerProperties bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("mapper",
                ControllerProperties.class);
    }

    private static String word(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Each setting by its name; what is a list, or a map, is one. */
    private static Map<String, Parameter> settings() {
        Map<String, Parameter> settings = new TreeMap<>();
        collect("mapper.", ControllerProperties.class, settings);
        return settings;
    }

    private static void collect(String prefix, Class<?> properties, Map<String, Parameter> settings) {
        for (Parameter parameter : properties.getDeclaredConstructors()[0].getParameters()) {
            String name = prefix + parameter.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (parameter.getType().isRecord()) {
                collect(name + ".", parameter.getType(), settings);
            } else {
                settings.put(name, parameter);
            }
        }
    }

    /** What the chart writes for the controller, as settings by name. */
    private static Map<String, String> rendered(String values) {
        Map<String, String> settings = new TreeMap<>();
        flatten("", Chart.render(values).settingsTree(), settings);
        Chart.render(values).environment().forEach((variable, value) -> {
            if (variable.startsWith("MAPPER_")) {
                settings.put(variable.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return settings;
    }

    private static void flatten(String prefix, JsonObject tree, Map<String, String> settings) {
        for (Map.Entry<String, JsonElement> entry : tree.entrySet()) {
            if (entry.getValue() instanceof JsonObject below) {
                flatten(prefix + entry.getKey() + ".", below, settings);
            } else {
                settings.put(prefix + entry.getKey(), entry.getValue().toString());
            }
        }
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map((MatchResult code) -> code.group(1)).toList();
    }

    private static Map<String, Row> rows() {
        Map<String, Row> rows = new TreeMap<>();
        ROW.matcher(page()).results().forEach((MatchResult row) -> rows.put(row.group(1),
                new Row(row.group(3), row.group(4), row.group(5).strip())));
        return rows;
    }

    private static String page() {
        try {
            return Files.readString(BASE.resolve("docs/configuration.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
