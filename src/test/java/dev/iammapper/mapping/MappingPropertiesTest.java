package dev.iammapper.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.mapping.PrincipalArn.Kind;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What holds for any principal and any text; the seeds are fixed, the rounds grow with {@code -Dsamples=…}. */
class MappingPropertiesTest {
    private static final int SAMPLES = Integer.getInteger("samples", 4_000);
    /** What people paste, and what parsers stumble over. */
    private static final List<String> NASTY = List.of("", " ", "\t", "\n", "\r\n", "\u0000", "\u0085", "\u00A0",
            "\u2028", "\uFEFF", "\u202E", "\uD83D", "\uDE00", "\uD83D\uDE00", "\u0430", "\u212A", "\u0130", "\uFF1A",
            "*", "?", ":", "::", "/", "//", "arn", "ARN:", "aws", "iam", "sts", "role", "user", "root", "assumed-role/",
            "federated-user/", "111122223333", "0", ",", " - ", "{{SessionName}}", "\"", "'", "\\", "#", "true",
            "2026-01-01T00:00:00Z", "Z", "+00:00", "-", "e\u0301", "\uFFFF", "x".repeat(300));

    @Test
    void writtenFormOfAPrincipalIsReadBackAsTheSamePrincipal() {
        forEachSample(1, Principals::one, principal -> {
            PrincipalArn again = Mappings.principal(principal.canonical());

            assertThat(again.canonical()).isEqualTo(principal.canonical());
            assertThat(again.key()).isEqualTo(principal.key());
            assertThat(again.kind()).isEqualTo(principal.kind());
            assertThat(again.path()).isEqualTo(principal.kind() == Kind.USER ? principal.path() : "/");
        });
    }

    @Test
    void longFormOfAPrincipalKeepsEveryPart() {
        forEachSample(2, Principals::one, principal -> {
            String written = principal.kind() == Kind.ROLE
                    ? principal.canonical().replace(":role/", ":role" + principal.path())
                    : principal.canonical();

            assertThat(Mappings.principal(written)).isEqualTo(principal);
        });
    }

    @Test
    void letterCaseOfANameDoesNotMakeAnotherPrincipal() {
        forEachSample(3, Principals::one, principal -> {
            PrincipalArn upper = new PrincipalArn(principal.partition(), principal.accountId(), principal.kind(),
                    principal.path().toUpperCase(Locale.ROOT), principal.name().toUpperCase(Locale.ROOT));

            assertThat(upper.key()).isEqualTo(principal.key());
        });
    }

    @Test
    void noTextMakesTheReaderOfArnsFail() {
        forEachSample(4, MappingPropertiesTest::damagedArn, text -> {
            switch (PrincipalArn.parse(text)) {
                case ParsedArn.Valid(PrincipalArn arn) -> assertThat(text).isEqualTo(arn.kind() == Kind.ROLE
                        ? arn.canonical().replace(":role/", ":role" + arn.path())
                        : arn.canonical());
                case ParsedArn.Invalid(List<ArnProblem> problems) -> assertThat(problems).isNotEmpty()
                        .allSatisfy(problem -> assertIsForPeople(problem.at("spec.arn")));
            }
        });
    }

    @Test
    void noObjectMakesTheParserFail() {
        forEachSample(5, MappingPropertiesTest::object, object -> {
            switch (MappingParser.parse(object)) {
                case ParsedMapping.Valid(IdentityMapping mapping) -> {
                    assertThat(mapping.grant().username()).isNotBlank().doesNotContain(",")
                            .doesNotMatch("(?s).*[\\p{Cntrl}\\p{Cf}\\p{Cs}].*");
                    assertThat(mapping.grant().groups()).doesNotHaveDuplicates()
                            .allSatisfy(group -> assertThat(group).isNotBlank().doesNotContain(" ", ",")
                                    .doesNotMatch("(?s).*[\\p{Cntrl}\\p{Cf}\\p{Cs}].*"));
                }
                case ParsedMapping.Invalid(String name, String uid, List<FieldError> errors) -> assertThat(errors)
                        .isNotEmpty().allSatisfy(MappingPropertiesTest::assertIsForPeople);
            }
        });
    }

    @Test
    void readingTwiceGivesTheSame() {
        forEachSample(6, MappingPropertiesTest::object,
                object -> assertThat(MappingParser.parse(object)).isEqualTo(MappingParser.parse(object)));
    }

    private static void assertIsForPeople(FieldError error) {
        assertThat(error.code()).matches("[A-Z][A-Za-z]+");
        assertThat(error.path()).matches("(metadata|spec)[A-Za-z./\\[\\]0-9]*");
        assertThat(error.message()).endsWith(".").doesNotMatch("(?s).*[\\p{Cntrl}\\p{Cf}\\p{Cs}].*");
        assertThat(error.advice()).matches("[A-Z].*\\.");
        assertThat(error.sentence()).hasSizeLessThan(600);
    }

    private static <T> void forEachSample(long seed, Function<Random, T> generator, Check<T> check) {
        Random random = new Random(seed);
        for (int sample = 0; sample < SAMPLES; sample++) {
            check.on(generator.apply(random));
        }
    }

    /** A good ARN with up to three pieces cut out, doubled or put in. */
    private static String damagedArn(Random random) {
        PrincipalArn principal = Principals.one(random);
        StringBuilder text = new StringBuilder(random.nextInt(10) == 0 ? nasty(random) : principal.canonical());
        for (int damages = random.nextInt(4); damages > 0; damages--) {
            int place = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), place + random.nextInt(6));
            switch (random.nextInt(3)) {
                case 0 -> text.delete(place, end);
                case 1 -> text.insert(place, text.substring(place, end));
                default -> text.insert(place, nasty(random));
            }
        }
        return text.toString();
    }

    private static IamIdentityMapping object(Random random) {
        return new IamIdentityMapping(null, null, maybe(random, MappingPropertiesTest::metadata),
                maybe(random, MappingPropertiesTest::spec), null);
    }

    private static V1ObjectMeta metadata(Random random) {
        return new V1ObjectMeta().name(maybe(random, each -> "m" + each.nextInt(10)))
                .annotations(maybe(random, each -> Collections.singletonMap(IamIdentityMapping.ADOPT_ANNOTATION,
                        maybe(each, any -> any.nextBoolean() ? nasty(any) : "true"))));
    }

    private static IamIdentityMappingSpec spec(Random random) {
        return new IamIdentityMappingSpec(
                maybe(random, each -> each.nextInt(3) == 0 ? damagedArn(each) : Principals.one(each).canonical()),
                maybe(random, MappingPropertiesTest::name), maybe(random, MappingPropertiesTest::names),
                maybe(random, MappingPropertiesTest::instant), maybe(random, MappingPropertiesTest::instant));
    }

    private static List<String> names(Random random) {
        List<String> names = new ArrayList<>();
        for (int left = random.nextInt(5); left > 0; left--) {
            names.add(maybe(random, MappingPropertiesTest::name));
        }
        return names;
    }

    private static String name(Random random) {
        return random.nextInt(4) == 0 ? nasty(random) + nasty(random)
                : Principals.text(random, Principals.NAME_CHARACTERS.replace(",", ":"),
                        1, 20);
    }

    private static String instant(Random random) {
        return random.nextInt(4) == 0 ? nasty(random)
                : "20%02d-0%d-%02dT%02d:00:00+0%d:00".formatted(
                        random.nextInt(100), 1 + random.nextInt(9), 1 + random.nextInt(31), random.nextInt(25),
                        random.nextInt(10));
    }

    private static String nasty(Random random) {
        return NASTY.get(random.nextInt(NASTY.size()));
    }

    /** Null once in ten times. */
    private static <T> T maybe(Random random, Function<Random, T> generator) {
        return random.nextInt(10) == 0 ? null : generator.apply(random);
    }

    @FunctionalInterface
    private interface Check<T> {
        void on(T sample);
    }
}
