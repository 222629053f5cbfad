package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.policy.RuleExample;
import dev.iammapper.policy.RuleExamples;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file holds, {@code lint} ends with findings at places that are in the file, and never by an exception. */
class LintFuzzTest {
    private static final List<String> PIECES = List.of("\n", "\n---\n", "  ", "\t", ": ", "- ", "{", "}", "[", "]",
            "\"",
            "'", "\\", "\\/", "\\u0000", "&a ", "*a", "<<: *a\n", "|\n", ">-\n", "#", "? ", "!!binary ", "!!int ", "!<",
            "%YAML 1.1\n", "...\n", "--- x\n", "\r\n", "\u0085", "\u2028", "\ufeff", "\ud83d\ude00", "\ud83d", "\0",
            "{{SessionName}}", "null", "~", "yes", "0x1F", ".nan", "1e999", "99999999999999999999", "items:\n",
            "kind: List\n", "kind: IAMIdentityMapping\n", "kind: IAMIdentityMappingList\n",
            "apiVersion: iamauthenticator.k8s.aws/v1alpha1\n", "metadata:\n", "spec:\n", "  arn: ", "  username: ",
            "  groups: ", "  expiresAt: ", "2026-01-01", "  name: ", "  annotations: ", "  labels: {}\n",
            "arn:aws:iam::111122223333:role/A", "system:masters", "Ÿ", "é");
    private static final int ROUNDS = 400;

    private final List<String> examples = RuleExamples.all().stream().map(RuleExample::text).toList();

    static LongStream seeds() {
        return LongStream.range(1, 6);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingEscapes(long seed) {
        RandomGenerator random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = bytes(random);
            String format = List.of("json", "text", "sarif").get(random.nextInt(3));
            Lint lint = Lint.withInput(bytes, "--output=" + format, "-");
            String seen = new String(bytes, StandardCharsets.UTF_8);
            if (bytes.length == 0) {
                assertThat(lint.code()).isEqualTo(2);
                continue;
            }
            assertThat(lint.err()).as(seen).isEmpty();
            assertThat(lint.code()).as(seen).isBetween(0, 1);
            if (format.equals("json")) {
                long lines = seen.chars().filter(c -> c == '\n').count() + 1;
                assertThat(lint.findings()).as(seen).allSatisfy(finding -> {
                    assertThat(finding.get("line").getAsLong()).isBetween(1L, lines);
                    assertThat(finding.get("column").getAsInt()).isPositive();
                    assertThat(Lint.word(finding, "message")).isNotBlank().doesNotContainPattern("[\\p{Cntrl}\\p{Cs}]");
                });
            }
        }
    }

    private byte[] bytes(RandomGenerator random) {
        StringBuilder text = new StringBuilder(
                random.nextInt(4) == 0 ? "" : examples.get(random.nextInt(examples.size())));
        int changes = random.nextInt(6);
        for (int change = 0; change < changes; change++) {
            int at = text.isEmpty() ? 0 : random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, Math.min(text.length(), at + random.nextInt(12)));
                case 1 -> text.append("\n---\n").append(examples.get(random.nextInt(examples.size())));
                default -> IntStream.rangeClosed(0, random.nextInt(4))
                        .forEach(_ -> text.insert(at, PIECES.get(random.nextInt(PIECES.size()))));
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
