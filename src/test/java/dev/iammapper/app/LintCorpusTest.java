package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code lint} refuses what the schema or the parser refuses, by the same codes and fields, and nothing else. */
class LintCorpusTest {
    private static final Path CORPUS = Path.of(System.getProperty("basedir", ""), "src", "test", "resources", "corpus");
    private static final String FORM = "deny (Manifest|Version|Kind|Field|Name|Arn(Malformed|Wildcard|Kind)|UsernameM"
            + "|GroupMalformed|Instant|ExpiryOrder|Adopt).*";

    static Stream<Path> good() throws IOException {
        return in("good");
    }

    static Stream<Path> bad() throws IOException {
        return in("bad");
    }

    private static Stream<Path> in(String folder) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void theFormOfWhatIsGoodIsGood(Path file) {
        assertThat(Lint.run("--output=json", file.toString()).verdicts()).noneMatch(verdict -> verdict.matches(FORM));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatSchemaOrParserRefuseIsRefused(Path file) throws IOException {
        Lint lint = Lint.run("--output=json", file.toString());
        assertThat(lint.code()).isEqualTo(1);
        List<String> mistyped = lint.findings().stream().filter(each -> Lint.word(each, "code").equals("FieldType"))
                .map(each -> Lint.word(each, "field")).toList();
        List<String> expected = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String field = line.substring(line.lastIndexOf(' ') + 1);
            if (line.startsWith("# parser: ") && !mistyped.contains(field)) {
                expected.add("deny " + line.substring("# parser: ".length()));
            } else if (line.startsWith("# schema: ")) {
                assertThat(lint.findings()).anyMatch(each -> Lint.word(each, "field").equals(field));
            }
        }
        mistyped.forEach(field -> expected.add("deny FieldType " + field));
        assertThat(lint.verdicts()).filteredOn(verdict -> verdict.matches(FORM))
                .containsExactlyInAnyOrderElementsOf(expected);
    }
}
