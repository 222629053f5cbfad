package dev.iammapper.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.kubernetes.client.openapi.JSON;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The records pass through the Kubernetes client's JSON as the API server means it. */
class WireFormatTest {
    private final Gson gson = JSON.getGson();

    @Test
    void whatIsAbsentStaysAbsent() {
        IamIdentityMapping mapping = gson.fromJson("{\"metadata\":{\"name\":\"m\"}}", IamIdentityMapping.class);

        assertThat(mapping.spec()).isNull();
        assertThat(mapping.status()).isNull();
        assertThat(mapping.getMetadata().getName()).isEqualTo("m");
        assertThat(gson.toJsonTree(mapping).getAsJsonObject().keySet()).containsExactly("metadata");
    }

    @Test
    void fieldsOfALaterVersionAreLeftOut() {
        IamIdentityMappingSpec spec = gson.fromJson(
                "{\"arn\":\"a\",\"username\":\"u\",\"groups\":[\"g\",null],\"later\":{\"x\":[1]}}",
                IamIdentityMappingSpec.class);

        assertThat(spec.groups()).containsExactly("g", null);
        assertThat(spec.notBefore()).isNull();
    }

    @Test
    void instantsStayTheTextThatTheUserWrote() {
        IamIdentityMappingSpec spec = gson.fromJson("{\"expiresAt\":\"2026-06-01T14:30:00.5+02:00\"}",
                IamIdentityMappingSpec.class);

        assertThat(spec.expiresAt()).isEqualTo("2026-06-01T14:30:00.5+02:00");
    }

    @Test
    void statusIsWrittenWithoutWhatNobodyKnows() {
        IamIdentityMappingStatus status = new IamIdentityMappingStatus("arn:aws:iam::111122223333:role/r", null, 3L,
                List.of(new MappingCondition(MappingCondition.READY, "True", MappingReason.APPLIED.word(), "Fine.",
                        "2026-01-01T00:00:00Z", 3L)));

        assertThat(gson.toJson(status)).isEqualTo("{\"canonicalARN\":\"arn:aws:iam::111122223333:role/r\","
                + "\"observedGeneration\":3,\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","
                + "\"reason\":\"Applied\",\"message\":\"Fine.\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\","
                + "\"observedGeneration\":3}]}");
        assertThat(gson.fromJson(gson.toJson(status), IamIdentityMappingStatus.class)).isEqualTo(status);
    }

    @Test
    void reasonsAreWordsThatConditionsMayCarry() {
        assertThat(List.of(MappingReason.values())).extracting(MappingReason::word).doesNotHaveDuplicates()
                .allMatch(word -> word.matches("[A-Z][A-Za-z]+"));
    }
}
