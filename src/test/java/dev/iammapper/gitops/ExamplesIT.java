package dev.iammapper.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.google.gson.JsonObject;
import dev.iammapper.chart.Chart;
import dev.iammapper.chart.Rendering;
import dev.iammapper.cli.CommandSurroundings;
import dev.iammapper.cli.lint.LintCommand;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.ForeignDefinitions;
import dev.iammapper.cluster.Kubectl;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.Seen;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.cluster.WebhookManifest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The examples as a real API server takes them: with the definitions of Argo CD and Flux, and asking our webhook. */
class ExamplesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAMESPACE = "iam-identity-mapper";
    private static final String WEBHOOK = "validatingwebhookconfiguration/iam-identity-mapper";
    private static final String[] AS_DRY_RUN = {"--server-side", "--dry-run=server", "--validate=strict"};

    private static final Path DEPLOYERS = Examples.FOLDER.resolve("plain").resolve("application")
            .resolve("deployers.yaml");

    private static TestCluster cluster;
    private static Kubectl kubectl;

    @TempDir
    private Path folder;

    @BeforeAll
    static void begin() {
        // Its own: others count the kinds of theirs.
        cluster = TestCluster.start();
        cluster.applyCrds();
        ForeignDefinitions.all().forEach(cluster::applyCrds);
        kubectl = new Kubectl(cluster.kubeconfig());
        for (String namespace : List.of("argocd", "flux-system", "shop", NAMESPACE)) {
            kubectl.run("create", "namespace", namespace);
        }
        Manifests.create(cluster.adminClient(), Repository.path("docs", "rbac.yaml"));
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    // ---- by schema

    static Stream<Path> manifests() {
        return Stream.concat(Examples.built().stream(), Examples.plainManifests().stream());
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void theApiServerTakesEveryExample(Path example) {
        Seen seen = kubectl.apply(text(example), AS_DRY_RUN);

        assertThat(seen.err()).as("%s", example).isEmpty();
        assertThat(seen.out().lines()).hasSameSizeAs(new Rendering(text(example)).objects())
                .allMatch(line -> line.endsWith("(server dry run)"));
    }

    @Test
    void aMisspeltFieldOfAnotherProjectsKindIsSeen() {
        String misspelt = text(Examples.FOLDER.resolve("argocd").resolve("root.yaml")).replace("selfHeal", "selfheal");

        assertThat(kubectl.apply(misspelt, AS_DRY_RUN).err()).contains("selfheal");
    }

    // ---- by the rules

    @ParameterizedTest
    @EnumSource
    void lintHasNothingToSayByThePolicyOfTheCluster(Examples.Cluster of) throws IOException {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), of.chartValues().get("policy").toString());
        Path built = Files.writeString(folder.resolve("access.yaml"), text(of.access()));

        String said = lint("--policy", policy.toString(), "--bindings", built.toString(), "--bindings",
                DEPLOYERS.toString(), built.toString());

        assertThat(said).startsWith("0 ").contains(" 0 denied, 0 warned of");
    }

    @ParameterizedTest
    @EnumSource
    void theWebhookAdmitsTheMappingsByThePolicyOfTheClusterAndNoOther(Examples.Cluster of) throws IOException {
        kubectl.run("delete", WEBHOOK, "--ignore-not-found");
        // Warnings about groups need the bindings.
        kubectl.apply(text(Examples.Cluster.PLAIN.access().resolve("bindings.yaml")), "--server-side");
        kubectl.apply(text(DEPLOYERS), "--server-side");
        int port = ControllerProcess.freePort();
        Manifests.create(cluster.adminClient(), WebhookManifest.at(cluster.hostFor(port), port, ""));
        String mappings = text(of.access());
        eventually(() -> assertThat(kubectl.apply(mappings, AS_DRY_RUN).err()).contains("failed calling webhook"));

        try (ControllerProcess controller = controller(of, port)) {
            controller.awaitReady(PATIENCE);
            eventually(() -> {
                Seen seen = kubectl.apply(mappings, AS_DRY_RUN);
                assertThat(seen.exitCode()).as(seen.err()).isZero();
                assertThat(seen.err().lines()).as("only that who runs the platform may do everything")
                        .singleElement(STRING).contains("\"platform\"", "(EscalatingGroup)");
            });
            assertThat(kubectl.apply(mappings.replaceAll("iam::\\d{12}:", "iam::999988887777:"), AS_DRY_RUN).err())
                    .contains("(ForeignAccount)", "(MastersGrant)");
        } finally {
            kubectl.run("delete", WEBHOOK, "--ignore-not-found");
        }
    }

    // ---- by the rights that the examples give

    @Test
    void fluxWritesTheMappingsAsItsServiceAccountAndNothingElse() {
        String account = "--as=system:serviceaccount:flux-system:access-mappings";
        kubectl.apply(text(Examples.FOLDER.resolve("flux").resolve("cluster-access").resolve("production")),
                "--server-side");

        eventually(() -> assertThat(
                kubectl.apply(text(Examples.Cluster.PRODUCTION.access()), "--server-side", "--dry-run=server", account)
                        .err())
                .isEmpty());
        assertThat(kubectl.run("auth", "can-i", "list", "clusterrolebindings", account).out()).contains("yes");
        assertThat(kubectl.run("auth", "can-i", "update", "configmap/aws-auth", "-n", "kube-system", account).out())
                .contains("no");
        assertThat(kubectl
                .run("create", "clusterrolebinding", "x", "--clusterrole=system:node", "--group=x", "--dry-run=server",
                        account)
                .err()).contains("attempting to grant RBAC permissions not currently held");
    }

    // ---- what the controller writes beside what is in Git

    @Test
    void theBundleThatTheControllerWritesIsNoDifferenceToWhatTheChartSays() {
        String name = "beside-git";
        JsonObject configuration = new Rendering(Chart.render("").text()).objects().stream()
                .filter(object -> object.get("kind").getAsString().equals("ValidatingWebhookConfiguration")).findFirst()
                .orElseThrow();
        configuration.getAsJsonObject("metadata").addProperty("name", name);
        String[] asArgoCd = {"--server-side", "--force-conflicts", "--field-manager=argocd-controller"};
        try {
            assertThat(kubectl.apply(configuration.toString(), asArgoCd).err()).isEmpty();
            assertThat(kubectl.run("patch", "validatingwebhookconfiguration", name, "--type=json",
                    "--field-manager=iam-identity-mapper", "--patch",
                    "[{\"op\":\"add\",\"path\":\"/webhooks/0/clientConfig/caBundle\",\"value\":\"Cg==\"}]").err())
                    .isEmpty();

            JsonObject before = stored(name);
            kubectl.apply(configuration.toString(), asArgoCd);

            assertThat(before.toString()).contains("Cg==");
            assertThat(stored(name).get("webhooks")).isEqualTo(before.get("webhooks"));
            assertThat(stored(name).getAsJsonObject("metadata").get("resourceVersion"))
                    .isEqualTo(before.getAsJsonObject("metadata").get("resourceVersion"));
        } finally {
            kubectl.run("delete", "validatingwebhookconfiguration", name);
        }
    }

    private static JsonObject stored(String name) {
        return new Rendering(kubectl.run("get", "validatingwebhookconfiguration", name, "-o", "yaml").out()).objects()
                .getFirst();
    }

    /** A file as it is, a folder as kustomize builds it. */
    private static String text(Path example) {
        if (!Files.isDirectory(example)) {
            return Repository.read(example);
        }
        Seen seen = kubectl.run("kustomize", example.toString());
        assertThat(seen.err()).as("%s", example).isEmpty();
        return seen.out();
    }

    /** A controller with the settings that the chart gives its Pods. */
    private ControllerProcess controller(Examples.Cluster of, int port) throws IOException {
        Path settings = Files.writeString(folder.resolve("application.yaml"),
                Chart.render(Examples.text(of.chartValues())).settings());
        Path logs = Files.createDirectories(Path.of("target", "gitops"));
        return ControllerProcess.start(cluster.kubeconfigFor(NAMESPACE, "controller"),
                logs.resolve("controller-" + of + ".log"),
                List.of("--spring.config.additional-location=file:" + settings, "--server.port=" + port,
                        "--mapper.webhook.host=" + cluster.hostFor(port)));
    }

    /** The exit code of {@code lint}, and what it printed; before any of the examples' instants. */
    private static String lint(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
        int code = new CommandLine(new LintCommand(new CommandSurroundings("test", clock, Map.of(),
                new ByteArrayInputStream(new byte[0]), print, print))).execute(words);
        return code + " " + out.toString(StandardCharsets.UTF_8);
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(200))
                .atMost(PATIENCE).untilAsserted(assertion);
    }
}
