package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.app.ManagementDoor.Asked;
import dev.iammapper.app.ManagementDoor.Refusal;
import dev.iammapper.app.ManagementDoor.Way;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementDoorTest {
    private static final String LEVEL = "/actuator/loggers/dev.iammapper";
    private static final String POD = "10.1.2.3";
    private static final String HOME = "127.0.0.1";

    private final ManagementDoor door = new ManagementDoor(List.of("/actuator/health", "/actuator/prometheus"),
            "/actuator/loggers");

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/prometheus"})
    void everybodyReadsHealthAndMetrics(String path) {
        assertThat(refusal("GET", POD, path, "10.9.9.9:8081")).isNull();
        assertThat(refusal("HEAD", POD, path, "mapper.svc:8081")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator", "/actuator/loggers", LEVEL, "/actuator/env", "/", "/actuator/healthy",
            "/actuator/prometheus2", "/actuator/health/../loggers"})
    void whoComesFromElsewhereReadsNothingElse(String path) {
        assertThat(refusal("GET", POD, path, "localhost:8081")).isEqualTo(403);
    }

    @Test
    void aPathThatTwoReadersUnderstandDifferentlyIsNotOpen() {
        assertThat(door
                .refusal(new Asked("GET", way(POD), "/actuator/health/..;/loggers", "/actuator/loggers", "x", null)))
                .extracting(Refusal::status).isEqualTo(403);
        assertThat(door
                .refusal(new Asked("GET", way(POD), "/actuator/%6coggers/../health", "/actuator/health", "x", null)))
                .extracting(Refusal::status).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "192.0.2.2", "169.254.1.1", "fe80::1", "2001:db8::1", "0.0.0.0", "::",
            "localhost", "", "127.0.0.1.example.com"})
    void nobodyElseChangesALevel(String address) {
        assertThat(refusal("POST", address, LEVEL, "localhost:8081")).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"})
    void whoComesByLoopbackReadsAndChangesLevels(String address) {
        assertThat(refusal("POST", address, LEVEL, "localhost:8081")).isNull();
        assertThat(refusal("GET", address, "/actuator/loggers", "127.0.0.1:8081")).isNull();
        assertThat(refusal("GET", address, LEVEL, "[::1]:8081")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"POST, /actuator/loggers", "POST, /actuator/health", "POST, /actuator/shutdown",
            "DELETE, /actuator/loggers/x", "PUT, /actuator/loggers/x", "PATCH, /actuator/loggers/x",
            "OPTIONS, /actuator/loggers/x", "POST, /actuator/loggersx/y"})
    void nothingElseIsChangedByAnybody(String method, String path) {
        assertThat(refusal(method, HOME, path, "localhost")).isEqualTo(405);
        assertThat(refusal(method, POD, path, "localhost")).isEqualTo(403);
    }

    @Test
    void whereLevelsAreSwitchedOffNobodyChangesThem() {
        assertThat(new ManagementDoor(List.of(), null)
                .refusal(new Asked("POST", way(HOME), LEVEL, LEVEL, "localhost", null)))
                .extracting(Refusal::status).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8081", "localhost.evil.example", "127.0.0.1.evil.example",
            "10.1.2.3:8081", "localhost@evil.example", "evil.example#localhost", "]["})
    void aPageWhoseNameWasPointedAtLoopbackIsNotLetIn(String host) {
        assertThat(refusal("POST", HOME, LEVEL, host)).isEqualTo(403);
        assertThat(refusal("GET", HOME, "/actuator/loggers", host)).isEqualTo(403);
        assertThat(door.refusal(new Asked("POST", way(HOME), LEVEL, LEVEL, null, null))).isNotNull();
    }

    @Test
    void aPageOfAnotherSiteIsNotLetIn() {
        assertThat(door.refusal(new Asked("POST", way(HOME), LEVEL, LEVEL, "localhost:8081", "https://evil.example")))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.6, 10.1.2.3, false", "127.0.0.1, 10.1.2.3, false", "127.0.0.1, 127.0.0.1, true",
            "127.0.0.6, 127.0.0.1, true"})
    void theProxyOfAMeshIsNotLetInForOthers(String from, String to, boolean proxied) {
        Way way = new Way(from, to, proxied);
        assertThat(door.refusal(new Asked("POST", way, LEVEL, LEVEL, "localhost:8081", null)))
                .extracting(Refusal::status).isEqualTo(403);
        assertThat(door.refusal(new Asked("GET", way, "/actuator/health", "/actuator/health", "localhost", null)))
                .isNull();
    }

    /** As a connection comes within one network: loopback to loopback, and a Pod to a Pod. */
    private static Way way(String from) {
        return new Way(from, from, false);
    }

    private Integer refusal(String method, String address, String path, String host) {
        Refusal refusal = door.refusal(new Asked(method, way(address), path, path, host, null));
        return refusal == null ? null : refusal.status();
    }
}
