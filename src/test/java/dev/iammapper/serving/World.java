package dev.iammapper.serving;

import dev.iammapper.certificate.Issuer;
import dev.iammapper.certificate.KeyringCodec;
import dev.iammapper.certificate.Pem;
import dev.iammapper.certificate.RotationPlan;
import dev.iammapper.certificate.Schedule;
import dev.iammapper.certificate.ServerNames;
import dev.iammapper.certificate.ServingCertificate;
import dev.iammapper.certificate.Stored;
import dev.iammapper.certificate.Times;
import dev.iammapper.certificate.UnfitException;
import dev.iammapper.store.SecretStore.StoredSecret;
import dev.iammapper.store.WebhookRegistration.Registered;
import dev.iammapper.store.WriteResult;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A cluster that is no more than a Secret, a webhook configuration and a clock, with replicas that look at them. */
final class World {
    static final ServerNames NAMES = new ServerNames(List.of("webhook.here.svc"));

    /** Looks are hours apart here, so that years pass in seconds. */
    static final Schedule SCHEDULE = new Schedule(Duration.ofDays(1000), Duration.ofDays(300), Duration.ofDays(90),
            Duration.ofDays(30), Duration.ofDays(20), Duration.ofDays(2), Duration.ofDays(20));

    final Random random;
    final SecureRandom keys = new SecureRandom();
    final List<Replica> replicas = new ArrayList<>();
    private final List<Version> versions = new ArrayList<>();
    private final Instant began = Instant.parse("2026-11-22T12:00:00Z");
    private long nanos;
    private Duration serverIsAhead = Duration.ZERO;
    private StoredSecret secret = new StoredSecret(null, Map.of(), true);
    private int clock;
    private boolean interleaved;
    int secretWrites;

    /** What the configuration held from an instant on. */
    private record Version(long from, String resourceVersion, List<byte[]> bundles,
            List<Set<X509Certificate>> authorities) {
        Version(long from, String resourceVersion, List<byte[]> bundles) {
            this(from, resourceVersion, bundles, bundles.stream().map(World::read).toList());
        }
    }

    World(long seed) {
        this.random = new Random(seed);
        versions.add(new Version(0, "0", List.of(new byte[0], new byte[0])));
    }

    // ---- time

    Instant time() {
        return began.plusNanos(nanos);
    }

    Instant serverTime() {
        return time().plus(serverIsAhead);
    }

    void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    void serverClockJumps(Duration ahead) {
        serverIsAhead = ahead;
    }

    // ---- the Secret and the configuration

    Map<String, byte[]> secret() {
        return secret.data();
    }

    void deleteSecret() {
        secret = new StoredSecret(null, Map.of(), true);
    }

    void putSecret(Map<String, byte[]> data) {
        secret = new StoredSecret(String.valueOf(++clock), Map.copyOf(data), true);
    }

    void putBundles(byte[]... bundles) {
        versions.add(new Version(nanos, String.valueOf(++clock), List.of(bundles)));
    }

    Set<X509Certificate> bundle(int webhook) {
        return versions.getLast().authorities().get(webhook);
    }

    private static Set<X509Certificate> read(byte[] bundle) {
        try {
            return Set.copyOf(Pem.certificates("bundle", bundle));
        } catch (UnfitException nothing) {
            return Set.of();
        }
    }

    /** Why some API server, which may be behind by somewhat less than the schedule allows, would refuse it; or null. */
    @Nullable
    String refusal(ServingCertificate shown) {
        if (!shown.isValidAt(serverTime())) {
            return shown + " is not valid at " + serverTime();
        }
        long behind = nanos - SCHEDULE.settled().toNanos() * 9 / 10;
        for (int index = versions.size() - 1; index >= 0; index--) {
            Version version = versions.get(index);
            for (Set<X509Certificate> authorities : version.authorities()) {
                // An empty one is from before anything was served: then everybody is refused.
                if (!authorities.isEmpty() && !authorities.contains(shown.authority())) {
                    return shown + " is not trusted by version " + version.resourceVersion() + ", of "
                            + Duration.ofNanos(nanos - version.from()) + " ago";
                }
            }
            if (version.from() <= behind) {
                break;
            }
        }
        return null;
    }

    /** One process; a restart makes it forget. */
    final class Replica implements WebhookCluster {
        SwappableKeys keys = new SwappableKeys();
        SelfManagedCertificates source = begin();
        Duration clockIsAhead = Duration.ZERO;

        private SelfManagedCertificates begin() {
            keys = new SwappableKeys();
            return new SelfManagedCertificates(this, new RotationPlan(SCHEDULE, NAMES),
                    new Issuer(SCHEDULE, NAMES, World.this.keys), keys, () -> nanos);
        }

        void restart() {
            source = begin();
        }

        /** Looks until it has nothing more to do at once. */
        void look() {
            for (int round = 0; round < 8 && source.look().isZero(); round++) {
                // Again, at once.
            }
        }

        /** Whether it is ready, shows what the Secret makes everybody trust, and woke in time to replace it. */
        boolean isUpToDate() {
            return isReady() && KeyringCodec.read(World.this.secret()) instanceof Stored.Usable usable
                    && usable.keyring().bundle().contains(source.served().authority())
                    && serverTime().plus(SCHEDULE.lastResort()).isBefore(source.served().notAfter());
        }

        boolean isReady() {
            return source.state().notReady() == null;
        }

        @Override
        public String secretName() {
            return "Secret here/webhook";
        }

        @Override
        public String registrationName() {
            return "ValidatingWebhookConfiguration webhook";
        }

        @Override
        public StoredSecret secret() {
            return secret;
        }

        @Override
        public WriteResult<StoredSecret> writeSecret(StoredSecret base, Map<String, @Nullable String> changes) {
            letOthersIn(this);
            if (!Objects.equals(base.resourceVersion(), secret.resourceVersion())) {
                return new WriteResult.Conflict<>();
            }
            Map<String, byte[]> data = new HashMap<>(secret.data());
            changes.forEach((key, text) -> {
                if (text == null) {
                    data.remove(key);
                } else {
                    data.put(key, text.getBytes(StandardCharsets.UTF_8));
                }
            });
            putSecret(data);
            secretWrites++;
            return new WriteResult.Written<>(secret);
        }

        @Override
        public Registered registration() {
            return new Registered(versions.getLast().resourceVersion(), versions.getLast().bundles());
        }

        @Override
        public WriteResult<Registered> writeBundle(Registered base, String bundle) {
            letOthersIn(this);
            if (!base.resourceVersion().equals(versions.getLast().resourceVersion())) {
                return new WriteResult.Conflict<>();
            }
            byte[] bytes = bundle.getBytes(StandardCharsets.UTF_8);
            putBundles(bytes, bytes);
            return new WriteResult.Written<>(registration());
        }

        @Override
        public Times times() {
            return new Times(serverTime(), time().plus(clockIsAhead));
        }
    }

    /** Between what a replica read and what it writes, another one may have looked. */
    private void letOthersIn(Replica writer) {
        if (interleaved || random.nextInt(3) > 0) {
            return;
        }
        interleaved = true;
        Replica other = replicas.get(random.nextInt(replicas.size()));
        if (other != writer) {
            other.source.look();
        }
        interleaved = false;
    }
}
