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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the examples without a cluster. */
class ExamplesTest {
    private static final Pattern HOST = Pattern.compile("[a-z]+://([a-z0-9.-]+)");

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
                .filter(version -> version.contains(".")).collect(Collectors.toCollection(TreeSet::new));

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
                "fleet/values/staging.yaml", "flux/controller/production", "argocd/applications");
        assertThat(paths).allMatch(path -> Examples.FOLDER.resolve(path).toFile().exists());
    }

    @Test
    void theProjectAllowsWhatTheExamplesBringAndNothingMore() {
        JsonObject project = Examples.object(Examples.FOLDER.resolve("argocd").resolve("project.yaml"))
                .getAsJsonObject("spec");
        Stream<JsonObject> chart = Chart.render(Examples.text(Examples.Cluster.PLAIN.chartValues())).objects().stream();
        Stream<JsonObject> access = files().filter(file -> file.startsWith(Examples.Cluster.PLAIN.access()))
                .flatMap(file -> new Rendering(Repository.read(file)).objects().stream())
                .filter(object -> object.has("metadata"));
        Set<String> kinds = new TreeSet<>(Set.of("Namespace"));
        Set<String> namespaces = new TreeSet<>(Set.of("argocd"));
        Stream.concat(chart, access).forEach(object -> {
            JsonElement namespace = object.getAsJsonObject("metadata").get("namespace");
            if (namespace == null) {
                kinds.add(object.get("kind").getAsString());
            } else {
                namespaces.add(namespace.getAsString());
            }
        });

        assertThat(values(project, "clusterResourceWhitelist", "kind")).isEqualTo(kinds);
        assertThat(values(project, "destinations", "namespace")).isEqualTo(namespaces);
    }

    private static Set<String> values(JsonObject object, String list, String key) {
        return object.getAsJsonArray(list).asList().stream().map(item -> item.getAsJsonObject().get(key).getAsString())
                .collect(Collectors.toCollection(TreeSet::new));
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
                    .flatMap(path -> path.contains("{{.name}}")
                            ? Stream.of("production", "staging").map(name -> path.replace("{{.name}}", name))
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
