package dev.iammapper.demo;

import com.google.gson.Gson;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.cluster.ClusterException;
import dev.iammapper.cluster.Manifests;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.cluster.WebhookManifest;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the demo puts into its cluster, and what it reads from it. */
final class DemoCluster {
    private static final Path SAMPLES = Path.of("src", "test", "resources", "demo");
    private static final Duration CONTRACT = Duration.ofMinutes(2);

    private final TestCluster cluster;
    private final Gson gson = new Gson();

    DemoCluster(TestCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * What the controller says about one object.
     *
     * @param ready True, False, or empty before the controller has looked
     */
    record Verdict(String ready, String reason, String message) {}

    /** The data of aws-auth. */
    record AwsAuth(String mapRoles, String mapUsers) {}

    /** Installs the CRD, the permissions of the controller, aws-auth as a cluster has it, and the mappings. */
    int fill(Clock clock) {
        cluster.applyCrds();
        Manifests.create(cluster.adminClient(), Path.of("docs", "rbac.yaml"));
        Manifests.create(cluster.adminClient(), SAMPLES.resolve("aws-auth.yaml"));
        Manifests.create(cluster.adminClient(), SAMPLES.resolve("bindings.yaml"));
        String inTwoMinutes = clock.instant().plus(CONTRACT).truncatedTo(ChronoUnit.SECONDS).toString();
        List<Path> mappings = mappings();
        mappings.forEach(file -> Manifests.create(cluster.adminClient(),
                text(file).replace("IN_TWO_MINUTES", inTwoMinutes)));
        return mappings.size();
    }

    /** Has the API server ask a webhook of this machine before it stores a mapping. */
    void askWebhook(String host, int port) {
        Manifests.create(cluster.adminClient(), WebhookManifest.at(host, port, ""));
    }

    /** Tries to create an object that should be refused, and returns the API server's words. */
    String refusal(Path file) {
        try {
            Manifests.create(cluster.adminClient(), text(file));
            return "";
        } catch (ClusterException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static List<Path> mappings() {
        try (Stream<Path> files = Files.list(SAMPLES.resolve("mappings"))) {
            return files.sorted(Comparator.naturalOrder()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the controller says, by the objects' names. */
    Map<String, Verdict> verdicts() {
        try {
            Object list = new CustomObjectsApi(cluster.adminClient()).listClusterCustomObject(IamIdentityMapping.GROUP,
                    IamIdentityMapping.VERSION, IamIdentityMapping.PLURAL).execute();
            Map<String, Verdict> verdicts = new TreeMap<>();
            gson.toJsonTree(list).getAsJsonObject().getAsJsonArray("items").forEach(item -> {
                IamIdentityMapping mapping = gson.fromJson(item, Wire.class).mapping();
                verdicts.put(gson.fromJson(item, Wire.class).metadata().name(), verdict(mapping));
            });
            return verdicts;
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return Map.of();
            }
            throw new ClusterException("the mappings cannot be listed, HTTP status " + e.getCode(), e);
        }
    }

    /** An object with as much of its metadata as the demo needs. */
    private record Wire(Metadata metadata, dev.iammapper.api.@Nullable IamIdentityMappingStatus status) {
        private record Metadata(String name, Long generation) {}

        IamIdentityMapping mapping() {
            return new IamIdentityMapping(null, null, null, null,
                    status != null && metadata.generation().equals(status.observedGeneration()) ? status : null);
        }
    }

    private static Verdict verdict(IamIdentityMapping mapping) {
        if (mapping.status() == null || mapping.status().conditions() == null) {
            return new Verdict("", "", "the controller has not looked at it yet");
        }
        for (MappingCondition condition : mapping.status().conditions()) {
            if (MappingCondition.READY.equals(condition.type())) {
                return new Verdict(String.valueOf(condition.status()), String.valueOf(condition.reason()),
                        String.valueOf(condition.message()));
            }
        }
        return new Verdict("", "", "");
    }

    /** aws-auth as it stands. */
    AwsAuth awsAuth() {
        try {
            V1ConfigMap map = new CoreV1Api(cluster.adminClient()).readNamespacedConfigMap("aws-auth", "kube-system")
                    .execute();
            Map<String, String> data = map.getData() == null ? Map.of() : map.getData();
            return new AwsAuth(data.getOrDefault("mapRoles", ""), data.getOrDefault("mapUsers", ""));
        } catch (ApiException e) {
            if (e.getCode() == 404) {
                return new AwsAuth("", "");
            }
            throw new ClusterException("aws-auth cannot be read: " + e.getMessage(), e);
        }
    }
}
