package dev.iammapper.mapping;

import static dev.iammapper.mapping.Mappings.adopting;
import static dev.iammapper.mapping.Mappings.mapping;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MappingConflictsTest {
    private static final Instant OLD = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant YOUNG = Instant.parse("2026-02-01T00:00:00Z");
    private static final String ROLE = "arn:aws:iam::111122223333:role/Admin";

    @Test
    void eachPrincipalHasItsOwnContest() {
        IdentityMapping role = mapping("role", OLD, ROLE, "a");
        IdentityMapping user = mapping("user", OLD, "arn:aws:iam::111122223333:user/Admin", "a");

        assertThat(MappingConflicts.resolve(List.of(user, role))).containsExactly(
                new Contest(role.principal().key(), role, List.of(), List.of()),
                new Contest(user.principal().key(), user, List.of(), List.of()));
    }

    @Test
    void olderObjectWinsAndTheYoungerKnowsAgainstWhom() {
        IdentityMapping older = mapping("z", OLD, ROLE, "a");
        IdentityMapping younger = mapping("a", YOUNG, ROLE, "b");

        assertThat(MappingConflicts.resolve(List.of(younger, older)))
                .containsExactly(new Contest(older.principal().key(), older, List.of(), List.of(younger)));
    }

    @Test
    void nameDecidesBetweenObjectsOfOneInstant() {
        IdentityMapping first = mapping("a", OLD, ROLE, "a");
        IdentityMapping second = mapping("b", OLD, ROLE, "b");

        assertThat(MappingConflicts.resolve(List.of(second, first)))
                .containsExactly(new Contest(first.principal().key(), first, List.of(), List.of(second)));
    }

    @Test
    void objectsThatMeanTheSameShareTheRow() {
        IdentityMapping before = mapping("before", OLD, ROLE, "a", "x", "y");
        IdentityMapping after = mapping("after", YOUNG, ROLE, "a", "y", "x");
        IdentityMapping other = mapping("other", YOUNG, ROLE, "a", "x");

        assertThat(MappingConflicts.resolve(List.of(after, other, before)))
                .containsExactly(new Contest(before.principal().key(), before, List.of(after), List.of(other)));
    }

    @Test
    void principalsCompareAsTheAuthenticatorCompares() {
        IdentityMapping older = mapping("a", OLD, "arn:aws:iam::111122223333:role/team/Admin", "a");
        IdentityMapping younger = mapping("b", YOUNG, "arn:aws:iam::111122223333:role/ADMIN", "b");
        IdentityMapping user = mapping("c", OLD, "arn:aws:iam::111122223333:user/team/Admin", "c");
        IdentityMapping otherUser = mapping("d", OLD, "arn:aws:iam::111122223333:user/Admin", "d");

        assertThat(MappingConflicts.resolve(List.of(older, younger, user, otherUser)))
                .extracting(contest -> contest.principal().value(), contest -> contest.winner().name(),
                        contest -> contest.losers().size())
                .containsExactly(
                        tuple("arn:aws:iam::111122223333:role/admin", "a", 1),
                        tuple("arn:aws:iam::111122223333:user/admin", "d", 0),
                        tuple("arn:aws:iam::111122223333:user/team/admin", "c", 0));
    }

    @Test
    void permissionToAdoptOfASharerCountsForTheRow() {
        IdentityMapping winner = mapping("a", OLD, ROLE, "a");
        IdentityMapping sharer = adopting(mapping("b", YOUNG, ROLE, "a"), Adoption.ROWS);
        IdentityMapping loser = adopting(mapping("c", YOUNG, ROLE, "c"), Adoption.NODE_ROWS);

        assertThat(MappingConflicts.resolve(List.of(winner, sharer, loser))).singleElement()
                .extracting(Contest::wanted).isEqualTo(adopting(winner, Adoption.ROWS));
        assertThat(MappingConflicts.resolve(List.of(winner, loser))).singleElement().extracting(Contest::wanted)
                .isEqualTo(winner);
    }

    @Test
    void orderOfInputIsIrrelevant() {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            List<IdentityMapping> mappings = new ArrayList<>();
            for (int number = 0; number < random.nextInt(30); number++) {
                mappings.add(mapping("m" + number, OLD.plusSeconds(random.nextInt(3)), anArn(random),
                        "u" + random.nextInt(2), random.nextBoolean() ? "g" : "h"));
            }
            List<Contest> contests = MappingConflicts.resolve(mappings);
            Collections.shuffle(mappings, random);

            assertThat(MappingConflicts.resolve(mappings)).isEqualTo(contests);
            assertThat(contests.stream().flatMap(MappingConflictsTest::all))
                    .containsExactlyInAnyOrderElementsOf(mappings);
            assertThat(contests).extracting(Contest::principal).isSorted().doesNotHaveDuplicates();
            assertThat(contests).allSatisfy(contest -> {
                assertThat(all(contest)).allMatch(each -> each.principal().key().equals(contest.principal()));
                assertThat(all(contest)).noneMatch(each -> isOlder(each, contest.winner()));
                assertThat(contest.sharers()).allMatch(each -> each.grant().means(contest.winner().grant()));
                assertThat(contest.losers()).noneMatch(each -> each.grant().means(contest.winner().grant()));
            });
        }
    }

    private static String anArn(Random random) {
        String path = random.nextBoolean() ? "team/" : "";
        String name = random.nextBoolean() ? "Admin" : "ADMIN";
        return "arn:aws:iam::11112222333" + random.nextInt(2) + (random.nextBoolean() ? ":role/" : ":user/") + path
                + name;
    }

    private static Stream<IdentityMapping> all(Contest contest) {
        return Stream.of(Stream.of(contest.winner()), contest.sharers().stream(), contest.losers().stream())
                .flatMap(each -> each);
    }

    private static boolean isOlder(IdentityMapping one, IdentityMapping other) {
        int byAge = one.createdAt().compareTo(other.createdAt());
        return byAge < 0 || (byAge == 0 && one.name().compareTo(other.name()) < 0);
    }
}
