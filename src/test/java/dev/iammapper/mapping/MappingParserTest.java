package dev.iammapper.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingParserTest {
    private static final String ROLE = "arn:aws:iam::111122223333:role/Admin";

    @Test
    void everyFieldReachesTheMapping() {
        V1ObjectMeta metadata = new V1ObjectMeta().name("admin").uid("u-1")
                .creationTimestamp(OffsetDateTime.parse("2026-01-02T03:04:05+01:00"))
                .annotations(Map.of(IamIdentityMapping.ADOPT_ANNOTATION, "node"));

        IdentityMapping mapping = valid(object(metadata, new IamIdentityMappingSpec(ROLE, "admin:{{SessionName}}",
                List.of("b", "a"), "2026-01-01T00:00:00+02:00", "2027-01-01T00:00:00.5Z")));

        assertThat(mapping).isEqualTo(new IdentityMapping("admin", "u-1", Instant.parse("2026-01-02T02:04:05Z"),
                new PrincipalArn("aws", "111122223333", PrincipalArn.Kind.ROLE, "/", "Admin"),
                new Grant("admin:{{SessionName}}", List.of("b", "a")), Instant.parse("2025-12-31T22:00:00Z"),
                Instant.parse("2027-01-01T00:00:00.5Z"), Adoption.NODE_ROWS));
    }

    @Test
    void textThatNoApiServerMadeHasNeitherUidNorCreation() {
        IdentityMapping mapping = valid(object(new V1ObjectMeta().name("m"), spec("u", null)));

        assertThat(mapping.uid()).isEmpty();
        assertThat(mapping.createdAt()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void groupsMayBeAbsentOrEmpty() {
        assertThat(valid(spec("u", null)).grant().groups()).isEmpty();
        assertThat(valid(spec("u", List.of())).grant().groups()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"system:node:{{EC2PrivateDNSName}}", "alice@example.com", "oidc:team/alice", "a b",
            "{{SessionName}}", "Zoë", "管理者", "\uD83D\uDE00", "- x", "#", "null", "*", "a\"b'c\\d", "{{", "ns:sa:x"})
    void anyNameThatCanBeWrittenFaithfullyIsTaken(String username) {
        assertThat(valid(spec(username, null)).grant().username()).isEqualTo(username);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "''        | is empty.",
            "' a'      | starts with a space.",
            "'a '      | ends with a space.",
            "'a\nb'    | holds U+000A LINE FEED (LF) at character 2.",
            "'a\tb'    | holds U+0009 CHARACTER TABULATION at character 2.",
            "'a\u0085' | holds U+0085 NEXT LINE (NEL) at character 2.",
            "'a\u2028' | holds U+2028 LINE SEPARATOR at character 2.",
            "'a\u00A0b' | holds U+00A0 NO-BREAK SPACE at character 2.",
            "'a\u200Bb' | holds U+200B ZERO WIDTH SPACE at character 2.",
            "'a\u202Eb' | holds U+202E RIGHT-TO-LEFT OVERRIDE at character 2.",
            "'\uD83D\uDE00\uFEFF' | holds U+FEFF ZERO WIDTH NO-BREAK SPACE at character 2.",
            "'a\uFFFF' | holds U+FFFF at character 2.",
            "a,b       | holds a comma at character 2."})
    void nameThatCannotBeWrittenOrAuditedFaithfullyIsRefused(String name, String message) {
        assertThat(errors(spec(name, null))).containsExactly("spec.username UsernameMalformed " + message);
        assertThat(errors(spec("u", List.of(name)))).containsExactly("spec.groups[0] GroupMalformed " + message);
    }

    @Test
    void halfASurrogatePairIsRefused() {
        assertThat(errors(spec("a\uD83D", null)))
                .containsExactly("spec.username UsernameMalformed holds U+D83D HIGH SURROGATES D83D at character 2.");
    }

    @Test
    void lengthCountsCharacters() {
        assertThat(valid(spec("\uD83D\uDE00".repeat(253), List.of("g".repeat(253)))).name()).isEqualTo("m");
        assertThat(errors(spec("x".repeat(254), List.of("\uD83D\uDE00".repeat(254))))).containsExactly(
                "spec.username UsernameMalformed has 254 characters; 253 are allowed.",
                "spec.groups[0] GroupMalformed has 254 characters; 253 are allowed.");
    }

    @Test
    void listThatRanIntoOneLineIsRefusedAsSuch() {
        assertThat(errors(spec("u", List.of("system:bootstrappers - system:nodes", "two words")))).containsExactly(
                "spec.groups[0] GroupMalformed holds \" - \" at character 21: two items of a list ran into one.",
                "spec.groups[1] GroupMalformed holds a space at character 4.");
    }

    @Test
    void groupNamedTwiceIsRefusedAtTheSecondPlace() {
        assertThat(errors(spec("u", List.of("a", "b", "a", "a")))).containsExactly(
                "spec.groups[2] GroupMalformed repeats spec.groups[0], \"a\".",
                "spec.groups[3] GroupMalformed repeats spec.groups[0], \"a\".");
    }

    @Test
    void nullGroupIsRefused() {
        assertThat(errors(spec("u", Arrays.asList("a", null)))).containsExactly(
                "spec.groups[1] GroupMalformed is null.");
    }

    @Test
    void numberOfGroupsIsBounded() {
        List<String> groups = IntStream.range(0, 257).mapToObj(number -> "g" + number).toList();

        assertThat(valid(spec("u", groups.subList(0, 256))).grant().groups()).hasSize(256);
        assertThat(errors(spec("u", groups))).containsExactly(
                "spec.groups GroupMalformed has 257 items; 256 are allowed.");
    }

    @Test
    void emptyObjectIsToldWhatItLacks() {
        assertThat(errors(new IamIdentityMapping(null, null, null, null, null))).containsExactly(
                "metadata.name FieldMissing is missing.", "spec FieldMissing is missing.");
        assertThat(errors(new IamIdentityMappingSpec(null, null, null, null, null))).containsExactly(
                "spec.arn FieldMissing is missing.", "spec.username FieldMissing is missing.");
        assertThat(errors(new IamIdentityMappingSpec("", "u", null, null, null)))
                .containsExactly("spec.arn FieldMissing is missing.");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        V1ObjectMeta metadata = new V1ObjectMeta().name("m").uid("u")
                .annotations(Map.of(IamIdentityMapping.ADOPT_ANNOTATION, "yes"));
        IamIdentityMappingSpec spec = new IamIdentityMappingSpec("role/*", " a,", List.of("", "a b"), "tomorrow",
                "2026-01-01");

        ParsedMapping parsed = MappingParser.parse(object(metadata, spec));

        assertThat(parsed.name()).isEqualTo("m");
        assertThat(parsed.uid()).isEqualTo("u");
        assertThat(((ParsedMapping.Invalid) parsed).errors()).extracting(FieldError::sentence).containsExactly(
                "metadata.annotations[iammapper.dev/adopt]: \"yes\" is not a word that this annotation knows. Write"
                        + " \"true\" to take over a row of somebody else, \"node\" where that row is a node's, or remove"
                        + " the annotation. (AdoptMalformed)",
                "spec.arn: holds the wildcard \"*\" at character 6, which EKS compares as a letter: it matches nobody."
                        + " Write one object for each role or user. (ArnWildcard)",
                "spec.arn: \"role/*\" does not start with \"arn:\". Write \"arn:aws:iam::<12-digit"
                        + " account>:role/<name>\" or \"arn:aws:iam::<12-digit account>:user/<name>\". (ArnMalformed)",
                "spec.username: starts with a space. Remove it. (UsernameMalformed)",
                "spec.username: holds a comma at character 3. Write names without commas; several groups are several"
                        + " items of the list. (UsernameMalformed)",
                "spec.groups[0]: is empty. Write a name. (GroupMalformed)",
                "spec.groups[1]: holds a space at character 2. Write groups without spaces. (GroupMalformed)",
                "spec.notBefore: \"tomorrow\" is not an instant: RFC 3339 wants another form. Write date, time of day"
                        + " and offset, such as \"2026-03-01T18:00:00Z\" or \"2026-03-01T18:00:00+01:00\"."
                        + " (InstantMalformed)",
                "spec.expiresAt: \"2026-01-01\" is not an instant: the time of day is missing. Write date, time of day"
                        + " and offset, such as \"2026-03-01T18:00:00Z\" or \"2026-03-01T18:00:00+01:00\"."
                        + " (InstantMalformed)");
    }

    @ParameterizedTest
    @CsvSource({"2026-03-01T18:00:00Z,2026-03-01T18:00:00Z",
            "2026-03-01T18:00:00+01:00,2026-03-01T17:00:00Z", "2026-03-01T00:30:00-23:59,2026-03-02T00:29:00Z",
            "2026-03-01T18:00:00-00:00,2026-03-01T18:00:00Z", "2024-02-29T23:59:59.9Z,2024-02-29T23:59:59.900Z",
            "2026-03-01T18:00:00.1234567891Z,2026-03-01T18:00:00.123456789Z",
            "0001-01-01T00:00:00+01:00,0000-12-31T23:00:00Z", "9999-12-31T23:59:59Z,9999-12-31T23:59:59Z"})
    void instantsAreReadAsRfc3339WritesThem(String text, Instant instant) {
        assertThat(valid(new IamIdentityMappingSpec(ROLE, "u", null, null, text)).expiresAt()).isEqualTo(instant);
        assertThat(valid(new IamIdentityMappingSpec(ROLE, "u", null, text, null)).notBefore()).isEqualTo(instant);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"'' | it is empty", "2026-03-01 | the time of day is missing",
            "2026-03-01T18:00:00 | the offset is missing at its end",
            "2026-03-01t18:00:00Z | RFC 3339 wants another form",
            "2026-03-01T18:00:00z | RFC 3339 wants another form",
            "2026-03-01T18:00Z | RFC 3339 wants another form", "2026-03-01 18:00:00Z | RFC 3339 wants another form",
            "2026-02-30T00:00:00Z | there is no such date or time of day",
            "2026-03-01T24:00:00Z | there is no such date or time of day",
            "2026-12-31T23:59:60Z | there is no such date or time of day",
            "2026-03-01T18:00:00+24:00 | RFC 3339 wants another form",
            "2026-03-01T18:00:00+0100 | RFC 3339 wants another form",
            "2026-03-01T18:00:00. | RFC 3339 wants another form",
            "+12026-03-01T18:00:00Z | RFC 3339 wants another form", "1767225600 | RFC 3339 wants another form",
            "2026-03-01T18:00:00Z\u0660 | RFC 3339 wants another form",
            "2026-03-01T18:00:00.00000000000000000000000000000000000000000000000000Z | it has more than 64 characters"})
    void whatIsNotAnInstantIsRefused(String text, String reason) {
        assertThat(errors(new IamIdentityMappingSpec(ROLE, "u", null, text, null))).singleElement().asString()
                .startsWith("spec.notBefore InstantMalformed ").endsWith("is not an instant: " + reason + ".");
    }

    @Test
    void grantMustEndAfterItBegins() {
        assertThat(errors(new IamIdentityMappingSpec(ROLE, "u", null, "2026-03-01T18:00:00+01:00",
                "2026-03-01T17:00:00Z"))).containsExactly("spec.expiresAt ExpiryOrder 2026-03-01T17:00:00Z is not after"
                        + " spec.notBefore, 2026-03-01T17:00:00Z: the grant would never hold.");
        assertThat(valid(new IamIdentityMappingSpec(ROLE, "u", null, "2026-03-01T18:00:00+01:00",
                "2026-03-01T17:00:00.000000001Z")).expiresAt()).isNotNull();
    }

    @Test
    void adoptAnnotationKnowsThreeWords() {
        assertThat(adoption(null)).isEqualTo(Adoption.NONE);
        assertThat(adoption("false")).isEqualTo(Adoption.NONE);
        assertThat(adoption("true")).isEqualTo(Adoption.ROWS);
        assertThat(adoption("node")).isEqualTo(Adoption.NODE_ROWS);
        for (String word : List.of("", "True", "nodes", "1", " true")) {
            assertThat(errors(object(adopt(word), spec("u", null)))).singleElement().asString()
                    .startsWith("metadata.annotations[iammapper.dev/adopt] AdoptMalformed ");
        }
    }

    private static Adoption adoption(String word) {
        return valid(object(adopt(word), spec("u", null))).adoption();
    }

    @Test
    void whatCanBeReadOfAMalformedObjectIsThereForOthersToJudge() {
        MappingParts parts = MappingParser.read(object(new V1ObjectMeta().name("m"),
                new IamIdentityMappingSpec("arn:aws:iam::1:role/Admin", "", Arrays.asList("a", null, "a", "b c", "d"),
                        "soon", "2027-01-01T00:00:00Z")));

        assertThat(parts.principal()).isNull();
        assertThat(parts.username()).isNull();
        assertThat(parts.groups()).containsExactly(new MappingParts.Group("spec.groups[0]", "a"),
                new MappingParts.Group("spec.groups[3]", "b c"), new MappingParts.Group("spec.groups[4]", "d"));
        assertThat(parts.notBefore()).isNull();
        assertThat(parts.expiresAt()).isEqualTo("2027-01-01T00:00:00Z");
        assertThat(parts.createdAt()).isNull();
        assertThat(parts.isMalformed("spec.notBefore")).isTrue();
        assertThat(parts.isMalformed("spec.expiresAt")).isFalse();
        assertThat(parts.parsed()).isEqualTo(new ParsedMapping.Invalid("m", "", parts.errors()));
    }

    @Test
    void ofTooManyGroupsTheFirstCanStillBeJudged() {
        List<String> groups = IntStream.range(0, 300).mapToObj(number -> "g" + number).toList();

        assertThat(MappingParser.read(object(new V1ObjectMeta().name("m"), spec("u", groups))).groups()).hasSize(256)
                .first().isEqualTo(new MappingParts.Group("spec.groups[0]", "g0"));
    }

    private static V1ObjectMeta adopt(String word) {
        return new V1ObjectMeta().name("m")
                .annotations(Collections.singletonMap(IamIdentityMapping.ADOPT_ANNOTATION, word));
    }

    private static IamIdentityMappingSpec spec(String username, List<String> groups) {
        return new IamIdentityMappingSpec(ROLE, username, groups, null, null);
    }

    private static IamIdentityMapping object(V1ObjectMeta metadata, IamIdentityMappingSpec spec) {
        return new IamIdentityMapping(IamIdentityMapping.API_VERSION, IamIdentityMapping.KIND, metadata, spec, null);
    }

    private static IdentityMapping valid(IamIdentityMappingSpec spec) {
        return valid(object(new V1ObjectMeta().name("m"), spec));
    }

    private static IdentityMapping valid(IamIdentityMapping object) {
        return switch (MappingParser.parse(object)) {
            case ParsedMapping.Valid(IdentityMapping mapping) -> mapping;
            case ParsedMapping.Invalid invalid -> throw new AssertionError(invalid);
        };
    }

    private static List<String> errors(IamIdentityMappingSpec spec) {
        return errors(object(new V1ObjectMeta().name("m"), spec));
    }

    private static List<String> errors(IamIdentityMapping object) {
        return switch (MappingParser.parse(object)) {
            case ParsedMapping.Valid valid -> throw new AssertionError(valid);
            case ParsedMapping.Invalid(String name, String uid, List<FieldError> errors) -> errors.stream()
                    .map(error -> error.path() + " " + error.code() + " " + error.message()).toList();
        };
    }
}
