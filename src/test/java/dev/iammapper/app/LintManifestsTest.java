package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Manifests are read as kubectl reads them, and every finding says where. */
class LintManifestsTest {
    private static final String GOOD = """
            apiVersion: iamauthenticator.k8s.aws/v1alpha1
            kind: IAMIdentityMapping
            metadata:
              name: good
            spec:
              arn: arn:aws:iam::111122223333:role/AWSReservedSSO_Developers_0123456789abcdef
              username: dev:{{SessionName}}
              groups: [developers]
            """;
    private static final String MASTERS = """
            apiVersion: iamauthenticator.k8s.aws/v1alpha1
            kind: IAMIdentityMapping
            metadata:
              name: masters
            spec:
              arn: arn:aws:iam::111122223333:role/AWSReservedSSO_Admins_0123456789abcdef
              username: admin:{{SessionName}}
              groups:
                - platform-admins
                - system:masters
            """;

    @Test
    void aGoodMappingIsClean() {
        Lint lint = Lint.json(GOOD);
        assertThat(lint.code()).isZero();
        assertThat(lint.findings()).isEmpty();
        assertThat(lint.count("mappings")).isOne();
    }

    @Test
    void theItemOfAListHasItsOwnPlace() {
        assertThat(Lint.json(MASTERS).places()).containsExactly("10:7 MastersGrant");
    }

    @Test
    void laterDocumentsCountTheirLinesFromTheTopOfTheFile() {
        Lint lint = Lint.json("# first\n---\n" + GOOD + "--- # next\n\n" + MASTERS + "---\n");
        assertThat(lint.places()).containsExactly("22:7 MastersGrant");
        assertThat(lint.count("mappings")).isEqualTo(2);
    }

    @Test
    void linesMayEndAsOnWindows() {
        assertThat(Lint.json((GOOD + "---\n" + MASTERS).replace("\n", "\r\n")).places())
                .containsExactly("19:7 MastersGrant");
    }

    @Test
    void theItemsOfListsAreObjects() {
        String list = """
                apiVersion: v1
                kind: List
                items:
                - apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: other}
                """ + ("- " + MASTERS.replace("\n", "\n  ")).stripTrailing() + "\n";
        Lint lint = Lint.json(list);
        assertThat(lint.places()).containsExactly("16:9 MastersGrant");
        assertThat(lint.count("mappings")).isOne();
        assertThat(lint.count("others")).isOne();
    }

    @Test
    void theItemsOfATypedListNeedNotSayWhatTheyAre() {
        Lint lint = Lint
                .json("""
                        apiVersion: iamauthenticator.k8s.aws/v1alpha1
                        kind: IAMIdentityMappingList
                        items:
                        - metadata: {name: a}
                          spec: {arn: "arn:aws:iam::111122223333:role/A", username: "a:{{SessionName}}", groups: ["system:masters"]}
                        """);
        assertThat(lint.verdicts()).contains("deny MastersGrant spec.groups[0]");
        assertThat(lint.places()).containsExactly("5:91 MastersGrant");
    }

    @Test
    void jsonIsRead() {
        Lint lint = Lint
                .json("""
                        {
                        \t"apiVersion": "iamauthenticator.k8s.aws\\/v1alpha1", "kind": "IAMIdentityMapping",
                        \t"metadata": {"name": "json"},
                        \t"spec": {"arn": "arn:aws:iam::111122223333:role\\u002fA", "username": "a:{{SessionName}}",
                        \t\t"groups": ["system:masters"]}
                        } {"kind": "Other"}
                        {"apiVersion": "iamauthenticator.k8s.aws/v1alpha1", "kind": "IAMIdentityMapping", "metadata": {"name": "b"},
                         "spec": {"arn": "arn:aws:iam::111122223333:role/B", "username": 1}}
                        """);
        assertThat(lint.places()).containsExactly("5:14 MastersGrant", "8:66 FieldType");
        assertThat(lint.count("mappings")).isEqualTo(2);
        assertThat(lint.count("others")).isOne();
    }

    @Test
    void aDocumentThatIsNoYamlHidesNoOther() {
        Lint lint = Lint.json("a: b: c\n---\n" + MASTERS + "---\n\tx: y\n---\n"
                + GOOD);
        assertThat(lint.places()).containsExactly("1:5 ManifestMalformed", "12:7 MastersGrant",
                "14:1 ManifestMalformed");
        assertThat(lint.count("mappings")).isEqualTo(2);
        assertThat(lint.code()).isOne();
    }

    @Test
    void whatStandsBehindTheEndOfADocumentIsNamed() {
        assertThat(Lint.json(GOOD + "...\n# fine\n").findings()).isEmpty();
        assertThat(Lint.json(GOOD + "...\n" + MASTERS).places()).containsExactly("10:1 ManifestMalformed");
    }

    @Test
    void bytesThatAreNoTextAreNamed() {
        byte[] bytes = (GOOD + "---\nname: \u00e9\n---\n" + MASTERS).getBytes(StandardCharsets.ISO_8859_1);
        Lint lint = Lint.withInput(bytes, "--output=json", "-");
        assertThat(lint.places()).containsExactly("10:7 ManifestMalformed", "21:7 MastersGrant");
    }

    @Test
    void charactersThatEndLinesOnlyInYamlAreNotCountedAsLines() {
        assertThat(Lint.json("# a\u2028# b\u0085# c\n" + MASTERS).places()).containsExactly("11:7 MastersGrant");
        assertThat(Lint.json("# a\u2028# b\u2029a: b: c\n").places()).containsExactly("1:13 ManifestMalformed");
    }

    @Test
    void aByteOrderMarkIsNoText() {
        assertThat(Lint.json("\ufeff" + MASTERS).places()).containsExactly("10:7 MastersGrant");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            username: dev:{{SessionName}}  | username: yes            | 7:13 | the truth value yes, not text
            username: dev:{{SessionName}}  | username: 12345          | 7:13 | the number 12345, not text
            username: dev:{{SessionName}}  | username: 1_000          | 7:13 | the number 1_000, not text
            username: dev:{{SessionName}}  | username: 0x1F           | 7:13 | the number 0x1F, not text
            username: dev:{{SessionName}}  | username: [a]            | 7:13 | a list, not text
            username: dev:{{SessionName}}  | username: {a: b}         | 7:13 | a map, not text
            groups: [developers]           | groups: developers       | 8:11 | text, not a list
            groups: [developers]           | groups: [developers, on] | 8:24 | the truth value on, not text
            groups: [developers]           | groups: [a, [b]]         | 8:15 | a list, not text
            groups: [developers]           | expiresAt: 1767225600    | 8:14 | the number 1767225600, not text
            groups: [developers]           | expiresAt: null          | 8:3  | is null
            name: good                     | name: 1                  | 4:9  | the number 1, not text
            name: good                     | name: [1]                | 4:9  | a list, not text
            """)
    void valuesOfAWrongTypeAreNamedOnce(String from, String to, String place, String message) {
        Lint lint = Lint.json(GOOD.replace(from, to));
        assertThat(lint.places()).containsExactly(place + " FieldType");
        assertThat(Lint.word(lint.findings().getFirst(), "message")).contains(message);
        assertThat(lint.code()).isOne();
    }

    @Test
    void annotationsAreText() {
        Lint lint = Lint
                .json(GOOD.replace("  name: good", "  name: good\n  annotations:\n    iammapper.dev/adopt: true\n"
                        + "  labels: {n: 1}"));
        assertThat(lint.places()).containsExactly("6:26 FieldType", "7:15 FieldType");
        assertThat(lint.verdicts()).contains("deny FieldType metadata.annotations[iammapper.dev/adopt]",
                "deny FieldType metadata.labels[n]");
    }

    @Test
    void anUnquotedTimestampIsText() {
        assertThat(Lint.json(GOOD + "  expiresAt: 2999-01-01T00:00:00Z\n").findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            spec.expiresat   | expiresAt
            spec.userName    | username
            spec.rolearn     | arn
            spec.expires     | expiresAt
            spec.group       | groups
            spec.not-before  | notBefore
            """)
    void unknownFieldsAreNamedWithTheRightOne(String field, String right) {
        Lint lint = Lint.json(GOOD + "  " + field.substring(5) + ": \"2027-01-01T00:00:00Z\"\n");
        assertThat(lint.verdicts()).containsExactly("deny FieldUnknown " + field);
        assertThat(lint.places()).containsExactly("9:3 FieldUnknown");
        assertThat(Lint.word(lint.findings().getFirst(), "advice")).isEqualTo("Did you mean \"" + right + "\"?");
    }

    @Test
    void fieldsOfTheSpecBesideItAreNamed() {
        Lint lint = Lint.json(GOOD + "expiresAt: \"2027-01-01T00:00:00Z\"\n");
        assertThat(lint.places()).containsExactly("9:1 FieldUnknown");
        assertThat(Lint.word(lint.findings().getFirst(), "advice")).isEqualTo("Write it below \"spec\".");
        assertThat(Lint.json(GOOD.replace("  name: good", "  name: good\n  owner: me")).places())
                .containsExactly("5:3 FieldUnknown");
    }

    @Test
    void aFieldThatIsThereTwiceIsNamed() {
        Lint lint = Lint.json(GOOD + "  username: other:{{SessionName}}\n");
        assertThat(lint.places()).containsExactly("9:3 FieldDuplicate");
        assertThat(Lint.word(lint.findings().getFirst(), "message")).contains("line 7");
    }

    @Test
    void anchorsAndMergesAreFollowed() {
        Lint lint = Lint.json("""
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata: {name: merged, annotations: {x: &group system:masters}}
                spec:
                  <<: {username: "a:{{SessionName}}", nonsense: 1}
                  arn: arn:aws:iam::111122223333:role/A
                  groups: [*group]
                """);
        assertThat(lint.places()).containsExactly("5:39 FieldUnknown", "7:12 MastersGrant");
    }

    @Test
    void aliasesThatMultiplyAreRefused() {
        String bomb = GOOD.replace("groups: [developers]", "groups: *x9");
        StringBuilder anchors = new StringBuilder("x0: &x0 [a]\n");
        for (int level = 1; level < 10; level++) {
            anchors.append("x%d: &x%d [%s]\n".formatted(level, level,
                    String.join(", ", java.util.Collections.nCopies(20, "*x" + (level - 1)))));
        }
        Lint lint = Lint.json(anchors + bomb);
        assertThat(lint.verdicts()).containsExactly("deny ManifestMalformed ");
        assertThat(Lint.word(lint.findings().getFirst(), "message")).contains("excessive aliasing");
    }

    @Test
    void aMissingFieldIsMissedWhereItShouldStand() {
        assertThat(Lint.json(GOOD.replaceAll(" +arn: .*\n", "")).places()).contains("5:1 FieldMissing");
        assertThat(Lint.json(GOOD.replaceAll("(?s)spec:.*", "")).places()).containsExactly("1:1 FieldMissing");
        assertThat(Lint.json(GOOD.replaceAll("(?s)spec:.*", "spec: []\n")).places()).containsExactly("5:7 FieldType");
    }

    @Test
    void versionsAndKindsThatNobodyServesAreNamed() {
        assertThat(Lint.json(GOOD.replace("v1alpha1", "v1beta1")).places()).containsExactly("1:13 VersionUnknown");
        assertThat(Lint.json(GOOD.replaceAll("apiVersion: .*\n", "")).places()).containsExactly("1:1 VersionUnknown");
        assertThat(Lint.json(GOOD.replace("IAMIdentity", "IamIdentity")).verdicts())
                .containsExactly("deny KindUnknown kind");
        assertThat(Lint.json("apiVersion: v1\nkind: IamIdentityMapping\n").verdicts())
                .containsExactly("warn KindUnknown kind");
    }

    @Test
    void namesThatTheApiServerRefusesAreNamed() {
        Lint lint = Lint.json(GOOD.replace("name: good", "name: PlatformAdmins_2"));
        assertThat(lint.places()).containsExactly("4:9 NameMalformed");
        assertThat(Lint.word(lint.findings().getFirst(), "advice")).contains("\"platform-admins-2\"");
    }

    @Test
    void twoObjectsOfOneNameAreNamed() {
        Lint lint = Lint.json(GOOD + "---\n" + MASTERS.replace("name: masters", "name: good"));
        assertThat(lint.places()).containsExactly("13:9 NameDuplicate", "19:7 MastersGrant");
        assertThat(lint.findings().getFirst().getAsJsonObject("related").get("line").getAsInt()).isOne();
    }

    @Test
    void objectsAreJudgedAmongAllOthersAndTheOtherIsShown() {
        Lint lint = Lint
                .json(GOOD + "---\n" + GOOD.replace("name: good", "name: worse").replace("[developers]", "[x]"));
        assertThat(lint.places()).containsExactly("15:8 DuplicatePrincipal");
        assertThat(lint.findings().getFirst().getAsJsonObject("related").get("name").getAsString()).isEqualTo("good");
    }

    @Test
    void otherThingsArePassedOver() {
        Lint lint = Lint.json("""
                apiVersion: v1
                kind: ConfigMap
                data: {a: .nan, ? !!binary aGk= : ~}
                ---
                replicas: 3
                ---
                - a
                ---
                just text
                ---
                # nothing
                """);
        assertThat(lint.findings()).isEmpty();
        assertThat(lint.code()).isZero();
        assertThat(lint.count("others")).isEqualTo(2);
    }

    @Test
    void everyFindingHasAllItsParts() {
        assertThat(Lint.json(MASTERS + "---\na: b: c\n").findings()).allSatisfy(finding -> assertThat(finding.keySet())
                .containsAll(List.of("file", "line", "column", "kind", "name", "code", "severity", "field", "message",
                        "advice")));
    }
}
