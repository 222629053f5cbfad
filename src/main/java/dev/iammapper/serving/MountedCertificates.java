package dev.iammapper.serving;

import dev.iammapper.certificate.Pem;
import dev.iammapper.certificate.ServerNames;
import dev.iammapper.certificate.TlsPair;
import dev.iammapper.certificate.UnfitException;
import dev.iammapper.store.ProblemLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate in {@code tls.crt} and {@code tls.key} of a directory, such as a mounted Secret. Who puts it there
 * renews it, and has the API servers trust it.
 */
public final class MountedCertificates implements CertificateSource {
    private static final Logger LOG = LoggerFactory.getLogger(MountedCertificates.class);
    private static final Duration PERIOD = Duration.ofSeconds(3);

    private final Path directory;
    private final ServerNames names;
    private final SwappableKeys keys;
    private final Clock clock;
    private final ProblemLog problems;
    private final Looks looks = new Looks("webhook-certificate", this::look);
    private volatile @Nullable TlsPair served;

    /**
     * Not started.
     *
     * @param names that the certificate must hold
     * @param nanoTime a clock that only goes forward
     */
    public MountedCertificates(Path directory, ServerNames names, SwappableKeys keys, Clock clock,
            LongSupplier nanoTime) {
        this.directory = directory;
        this.names = names;
        this.keys = keys;
        this.clock = clock;
        this.problems = new ProblemLog(LOG, "webhook certificate", nanoTime);
    }

    @Override
    public void start() {
        look();
        looks.start();
    }

    @Override
    public void close() {
        looks.close();
    }

    @Override
    public long issued() {
        return 0;
    }

    @Override
    public long registered() {
        return 0;
    }

    @Override
    public ServingState state() {
        TlsPair now = served;
        String problem = problems.current();
        String notReady = null;
        if (now == null) {
            notReady = "there is no certificate yet";
        } else if (clock.instant().isAfter(now.notAfter())) {
            notReady = "the certificate expired at " + now.notAfter();
        }
        return new ServingState(notReady, problem, null, now == null ? null : now.notAfter(), null, false);
    }

    /** One look; returns how long to wait before the next. */
    Duration look() {
        try {
            TlsPair found = read();
            TlsPair before = served;
            if (before == null || !found.chain().equals(before.chain())) {
                found.require(names, clock.instant());
                keys.swap(found);
                served = found;
                LOG.info("the webhook shows {}, from {}", found, directory);
            }
            problems.clear();
        } catch (IOException e) {
            problems.report("cannot read " + e.getMessage() + kept());
        } catch (UnfitException e) {
            problems.report(directory + ": " + e.getMessage() + kept());
        }
        return PERIOD;
    }

    private String kept() {
        return served == null ? "" : ", so what was there before is shown";
    }

    /** Through the link that kubelet turns to a whole new set of files, so that both are of one set. */
    private TlsPair read() throws IOException, UnfitException {
        Path link = directory.resolve("..data");
        Path set = Files.exists(link) ? link.toRealPath() : directory;
        return TlsPair.read(bytes(set.resolve("tls.crt")), bytes(set.resolve("tls.key")));
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(Pem.LONGEST + 1);
        }
    }
}
