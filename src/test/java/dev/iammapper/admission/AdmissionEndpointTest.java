package dev.iammapper.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletRequest;

class AdmissionEndpointTest {
    private final StubFacts facts = new StubFacts();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AdmissionEndpoint endpoint = new AdmissionEndpoint(MappingAdmissionTest.admission(facts),
            new AdmissionMetrics(registry), facts.nanoTime::get);

    @Test
    void aBugDeniesWithAMessageAndWithoutATrace() {
        facts.bug = new IllegalStateException("somewhere inside");
        ResponseEntity<byte[]> answer = post(Reviews.bytes(Reviews.creation(Reviews.goodMapping())));

        assertThat(answer.getStatusCode().value()).isEqualTo(200);
        JsonObject response = Reviews.json(text(answer)).getAsJsonObject("response");
        assertThat(response.get("uid").getAsString()).isEqualTo(Reviews.UID);
        assertThat(response.get("allowed").getAsBoolean()).isFalse();
        assertThat(response.getAsJsonObject("status").get("message").getAsString())
                .startsWith("Not judged, because iam-identity-mapper failed").contains(Reviews.UID);
        assertThat(text(answer)).doesNotContain("somewhere inside", "Exception");
        assertThat(registry.counter("mapper.admission.requests", "answer", "unjudged").count()).isEqualTo(1);
    }

    @Test
    void whatCannotBeAnsweredIsAStatusOfKubernetes() {
        ResponseEntity<byte[]> answer = post("no JSON".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.getStatusCode().value()).isEqualTo(400);
        JsonObject status = Reviews.json(text(answer));
        assertThat(status.get("kind").getAsString()).isEqualTo("Status");
        assertThat(status.get("message").getAsString()).contains("not JSON");
        assertThat(registry.counter("mapper.admission.requests", "answer", "unreadable").count()).isEqualTo(1);
    }

    private ResponseEntity<byte[]> post(byte[] body) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", AdmissionEndpoint.PATH);
        request.setContent(body);
        return endpoint.validate(request);
    }

    private static String text(ResponseEntity<byte[]> answer) {
        return new String(Objects.requireNonNull(answer.getBody()), StandardCharsets.UTF_8);
    }
}
