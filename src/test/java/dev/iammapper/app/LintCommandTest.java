package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes in and comes out of the command: files, folders, policies, exit codes and text. */
class LintCommandTest {
    private static final String MASTERS = """
            apiVersion: iamauthenticator.k8s.aws/v1alpha1
            kind: IAMIdentityMapping
            metadata:
              name: admins
            spec:
              arn: arn:aws:iam::111122223333:role/AWSReservedSSO_Admins_0123456789abcdef
              username: admin:{{SessionName}}
              groups: ["system:masters"]
            """;
    private static final String GOOD = MASTERS.replace("system:masters", "platform-admins").replace("name: admins",
            "name: good");
    private static final String WARNED = GOOD.replace("admin:{{SessionName}}", "admin");
    private static final String NOTED = GOOD.replace("AWSReservedSSO_Admins_0123456789abcdef", "Admins");

    @TempDir
    private Path folder;

    @Test
    void theExitCodeIsOneOnlyForWhatWouldBeDenied() throws Exception {
        assertThat(Lint.run(write("good.yaml", GOOD)).code()).isZero();
        assertThat(Lint.run(write("warned.yaml", WARNED)).code()).isZero();
        assertThat(Lint.run(write("masters.yaml", MASTERS)).code()).isEqualTo(1);
    }

    @Test
    void warningsMayBeErrorsAndNotesAreNot() throws Exception {
        assertThat(Lint.run("--warnings-as-errors", write("warned.yaml", WARNED)).code()).isEqualTo(1);
        assertThat(Lint.run("--warnings-as-errors", write("noted.yaml", NOTED)).code()).isZero();
    }

    @Test
    void theTextSaysWhereWhatAndWhatToWriteInstead() throws Exception {
        String file = write("masters.yaml", MASTERS);
        assertThat(Lint.run(file).out()).startsWith("""
                %s:8:12: deny MastersGrant in admins
                    spec.groups[0]: is "system:masters", which RBAC can neither restrict nor revoke""".formatted(file))
                .contains("\n    Better give it a group of your own")
                .endsWith("\n1 mapping in 1 file: 1 denied, 0 warned of, 0 noted.\n").doesNotContain("\u001b");
    }

    @Test
    void notesAreShownOnRequest() throws Exception {
        String file = write("noted.yaml", NOTED);
        assertThat(Lint.run(file).out()).isEqualTo(
                "1 mapping in 1 file: 0 denied, 0 warned of, 1 noted (--verbose shows it).\n");
        assertThat(Lint.run("--verbose", file).out()).contains(":7:13: info SessionChosenByCaller in good")
                .contains("Not looked at, because the facts are not known: PartitionMismatch, EscalatingGroup,"
                        + " UnboundGroup; --bindings gives those of RBAC.");
    }

    @Test
    void whatANameHoldsSpoilsNoTerminal() throws Exception {
        Lint lint = Lint.run(write("odd.yaml", GOOD.replace("name: good", "name: \"a\\e[31mb\\nc\"")));
        assertThat(lint.out()).contains(" in a<U+001B>[31mb<U+000A>c\n").doesNotContain("\u001b");
    }

    @Test
    void aFolderWithoutManifestsIsNoFolderInWhichAllIsWell() throws Exception {
        write("notes.txt", "a: b: c");
        Lint lint = Lint.run(folder.toString());
        assertThat(lint.code()).isEqualTo(2);
        assertThat(lint.out() + lint.err()).contains("holds no manifest: no file whose name ends in ");
    }

    @Test
    void foldersAreReadToTheirDepthsInTheOrderOfNames() throws Exception {
        write("b/c/z.yml", MASTERS.replace("name: admins", "name: z"));
        write("b/a.json", "{\"kind\": \"Other\"}");
        write("a.yaml", MASTERS);
        write("notes.txt", "a: b: c");
        Lint lint = Lint.run("--output=json", folder.toString());
        assertThat(lint.findings()).extracting(finding -> Lint.word(finding, "file"))
                .containsExactly(name("a.yaml"), name("b/c/z.yml"), name("b/c/z.yml"));
        assertThat(lint.count("files")).isEqualTo(3);
        assertThat(lint.count("others")).isEqualTo(1);
    }

    @Test
    void aFileIsReadOnceHoweverManyWaysLeadToIt() throws Exception {
        String file = write("a/one.yaml", MASTERS);
        Files.createSymbolicLink(folder.resolve("a/two.yaml"), Path.of("one.yaml"));
        Files.createSymbolicLink(folder.resolve("a/loop"), folder.resolve("a"));
        Files.createSymbolicLink(folder.resolve("again"), folder.resolve("a"));
        Lint lint = Lint.run("--output=json", folder.toString(), file);
        assertThat(lint.err()).isEmpty();
        assertThat(lint.count("files")).isOne();
        assertThat(lint.findings()).hasSize(1);
    }

    @Test
    void whatCannotBeReadIsNamedAndTheRestIsLookedAt() throws Exception {
        Files.createSymbolicLink(folder.resolve("gone.yaml"), Path.of("nowhere"));
        write("masters.yaml", MASTERS);
        Lint lint = Lint.run("--output=json", folder.toString(), folder.resolve("none.yaml").toString());
        assertThat(lint.code()).isEqualTo(2);
        assertThat(lint.err()).contains("gone.yaml does not exist.").contains("none.yaml does not exist.");
        assertThat(lint.places()).containsExactly("8:12 MastersGrant");
        assertThat(lint.report().getAsJsonArray("unusable")).hasSize(2);
    }

    @Test
    void aFileThatIsTooLongIsNamed() throws Exception {
        Path file = folder.resolve("long.yaml");
        Files.write(file, new byte[32 * 1024 * 1024 + 1]);
        Lint lint = Lint.run(file.toString());
        assertThat(lint.code()).isEqualTo(2);
        assertThat(lint.err()).contains("long.yaml is longer than 32 MiB; split it.");
    }

    @Test
    void aPipeWithoutAnythingInItIsNoSuccess() {
        Lint lint = Lint.withInput(new byte[0], "-");
        assertThat(lint.code()).isEqualTo(2);
        assertThat(lint.err()).contains("stdin is empty");
    }

    @Test
    void thePolicyDecides() throws Exception {
        String policy = write("policy.yaml", "masters: ['arn:aws:iam::111122223333:role/AWSReservedSSO_Admins_*']\n");
        assertThat(Lint.run("--policy", policy, write("masters.yaml", MASTERS)).code()).isZero();
    }

    @Test
    void aPolicyThatIsWrongIsNamedByItsPlaces() throws Exception {
        Lint lint = Lint.run("--policy", write("policy.yaml", "mastrs: []\nenforcement: maybe\n"),
                write("masters.yaml", MASTERS));
        assertThat(lint.code()).isEqualTo(2);
        assertThat(lint.err()).contains("policy.yaml: line 1, column 1: ").contains("\"masters\"")
                .contains("policy.yaml: line 2, column 14: ");
        assertThat(lint.out()).isEmpty();
        assertThat(Lint.run("--policy", folder.resolve("none").toString(), "x").err()).contains("does not exist");
    }

    @Test
    void bindingsMustBeReadableAsAWhole() throws Exception {
        Lint lint = Lint.run("--bindings", write("rbac.yaml", "a: b: c\n"), write("good.yaml", GOOD));
        assertThat(lint.code()).isEqualTo(2);
        assertThat(lint.err()).contains("rbac.yaml:1:5: the document is not YAML");
    }

    @Test
    void rowsOfAwsAuthAreComparedWithTheMappings() throws Exception {
        Lint lint = Lint.run("--output=json", "--aws-auth", write("aws-auth.yaml", awsAuth("""
                - rolearn: arn:aws:iam::111122223333:role/Nobody
                  username: nobody
                - rolearn: arn:aws:iam::111122223333:role/awsreservedsso_admins_0123456789abcdef
                  username: root
                  groups: [system:masters]
                """)), write("good.yaml", GOOD));
        assertThat(lint.verdicts()).containsExactly("warn ForeignEntry spec.arn");
        assertThat(lint.places()).containsExactly("6:8 ForeignEntry");
        assertThat(Lint.word(lint.findings().getFirst(), "message")).contains("mapRoles, line 3", "\"root\"",
                "\"system:masters\"");
        assertThat(lint.findings().getFirst().getAsJsonObject("related").get("line").getAsInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"username: admin:{{SessionName}}\n  groups: [platform-admins]", "username: x"})
    void rowsThatAreTheSameOrTakenOverAreOnlyNoted(String row) throws Exception {
        Lint lint = Lint.run("--output=json", "--aws-auth", write("aws-auth.yaml", awsAuth("""
                - rolearn: arn:aws:iam::111122223333:role/AWSReservedSSO_Admins_0123456789abcdef
                  %s
                """.formatted(row))), write("good.yaml",
                GOOD.replace("  name: good", "  name: good\n  annotations: {iammapper.dev/adopt: \"true\"}")));
        assertThat(lint.verdicts()).containsExactly(
                row.contains("groups") ? "info AlreadyPresent spec.arn" : "info ForeignEntry spec.arn");
    }

    @Test
    void aRowOfNodesIsTakenOverOnlyByTheWordForNodes() throws Exception {
        Lint lint = Lint.run("--output=json", "--aws-auth", write("aws-auth.yaml", awsAuth("""
                - rolearn: arn:aws:iam::111122223333:role/AWSReservedSSO_Admins_0123456789abcdef
                  groups: [system:nodes]
                """)), write("good.yaml",
                GOOD.replace("  name: good", "  name: good\n  annotations: {iammapper.dev/adopt: \"true\"}")));
        assertThat(lint.verdicts()).containsExactly("warn ForeignEntry spec.arn");
        assertThat(Lint.word(lint.findings().getFirst(), "advice")).endsWith("\"node\".");
    }

    @Test
    void anAwsAuthThatEksCannotReadIsNamed() throws Exception {
        Lint lint = Lint.run("--output=json", "--aws-auth", write("aws-auth.yaml", awsAuth("- a: b: c\n")),
                write("good.yaml", GOOD));
        assertThat(lint.verdicts()).containsExactly("warn AwsAuthMalformed data.mapRoles");
        assertThat(Lint.run("--aws-auth", write("good.yaml", GOOD), "x").err()).contains("no ConfigMap aws-auth");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--policy=a --cluster-policy x", "--context=a x", "--kubeconfig=a x", "--output=xml x",
            "--polcy=a x"})
    void aMistakeOnTheCommandLineExitsWith64(String line) {
        Lint lint = Lint.run(Stream.of(line.split(" ")).filter(word -> !word.isEmpty()).toArray(String[]::new));
        assertThat(lint.code()).isEqualTo(ExitCode.USAGE);
        assertThat(lint.err()).contains("See: iam-identity-mapper lint --help").doesNotContain("\tat ");
        assertThat(lint.out()).isEmpty();
    }

    @Test
    void theHelpShowsExamples() {
        assertThat(Lint.run("--help").out()).contains("kustomize build overlays/prod | iam-identity-mapper lint -",
                "Exit codes:");
        assertThat(Lint.run("--version").out()).startsWith("iam-identity-mapper ");
    }

    @Test
    void aClusterThatCannotBeReachedIsNamed() throws Exception {
        Lint lint = Lint.run("--cluster-policy", "--kubeconfig", folder.resolve("none").toString(),
                write("good.yaml", GOOD));
        assertThat(lint.code()).isEqualTo(2);
        assertThat(lint.err()).contains("none").doesNotContain("\tat ");
    }

    private static String awsAuth(String rows) {
        return "apiVersion: v1\nkind: ConfigMap\ndata:\n  mapRoles: |\n" + rows.indent(4)
                + "metadata: {name: aws-auth, namespace: kube-system}\n";
    }

    private String name(String file) {
        return folder.resolve(file).toString();
    }

    private String write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.write(path, List.of(text.stripTrailing()), StandardCharsets.UTF_8).toString();
    }
}
