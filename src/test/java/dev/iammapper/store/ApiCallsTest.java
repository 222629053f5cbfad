package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** A server that takes connections and says nothing. */
class ApiCallsTest {
    @TempDir
    private Path folder;

    @RepeatedTest(3)
    void aWriteThatIsNotAnsweredIsGivenUpAtItsLimit() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                KubernetesAccess access = access(silent.getLocalPort())) {
            Ledger ledger = new Ledger(1, null,
                    Map.of(new Claim.Key(Section.ROLES, "arn"), new Claim("m", "u", "d", null, "x")), Map.of());
            for (Duration limit : new Duration[] {Duration.ofMillis(300), Duration.ZERO, Duration.ofSeconds(-1)}) {
                long start = System.nanoTime();
                assertThatThrownBy(() -> new AwsAuthStore(access).write(StoredAwsAuth.ABSENT,
                        new AwsAuthData("[]", null, null), limit)).isInstanceOf(StoreException.class);
                assertThatThrownBy(() -> new LedgerStore(access).write(new StoredLedger.Absent(), ledger, limit))
                        .isInstanceOf(StoreException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
            }
        }
    }

    private KubernetesAccess access(int port) throws Exception {
        Path file = Files.writeString(folder.resolve("config"), """
                current-context: x
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d"}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                users: [{name: u, user: {token: t}}]
                """.formatted(port));
        return KubernetesAccess.open(new ClusterAddress(file, null), "test", Map.of());
    }
}
