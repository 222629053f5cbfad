package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.iammapper.store.Kubeconfig.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecCredentialTest {
    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    @Test
    void aTokenIsKeptUntilShortlyBeforeItExpires() throws IOException {
        ExecCredential credential = counting("2026-01-01T00:15:00Z");
        assertThat(credential.token()).isEqualTo("token-1");
        now = Instant.parse("2026-01-01T00:14:00Z");
        assertThat(credential.token()).isEqualTo("token-1");
        now = Instant.parse("2026-01-01T00:14:45Z");
        assertThat(credential.token()).isEqualTo("token-2");
    }

    @Test
    void aRefusedTokenIsReplacedButNotInATightLoop() throws IOException {
        ExecCredential credential = counting("2027-01-01T00:00:00Z");
        assertThat(credential.token()).isEqualTo("token-1");
        now = now.plus(Duration.ofSeconds(6));
        assertThat(credential.tokenAfter("token-1")).isEqualTo("token-2");
        assertThat(credential.tokenAfter("token-1")).as("somebody renewed it meanwhile").isEqualTo("token-2");
        assertThat(credential.tokenAfter("token-2")).as("renewed a moment ago").isEqualTo("token-2");
        now = now.plus(Duration.ofSeconds(6));
        assertThat(credential.tokenAfter("token-2")).isEqualTo("token-3");
    }

    @Test
    void theProgramGetsItsArgumentsItsVariablesAndWordOfTheProtocol() throws IOException {
        Path program = script("printf '{\"status\":{\"token\":\"%s %s %s\"}}' \"$1\" \"$REGION\""
                + " \"$(echo $KUBERNETES_EXEC_INFO | tr -d '\"')\"");
        ExecCredential credential = new ExecCredential(new Entry(
                Map.of("command", "./" + program.getFileName(), "apiVersion", "client.authentication.k8s.io/v1", "args",
                        List.of("get-token"), "env", List.of(Map.of("name", "REGION", "value", "eu-west-1"))),
                folder), clock);
        assertThat(credential.token()).isEqualTo("get-token eu-west-1 {kind:ExecCredential,"
                + "apiVersion:client.authentication.k8s.io/v1,spec:{interactive:false}}");
    }

    @Test
    void aClientCertificateIsReadToo() throws IOException {
        ExecCredential credential = credential(
                script("echo '{\"status\":{\"clientCertificateData\":\"c\",\"clientKeyData\":\"k\"}}'"));
        assertThat(credential.output().certificate()).isEqualTo("c");
        assertThatThrownBy(credential::token).hasMessageContaining("no token");
    }

    @Test
    void aFailureShowsTheProgramsOwnWords() throws IOException {
        ExecCredential credential = credential(script("echo 'Unable to locate\ncredentials' >&2; exit 255"));
        assertThatThrownBy(credential::token).isInstanceOf(CredentialException.class)
                .hasMessageContaining("ended with exit code 255: Unable to locate credentials");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "[]", "{}", "{\"status\":{}}", "{\"status\":{\"token\":{}}}",
            "{\"status\":{\"token\":\"t\",\"expirationTimestamp\":\"soon\"}}"})
    void otherOutputIsNoCredential(String output) throws IOException {
        ExecCredential credential = credential(script("echo '" + output + "'"));
        assertThatThrownBy(credential::token).isInstanceOf(CredentialException.class).hasMessageContaining("printed");
    }

    @Test
    void aChildThatHoldsThePipesOpenKeepsNobodyWaiting() throws IOException {
        ExecCredential credential = credential(
                script("sleep 45 & echo $! > child\necho '{\"status\":{\"token\":\"t\"}}'"));
        try {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThat(credential.token()).isEqualTo("t"));
        } finally {
            ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("child")).strip()))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void aChildThatHoldsThePipesOpenOfAFailureKeepsNobodyWaitingEither() throws IOException {
        ExecCredential credential = credential(script("sleep 45 & echo $! > child\necho 'no luck' >&2; exit 3"));
        try {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThatThrownBy(credential::token)
                    .hasMessageContaining("ended with exit code 3: no luck"));
        } finally {
            ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("child")).strip()))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void outputWithoutEndIsRefusedAndNotWaitedFor() throws IOException {
        ExecCredential credential = credential(script("head -c 3000000 /dev/zero | tr '\\0' x"));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThatThrownBy(credential::token)
                .isInstanceOf(CredentialException.class).hasMessageContaining("printed more than 1024 KiB"));
    }

    private ExecCredential counting(String expires) throws IOException {
        return credential(script("echo x >> count; n=$(wc -l < count | tr -d ' ')\n"
                + "echo '{\"kind\":\"ExecCredential\",\"status\":{\"token\":\"token-'$n'\",\"expirationTimestamp\":\""
                + expires + "\"}}'"));
    }

    private ExecCredential credential(Path program) {
        return new ExecCredential(new Entry(Map.of("command", program.toString()), folder), clock);
    }

    private Path script(String body) throws IOException {
        Path program = folder.resolve("program");
        Files.writeString(program, "#!/bin/sh\ncd " + folder + "\n" + body + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program;
    }
}
