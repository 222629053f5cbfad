package dev.iammapper.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.iammapper.chart.Chart;
import dev.iammapper.chart.Rendering;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.PolicyText;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the examples without a cluster. */
class ExamplesTest {
    private static final Pattern HOST = Pattern.compile("[a-z]+://([a-z0-9.-]+)");
    private static final Path ARGO_CD = Examples.FOLDER.resolve("argocd");

    /** Argo CD makes it, by CreateNamespace. */
    private static final Path NAMESPACE = Examples.FOLDER.resolve("flux").resolve("controller").resolve("base")
            .resolve("namespace.yaml");

    private static final Collector<String, ?, Set<String>> SORTED = Collectors.toCollection(TreeSet::new);

    static Stream<Path> files() {
        return Examples.files().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsYamlThatPointsAtExamplesOnly(Path file) {
        String text = Repository.read(file);

        assertThat(new Rendering(text).objects()).isNotEmpty();
        assertThat(HOST.matcher(text).results().map(host -> host.group(1)))
                .allMatch(host -> host.endsWith(".example.com") || host.equals("kubernetes.default.svc"));
    }

    @Test
    void theVersionsAreThoseOfToday() {
        Set<String> versions = files().flatMap(file -> new Rendering(Repository.read(file)).objects().stream())
                .filter(object -> object.has("apiVersion")).map(object -> object.get("apiVersion").getAsString())
                .filter(version -> version.contains(".")).collect(SORTED);

        assertThat(versions).containsExactly("argoproj.io/v1alpha1", "helm.toolkit.fluxcd.io/v2",
                "iamauthenticator.k8s.aws/v1alpha1", "kustomize.config.k8s.io/v1alpha1",
                "kustomize.config.k8s.io/v1beta1", "kustomize.toolkit.fluxcd.io/v1",
                "rbac.authorization.k8s.io/v1", "source.toolkit.fluxcd.io/v1");
    }

    @ParameterizedTest
    @EnumSource
    void theChartTakesTheValuesOfEveryCluster(Examples.Cluster cluster) {
        JsonObject values = cluster.chartValues();

        Rendering rendering = Chart.render(Examples.text(values));

        assertThat(rendering.settings()).contains("BreakGlass");
        assertThat(PolicyText.read(values.get("policy").toString())).isInstanceOf(ParsedPolicy.Valid.class);
    }

    @Test
    void everyPathThatAnExampleNamesIsThere() {
        Set<String> paths = new TreeSet<>();
        files().flatMap(file -> new Rendering(Repository.read(file)).objects().stream())
                .forEach(object -> collect(object, "", paths));

        assertThat(paths).contains("plain/access", "plain/values.yaml", "fleet/access/production",
                "fleet/values/staging/values.yaml", "flux/controller/production", "argocd/applications",
                "flux/cluster-access/staging");
        assertThat(paths).allMatch(path -> Examples.FOLDER.resolve(path).toFile().exists());
    }

    @Test
    void theControllersProjectAllowsWhatTheChartBringsAndNothingMore() {
        JsonObject project = project("iam-identity-mapper");
        List<JsonObject> objects = Stream.of(Examples.Cluster.values())
                .flatMap(cluster -> Chart.render(Examples.text(cluster.chartValues())).objects().stream()).toList();
        List<JsonObject> ofTheCluster = Stream
                .concat(objects.stream().filter(object -> !isNamespaced(object)), objects(NAMESPACE)).toList();

        assertThatAllows(project, ofTheCluster);
        assertThat(kinds(project, "namespaceResourceWhitelist"))
                .isEqualTo(objects.stream().filter(ExamplesTest::isNamespaced).map(ExamplesTest::kind).collect(SORTED));
        assertThat(values(project, "destinations", "namespace")).isEqualTo(objects.stream()
                .filter(ExamplesTest::isNamespaced).map(object -> metadata(object, "namespace")).collect(SORTED));
    }

    @Test
    void theMappingsProjectAllowsWhatTheExamplesBringAndNothingInAnyNamespace() {
        JsonObject project = project("cluster-access");

        assertThatAllows(project, files().filter(file -> file.startsWith(Examples.Cluster.PLAIN.access()))
                .flatMap(file -> Examples.objects(file).stream()).filter(object -> object.has("metadata")).toList());
        assertThat(kinds(project, "namespaceResourceBlacklist")).containsExactly("*/*");
    }

    @Test
    void onlyTheRootMakesApplicationsAndNothingElse() {
        JsonObject project = project("cluster-access-root");

        assertThat(kinds(project, "namespaceResourceWhitelist")).containsExactly("argoproj.io/Application");
        assertThat(project.getAsJsonArray("clusterResourceWhitelist")).isEmpty();
        assertThat(applications()
                .filter(object -> object.toString().contains("\"project\":\"cluster-access-root\""))
                .map(object -> metadata(object, "name"))).containsExactly("cluster-access");
    }

    @Test
    void argoCdNeverGivesUpOnARevisionAndTakesTheNextOne() {
        assertThat(applications()).hasSize(5).allSatisfy(application -> {
            JsonObject retry = application.getAsJsonObject("spec").getAsJsonObject("syncPolicy")
                    .getAsJsonObject("retry");
            assertThat(retry.get("limit").getAsInt()).isEqualTo(-1);
            assertThat(retry.get("refresh").getAsBoolean()).isTrue();
        });
    }

    @Test
    void argoCdDoesNotAskTheWebhookWhenItComparesMappings() {
        assertThat(applications().filter(application -> application.toString().contains("iam-identity-mappings")))
                .hasSize(2).allSatisfy(application -> assertThat(application.getAsJsonObject("metadata")
                        .getAsJsonObject("annotations").get("argocd.argoproj.io/compare-options").getAsString())
                        .isEqualTo("ServerSideDiff=false"));
    }

    /** With metadata and spec, those of ApplicationSets too. */
    private static Stream<JsonObject> applications() {
        return files().filter(file -> file.startsWith(ARGO_CD)).flatMap(ExamplesTest::objects)
                .filter(object -> object.get("kind").getAsString().startsWith("Application"))
                .map(object -> object.get("kind").getAsString().equals("Application")
                        ? object
                        : object.getAsJsonObject("spec").getAsJsonObject("template"));
    }

    @Test
    void whatFluxIsPointedAtHasNoKustomizationThatLeavesFluxOut() {
        assertThat(files().filter(file -> file.startsWith(Examples.FOLDER.resolve("flux").resolve("clusters"))))
                .isNotEmpty().noneMatch(file -> file.endsWith("kustomization.yaml"));
    }

    /** Each object by an entry of its own group and kind whose name fits, and no entry without an object. */
    private static void assertThatAllows(JsonObject project, List<JsonObject> objects) {
        Set<JsonObject> used = new HashSet<>();
        assertThat(objects).allSatisfy(object -> assertThat(entries(project, "clusterResourceWhitelist")
                .filter(entry -> kind(object).equals(named(entry)) && fits(entry, metadata(object, "name")))
                .peek(used::add)).isNotEmpty());
        assertThat(used).containsExactlyInAnyOrderElementsOf(entries(project, "clusterResourceWhitelist").toList());
    }

    private static boolean fits(JsonObject entry, String name) {
        return !entry.has("name")
                || name.matches(entry.get("name").getAsString().replace(".", "\\.").replace("*", ".*"));
    }

    private static JsonObject project(String name) {
        return objects(ARGO_CD.resolve("project.yaml")).filter(object -> metadata(object, "name").equals(name))
                .findFirst().orElseThrow().getAsJsonObject("spec");
    }

    private static Stream<JsonObject> objects(Path file) {
        return Examples.objects(file).stream();
    }

    private static boolean isNamespaced(JsonObject object) {
        return object.getAsJsonObject("metadata").has("namespace");
    }

    private static String metadata(JsonObject object, String key) {
        return object.getAsJsonObject("metadata").get(key).getAsString();
    }

    /** Group and kind. */
    private static String kind(JsonObject object) {
        String version = object.get("apiVersion").getAsString();
        return version.substring(0, Math.max(0, version.indexOf('/'))) + "/" + object.get("kind").getAsString();
    }

    private static Set<String> kinds(JsonObject project, String list) {
        return entries(project, list).map(ExamplesTest::named).collect(SORTED);
    }

    private static String named(JsonObject entry) {
        return entry.get("group").getAsString() + "/" + entry.get("kind").getAsString();
    }

    private static Set<String> values(JsonObject project, String list, String key) {
        return entries(project, list).map(entry -> entry.get(key).getAsString()).collect(SORTED);
    }

    private static Stream<JsonObject> entries(JsonObject project, String list) {
        return project.getAsJsonArray(list).asList().stream().map(JsonElement::getAsJsonObject);
    }

    @Test
    void bothToolsKeepTheirHandsOffTheProtectedMapping() {
        JsonObject metadata = Examples.object(Examples.FOLDER.resolve("plain").resolve("access")
                .resolve("break-glass.yaml")).getAsJsonObject("metadata");

        assertThat(metadata.getAsJsonObject("labels").get("iammapper.dev/protected").getAsString()).isEqualTo("true");
        assertThat(metadata.getAsJsonObject("annotations").get("argocd.argoproj.io/sync-options").getAsString())
                .isEqualTo("Prune=false,Delete=false");
        assertThat(metadata.getAsJsonObject("annotations").get("kustomize.toolkit.fluxcd.io/prune").getAsString())
                .isEqualTo("disabled");
    }

    /** Paths in the repository that this folder stands for; those of ApplicationSets for each cluster. */
    private static void collect(JsonElement element, String key, Set<String> paths) {
        switch (element) {
            case JsonObject object -> object.entrySet()
                    .forEach(entry -> collect(entry.getValue(), entry.getKey(), paths));
            case JsonArray array -> array.forEach(item -> collect(item, key, paths));
            case JsonPrimitive text when Set.of("path", "valueFiles", "patch").contains(key) -> Stream
                    .concat(Stream.of(text.getAsString()), patched(text.getAsString()))
                    .filter(path -> !path.contains("\n") && !path.equals("."))
                    .map(path -> path.replaceFirst("^(\\$values|\\.)/", ""))
                    .flatMap(path -> path.contains("{{.nameNormalized}}")
                            ? Stream.of("production", "staging").map(name -> path.replace("{{.nameNormalized}}", name))
                            : Stream.of(path))
                    .forEach(paths::add);
            default -> {
            }
        }
    }

    private static Stream<String> patched(String patch) {
        return Pattern.compile("value: (\\./\\S+)").matcher(patch).results().map(value -> value.group(1));
    }
}
