package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.FaultProxy;
import dev.iammapper.cluster.FaultProxy.Asked;
import dev.iammapper.cluster.FaultProxy.Behaviour;
import dev.iammapper.cluster.FaultProxy.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;

/** The API server is well, and the way to it is not. One controller lives through all of it. */
class BrokenWayIT extends Scenario {
    private static final Duration RECOVERY = Duration.ofSeconds(40);
    private static final String LEDGER = "iam-identity-mapper-ledger";
    private static final int RETRIES = 3;

    @TempDir
    private static Path folder;

    private static @Nullable Way kept;

    /** Of a controller whose token is in a file. */
    private record Way(FaultProxy proxy, ControllerProcess controller, Path token, String firstToken) {
        static Way open(Stage stage) throws IOException {
            FaultProxy proxy = stage.cluster().proxy("broken-way");
            String kubeconfig = Files.readString(stage.kubeconfig());
            String firstToken = tokenOf(kubeconfig);
            Path token = Files.writeString(folder.resolve("token"), firstToken);
            Path withFile = Files.writeString(folder.resolve("kubeconfig"),
                    kubeconfig.replaceFirst("token: \\S+", Matcher.quoteReplacement("tokenFile: " + token)));
            ControllerProcess controller = stage.launchReplica(proxy, withFile);
            controller.awaitReady(Duration.ofSeconds(90));
            return new Way(proxy, controller, token, firstToken);
        }
    }

    private Way way() {
        return Objects.requireNonNull(kept);
    }

    @BeforeEach
    void open() throws IOException {
        if (kept == null) {
            stage.stopControllers();
            kept = Way.open(stage);
        }
    }

    @AfterAll
    static void close() {
        Stage.shared().stopControllers();
        if (kept != null) {
            kept.proxy().close();
            kept = null;
        }
    }

    static Stream<Arguments> faults() {
        Predicate<Asked> everything = asked -> true;
        Predicate<Asked> calls = asked -> !asked.isWatch();
        Predicate<Asked> writes = asked -> asked.isWrite() && !asked.path().contains("/leases");
        Predicate<Asked> rows = asked -> asked.writes("aws-auth");
        Predicate<Asked> effects = rows.or(asked -> asked.writes(LEDGER))
                .or(asked -> asked.writes("iam-identity-mapper-snapshots"));
        Predicate<Asked> watches = Asked::isWatch;
        return Stream.of(
                argumentSet("every answer takes a while", calls, new Behaviour.Late(Duration.ofMillis(100)), false),
                argumentSet("the answers to writes of rows take longer than anybody waits", rows,
                        new Behaviour.Late(Duration.ofSeconds(25)), true),
                argumentSet("answers are cut in the middle", calls.and(asked -> !asked.path().contains("/leases")),
                        new Behaviour.Cut(), true),
                argumentSet("writes are made and their answers are lost", effects, new Behaviour.Lost(), true),
                argumentSet("connections are closed at once", everything, new Behaviour.Dropped(), true),
                argumentSet("too many requests", writes, refused(429, Map.of("Retry-After", "1"), "TooManyRequests",
                        "too many requests, please try again later"), true),
                argumentSet("the disk of etcd is full", writes, refused(500, Map.of(), "InternalError",
                        "etcdserver: mvcc: database space exceeded"), true),
                argumentSet("the server is not available", calls, refused(503, Map.of(), "ServiceUnavailable",
                        "the server is currently unable to handle the request"), true),
                argumentSet("a gateway gives up", calls, new Behaviour.Refused(504, Map.of(),
                        "<html><body>504 Gateway Time-out</body></html>"), true),
                argumentSet("watches have expired", watches, new Behaviour.Refused(200, Map.of(), """
                        {"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}
                        """), false));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whatBreaksOnTheWayIsDoneWhenTheWayIsMended(Predicate<Asked> concerned, Behaviour behaviour, boolean told) {
        create(role("before"), role("leaves"));
        told("before", "Applied", RECOVERY);
        told("leaves", "Applied", RECOVERY);
        int printed = said().length();

        try (FaultProxy.Fault fault = way().proxy().inject(concerned, behaviour)) {
            change(role("before").as("changed"));
            delete("leaves");
            create(role("after"));
            hands.editRoles(EKSCTL, text -> text + "# by another tool\n");
            if (concerned.test(new Asked("GET", "/", "watch=true", "", ""))) {
                way().proxy().cutWatches();
            }
            eventually(RECOVERY, () -> assertThat(fault.hits()).isGreaterThanOrEqualTo(
                    behaviour instanceof Behaviour.Late ? 1 : RETRIES));
            assertThat(answers("health/liveness")).as("a restart would help nobody").isEqualTo(200);
            assertThat(answers("health/readiness")).isEqualTo(200);
            if (told) {
                eventually(RECOVERY, () -> assertThat(said().substring(printed).lines()).as("said, and not repeated")
                        .hasSizeBetween(1, 15));
                eventually(RECOVERY, () -> assertThat(health("readiness")).contains("\"trouble\""));
            }
            if (!(behaviour instanceof Behaviour.Late late) || late.delay().toSeconds() > 0) {
                fault.close();
            }
            eventually(RECOVERY, () -> assertThat(who(roleArn("after"))).isEqualTo("after []"));
        }
        told("after", "Applied", RECOVERY);
        told("before", "Applied", RECOVERY);
        eventually(RECOVERY, () -> assertThat(who(roleArn("leaves"))).isEqualTo(NOBODY));
        assertThat(who(roleArn("before"))).isEqualTo("changed []");
        eventually(RECOVERY, () -> assertThat(hands.ledger()).contains("role/before", "role/after")
                .doesNotContain("role/leaves", "pending"));
        assertThat(List.of("before", "after")).allSatisfy(name -> assertThat(awsAuth().mapRoles()
                .split("role/" + name + "\\b", -1)).as("rows of %s", name).hasSize(2));

        delete("before");
        delete("after");
        eventually(RECOVERY, () -> assertThat(awsAuth().data())
                .isEqualTo(AwsAuth.withRoles(AwsAuth.ROLES + "# by another tool\n")));
        eventually(RECOVERY, () -> assertThat(health("readiness")).doesNotContain("\"trouble\""));
        assertThat(way().controller().isAlive()).as("without a restart").isTrue();
    }

    /** Held up at the proxy, the write reaches an API server that is gone, or that makes it much later. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteThatIsOnItsWayWhenTheApiServerGoesAwayIsMadeOnce(boolean stopped) {
        assumeTrue(cluster().canStopApiServer(), "the API server of k3s cannot be stopped and started");
        create(role("early"), role("leaves"));
        told("early", "Applied", RECOVERY);
        told("leaves", "Applied", RECOVERY);
        Gate gate = new Gate();
        way().proxy().inject(1, asked -> asked.writes("aws-auth"), new Behaviour.HeldBefore(gate));
        create(role("pending"));
        delete("leaves");
        assertThat(gate.awaitArrival(RECOVERY)).isTrue();
        int printed = said().length();
        if (stopped) {
            cluster().stopApiServer();
            gate.open();
            eventually(RECOVERY, () -> assertThat(said().substring(printed)).contains("cannot "));
            assertThat(answers("health/liveness")).isEqualTo(200);
            cluster().startApiServer();
        } else {
            cluster().pause();
            try {
                gate.open();
                eventually(RECOVERY, () -> assertThat(said().substring(printed)).contains("no answer from"));
                assertThat(answers("health/liveness")).isEqualTo(200);
            } finally {
                cluster().resume();
            }
        }
        told("pending", "Applied", RECOVERY);
        told("early", "Applied", RECOVERY);
        assertThat(who(roleArn("pending"))).isEqualTo("pending []");
        eventually(RECOVERY, () -> assertThat(who(roleArn("leaves"))).isEqualTo(NOBODY));
        assertThat(awsAuth().mapRoles().split("role/pending\\b", -1)).hasSize(2);
        assertThat(awsAuth().mapRoles()).startsWith(AwsAuth.ROLES);
    }

    @Test
    void aTokenThatIsRefusedIsReadAgainFromItsFile() throws IOException {
        cluster().kubeconfigFor("iam-identity-mapper", "controller");
        String second = tokenOf(Files.readString(stage.kubeconfig()));
        assertThat(second).isNotEqualTo(way().firstToken());
        try (FaultProxy.Fault fault = way().proxy().inject(asked -> asked.token().equals(way().firstToken()),
                refused(401, Map.of(), "Unauthorized", "Unauthorized"))) {
            create(role("rotated"));
            eventually(RECOVERY, () -> assertThat(said()).contains("does not accept the credentials (401)"));
            assertThat(answers("health/liveness")).isEqualTo(200);
            Files.writeString(way().token(), second);
            told("rotated", "Applied", RECOVERY);
            assertThat(fault.hits()).isPositive();
            assertThat(who(roleArn("rotated"))).isEqualTo("rotated []");
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "faults.silence", matches = "true",
            disabledReason = "a silent watch is given up after almost six minutes: ask for it with -Dfaults.silence=true")
    void aWatchOnWhichNothingArrivesAnyMoreIsGivenUp() {
        try (FaultProxy.Fault fault = way().proxy().inject(2, Asked::isWatch, new Behaviour.Silent())) {
            way().proxy().cutWatches();
            eventually(RECOVERY, () -> assertThat(fault.hits()).isEqualTo(2));
            create(role("unheard"));
            eventually(Duration.ofMinutes(7), () -> assertThat(who(roleArn("unheard"))).isEqualTo("unheard []"));
            assertThat(answers("health/liveness")).isEqualTo(200);
        }
    }

    private static Behaviour refused(int status, Map<String, String> headers, String reason, String message) {
        return new Behaviour.Refused(status, headers, """
                {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"%s","message":"%s","code":%d}
                """.formatted(reason, message, status));
    }

    private static String tokenOf(String kubeconfig) {
        Matcher found = Pattern.compile("token: (\\S+)").matcher(kubeconfig);
        if (!found.find()) {
            throw new IllegalStateException("the kubeconfig of the controller has no token");
        }
        return found.group(1);
    }
}
