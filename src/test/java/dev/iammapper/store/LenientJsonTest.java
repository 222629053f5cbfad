package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1LeaseSpec;
import io.kubernetes.client.openapi.models.V1Status;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LenientJsonTest {
    private static final String META = """
            "metadata": {"name": "n", "resourceVersion": "5", "creationTimestamp": "2026-01-02T03:04:05Z", "novel": {"a": [1]},
              "ownerReferences": [{"kind": "K", "novel": 1}],
              "managedFields": [{"manager": "eksctl", "operation": "Update", "novel": true,
                "fieldsV1": {"f:data": {".": {}, "f:mapRoles": {}}}}]}""";

    @BeforeAll
    static void install() {
        LenientJson.install();
    }

    @Test
    void aNewerServersFieldsAreIgnoredAtEveryLevelOfAConfigMapAndItsList() {
        String map = "{\"kind\":\"ConfigMap\",\"novel\":{},\"data\":{\"k\":\"v\"},\"binaryData\":{\"b\":\"AP8=\"},"
                + META
                + "}";
        V1ConfigMap read = JSON.deserialize(map, V1ConfigMap.class);
        assertThat(read.getData()).containsEntry("k", "v");
        assertThat(read.getBinaryData().get("b")).containsExactly(0, -1);
        assertThat(read.getMetadata().getName()).isEqualTo("n");
        V1ConfigMapList list = JSON.deserialize(
                "{\"novel\":1,\"metadata\":{\"resourceVersion\":\"9\",\"novel\":\"x\"},\"items\":[" + map + "]}",
                V1ConfigMapList.class);
        assertThat(list.getItems()).hasSize(1);
        assertThat(list.getMetadata().getResourceVersion()).isEqualTo("9");
    }

    @Test
    void soAreThoseOfALeaseAndOfAStatus() {
        V1Lease lease = JSON.deserialize("{\"novel\":1,\"spec\":{\"holderIdentity\":\"h\",\"novel\":[]," //
                + "\"renewTime\":\"2026-01-02T03:04:05.000006Z\"}," + META + "}", V1Lease.class);
        assertThat(lease.getSpec().getHolderIdentity()).isEqualTo("h");
        assertThat(lease.getSpec().getRenewTime()).isEqualTo("2026-01-02T03:04:05.000006Z");
        assertThat(lease.getSpec().getLeaseTransitions()).isNull();
        V1Status status = JSON.deserialize(
                "{\"code\":410,\"novel\":1,\"details\":{\"novel\":1,\"causes\":[{\"novel\":1}]}}", V1Status.class);
        assertThat(status.getCode()).isEqualTo(410);
    }

    @Test
    void anObjectThatAnswersItsDeletionIsReadAsAStatusAllTheSame() {
        V1Status status = JSON.deserialize("{\"kind\":\"CustomResourceDefinition\",\"status\":{\"a\":1}}",
                V1Status.class);
        assertThat(status.getStatus()).isNull();
    }

    @Test
    void managedFieldsAreKept() {
        V1ConfigMap read = JSON.deserialize("{" + META + "}", V1ConfigMap.class);
        assertThat(AwsAuthStore.stored(read).writers()).singleElement().satisfies(writer -> {
            assertThat(writer.manager()).isEqualTo("eksctl");
            assertThat(writer.dataKeys()).containsExactly("mapRoles");
        });
    }

    @Test
    void timesAreWrittenInUtcWithMicroseconds() {
        V1LeaseSpec spec = new V1LeaseSpec().renewTime(OffsetDateTime.parse("2026-01-02T12:00:00.5+02:00"));
        JsonObject written = JsonParser.parseString(JSON.serialize(spec)).getAsJsonObject();
        assertThat(written.get("renewTime").getAsString()).isEqualTo("2026-01-02T10:00:00.500000Z");
    }
}
