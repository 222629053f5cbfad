package dev.iammapper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.reconcile.Mode;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Claim;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What release and disown make of a ledger, and who is asked. */
class LedgerEditsTest {
    private static final Claim.Key ONE = new Claim.Key(Section.ROLES, "arn:aws:iam::111122223333:role/one");
    private static final Claim.Key TWO = new Claim.Key(Section.USERS, "arn:aws:iam::111122223333:user/two");
    private static final Ledger.Pause PAUSE = new Ledger.Pause("tea", Instant.EPOCH);
    private static final Ledger HELD = new Ledger(3, "uid", Map.of(ONE, claim("one", Claim.Hold.TOO_MANY), TWO,
            claim("two", null)), Map.of(Section.USERS, "[]"), List.of(new Ledger.Removals(Instant.EPOCH, 2)), PAUSE);

    @Test
    void aDigestLetsGoWhatItNames() {
        Ledger released = Objects.requireNonNull(ReleaseCommand.released(HELD, HeldRemovals.of(HELD).digest()));
        assertThat(Objects.requireNonNull(released.claims().get(ONE)).hold()).isEqualTo(Claim.Hold.RELEASED);
        assertThat(released.claims().get(TWO)).isEqualTo(HELD.claims().get(TWO));
        assertThat(released.pause()).as("another digest's business").isEqualTo(PAUSE);
        assertThat(released.removals()).isEqualTo(HELD.removals());
    }

    @Test
    void theDigestOfAPauseEndsItAndReleasesNothing() {
        Ledger released = Objects.requireNonNull(
                ReleaseCommand.released(HELD, PAUSE.digest().toUpperCase(Locale.ROOT)));
        assertThat(released).isEqualTo(HELD.withPause(null));
    }

    @Test
    void anotherDigestNamesNothing() {
        assertThat(ReleaseCommand.released(HELD, "000000000000")).isNull();
        assertThat(ReleaseCommand.released(HELD, HeldRemovals.of(HELD).digest().substring(1))).isNull();
        assertThat(ReleaseCommand.released(Ledger.EMPTY, HeldRemovals.of(Ledger.EMPTY).digest())).isNull();
    }

    @Test
    void theDigestIsAnotherOneOnceOneMoreRowIsHeld() {
        Ledger more = HELD.withClaims(Map.of(ONE, claim("one", Claim.Hold.TOO_MANY), TWO,
                claim("two", Claim.Hold.PROTECTED)));
        assertThat(ReleaseCommand.released(more, HeldRemovals.of(HELD).digest())).isNull();
    }

    @Test
    void whatIsPromisedDependsOnTheMode() {
        assertThat(ReleaseCommand.promise(false, Mode.ENFORCE)).isEqualTo("Released. The controller removes what no"
                + " mapping asks for by then, within 10 seconds.");
        assertThat(ReleaseCommand.promise(true, Mode.ENFORCE)).contains("within 10 seconds");
        for (boolean pause : new boolean[] {true, false}) {
            assertThat(ReleaseCommand.promise(pause, Mode.OBSERVE)).contains("before the mode is enforce")
                    .doesNotContain("10 seconds");
            assertThat(ReleaseCommand.promise(pause, null)).contains("could not be read", "n mode enforce");
        }
    }

    @Test
    void aDigestIsShownOnlyWhereTheStoredLedgerHoldsExactlyThat() {
        HeldRemovals held = HeldRemovals.of(HELD);
        assertThat(digest(held, HELD)).isEqualTo(held.digest());
        assertThat(digest(held, Ledger.EMPTY)).isNull();
        assertThat(digest(held, HELD.withClaims(Map.of(ONE, claim("one", Claim.Hold.TOO_MANY), TWO,
                claim("two", Claim.Hold.TOO_MANY))))).isNull();
        assertThat(HeldRows.ahead(HeldRemovals.of(Ledger.EMPTY), HELD, AwsAuthData.EMPTY)).isNull();
    }

    private static @Nullable String digest(HeldRemovals held, Ledger stored) {
        return Objects.requireNonNull(HeldRows.ahead(held, stored, AwsAuthData.EMPTY)).digest();
    }

    @Test
    void aHeldRowShowsWhatTheLastRowOfItsPrincipalGrants() {
        AwsAuthData awsAuth = new AwsAuthData(
                "- {rolearn: \"" + ONE.principal() + "\", username: first}\n- {rolearn: \""
                        + ONE.principal().replace("role/one", "role/ONE") + "\", username: last, groups: [ops]}\n",
                null, null);
        assertThat(Objects.requireNonNull(HeldRows.of(HeldRemovals.of(HELD), awsAuth)).rows()).singleElement()
                .satisfies(row -> {
                    assertThat(row.username()).isEqualTo("last");
                    assertThat(row.groups()).containsExactly("ops");
                });
    }

    @Test
    void disowningTakesClaimsAndNothingElse() {
        Ledger left = DisownCommand.without(HELD, Set.of(ONE));
        assertThat(left.claims()).containsOnlyKeys(TWO);
        assertThat(left.emptyForms()).isEqualTo(HELD.emptyForms());
        assertThat(left.pause()).isEqualTo(PAUSE);
        assertThat(left.term()).isEqualTo(3);
        assertThat(left.awsAuthUid()).isEqualTo("uid");
        assertThat(DisownCommand.without(HELD, Set.of(TWO)).emptyForms())
                .as("no row of ours is there that would go one day").isEmpty();
    }

    @Test
    void onlyAYesIsAYes() {
        assertThat(asked("y\n")).isTrue();
        assertThat(asked("YES\n")).isTrue();
        assertThat(asked("\n")).isFalse();
        assertThat(asked("yeah\n")).isFalse();
        assertThat(asked("")).isFalse();
    }

    private static boolean asked(String answer) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CommandSurroundings surroundings = new CommandSurroundings("test", Clock.systemUTC(), Map.of(),
                new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)), System.out,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        boolean given = new Confirmation(() -> true).given(surroundings, "Remove 1 row?");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("Remove 1 row? [y/N] ");
        return given;
    }

    private static Claim claim(String mapping, Claim.@Nullable Hold hold) {
        return new Claim(mapping, "uid-of-" + mapping, "crd", "meaning", null, false, hold, 0);
    }
}
