package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(out);
        System.setErr(err);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help", "controller --help", "help controller"})
    void helpIsPrintedAndIsNoMistake(String line) {
        assertThat(Main.run(line.split(" "))).isEqualTo(ExitCode.OK);
        assertThat(text(printed)).contains("Usage: iam-identity-mapper");
        assertThat(text(complained)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "controller --version"})
    void theVersionIsOneLine(String line) {
        assertThat(Main.run(line.split(" "))).isEqualTo(ExitCode.OK);
        assertThat(text(printed)).startsWith("iam-identity-mapper ").hasLineCount(1);
    }

    @Test
    void shellsCompleteCommandsAndOptions() {
        assertThat(Main.run("generate-completion")).isEqualTo(ExitCode.OK);
        assertThat(text(printed)).contains("complete -F", "lint", "--cluster-policy");
        assertThat(text(complained)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"contoller", "controller extra", "--contxt=a", "controller --contxt a", "--context",
            "--management.server.port 0", "--management.server.port", "--=x", "--maper.leader-election.enabled=false",
            "controller mapper.leader-election.enabled=false", "-x"})
    void aMistakeOnTheCommandLineIsNamedAndExitsWith64(String line) {
        assertThat(Main.run(line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(text(complained)).contains("See: iam-identity-mapper").doesNotContain("\tat ");
        assertThat(text(printed)).isEmpty();
    }

    @Test
    void aMisspeltOptionIsAnsweredWithTheRightOne() {
        Main.run("--contxt=prod");
        assertThat(text(complained)).contains("'--contxt=prod'").contains("--context");
    }

    @Test
    void aSettingWithoutItsEqualsSignIsExplained() {
        Main.run("--management.server.port", "0");
        assertThat(text(complained)).contains("--name.with.dots=value");
    }

    @Test
    void aKubeconfigThatIsNotThereExitsWith78(@TempDir Path folder) {
        assertThat(Main.run("--kubeconfig", folder.resolve("none").toString())).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Test
    void anUnknownContextExitsWith78(@TempDir Path folder) throws Exception {
        assertThat(Main.run("--kubeconfig", kubeconfig(folder), "--context", "elsewhere"))
                .isEqualTo(ExitCode.CONFIGURATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--mapper.leader-election.enabled=maybe", "--mapper.leader-election.enabld=false",
            "--mapper.unheard-of=1", "--management.server.port=many", "--mapper.webhook.enabled=perhaps",
            "--mapper.webhook.certificate.source=files", "--management.server.port=9443"})
    void aSettingThatIsWrongExitsWith78(String setting, @TempDir Path folder) throws Exception {
        assertThat(Main.run("controller", "--kubeconfig", kubeconfig(folder), setting))
                .isEqualTo(ExitCode.CONFIGURATION);
    }

    @Test
    void aSystemPropertyThatNoSettingReadsExitsWith78(@TempDir Path folder) throws Exception {
        String file = kubeconfig(folder);
        System.setProperty("mapper.unheard-of", "1");
        try {
            assertThat(Main.run("controller", "--kubeconfig", file)).isEqualTo(ExitCode.CONFIGURATION);
        } finally {
            System.clearProperty("mapper.unheard-of");
        }
    }

    @Test
    void settingsAreToldFromOptions() {
        List<String> words = new java.util.ArrayList<>(
                List.of("controller", "--management.server.port=0", "--context=a", "--logging.level.dev.x=info"));
        new ControllerCommand().takeSettings(words);
        assertThat(words).containsExactly("controller", "--context=a");
    }

    private static String kubeconfig(Path folder) throws Exception {
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: here, context: {cluster: c, user: u}}]
                current-context: here
                """).toString();
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    /** A line that is broken in the middle is another command when it is pasted. */
    @Test
    void examplesStandInHelpAsTheyArePasted() {
        CommandLine.Model.CommandSpec all = Main.commands(new ControllerCommand()).getCommandSpec();
        assertThat(all.subcommands().values()).allSatisfy(command -> assertThat(
                command.getCommandSpec().usageMessage().footer()).allSatisfy(
                        line -> assertThat(line)
                                .hasSizeLessThanOrEqualTo(80)));
    }
}
