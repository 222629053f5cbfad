package dev.iammapper.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The code keeps to its shape; and each rule notices when it does not. */
class ArchitectureTest {
    private static final String ROOT = "dev.iammapper";
    private static final String OFFENCES = "dev.iammapper.architecture.offences";

    @TestFactory
    Stream<DynamicTest> mainCodeKeepsToTheRules() {
        JavaClasses main = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
        return new Rules(ROOT).all().entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(main)));
    }

    @TestFactory
    Stream<DynamicTest> offencesAreNoticed() {
        JavaClasses offences = new ClassFileImporter().importPackages(OFFENCES);
        Map<String, ArchRule> rules = new Rules(OFFENCES).all();
        Map<String, String> noticed = new TreeMap<>(Map.ofEntries(
                Map.entry("packages used by api", "WireThatKnowsItsMeaning"),
                Map.entry("packages used by store", "StoreThatStartsTheApp"),
                Map.entry("known packages", "Tool"),
                Map.entry("cycles", "WireThatKnowsItsMeaning"),
                Map.entry("libraries of api", "WireThatLogs"),
                Map.entry("libraries of mapping", "MeaningThatCalls"),
                Map.entry("libraries of render", "RenderThatIsWired"),
                Map.entry("wire types in mapping", "MeaningThatCalls"),
                Map.entry("wire types in policy", "RuleThatReadsTheWire"),
                Map.entry("clocks and randomness", "RenderThatGuesses"),
                Map.entry("outside world", "RenderThatPrints"),
                Map.entry("now", "AppThatAsksForNow"),
                Map.entry("field injection", "AppThatIsInjected"),
                Map.entry("suffixes", "AppManager"),
                Map.entry("null-marked", "Tool"),
                Map.entry("ConfigMap writes", "AppThatWrites"),
                Map.entry("letter case", "AppInTurkish")));
        return noticed.entrySet().stream().map(offence -> DynamicTest.dynamicTest(offence.getKey(),
                () -> assertThat(rules.get(offence.getKey()).evaluate(offences).getFailureReport().toString())
                        .contains(offence.getValue())));
    }

    @Test
    void everyRuleEndsWithItsReason() {
        assertThat(new Rules(ROOT).all().values()).extracting(ArchRule::getDescription)
                .allMatch(description -> description.contains(", because "));
    }
}
