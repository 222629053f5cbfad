package dev.iammapper.serving;

import dev.iammapper.certificate.Issuer;
import dev.iammapper.certificate.Keyring;
import dev.iammapper.certificate.KeyringCodec;
import dev.iammapper.certificate.Pem;
import dev.iammapper.certificate.RotationPlan;
import dev.iammapper.certificate.ServingCertificate;
import dev.iammapper.certificate.Sightings;
import dev.iammapper.certificate.Step;
import dev.iammapper.certificate.Stored;
import dev.iammapper.certificate.Times;
import dev.iammapper.certificate.UnfitException;
import dev.iammapper.store.Backoff;
import dev.iammapper.store.ProblemLog;
import dev.iammapper.store.SecretStore.StoredSecret;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.WebhookRegistration.Registered;
import dev.iammapper.store.WriteResult;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that the replicas make themselves and share in a Secret, and the {@code caBundle} that makes API
 * servers trust it. {@link RotationPlan} decides; this looks, carries out, and tells.
 */
public final class SelfManagedCertificates implements CertificateSource {
    private static final Logger LOG = LoggerFactory.getLogger(SelfManagedCertificates.class);

    private static final Duration CALM = Duration.ofSeconds(10);
    private static final Duration WAITING = Duration.ofSeconds(2);
    private static final int AT_ONCE = 5;

    /** Ordinary life needs two in years; more can only come from somebody who keeps spoiling the Secret. */
    private static final int MOST_ISSUED = 6;

    private static final Duration IN = Duration.ofHours(1);

    private final WebhookCluster cluster;
    private final RotationPlan plan;
    private final Issuer issuer;
    private final SwappableKeys keys;
    private final LongSupplier nanoTime;
    private final Duration calm;
    private final ProblemLog problems;
    private final Backoff backoff = Backoff.usual();
    private final Deque<Long> issuedAt = new ArrayDeque<>();
    private final Looks looks = new Looks("webhook-certificate", this::look);

    private Sightings trusted = Sightings.NONE;
    private Sightings strange = Sightings.NONE;
    private @Nullable LastRead lastRead;
    private int roundsAtOnce;

    private volatile @Nullable ServingCertificate served;
    private volatile @Nullable String notAccepted = "the API server was not asked yet";
    private volatile boolean accepted;
    private volatile boolean renewed;
    private volatile @Nullable String remark;
    private volatile long heardAt;
    private final AtomicLong issued = new AtomicLong();
    private final AtomicLong registered = new AtomicLong();

    /**
     * Not started.
     *
     * @param nanoTime a clock that only goes forward
     */
    public SelfManagedCertificates(WebhookCluster cluster, RotationPlan plan, Issuer issuer, SwappableKeys keys,
            LongSupplier nanoTime) {
        this(cluster, plan, issuer, keys, nanoTime, CALM);
    }

    SelfManagedCertificates(WebhookCluster cluster, RotationPlan plan, Issuer issuer, SwappableKeys keys,
            LongSupplier nanoTime, Duration calm) {
        this.cluster = cluster;
        this.plan = plan;
        this.issuer = issuer;
        this.keys = keys;
        this.nanoTime = nanoTime;
        this.calm = calm;
        this.problems = new ProblemLog(LOG, "webhook certificate", nanoTime);
        this.heardAt = nanoTime.getAsLong();
    }

    @Override
    public void start() {
        looks.start();
    }

    @Override
    public void close() {
        looks.close();
    }

    /** What is served; null before the first. */
    @Nullable
    ServingCertificate served() {
        return served;
    }

    @Override
    public long issued() {
        return issued.get();
    }

    @Override
    public long registered() {
        return registered.get();
    }

    @Override
    public ServingState state() {
        ServingCertificate now = served;
        return new ServingState(notReady(), problems.current(), remark, now == null ? null : now.notAfter(),
                now == null ? null : now.authority().getNotAfter().toInstant(), now != null && renewed);
    }

    private @Nullable String notReady() {
        ServingCertificate now = served;
        if (now == null) {
            return "there is no certificate yet";
        }
        if (cluster.times().server().isAfter(now.notAfter())) {
            return "the certificate expired at " + now.notAfter();
        }
        if (isCutOff(nanoTime.getAsLong())) {
            return "for " + plan.schedule().cutOff().toMinutes()
                    + " minutes nothing said that the API servers still trust the certificate";
        }
        return accepted ? null : notAccepted;
    }

    private boolean isCutOff(long nanos) {
        return nanos - heardAt > plan.schedule().cutOff().toNanos();
    }

    /** One look; returns how long to wait before the next. */
    Duration look() {
        try {
            boolean wrote = lookAndAct();
            if (wrote && roundsAtOnce++ < AT_ONCE) {
                return Duration.ZERO;
            }
            roundsAtOnce = 0;
            if (problems.current() != null) {
                return backoff.next();
            }
            backoff.reset();
            return notReady() == null || calm.compareTo(WAITING) < 0 ? calm : WAITING;
        } catch (StoreException e) {
            problems.report(String.valueOf(e.getMessage()));
            return backoff.next();
        }
    }

    /** Returns whether something was written, so that it is worth looking again. */
    private boolean lookAndAct() {
        StoredSecret secret = cluster.secret();
        Stored stored = stored(secret);
        Sight sight = sight();
        long nanos = nanoTime.getAsLong();
        Times now = cluster.times();

        Step step = plan.next(stored, served, sight.trusted(), nanos, now);
        if (!(step instanceof Step.Keep)) {
            return issue(secret, stored, step, now);
        }
        Stored.Usable usable = (Stored.Usable) stored;
        show(usable, sight.trusted(), nanos, now);
        if (sight.problem() != null) {
            problems.report(sight.problem());
            return false;
        }
        X509Certificate authority = Objects.requireNonNull(served, "shown just now").authority();
        accepted = accepted && !isCutOff(nanos);
        if (usable.keyring().bundle().contains(authority) && sight.trusted().contains(authority)) {
            // Others keep an authority for a while after they saw it leave the Secret: from then on time runs out.
            heardAt = nanos;
        }
        boolean wrote = register(usable.keyring(), sight, nanos);
        judge(sight, authority, nanos);
        return wrote;
    }

    /** Reading takes signatures, so what was read once is not read again. */
    private Stored stored(StoredSecret secret) {
        LastRead last = lastRead;
        if (last != null && last.secret().equals(secret.resourceVersion())) {
            return last.stored();
        }
        Stored stored = KeyringCodec.read(secret.data());
        String version = secret.resourceVersion();
        lastRead = version == null ? null : new LastRead(version, stored);
        return stored;
    }

    private record LastRead(String secret, Stored stored) {}

    /**
     * What the webhook configuration says.
     *
     * @param trusted nothing, when it could not be read
     * @param authorities all that stand in it, each once
     * @param common whether all its webhooks hold all of them, and nothing else
     */
    private record Sight(@Nullable Registered registered, Sightings trusted, List<X509Certificate> authorities,
            boolean common, @Nullable String problem) {}

    private Sight sight() {
        Registered found;
        try {
            found = cluster.registration();
        } catch (StoreException e) {
            return new Sight(null, Sightings.NONE, List.of(), false, String.valueOf(e.getMessage()));
        }
        if (found == null || found.bundles().isEmpty()) {
            trusted = Sightings.NONE;
            return new Sight(null, trusted, List.of(), false, found == null
                    ? "there is no " + cluster.registrationName()
                            + ", so the API server asks nobody; apply docs/webhook.yaml, or set"
                            + " mapper.webhook.enabled=false"
                    : cluster.registrationName() + " has no webhooks");
        }
        List<Set<X509Certificate>> bundles = found.bundles().stream().map(SelfManagedCertificates::authorities)
                .toList();
        Set<X509Certificate> any = bundles.stream().flatMap(Set::stream)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<X509Certificate> all = new LinkedHashSet<>(any);
        bundles.forEach(all::retainAll);
        trusted = trusted.look(all, nanoTime.getAsLong(), plan.schedule().settled());
        return new Sight(found, trusted, List.copyOf(any), all.equals(any), null);
    }

    /** A bundle that cannot be read holds nothing: the API server makes nothing of it either. */
    private static Set<X509Certificate> authorities(byte[] bundle) {
        try {
            return new LinkedHashSet<>(Pem.certificates("caBundle", bundle));
        } catch (UnfitException nothing) {
            return Set.of();
        }
    }

    private boolean issue(StoredSecret secret, Stored stored, Step step, Times now) {
        if (stored instanceof Stored.Damaged(String reason) && !secret.isOurs() && !secret.data().isEmpty()) {
            // Somebody's only copy of a key may stand there.
            problems.report(cluster.secretName() + " was not made by this program, and cannot be used: " + reason
                    + ". Mend it as docs/certificates.md says, or delete it");
            return false;
        }
        long nanos = nanoTime.getAsLong();
        issuedAt.removeIf(at -> nanos - at > IN.toNanos());
        if (issuedAt.size() >= MOST_ISSUED) {
            problems.report(cluster.secretName() + " had to be replaced " + MOST_ISSUED
                    + " times within an hour, so somebody else keeps changing it; waiting before the next attempt");
            return false;
        }
        issuedAt.add(nanos);
        Keyring next = issuer.carryOut(step, now.server());
        return switch (cluster.writeSecret(secret, KeyringCodec.write(next))) {
            case WriteResult.Written<StoredSecret> _,WriteResult.Unchanged<StoredSecret> _ -> {
                issued.incrementAndGet();
                tell(step, stored, next);
                yield true;
            }
            case WriteResult.Conflict<StoredSecret> _ -> true;
            case WriteResult.Rejected<StoredSecret> rejected -> {
                problems.report(cluster.secretName() + " is refused: " + rejected.message());
                yield false;
            }
            case WriteResult.MissingPermission<StoredSecret> missing -> {
                problems.report(missing.message());
                yield false;
            }
        };
    }

    private void tell(Step step, Stored stored, Keyring next) {
        String name = cluster.secretName();
        switch (step) {
            case Step.Keep _ -> LOG.debug("{}: nothing to do", name);
            case Step.BeginAnew begin when stored instanceof Stored.Absent -> LOG.info(
                    "{}: made a new authority and {}, because {}", name, next.serving(), begin.why());
            case Step.BeginAnew begin -> LOG.warn("{} was replaced by a new authority and {}: {}", name,
                    next.serving(), begin.why());
            case Step.BeginFromServed begin -> LOG.warn(
                    "{} was replaced: {}. What is served stays until the API servers know the new authority", name,
                    begin.why());
            case Step.RenewLeaf renew -> LOG.info("{}: renewed the certificate, because {}; now {}", name,
                    renew.why(), next.serving());
            case Step.PrepareAuthority prepare -> LOG.info(
                    "{}: made the next authority, because {}. It issues once the API servers know it", name,
                    prepare.why());
            case Step.SwitchAuthority _ -> LOG.info("{}: the API servers know the next authority; now {}", name,
                    next.serving());
        }
    }

    private void show(Stored.Usable usable, Sightings known, long nanos, Times now) {
        ServingCertificate before = served;
        Keyring keyring = usable.keyring();
        ServingCertificate next = plan.show(before, keyring.serving(), known, nanos, now);
        if (!next.equals(before)) {
            accepted = accepted && before != null && (next.authority().equals(before.authority())
                    || known.lasts(next.authority(), plan.schedule().settled(), nanos));
            keys.swap(next.pair());
            served = next;
            LOG.info("the webhook shows {}, issued by \"{}\"", next,
                    next.authority().getSubjectX500Principal().getName());
        }
        renewed = keyring.authorityKey() != null;
        remark(usable);
    }

    private void remark(Stored.Usable usable) {
        String next = usable.remark() == null
                ? null
                : cluster.secretName() + ": " + usable.remark() + (renewed
                        ? ""
                        : ", so the certificate is not renewed here: replace it before "
                                + usable.keyring().serving().notAfter());
        if (next != null && !next.equals(remark)) {
            LOG.warn("{}", next);
        }
        remark = next;
    }

    private boolean register(Keyring keyring, Sight sight, long nanos) {
        Registered base = Objects.requireNonNull(sight.registered(), "without a problem there is one");
        List<X509Certificate> wanted = plan.wanted(keyring, Objects.requireNonNull(served, "shown just now"));
        List<X509Certificate> others = new ArrayList<>(sight.authorities());
        others.removeAll(wanted);
        strange = strange.look(others, nanos, plan.schedule().settled());
        List<X509Certificate> bundle = plan.bundle(wanted, sight.authorities(), strange, nanos);
        if (sight.common() && new HashSet<>(bundle).equals(new HashSet<>(sight.authorities()))) {
            problems.clear();
            return false;
        }
        return switch (cluster.writeBundle(base, Pem.text(bundle))) {
            case WriteResult.Written<Registered> _,WriteResult.Unchanged<Registered> _ -> {
                registered.incrementAndGet();
                LOG.info("{}: its caBundle holds {} now", cluster.registrationName(),
                        bundle.stream().map(each -> "\"" + each.getSubjectX500Principal().getName() + "\"")
                                .collect(Collectors.joining(", ")));
                problems.clear();
                yield true;
            }
            case WriteResult.Conflict<Registered> _ -> true;
            case WriteResult.Rejected<Registered> rejected -> {
                problems.report("the caBundle of " + cluster.registrationName() + " is refused: "
                        + rejected.message());
                yield false;
            }
            case WriteResult.MissingPermission<Registered> missing -> {
                problems.report(missing.message());
                yield false;
            }
        };
    }

    /** Whether every API server that would ask this replica trusts what it shows. */
    private void judge(Sight sight, X509Certificate authority, long nanos) {
        if (!sight.trusted().contains(authority)) {
            notAccepted = "the caBundle of " + cluster.registrationName()
                    + " does not hold the authority of the certificate yet";
            // Who took it out will be asked again in a moment; who does not let it in leaves nobody who trusts us.
            accepted = accepted && problems.current() == null;
        } else if (sight.trusted().all().size() == 1
                || sight.trusted().lasts(authority, plan.schedule().settled(), nanos)) {
            // Where no other authority stands, nobody else is there who would be trusted rather than this replica.
            accepted = true;
        } else {
            notAccepted = "the API servers are given " + plan.schedule().settled().toSeconds()
                    + " s to learn the authority of the certificate";
        }
    }
}
