package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.RuleExample;
import dev.iammapper.policy.RuleExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code lint} says of every example of the rules what its comments say, as far as files can tell. */
class LintRulesTest {
    private final Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    private Path folder;

    /** Who asks, and what an object was before, stands in no file. */
    static Stream<RuleExample> examples() {
        return RuleExamples.all().stream().filter(example -> example.before() == null
                && example.code() != RuleCode.IMPERSONATION_CHECK);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void lintSaysOfItWhatItsCommentsSay(RuleExample example) throws Exception {
        List<String> words = new ArrayList<>(List.of("--output=json"));
        write("bindings.yaml", String.join("---\n", Stream.concat(RuleExamples.commonBindings().stream(),
                example.bindings().stream()).toList()));
        words.add("--bindings=" + folder.resolve("bindings.yaml"));
        words.add(write("example.yaml", example.text()));
        if (!example.others().isEmpty()) {
            words.add(write("others.yaml", String.join("---\n", example.others())));
        }
        if (example.policyText() != null) {
            words.add("--policy=" + write("policy.yaml", example.policyText()));
        }

        Lint lint = Lint.run(words.toArray(String[]::new));

        assertThat(lint.err()).isEmpty();
        assertThat(verdictsOn("example.yaml", lint)).containsExactlyInAnyOrderElementsOf(example.expected().stream()
                .map(each -> each.severity().word() + " " + each.code().word() + " " + each.path()).toList());
        boolean denied = lint.findings().stream().anyMatch(finding -> Lint.word(finding, "severity").equals("deny"));
        assertThat(lint.code()).isEqualTo(denied ? 1 : 0);
    }

    private static List<String> verdictsOn(String file, Lint lint) {
        List<String> verdicts = new ArrayList<>();
        for (int index = 0; index < lint.findings().size(); index++) {
            if (Lint.word(lint.findings().get(index), "file").endsWith(file)) {
                verdicts.add(lint.verdicts().get(index));
            }
        }
        return verdicts;
    }

    private String write(String name, @Nullable String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, RuleExample.at(now, String.valueOf(text)));
        return file.toString();
    }
}
