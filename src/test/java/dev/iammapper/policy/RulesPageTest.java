package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code docs/rules.md} has a section for every rule, and in it the very examples that are tested.
 * {@code -Drules.update=true} writes the examples anew.
 */
class RulesPageTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", ""), "docs", "rules.md");
    private static final Pattern SECTION = Pattern.compile("(?ms)^### (\\w+)\n(.*?)(?=^##|\\z)");
    private static final Pattern EXAMPLES = Pattern.compile("(?ms)^(?:Refused|Warned of|Noted):\n.*\\z");

    @BeforeAll
    static void writeTheExamplesAnewWhereAsked() throws IOException {
        if (!Boolean.getBoolean("rules.update")) {
            return;
        }
        String page = SECTION.matcher(Files.readString(PAGE)).replaceAll((MatchResult section) -> {
            RuleCode code = RuleCode.of(section.group(1)).orElseThrow();
            String prose = EXAMPLES.matcher(section.group(2)).replaceFirst("");
            return Matcher.quoteReplacement(
                    "### " + code.word() + "\n" + prose.stripTrailing() + "\n\n" + examples(code) + "\n");
        });
        Files.writeString(PAGE, page.stripTrailing() + "\n");
    }

    @ParameterizedTest
    @EnumSource(RuleCode.class)
    void aRuleIsExplainedWithTheExamplesThatAreTested(RuleCode code) throws IOException {
        String section = sections().getOrDefault(code.word(), "");

        assertThat(section).startsWith("\n*" + strictness(code) + "*\n\n**What.** ").contains("\n**Why.** ",
                "\n**What to do.** ");
        assertThat(EXAMPLES.matcher(section).results().map(MatchResult::group).findFirst().orElse("").stripTrailing())
                .isEqualTo(examples(code).stripTrailing());
    }

    @Test
    void thePageHasTheRulesInTheirOrderAndNoOthers() throws IOException {
        assertThat(SECTION.matcher(Files.readString(PAGE)).results().map(section -> section.group(1)))
                .containsExactlyElementsOf(Arrays.stream(RuleCode.values()).map(RuleCode::word).toList());
    }

    @Test
    void everySettingOfThePolicyIsNamedWithItsDefault() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(PolicyText.write(Policy.SAFE).lines()).allSatisfy(line -> {
            String[] setting = line.split(": ", 2);
            assertThat(page).containsPattern("\\| `" + setting[0] + "` \\|[^|]*\\| `" + Pattern.quote(setting[1])
                    + "` \\|");
        });
    }

    private static Map<String, String> sections() throws IOException {
        return SECTION.matcher(Files.readString(PAGE)).results()
                .collect(Collectors.toMap(section -> section.group(1), section -> section.group(2), (one, _) -> one,
                        TreeMap::new));
    }

    private static String strictness(RuleCode code) {
        return Stream.concat(Stream.of(code.kind()), code.kinds().stream().filter(kind -> kind != code.kind()))
                .map(RulesPageTest::words).reduce((one, other) -> one + ", or "
                        + other.substring(0, 1).toLowerCase(Locale.ROOT) + other.substring(1))
                .orElseThrow() + ".";
    }

    private static String words(RuleKind kind) {
        return switch (kind) {
            case DENIAL -> "Denied always";
            case POLICY -> "Denied unless the policy allows it";
            case WARNING -> "Admitted with a warning";
            case ADVICE -> "Admitted with a warning always";
            case INFORMATION -> "Information only";
        };
    }

    private static String examples(RuleCode code) {
        return RuleExamples.of(code).stream().filter(RuleExample::isOnThePage)
                .sorted((one, other) -> order(one.label()) - order(other.label())).map(RulesPageTest::example)
                .collect(Collectors.joining("\n"));
    }

    private static int order(String label) {
        return List.of("refused", "warned", "noted", "accepted").indexOf(label);
    }

    private static String example(RuleExample example) {
        String caption = switch (example.label()) {
            case "refused" -> "Refused";
            case "warned" -> "Warned of";
            case "noted" -> "Noted";
            default -> "Accepted";
        };
        return caption + ":\n\n" + block(example.text())
                + block("where the object was this before", example.before())
                + block("next to this object", join(example.others()))
                + block("in a cluster with this role and binding", join(example.bindings()))
                + block("under this policy", example.policyText());
    }

    private static @Nullable String join(List<String> documents) {
        return documents.isEmpty() ? null : String.join("---\n", documents);
    }

    private static String block(String caption, @Nullable String text) {
        return text == null ? "" : "\n" + caption + ":\n\n" + block(text);
    }

    private static String block(String text) {
        return "```yaml\n" + text + "```\n";
    }
}
