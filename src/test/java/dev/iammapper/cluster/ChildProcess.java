package dev.iammapper.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that never outlives this JVM, however the JVM ends.
 *
 * <p>A shell starts a watcher and then becomes the program. The watcher reads from a pipe that only this JVM writes to:
 * when the pipe closes, because {@link #close()} closed it or because the JVM is gone (also after kill -9), the watcher
 * kills the program and all that it started.
 */
final class ChildProcess implements AutoCloseable {

    /**
     * In a session of its own, where setsid exists, the program does not get the terminal's Ctrl-C: the JVM does, and
     * stops things in its own order.
     */
    private static final String WATCHED = """
            exec 3<&0 </dev/null
            watched=$$
            (
                trap '' INT HUP TERM
                read -r _ <&3
                kill -KILL -$watched || kill -KILL $watched
            ) >/dev/null 2>&1 &
            exec 3<&-
            if command -v setsid >/dev/null; then exec setsid "$@"; fi
            exec "$@"
            """;

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a program whose output is appended to a file.
     *
     * @param launch the program, its arguments, environment and folder; its redirects are replaced
     */
    static ChildProcess start(String name, ProcessBuilder launch, Path log) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", WATCHED, name));
        command.addAll(launch.command());
        launch.command(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            return new ChildProcess(name, launch.start(), log);
        } catch (IOException e) {
            throw new ClusterException(
                    name + " could not be started: this needs a POSIX shell named sh, as Linux and macOS have it", e);
        }
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Waits for the program's own end, and says whether it came within the time. */
    boolean waitFor(Duration atMost) {
        try {
            return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while waiting for " + name, e);
        }
    }

    int exitCode() {
        return process.exitValue();
    }

    /** Sends a signal by its POSIX name, such as STOP or CONT. */
    void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (kill.waitFor() != 0) {
                throw new ClusterException(name + " could not be sent " + signal + ": it has ended");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while signalling " + name, e);
        }
    }

    /** The last lines that the program wrote, for the message of a failure. */
    String lastWords(int lines) {
        List<String> all = output().lines().toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    /** All that the program wrote until now. */
    String output() {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the program, also a paused one, and returns when it is gone. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyClosed) {
            // The program has ended by itself.
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
