package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.TestCluster;
import dev.iammapper.store.EventRecorder.Subject;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.EventsV1Api;
import io.kubernetes.client.openapi.models.EventsV1Event;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventRecorderIT {
    private final KubernetesAccess access = Accesses.admin(TestCluster.shared());
    private final EventRecorder events = new EventRecorder(access, "replica-1", Clock.systemUTC());

    @AfterEach
    void close() {
        events.close();
        access.close();
    }

    @Test
    void anEventAboutAMappingIsStoredInDefaultAndNotRepeated() {
        Subject subject = Subject.mapping("event-it", "uid-1");
        for (int i = 0; i < 5; i++) {
            events.record(subject, EventRecorder.Type.WARNING, "Conflict", "Decide", "loses against \"older\"");
        }
        events.record(subject, EventRecorder.Type.NORMAL, "Applied", "WriteAwsAuth", "the last one");
        List<EventsV1Event> stored = await("default", "event-it", 2);
        EventsV1Event conflict = stored.stream().filter(event -> event.getReason().equals("Conflict")).findFirst()
                .orElseThrow();
        assertThat(conflict.getNote()).isEqualTo("loses against \"older\"");
        assertThat(conflict.getType()).isEqualTo("Warning");
        assertThat(conflict.getReportingController()).isEqualTo("iammapper.dev/controller");
        assertThat(conflict.getReportingInstance()).isEqualTo("replica-1");
        assertThat(conflict.getRegarding().getKind()).isEqualTo("IAMIdentityMapping");
        assertThat(conflict.getRegarding().getUid()).isEqualTo("uid-1");
    }

    @Test
    void anEventAboutAwsAuthIsStoredBesideItAndALongNoteIsCutBetweenCharacters() {
        events.record(Subject.awsAuth(null), EventRecorder.Type.WARNING, "EventIt", "Read", "ä€😀".repeat(500));
        EventsV1Event stored = await("kube-system", "aws-auth", 1).getFirst();
        assertThat(stored.getNote().getBytes(StandardCharsets.UTF_8).length).isBetween(1000, 1024);
        assertThat(stored.getNote()).endsWith("…").doesNotContain("\ufffd");
    }

    private List<EventsV1Event> await(String namespace, String name, int count) {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50))
                .until(() -> about(namespace, name), found -> found.size() == count);
    }

    private List<EventsV1Event> about(String namespace, String name) throws ApiException {
        return new EventsV1Api(access.unary()).listNamespacedEvent(namespace).execute().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals(name))
                .filter(event -> event.getReportingInstance().equals("replica-1")).toList();
    }
}
