package dev.iammapper.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that a test run starts is left behind, however the run ends. */
class ChildProcessIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    @Test
    void itsOutputAndExitCodeAreKept() {
        try (ChildProcess child = start("echo one; echo two >&2; exit 3")) {
            assertThat(child.waitFor(SOON)).isTrue();
            assertThat(child.exitCode()).isEqualTo(3);
            assertThat(child.output()).isEqualTo("one\ntwo\n");
            assertThat(child.lastWords(1)).isEqualTo("two");
        }
    }

    @Test
    void closeKillsAPausedProgramAndWhatItStarted() {
        ChildProcess child = start("sleep 1000 & sleep 1000");
        List<ProcessHandle> family = family(child.pid(), 2);
        child.signal("STOP");

        child.close();

        assertThat(child.isAlive()).isFalse();
        awaitGone(family);
    }

    @Test
    void aClusterIsGoneSoonAfterItsJvmWasKilled() throws Exception {
        Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "-Dcluster=local", ForkedCluster.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = jvm.inputReader()) {
            assertThat(output.lines().anyMatch(ForkedCluster.STARTED::equals)).isTrue();
            // kube-apiserver, etcd, and a watcher for each.
            List<ProcessHandle> family = family(jvm.pid(), 4);
            assertThat(family).extracting(process -> process.info().command().orElse(""))
                    .anyMatch(command -> command.endsWith("kube-apiserver"))
                    .anyMatch(command -> command.endsWith("etcd"));

            jvm.destroyForcibly().waitFor();

            awaitGone(family);
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** A program whose JVM is meant to be killed: it starts a cluster, says so, and waits. */
    static final class ForkedCluster {

        private static final String STARTED = "the cluster is up";

        private ForkedCluster() {}

        public static void main(String[] arguments) throws InterruptedException {
            TestCluster.start();
            System.out.println(STARTED);
            Thread.currentThread().join();
        }
    }

    private ChildProcess start(String script) {
        return ChildProcess.start("child", new ProcessBuilder("sh", "-c", script), folder.resolve("child.log"));
    }

    private static List<ProcessHandle> family(long pid, int size) {
        ProcessHandle parent = ProcessHandle.of(pid).orElseThrow();
        await().atMost(SOON).until(() -> parent.descendants().count() >= size);
        return parent.descendants().toList();
    }

    private static void awaitGone(List<ProcessHandle> family) {
        await().atMost(SOON).untilAsserted(() -> assertThat(family).noneMatch(ChildProcessIT::runs));
    }

    /** A program that has ended can stay in the process table, without a command, until its parent looks. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}
