package dev.iammapper.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotationPlanTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final long NANOS = Duration.ofDays(1).toNanos();
    private static final Schedule SCHEDULE = Schedule.usual();
    private static final ServerNames NAMES = new ServerNames(List.of("webhook.here.svc"));

    private final RotationPlan plan = new RotationPlan(SCHEDULE, NAMES);
    private final Issuer issuer = new Issuer(SCHEDULE, NAMES, new SecureRandom());
    private final Keyring keyring = issuer.carryOut(new Step.BeginAnew("test"), NOW);
    private final ServingCertificate served = keyring.serving();

    @Test
    void whatIsGoodIsKept() {
        assertThat(next(keyring, NOW)).isInstanceOf(Step.Keep.class);
    }

    @Test
    void anAbsentSecretBeginsWithWhatIsShownAndTrustedAndElseAnew() {
        assertThat(plan.next(new Stored.Absent(), null, seen(), NANOS, at(NOW))).isInstanceOf(Step.BeginAnew.class);
        assertThat(plan.next(new Stored.Absent(), served, seen(served.authority()), NANOS, at(NOW)))
                .isInstanceOf(Step.BeginFromServed.class);
        assertThat(plan.next(new Stored.Absent(), served, seen(), NANOS, at(NOW)))
                .as("what a replica shows that nobody trusts").isInstanceOf(Step.BeginAnew.class);
        assertThat(plan.next(new Stored.Absent(), served, seen(served.authority()), NANOS,
                at(served.notAfter().minus(SCHEDULE.lastResort()).plusSeconds(1))))
                .as("what ends before others may know the next").isInstanceOf(Step.BeginAnew.class);
    }

    @Test
    void aCertificateIsRenewedThirtyDaysBeforeItsEnd() {
        assertThat(next(keyring, NOW.plus(Duration.ofDays(59)))).isInstanceOf(Step.Keep.class);
        assertThat(next(keyring, NOW.plus(Duration.ofDays(61)))).isInstanceOf(Step.RenewLeaf.class);
    }

    @Test
    void anAuthorityIsPreparedAYearBeforeItsEndAndIssuesOnceItIsKnown() {
        Instant late = NOW.plus(Duration.ofDays(4 * 365 + 1));
        Keyring renewed = issuer.carryOut(next(keyring, late), late);
        Step prepare = next(renewed, late);
        assertThat(prepare).isInstanceOf(Step.PrepareAuthority.class);
        Keyring prepared = issuer.carryOut(prepare, late);
        X509Certificate to = prepared.next().certificate();
        Stored stored = new Stored.Usable(prepared, null);
        Sightings minute = Sightings.NONE.look(List.of(to), NANOS, SCHEDULE.settled());
        long settled = SCHEDULE.settled().toNanos();
        assertThat(plan.next(stored, served, minute, NANOS + settled - 1, at(late))).isInstanceOf(Step.Keep.class);
        assertThat(plan.next(stored, served, minute, NANOS + settled, at(late)))
                .isInstanceOf(Step.SwitchAuthority.class);
    }

    @Test
    void namesThatAreMissingAreAddedToThoseThatAreThere() {
        RotationPlan other = new RotationPlan(SCHEDULE, new ServerNames(List.of("moved.here.svc")));
        Step step = other.next(new Stored.Usable(keyring, null), null, seen(), NANOS, at(NOW));
        assertThat(step).isInstanceOfSatisfying(Step.RenewLeaf.class,
                renew -> assertThat(renew.names().names()).containsExactly("moved.here.svc", "webhook.here.svc"));
        Keyring both = issuer.carryOut(step, NOW);
        assertThat(next(both, NOW)).as("another version of this program is content, too").isInstanceOf(Step.Keep.class);
        assertThat(other.next(new Stored.Usable(both, null), null, seen(), NANOS, at(NOW)))
                .isInstanceOf(Step.Keep.class);
    }

    @Test
    void whatCannotBeRenewedStaysUntilItsLastDay() {
        Keyring bare = new Keyring(served, null, null, List.of());
        assertThat(next(bare, NOW.plus(Duration.ofDays(88)))).isInstanceOf(Step.Keep.class);
        assertThat(next(bare, NOW.plus(Duration.ofHours(89 * 24 + 1)))).isInstanceOf(Step.PrepareAuthority.class);
        assertThat(next(bare, NOW.plus(Duration.ofDays(91)))).isInstanceOf(Step.BeginAnew.class);
    }

    @Test
    void whatExpiredByOneClockOnlyIsNotThrownAway() {
        Keyring bare = new Keyring(served, null, keyringOfAnother(), List.of());
        Times disagreement = new Times(NOW.plus(Duration.ofDays(91)), NOW);
        assertThat(plan.next(new Stored.Usable(bare, null), served, seen(), NANOS, disagreement))
                .isInstanceOf(Step.Keep.class);
    }

    @Test
    void aNewAuthorityIsShownOnlyWhenItIsKnown() {
        ServingCertificate stored = issuer.carryOut(new Step.BeginAnew("another"), NOW).serving();
        Sightings both = seen(served.authority(), stored.authority());
        assertThat(plan.show(null, stored, seen(), NANOS, at(NOW))).isEqualTo(stored);
        assertThat(plan.show(served, stored, both, NANOS, at(NOW))).isEqualTo(served);
        assertThat(plan.show(served, stored, both, NANOS + SCHEDULE.settled().toNanos(), at(NOW))).isEqualTo(stored);
        assertThat(plan.show(served, stored, seen(stored.authority()), NANOS, at(NOW)))
                .as("when what is shown is trusted by nobody").isEqualTo(stored);
    }

    @Test
    void theBundleKeepsWhatOthersMayNeedForAWhile() {
        X509Certificate ours = served.authority();
        X509Certificate theirs = keyringOfAnother().certificate();
        Sightings strange = seen(theirs);
        assertThat(plan.bundle(List.of(ours), List.of(theirs), strange, NANOS)).containsExactly(ours, theirs);
        assertThat(plan.bundle(List.of(ours), List.of(theirs, ours), strange,
                NANOS + SCHEDULE.forgotten().toNanos())).containsExactly(ours);
    }

    private Authority keyringOfAnother() {
        Keyring another = issuer.carryOut(new Step.BeginAnew("another"), NOW);
        return new Authority(another.serving().authority(), another.authorityKey());
    }

    private Step next(Keyring keyring, Instant now) {
        return plan.next(new Stored.Usable(keyring, null), null, seen(), NANOS, at(now));
    }

    private static Sightings seen(X509Certificate... authorities) {
        return Sightings.NONE.look(List.of(authorities), NANOS, SCHEDULE.settled());
    }

    private static Times at(Instant now) {
        return new Times(now, now);
    }
}
