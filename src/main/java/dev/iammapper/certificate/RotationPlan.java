package dev.iammapper.certificate;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of one replica; the same facts give the same decisions, and no two replicas need to agree on anything
 * but the Secret and the webhook configuration. What keeps every call answered is this order: an authority is in the
 * webhook configuration for long enough before anybody shows what it issued, and stays there for long enough after.
 *
 * @param names under which the server is called
 */
public record RotationPlan(Schedule schedule, ServerNames names) {
    /** A server certificate that a person supplies may begin a little later. */
    private static final Duration NEARLY = Duration.ofDays(1);

    private static final int MOST_AUTHORITIES = 12;

    /**
     * What is to be done with the Secret.
     *
     * @param served what this replica shows, or null
     * @param trusted the authorities in all webhooks of the configuration
     * @param nanos the time at which {@code trusted} was looked at, by its clock
     */
    public Step next(Stored stored, @Nullable ServingCertificate served, Sightings trusted, long nanos, Times now) {
        return switch (stored) {
            case Stored.Absent _ -> replace("it does not exist", served, trusted, now.server());
            case Stored.Damaged damaged -> replace(damaged.reason(), served, trusted, now.server());
            case Stored.Usable usable -> next(usable.keyring(), served, trusted, nanos, now);
        };
    }

    private Step next(Keyring keyring, @Nullable ServingCertificate served, Sightings trusted, long nanos,
            Times times) {
        Instant now = times.server();
        ServingCertificate serving = keyring.serving();
        List<String> missing = names.missingFrom(serving.pair().leaf());
        boolean renewable = keyring.authorityKey() != null;
        String useless = useless(serving, missing, renewable, times);
        if (useless != null) {
            return replace(useless, served, trusted, now);
        }
        if (!missing.isEmpty()) {
            // Its names stay, in case another version of this program still wants them.
            return new Step.RenewLeaf(keyring, names.and(serving.pair().leaf()),
                    "it is not for " + String.join(", ", missing));
        }
        Authority next = keyring.next();
        if (next != null && trusted.lasts(next.certificate(), schedule.settled(), nanos)
                && now.isBefore(next.certificate().getNotAfter().toInstant())) {
            return new Step.SwitchAuthority(keyring, next);
        }
        if (renewable && isDue(serving, now)) {
            return new Step.RenewLeaf(keyring, names, "it expires at " + serving.pair().notAfter());
        }
        Instant authorityEnd = serving.authority().getNotAfter().toInstant();
        if (renewable && next == null && isNear(authorityEnd, schedule.authorityRest(), now)) {
            return new Step.PrepareAuthority(keyring, "its authority expires at " + authorityEnd);
        }
        if (!renewable && next == null && isNear(serving.notAfter(), schedule.lastResort(), now)) {
            return new Step.PrepareAuthority(keyring,
                    "it expires at " + serving.notAfter() + " and cannot be renewed without its authority's key");
        }
        return new Step.Keep();
    }

    private @Nullable String useless(ServingCertificate serving, List<String> missing, boolean renewable,
            Times times) {
        if (times.latest().isBefore(serving.notBefore().minus(NEARLY))) {
            return "it is not valid before " + serving.notBefore();
        }
        Optional<X509Certificate> expired = serving.path().stream().skip(renewable ? 1 : 0)
                .filter(each -> times.earliest().isAfter(each.getNotAfter().toInstant())).findFirst();
        if (expired.isPresent()) {
            return "\"" + expired.get().getSubjectX500Principal().getName() + "\" expired at "
                    + expired.get().getNotAfter().toInstant();
        }
        return missing.isEmpty() || renewable
                ? null
                : "it is not for " + String.join(", ", missing) + ", and without ca.key it cannot be renewed";
    }

    /**
     * What a replica shows that was cut off for long may be trusted by nobody, or may end before the API servers know
     * the next authority: that must not become everybody's.
     */
    private Step replace(String why, @Nullable ServingCertificate served, Sightings trusted, Instant now) {
        return served != null && served.isValidAt(now) && trusted.contains(served.authority())
                && !isNear(served.notAfter(), schedule.lastResort(), now)
                && names.missingFrom(served.pair().leaf()).isEmpty()
                        ? new Step.BeginFromServed(served, why)
                        : new Step.BeginAnew(why);
    }

    /** Only where a renewal wins time: a certificate never outlives its authority. */
    private boolean isDue(ServingCertificate serving, Instant now) {
        Instant end = serving.pair().notAfter();
        Instant possible = Issuer.end(now.plus(schedule.leafLife()), serving.authority());
        return isNear(end, schedule.leafRest(), now)
                && possible.isAfter(end.plus(schedule.leafRest().dividedBy(2)));
    }

    private static boolean isNear(Instant end, Duration rest, Instant now) {
        return now.plus(rest).isAfter(end);
    }

    /**
     * What this replica shows from now on.
     *
     * @param served what it shows, or null
     * @param stored what the Secret holds
     * @param trusted the authorities in all webhooks of the configuration
     */
    public ServingCertificate show(@Nullable ServingCertificate served, ServingCertificate stored, Sightings trusted,
            long nanos, Times now) {
        if (served == null || served.equals(stored)) {
            return stored;
        }
        if (!stored.isValidAt(now.server()) && served.isValidAt(now.server())) {
            return served;
        }
        X509Certificate authority = stored.authority();
        boolean known = authority.equals(served.authority()) || trusted.lasts(authority, schedule.settled(), nanos);
        // While one clock says that it is valid, an API server may agree.
        boolean noWorse = now.earliest().isAfter(served.notAfter())
                || (trusted.contains(authority) && !trusted.contains(served.authority()));
        return known || noWorse ? stored : served;
    }

    /** The authorities that this replica needs in the webhook configuration, the most important first. */
    public List<X509Certificate> wanted(Keyring keyring, ServingCertificate served) {
        Set<X509Certificate> wanted = new LinkedHashSet<>(keyring.bundle());
        wanted.add(served.authority());
        return List.copyOf(wanted);
    }

    /**
     * The authorities that are to stand in the webhook configuration: what this replica needs, and what others may
     * need.
     *
     * @param wanted what this replica needs
     * @param present what stands there now, in any webhook
     * @param strange those of {@code present} that this replica does not need, and since when
     */
    public List<X509Certificate> bundle(List<X509Certificate> wanted, List<X509Certificate> present, Sightings strange,
            long nanos) {
        Set<X509Certificate> bundle = new LinkedHashSet<>(wanted);
        present.stream().filter(each -> !strange.lasts(each, schedule.forgotten(), nanos)).forEach(bundle::add);
        List<X509Certificate> ordered = new ArrayList<>(bundle);
        return List.copyOf(ordered.subList(0, Math.min(Math.max(MOST_AUTHORITIES, wanted.size()), ordered.size())));
    }
}
