package dev.iammapper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ordinary mappings are judged as their authors would expect: lines {@code # policy: deny|warn CODE FIELD} in the good
 * objects of the corpus are all that the safe policy has against them.
 */
class GoodMappingsTest {
    private static final Path RESOURCES = Path.of(System.getProperty("basedir", ""), "src", "test", "resources");
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    static Stream<Path> goodObjects() {
        return files("corpus/good").stream();
    }

    @ParameterizedTest
    @MethodSource("goodObjects")
    void theSafePolicyHasNothingElseAgainstIt(Path file) throws IOException {
        String text = Files.readString(file);
        assertThat(judge(text)).containsExactlyInAnyOrderElementsOf(text.lines()
                .filter(line -> line.startsWith("# policy: ")).map(line -> line.substring("# policy: ".length()))
                .toList());
    }

    @Test
    void theMappingsOfTheDemoAreWhatTheySeem() {
        assertThat(files("demo/mappings").stream().flatMap(file -> judge(read(file)).stream()
                .map(finding -> file.getFileName() + " " + finding))).containsExactly(
                        "2-ci-deployer.yaml warn IamUser spec.arn",
                        "7-session-arn.yaml deny ArnKindUnsupported spec.arn");
    }

    private static List<String> judge(String text) {
        Candidate candidate = Candidate.of(Yamls.object(text.replace("IN_TWO_MINUTES", "2026-01-01T00:02:00Z"),
                LONG_AGO));
        PolicyContext context = PolicyContext.of(new Occasion.Creation(), LONG_AGO).with(Neighbours.NONE);
        return new Judge(Policy.SAFE).judge(candidate, context).findings().stream()
                .filter(finding -> finding.severity() != Severity.INFO)
                .map(finding -> finding.severity().word() + " " + finding.code().word() + " " + finding.path())
                .toList();
    }

    private static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
