package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.StoreException.Kind;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import io.kubernetes.client.openapi.models.V1CustomResourceDefinition;
import io.kubernetes.client.util.PatchUtils;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MappingReadsIT {
    private final TestCluster cluster = TestCluster.shared();
    private final KubernetesAccess access = Accesses.admin(cluster);
    private final ApiextensionsV1Api definitions = new ApiextensionsV1Api(access.unary());
    private final MappingReads reads = new MappingReads(access);
    private final Mappings mappings = new Mappings(cluster);

    @BeforeEach
    void install() throws ApiException {
        cluster.applyCrds();
        mappings.deleteAll();
    }

    @AfterEach
    void close() {
        access.close();
    }

    @Test
    void allMappingsAreListedAlsoWhenTheyFillSeveralPages() throws ApiException {
        assertThat(reads.quorumList(object -> object)).isEqualTo(new MappingListing.Read(List.of()));
        for (int i = 0; i < 503; i++) {
            mappings.create("m-" + i);
        }
        AuditLog.Mark mark = cluster.audit().mark();
        MappingListing.Read read = (MappingListing.Read) reads.quorumList(object -> object);
        assertThat(Mappings.names(read.objects()))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 503).mapToObj(i -> "m-" + i).toList());
        assertThat(read.objects().getFirst().spec().groups()).containsExactly("viewers");
        assertThat(cluster.audit().since(mark)).filteredOn(event -> event.resource().equals(IamIdentityMapping.PLURAL))
                .extracting(AuditEvent::verb)
                .containsExactly("list", "list");
        mappings.deleteAll();
    }

    @Test
    void theDefinitionIsSeenServedLackingFieldsTerminatingAndMissing() throws ApiException {
        assertThat(reads.definition()).isInstanceOf(ServedDefinition.Served.class);

        String status = "/spec/versions/0/schema/openAPIV3Schema/properties/status/";
        patchDefinition("[{\"op\":\"remove\",\"path\":\"" + status + "default\"},{\"op\":\"remove\",\"path\":\""
                + status + "properties/observedGeneration\"}]");
        assertThat(reads.definition()).isInstanceOfSatisfying(ServedDefinition.LacksFields.class,
                lacks -> assertThat(lacks.missing()).containsExactly("status.observedGeneration"));

        patchDefinition("[{\"op\":\"add\",\"path\":\"/metadata/finalizers\",\"value\":[\"example.com/hold\"]}]");
        definitions.deleteCustomResourceDefinition(IamIdentityMapping.CRD_NAME).execute();
        assertThat(reads.definition()).isInstanceOf(ServedDefinition.Terminating.class);

        patchDefinition("[{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> reads.definition(),
                new ServedDefinition.Missing()::equals);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> reads.quorumList(object -> object),
                new MappingListing.NotServed()::equals);
        cluster.applyCrds();
        assertThat(reads.definition()).isInstanceOf(ServedDefinition.Served.class);
    }

    @Test
    void missingPermissionsAreNamed() {
        try (KubernetesAccess poor = Accesses.of(cluster.kubeconfigFor("store-it", "poor"))) {
            MappingReads poorReads = new MappingReads(poor);
            assertThatThrownBy(() -> poorReads.quorumList(object -> object))
                    .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FORBIDDEN))
                    .hasMessageContaining("not allowed to list iamidentitymappings.iamauthenticator.k8s.aws;")
                    .hasMessageContaining("a ClusterRole with the rule {apiGroups: [\"iamauthenticator.k8s.aws\"],"
                            + " resources: [\"iamidentitymappings\"], verbs: [\"list\"]}");
            assertThatThrownBy(poorReads::definition).hasMessageContaining("customresourcedefinitions");
        }
    }

    private void patchDefinition(String patch) throws ApiException {
        PatchUtils.patch(V1CustomResourceDefinition.class,
                () -> definitions.patchCustomResourceDefinition(IamIdentityMapping.CRD_NAME, new V1Patch(patch))
                        .buildCall(null),
                V1Patch.PATCH_FORMAT_JSON_PATCH, access.unary());
    }
}
