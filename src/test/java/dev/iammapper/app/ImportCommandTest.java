package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class ImportCommandTest {
    private static final String DEV = """
            - rolearn: arn:aws:iam::111122223333:role/Dev
              username: dev:{{SessionName}}
              groups: [dev]
            """;
    private static final String BOSS = """
            - rolearn: arn:aws:iam::444455556666:role/Boss
              username: boss:{{SessionName}}
              groups: ["system:masters"]
            """;
    private static final String ANN = """
            - userarn: arn:aws:iam::111122223333:user/ann
              username: ann
            """;

    @TempDir
    private Path folder;

    // ---- files

    @Test
    void eachObjectGetsAFileOfItsOwn() throws Exception {
        Path into = folder.resolve("deep/access");
        Ran ran = run(Map.of("mapRoles", DEV + BOSS), "--directory", into.toString());

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).isEqualTo("Created " + into + "/policy-values.txt\nCreated " + into
                + "/dev.yaml\nCreated " + into + "/boss.yaml\n");
        assertThat(into.resolve("dev.yaml")).hasContent("""
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata:
                  name: dev
                  annotations:
                    iammapper.dev/adopt: "true"
                spec:
                  arn: arn:aws:iam::111122223333:role/Dev
                  username: "dev:{{SessionName}}"
                  groups:
                    - dev
                """);
        assertThat(into.resolve("policy-values.txt")).content().endsWith("""
                masters:
                  - "arn:aws:iam::444455556666:role/Boss"
                """);
        assertThat(run(Map.of("mapRoles", DEV + BOSS), "--directory", into.toString()).out()).contains(
                "Unchanged " + into + "/dev.yaml").doesNotContain("Created");
    }

    @Test
    void aFileWithOtherContentIsReplacedOnlyByForceAndNothingElseIsWrittenBefore() throws Exception {
        Path mine = Files.writeString(folder.resolve("boss.yaml"), "mine\n");

        Ran refused = run(Map.of("mapRoles", DEV + BOSS), "--directory", folder.toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains(mine + " has other content; --force replaces it. Nothing was written.");
        assertThat(mine).hasContent("mine");
        assertThat(names()).containsExactly("boss.yaml");

        Ran forced = run(Map.of("mapRoles", DEV + BOSS), "--directory", folder.toString(), "--force");
        assertThat(forced.code()).isZero();
        assertThat(forced.out()).contains("Replaced " + mine, "Created " + folder.resolve("dev.yaml"));
        assertThat(names()).containsExactly("boss.yaml", "dev.yaml", "policy-values.txt");
    }

    @Test
    void whereNothingCanBeWrittenNothingIsLeftBehind() throws Exception {
        Files.createDirectory(folder.resolve("boss.yaml"));

        Ran ran = run(Map.of("mapRoles", DEV + BOSS), "--directory", folder.toString(), "--force");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("boss.yaml").doesNotContain("\tat ");
        assertThat(names()).containsExactly("boss.yaml");
    }

    @Test
    void thePolicysValuesMayGoElsewhere() throws Exception {
        Path values = folder.resolve("values.yaml");

        Ran ran = run(Map.of("mapRoles", BOSS), "--policy-values", values.toString());

        assertThat(ran.out()).startsWith("---\napiVersion");
        assertThat(values).content().startsWith("# The policy must allow").contains("masters:");
    }

    // ---- the policy

    @Test
    void onlyWhatIsMissingIsAddedToThePolicy() throws Exception {
        String policy = policy("""
                accounts: ["111122223333"]
                masters: ["arn:aws:iam::111122223333:role/Admins"]
                iam-users: deny
                partition: aws
                """);

        Map<String, Object> needed = policyOf(run(Map.of("mapRoles", DEV + BOSS, "mapUsers", ANN), "--policy", policy,
                "-o", "json"));

        assertThat(needed).isEqualTo(Map.of("partition", "aws", "accounts", List.of("111122223333", "444455556666"),
                "masters",
                List.of("arn:aws:iam::111122223333:role/Admins", "arn:aws:iam::444455556666:role/Boss")));
    }

    @Test
    void aPolicyThatOnlyWarnsIsAddedToAsIfItDenied() throws Exception {
        Map<String, Object> needed = policyOf(run(Map.of("mapRoles", BOSS), "--policy", policy("enforcement: warn\n"),
                "-o", "json"));

        assertThat(needed).containsEntry("enforcement", "warn").containsKey("masters");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"partition: aws-cn|PartitionMismatch",
            "expiry: [{groups: [dev], within: 12h}]|ExpiryRequired"})
    void whatNoEntryAllowsIsNamed(String policy, String code) throws Exception {
        Ran ran = run(Map.of("mapRoles", DEV), "--policy", policy(policy), "-o", "json");

        assertThat(reasons(ran)).containsExactly("NotAdmitted");
        assertThat(ran.json().getAsJsonArray("mappings")).isEmpty();
        assertThat(ran.out()).contains("(" + code + ")");
        assertThat(policyOf(ran)).doesNotContainKey("masters");
    }

    @Test
    void aPolicyThatCannotBeReadIsRefused() throws Exception {
        Ran ran = run(Map.of("mapRoles", DEV), "--policy", policy("mastrs: []\n"));

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("Did you mean \"masters\"?");
        assertThat(ran.out()).isEmpty();
    }

    // ---- what is there already

    @Test
    void aPrincipalThatHasAnObjectIsPassedOverAndNamesAreNotTakenTwice() throws Exception {
        String mappings = Files.writeString(folder.resolve("there.yaml"), """
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata: {name: developers}
                spec: {arn: "arn:aws:iam::111122223333:role/dev", username: dev}
                ---
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata: {name: boss}
                spec: {arn: "arn:aws:iam::111122223333:role/Other", username: other}
                """).toString();

        Ran ran = run(Map.of("mapRoles", DEV + BOSS), "--mappings", mappings, "-o", "json");

        assertThat(reasons(ran)).containsExactly("MappedAlready");
        assertThat(ran.err()).contains("\"developers\" maps already");
        assertThat(ran.json().getAsJsonArray("mappings").get(0).getAsJsonObject().get("name").getAsString())
                .isEqualTo("boss-role");
    }

    /** Names hang on the principals alone. */
    @Test
    void theOrderOfRowsChangesNoName() {
        String one = "- {rolearn: 'arn:aws:iam::111122223333:role/Dev', username: 'a:{{SessionName}}'}\n";
        String two = "- {rolearn: 'arn:aws:iam::444455556666:role/dev', username: 'b:{{SessionName}}'}\n";
        String three = "- {rolearn: 'arn:aws:iam::111122223333:role/d-ev', username: 'c:{{SessionName}}'}\n";

        assertThat(names(run(Map.of("mapRoles", one + two + three), "-o", "json")))
                .containsExactly("dev-111122223333", "dev-444455556666", "d-ev");
        assertThat(names(run(Map.of("mapRoles", three + two + one), "-o", "json")))
                .containsExactly("d-ev", "dev-444455556666", "dev-111122223333");
    }

    // ---- the report

    @Test
    void jsonAndYamlAreTheSameReport() {
        Map<String, String> data = Map.of("mapRoles", DEV + BOSS + DEV, "mapUsers", ANN, "mapAccounts", "- '1'\n");

        Ran json = run(data, "-o", "json");
        Ran yaml = run(data, "-o", "yaml");

        assertThat(new Gson().toJsonTree(new Yaml().load(yaml.out()))).isEqualTo(json.json());
        assertThat(reasons(json)).containsExactly("Duplicate", "Account");
    }

    @Test
    void rowsOfNodesAreTranslatedOnRequestWithAWordOfTheirOwn() {
        Map<String, String> data = Map.of("mapRoles", """
                - rolearn: arn:aws:iam::111122223333:role/nodes
                  username: system:node:{{EC2PrivateDNSName}}
                  groups: [system:bootstrappers, system:nodes]
                """);

        assertThat(run(data).out()).doesNotContain("nodes");
        assertThat(run(data, "--include-nodes").out()).contains("iammapper.dev/adopt: node", "#   nodes:\n");
        assertThat(run(data, "--include-nodes", "--no-adopt").out()).contains("name: nodes").doesNotContain("adopt");
    }

    @Test
    void aMalformedSectionMakesTheExitCode1AndTheRestIsTranslated() {
        Ran ran = run(Map.of("mapRoles", "- rolearn: {{x}}\n", "mapUsers", ANN));

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("name: ann");
        assertThat(ran.err()).contains("not translated: mapRoles, line 1: EKS reads nothing from this section");
    }

    @ParameterizedTest
    @ValueSource(strings = {"import --mappings m", "import --aws-auth - --context c", "import --aws-auth - --force",
            "import extra", "import --aws-auth - -o table"})
    void contradictionsAreUsageErrors(String line) {
        Ran ran = Ran.of(line.split(" "));

        assertThat(ran.code()).isEqualTo(64);
        assertThat(ran.err()).contains("See: iam-identity-mapper import --help");
    }

    @Test
    void withoutAClusterOneLineSaysWhy() {
        Ran ran = Ran.of("import", "--kubeconfig", folder.resolve("none").toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).hasLineCount(1);
    }

    private static Ran run(Map<String, String> data, String... options) {
        return Ran.withInput(Ran.awsAuth(data),
                Stream.concat(Stream.of("import", "--aws-auth", "-"), Stream.of(options))
                        .toArray(String[]::new));
    }

    private String policy(String text) throws Exception {
        return Files.writeString(folder.resolve("policy.yaml"), text).toString();
    }

    private static Map<String, Object> policyOf(Ran ran) {
        return new Yaml().load(ran.json().get("policy").toString());
    }

    private static List<String> reasons(Ran ran) {
        return texts(ran, "skipped", "reason");
    }

    private static List<String> names(Ran ran) {
        return texts(ran, "mappings", "name");
    }

    private static List<String> texts(Ran ran, String list, String field) {
        return ran.json().getAsJsonArray(list).asList().stream().map(JsonElement::getAsJsonObject)
                .map((JsonObject each) -> each.get(field).getAsString()).toList();
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
