package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * {@code plan} over files, as a pipeline runs it. With {@code -Dgolden.update=true} the expected output is rewritten
 * instead: review its diff.
 */
class PlanCommandTest {
    private static final Path FILES = Path.of("src", "test", "resources", "commands", "offline");
    private static final Path GOLDEN = FILES.resolve("plan.txt");
    private static final String[] OFFLINE = {"plan", "--aws-auth", file("aws-auth.yaml"), "--mappings",
            file("mappings.yaml"), "--ledger"};

    @TempDir
    private Path folder;

    @Test
    void theDiffAndWhatBecomesOfEachMapping() throws IOException {
        Ran plan = offline("ledger.yaml");
        assertThat(plan.err()).isEmpty();
        assertThat(plan.code()).isEqualTo(2);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(GOLDEN, plan.out());
        }
        assertThat(plan.out()).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void aCompressedLedgerSaysTheSame() throws IOException {
        assertThat(offline("ledger-compressed.yaml").out()).isEqualTo(offline("ledger.yaml").out());
    }

    @Test
    void jsonAndYamlSayTheSame() {
        Ran json = offline("ledger.yaml", "-o", "json");
        Ran yaml = offline("ledger.yaml", "-o", "yaml");
        Object read = new Yaml().load(yaml.out());
        assertThat(new Gson().toJsonTree(read)).isEqualTo(json.json());
        assertThat(json.json().get("changes").getAsBoolean()).isTrue();
        assertThat(json.json().get("added").getAsInt()).isEqualTo(1);
        assertThat(json.json().get("replaced").getAsInt()).isEqualTo(1);
        assertThat(json.json().get("removed").getAsInt()).isEqualTo(1);
    }

    @Test
    void withoutALedgerEveryRowIsSomebodyElses() {
        Ran plan = Ran.of("plan", "--aws-auth", file("aws-auth.yaml"), "--mappings", file("mappings.yaml"));
        assertThat(plan.out()).contains("No --ledger is given", "platform: ForeignEntry").doesNotContain("leaver (");
        assertThat(plan.code()).isEqualTo(2);
    }

    @Test
    void aLineThatIsTooLongSaysHowMuchOfItIsNotShown() throws IOException {
        String awsAuth = Files.writeString(folder.resolve("aws-auth.json"), Ran.awsAuth(Map.of("mapRoles",
                "# " + "x".repeat(5_000) + "\n"))).toString();
        Ran plan = Ran.of("plan", "--aws-auth", awsAuth, "--mappings", file("mappings.yaml"));
        assertThat(plan.code()).isEqualTo(2);
        assertThat(plan.out()).containsPattern("(?m)^ # x{3997}… \\(1003 more characters\\)$");
    }

    @Test
    void thePolicyDecides() throws IOException {
        String policy = Files.writeString(folder.resolve("policy.yaml"),
                "masters: ['arn:aws:iam::111122223333:role/admins']\n").toString();
        assertThat(offline("ledger.yaml").out()).contains("admins: PolicyViolation");
        assertThat(offline("ledger.yaml", "--policy", policy).out()).contains("+  admins")
                .doesNotContain("PolicyViolation", "No --policy");
    }

    @Test
    void whatIsAgreedOnExitsWithZero() throws IOException {
        String mapping = Files.writeString(folder.resolve("mapping.yaml"), """
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata:
                  name: data-science
                  annotations:
                    iammapper.dev/adopt: "true"
                spec:
                  arn: arn:aws:iam::111122223333:role/data-science
                  username: data-science
                  groups: [notebooks]
                """).toString();
        Ran plan = Ran.of("plan", "--aws-auth", file("aws-auth.yaml"), "--mappings", mapping);
        assertThat(plan.out()).contains("No changes: aws-auth is as the mappings say. 1 row that is there becomes its"
                + " mapping's own.");
        assertThat(plan.code()).isZero();

        String other = Files.writeString(folder.resolve("other.yaml"), Files.readString(Path.of(mapping))
                .replace("adopt: \"true\"", "adopt: \"false\"").replace("[notebooks]", "[others]")).toString();
        Ran stays = Ran.of("plan", "--aws-auth", file("aws-auth.yaml"), "--mappings", other);
        assertThat(stays.out()).contains("No changes. Not Applied: 1 of 1 mappings; the reasons are below.",
                "data-science: ForeignEntry");
        assertThat(stays.code()).isZero();
    }

    @Test
    void whatCannotBeReadIsSaidInASentence() throws IOException {
        String wrong = Files.writeString(folder.resolve("wrong.yaml"), "kind: ConfigMap\n").toString();
        Ran noLedger = Ran.of("plan", "--aws-auth", file("aws-auth.yaml"), "--mappings", file("mappings.yaml"),
                "--ledger", wrong);
        assertThat(noLedger.code()).isEqualTo(1);
        assertThat(noLedger.err()).contains("holds no ConfigMap iam-identity-mapper-ledger", "kubectl get configmap")
                .doesNotContain("\tat ");
        String broken = Files.writeString(folder.resolve("broken.yaml"),
                Files.readString(FILES.resolve("ledger.yaml")).replace("\"version\":1", "\"version\":9")).toString();
        assertThat(Ran.of("plan", "--aws-auth", file("aws-auth.yaml"), "--mappings", file("mappings.yaml"), "--ledger",
                broken).err()).contains("it has version 9");
        Ran nowhere = Ran.of("plan", "--kubeconfig", folder.resolve("none").toString());
        assertThat(nowhere.code()).isEqualTo(1);
        assertThat(nowhere.err()).contains("none").doesNotContain("\tat ");
    }

    @Test
    void contradictionsAreUsageErrors() {
        assertThat(Ran.of("plan", "--prune").code()).isEqualTo(64);
        assertThat(Ran.of("plan", "--prune").err()).contains("add --mappings");
        assertThat(Ran.of("plan", "--ledger", "x").err()).contains("add --aws-auth");
        assertThat(Ran.of("plan", "--aws-auth", "x").err()).contains("say with --mappings");
        assertThat(Ran.of("plan", "--aws-auth", "x", "--mappings", "y", "--context", "z").err())
                .contains("works without a cluster");
        assertThat(Ran.of("plan", "--output", "sarif").code()).isEqualTo(64);
    }

    @Test
    void everyCommandHasHelpWithExamplesAndExitCodesAndAsksNobodyWhereNobodySits() {
        for (String command : new String[] {"plan", "release", "disown", "snapshots", "rollback", "doctor"}) {
            Ran help = Ran.of(command, "--help");
            assertThat(help.code()).isZero();
            assertThat(help.out()).contains("Examples:", "iam-identity-mapper " + command, "Exit codes:", "64");
        }
        for (String[] words : new String[][] {{"release", "1f0c5a9be27d"}, {"disown", "--all"}, {"rollback"}}) {
            Ran asked = Ran.of(words);
            assertThat(asked.code()).isEqualTo(64);
            assertThat(asked.err()).contains("this is no terminal", "add --yes");
        }
        for (String[] words : new String[][] {{"release", "1f0c5a9be27d", "-o", "json"},
                {"disown", "--all", "-o", "yaml"}, {"rollback", "-o", "json"}}) {
            Ran unseen = Ran.of(words);
            assertThat(unseen.code()).isEqualTo(64);
            assertThat(unseen.err()).contains("nothing is shown before the question", "add --yes");
        }
        assertThat(Ran.of("disown").err()).contains("the names of mappings, or --all");
        assertThat(Ran.of("disown", "--all", "name").err()).contains("contradict each other");
        assertThat(Ran.of("doctor", "--as-service-account", "controller").code()).isEqualTo(64);
        assertThat(Ran.of("snapshots", "newest").code()).isEqualTo(64);
    }

    @Test
    void withoutAClusterEachSaysSo() {
        String none = folder.resolve("none").toString();
        assertThat(Ran.of("doctor", "--kubeconfig", none).code()).isEqualTo(2);
        assertThat(Ran.of("release", "--kubeconfig", none).code()).isEqualTo(1);
        assertThat(Ran.of("snapshots", "--kubeconfig", none).code()).isEqualTo(1);
        assertThat(Ran.of("rollback", "--yes", "--kubeconfig", none).code()).isEqualTo(1);
        assertThat(Ran.of("disown", "--all", "--yes", "--kubeconfig", none).code()).isEqualTo(1);
    }

    private static Ran offline(String ledger, String... more) {
        String[] words = Arrays.copyOf(OFFLINE, OFFLINE.length + 1 + more.length);
        words[OFFLINE.length] = file(ledger);
        System.arraycopy(more, 0, words, OFFLINE.length + 1, more.length);
        return Ran.of(words);
    }

    private static String file(String name) {
        return FILES.resolve(name).toString();
    }
}
