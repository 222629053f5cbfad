package dev.iammapper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cluster.AuditEvent;
import dev.iammapper.cluster.AuditLog;
import dev.iammapper.cluster.ControllerProcess;
import dev.iammapper.cluster.Oracle;
import dev.iammapper.cluster.OracleReading.Identity;
import dev.iammapper.cluster.TestCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.jspecify.annotations.Nullable;

/** The words in which scenarios are told. Each begins with an aws-auth as usual, no mappings, and one controller. */
@ExtendWith(Scenario.LastWords.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the stage")
abstract class Scenario {
    /** Who a principal becomes that nobody lets in. */
    static final String NOBODY = "nobody";

    /** Another tool that writes aws-auth. */
    static final String EKSCTL = "eksctl";

    private static final int MOST_WORDS = 20_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CONTROLLER = "system:serviceaccount:iam-identity-mapper:controller";

    final Stage stage = Stage.shared();
    final Hands hands = stage.hands();
    private int printed;

    @BeforeEach
    void begin() {
        stage.reset();
        printed = stage.controller().output().length();
    }

    @AfterEach
    void noStackTraceWasPrinted(TestInfo test) {
        assertThat(said()).as("what the controller printed during %s", test.getDisplayName())
                .doesNotContain("\tat ").doesNotContain("ERROR");
    }

    /** A story that fails is told with what the controller had to say. */
    static final class LastWords implements TestExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            String said = ((Scenario) context.getRequiredTestInstance()).said();
            System.err.println("What the controller printed during " + context.getDisplayName() + ":\n"
                    + said.substring(Math.max(0, said.length() - MOST_WORDS)));
            throw failure;
        }
    }

    // ---- people and tools act

    final void create(Mapping... mappings) {
        for (Mapping mapping : mappings) {
            hands.create(mapping);
        }
    }

    final void change(Mapping mapping) {
        hands.change(mapping);
    }

    final void delete(String mapping) {
        hands.delete(mapping);
    }

    /** A tool replaces the content of aws-auth. */
    final void put(Map<String, String> data) {
        hands.putAwsAuth(EKSCTL, data);
    }

    /** A tool edits mapRoles. */
    final void editRoles(UnaryOperator<String> edit) {
        hands.editRoles(EKSCTL, edit);
    }

    // ---- what there is to see

    final TestCluster cluster() {
        return stage.cluster();
    }

    final ControllerProcess controller() {
        return stage.controller();
    }

    final AwsAuth awsAuth() {
        return hands.awsAuth();
    }

    /** What the authenticator's own code makes of an ARN: a user and its groups, or {@link #NOBODY}. */
    final String who(String arn) {
        return who(arn, awsAuth());
    }

    static String who(String arn, AwsAuth awsAuth) {
        String canonical = Oracle.shared().canonicalize(List.of(arn)).getFirst().canonical();
        List<Identity> identities = Oracle.shared()
                .read(awsAuth.data().get("mapRoles"), awsAuth.data().get("mapUsers"), awsAuth.data().get("mapAccounts"),
                        List.of(canonical))
                .lookup(canonical).identities();
        return identities.isEmpty()
                ? NOBODY
                : identities.stream().map(each -> each.username() + " " + each.groups())
                        .collect(Collectors.joining(" or "));
    }

    /** What the controller printed since the scenario began, if it is still the same controller. */
    final String said() {
        String output = controller().output();
        return printed <= output.length() ? output.substring(printed) : output;
    }

    /** The status with which the controller answers under that path of its management port; 0 when it does not. */
    final int answers(String path) {
        HttpResponse<String> answer = answer(path);
        return answer == null ? 0 : answer.statusCode();
    }

    /** What the health page of that name says; empty when it does not answer. */
    final String health(String name) {
        HttpResponse<String> answer = answer("health/" + name);
        return answer == null ? "" : answer.body();
    }

    private @Nullable HttpResponse<String> answer(String path) {
        URI uri = controller().management().resolve(path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    // ---- bounded waits

    final void eventually(ThrowingRunnable assertion) {
        eventually(PATIENCE, assertion);
    }

    final void eventually(Duration atMost, ThrowingRunnable assertion) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50))
                .atMost(atMost).untilAsserted(assertion);
    }

    /** Nothing that the assertion looks at changes for a while. */
    final void throughout(Duration while_, ThrowingRunnable assertion) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50))
                .during(while_).atMost(while_.multipliedBy(4)).untilAsserted(assertion);
    }

    /** Waits until the authenticator makes this of the ARN. */
    final void becomes(String arn, String user) {
        eventually(() -> assertThat(who(arn)).isEqualTo(user));
    }

    /** Waits until the object is told this reason, and returns all that it is told. */
    final Told told(String mapping, String reason) {
        return told(mapping, reason, PATIENCE);
    }

    final Told told(String mapping, String reason, Duration atMost) {
        eventually(atMost, () -> {
            Told told = hands.told(mapping);
            assertThat(told.reason()).as("%s is told: %s", mapping, told.message()).isEqualTo(reason);
        });
        return hands.told(mapping);
    }

    /** Waits until kubectl describe shows an Event of that reason, and returns its note. */
    final String event(String mapping, String reason) {
        eventually(() -> assertThat(hands.eventsOf(mapping)).extracting(EventNote::reason).contains(reason));
        return hands.eventsOf(mapping).stream().filter(event -> event.reason().equals(reason)).findFirst().orElseThrow()
                .note();
    }

    // ---- requests, counted from outside

    final AuditLog.Mark mark() {
        return cluster().audit().mark();
    }

    /** The controller's successful writes since the mark, other than renewals of its Lease. */
    final List<AuditEvent> writes(AuditLog.Mark mark) {
        return cluster().audit().since(mark).stream().filter(Scenario::isOfController).filter(AuditEvent::isWrite)
                .filter(AuditEvent::isSuccessful).filter(event -> !event.resource().equals("leases")).toList();
    }

    /** The controller's successful writes of aws-auth since the mark. */
    final List<AuditEvent> awsAuthWrites(AuditLog.Mark mark) {
        return writes(mark).stream().filter(event -> event.resource().equals("configmaps"))
                .filter(event -> !event.name().startsWith("iam-identity-mapper-")).toList();
    }

    static boolean isOfController(AuditEvent event) {
        return event.user().equals(CONTROLLER);
    }
}
