package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.AwsAuthRenderer;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RemovalBrake;
import dev.iammapper.render.RenderInput;
import dev.iammapper.render.RenderPlan;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * {@code import} over an aws-auth of each kind that is found in the field: {@code -Dgolden.update=true} rewrites what is
 * expected, for review.
 */
class ImportCorpusTest {
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");
    private static final List<String[]> WAYS = List.of(new String[] {}, new String[] {"--include-nodes"},
            new String[] {"--no-adopt"}, new String[] {"--include-nodes", "--no-adopt"});

    @TempDir
    private Path folder;

    static List<ImportCase> cases() {
        return ImportCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyByteIsAsExpected(ImportCase each) {
        Ran ran = each.run();
        Ran withNodes = each.run("--include-nodes");

        compare(each, "expected.yaml", ran.out());
        compare(each, "expected.txt", ran.err() + "exit code " + ran.code() + "\n");
        compare(each, "with-nodes.yaml", withNodes.out().equals(ran.out()) ? null : withNodes.out());
    }

    private static void compare(ImportCase each, String file, @Nullable String actual) {
        if (UPDATE) {
            each.folder().write(file, actual);
            return;
        }
        assertThat(actual).as(each + "/" + file).isEqualTo(each.folder().read(file));
    }

    /** The promise of the command, checked without its own word for it. */
    @ParameterizedTest
    @MethodSource("cases")
    void aPassOverTheObjectsChangesNotOneByte(ImportCase each) {
        AwsAuthData before = data(each);
        for (String[] way : WAYS) {
            List<IdentityMapping> mappings = mappings(each.run(way).out());
            Set<String> uids = mappings.stream().map(IdentityMapping::uid).collect(Collectors.toSet());

            RenderPlan plan = AwsAuthRenderer.render(new RenderInput(before, "uid", Ledger.EMPTY, mappings,
                    new RenderInput.Objects("definition", uids, Set.of(), Set.of(), Set.of(), Set.of(), uids), Set.of(),
                    Set.of(), Set.of(), Set.of(),
                    new RemovalBrake(5, 20, Duration.ofMinutes(10), Instant.EPOCH), 0));

            boolean adopts = !Set.of(way).contains("--no-adopt");
            assertThat(plan.next()).isEqualTo(before);
            assertThat(plan.changes()).isEmpty();
            assertThat(plan.notices()).allMatch(notice -> notice.topic() == RenderPlan.Notice.Topic.ADOPTED);
            assertThat(plan.notices()).hasSize(adopts ? mappings.size() : 0);
            assertThat(plan.outcomes()).hasSize(mappings.size());
            assertThat(plan.outcomes().values()).allMatch(outcome -> adopts
                    ? outcome instanceof RenderPlan.Outcome.Owned
                    : outcome instanceof RenderPlan.Outcome.AlreadyPresent);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void thePolicyValuesAdmitWhatIsPrinted(ImportCase each) {
        Path values = folder.resolve("values.txt");
        Ran ran = each.run("--include-nodes", "--policy-values", values.toString());
        if (mappings(ran.out()).isEmpty()) {
            // There is nothing to lint, and an empty pipe is a mistake for lint.
            assertThat(ran.out()).isEmpty();
            return;
        }

        Lint lint = Lint.json(ran.out(), "--policy", values.toString());

        assertThat(lint.code()).as(lint.out()).isZero();
        assertThat(lint.count("mappings")).isEqualTo(mappings(ran.out()).size());
    }

    /** The same as files: what kubectl would apply, and lint would read, as a folder. */
    @ParameterizedTest
    @MethodSource("cases")
    void aFolderHoldsTheSameObjects(ImportCase each) throws Exception {
        Path into = folder.resolve("access");
        Ran stream = each.run("--include-nodes");
        Ran files = each.run("--include-nodes", "--directory", into.toString());

        Map<String, Object> inFiles = new TreeMap<>();
        try (Stream<Path> written = Files.list(into)) {
            for (Path file : written.filter(file -> file.toString().endsWith(".yaml")).toList()) {
                inFiles.put(String.valueOf(file.getFileName()), new Yaml().load(Files.readString(file)));
            }
        }
        Map<String, Object> inStream = new TreeMap<>();
        documents(stream.out()).forEach(document -> inStream.put(name(document) + ".yaml", document));
        assertThat(inFiles).isEqualTo(inStream);
        assertThat(files.err()).isEqualTo(stream.err());
        assertThat(files.code()).isEqualTo(stream.code());
        assertThat(Lint.run("--policy", into.resolve("policy-values.txt").toString(), into.toString()).code())
                .as("a folder in which nothing could be translated holds no manifest").isEqualTo(inFiles.isEmpty()
                        ? 2
                        : 0);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyRowIsTranslatedOrNamed(ImportCase each) {
        JsonObject report = each.run("-o", "json").json();
        AwsAuthLookup awsAuth = AwsAuthLookup.of(data(each));

        List<String> told = new ArrayList<>();
        for (String list : List.of("mappings", "skipped")) {
            for (JsonElement element : report.getAsJsonArray(list)) {
                JsonObject row = element.getAsJsonObject();
                if (!row.get("section").getAsString().equals("mapAccounts")) {
                    told.add(row.get("section").getAsString() + " " + row.get("line").getAsInt());
                }
            }
        }
        List<String> rows = new ArrayList<>();
        awsAuth.rows().forEach(row -> rows.add(row.dataKey() + " " + row.line()));
        awsAuth.problems().stream().filter(problem -> problem.sectionLost() && problem.hasRows())
                .forEach((AwsAuthProblem problem) -> rows.add(problem.dataKey() + " " + problem.line()));
        assertThat(told).containsExactlyInAnyOrderElementsOf(rows);
    }

    // ---- what was printed

    private static List<IdentityMapping> mappings(String printed) {
        List<IdentityMapping> mappings = new ArrayList<>();
        for (Map<?, ?> document : documents(printed)) {
            Map<?, ?> metadata = (Map<?, ?>) document.get("metadata");
            Map<?, ?> spec = (Map<?, ?>) document.get("spec");
            V1ObjectMeta meta = new V1ObjectMeta().name(name(document)).uid("uid-" + name(document));
            if (metadata.get("annotations") instanceof Map<?, ?> annotations) {
                annotations.forEach((key, value) -> meta.putAnnotationsItem((String) key, (String) value));
            }
            List<@Nullable String> groups = new ArrayList<>();
            if (spec.get("groups") instanceof List<?> list) {
                list.forEach(group -> groups.add((String) group));
            }
            IamIdentityMapping object = new IamIdentityMapping(null, null, meta, new IamIdentityMappingSpec(
                    (String) spec.get("arn"), (String) spec.get("username"), groups, null, null), null);
            assertThat(MappingParser.parse(object)).isInstanceOf(ParsedMapping.Valid.class);
            mappings.add(((ParsedMapping.Valid) MappingParser.parse(object)).mapping());
        }
        return mappings;
    }

    private static String name(Map<?, ?> document) {
        return (String) ((Map<?, ?>) document.get("metadata")).get("name");
    }

    private static List<Map<?, ?>> documents(String printed) {
        List<Map<?, ?>> documents = new ArrayList<>();
        for (Object document : new Yaml().loadAll(printed)) {
            if (document instanceof Map<?, ?> map) {
                documents.add(map);
            }
        }
        return documents;
    }

    private static AwsAuthData data(ImportCase each) {
        Map<String, Object> configMap = new Yaml().load(String.valueOf(each.folder().read("aws-auth.yaml")));
        Map<?, ?> data = configMap.get("data") instanceof Map<?, ?> map ? map : Map.of();
        return new AwsAuthData((String) data.get("mapRoles"), (String) data.get("mapUsers"),
                (String) data.get("mapAccounts"));
    }
}
