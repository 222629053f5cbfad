package dev.iammapper.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a process has used, as the operating system counts it; Linux only. */
final class ProcessUsage {
    /** Kernels give times in hundredths of a second to programs, whatever they count in themselves. */
    private static final double TICKS_PER_SECOND = 100;

    private final Path proc;

    ProcessUsage(long pid) {
        this.proc = Path.of("/proc", Long.toString(pid));
    }

    /** Seconds of CPU since its start, user and system, of all its threads. */
    double cpuSeconds() {
        String stat = text("stat");
        // The program's name is in parentheses and may hold anything; utime and stime are the 14th and 15th field.
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_PER_SECOND;
    }

    /** MiB that are resident now. */
    double residentMebibytes() {
        return kibibytes("VmRSS:") / 1024.0;
    }

    /** MiB that were resident at the most. */
    double peakMebibytes() {
        return kibibytes("VmHWM:") / 1024.0;
    }

    /** MiB written to files and sockets since its start: nearly all of it is what was sent, TLS included. */
    double writtenMebibytes() {
        return number(text("io"), "wchar:") / (1024.0 * 1024.0);
    }

    private long kibibytes(String field) {
        return number(text("status"), field);
    }

    private static long number(String text, String field) {
        String line = text.lines().filter(each -> each.startsWith(field)).findFirst().orElseThrow();
        return Long.parseLong(line.substring(field.length()).replace("kB", "").strip());
    }

    private String text(String file) {
        try {
            return Files.readString(proc.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the process has ended", e);
        }
    }
}
