package dev.iammapper.mapping;

import static dev.iammapper.mapping.Mappings.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ActivityTest {
    private static final Instant MORNING = Instant.parse("2026-06-01T06:00:00Z");
    private static final Instant EVENING = Instant.parse("2026-06-01T18:00:00Z");
    private static final Instant LATEST = Instant.parse("2026-06-02T00:00:00Z");

    @Test
    void grantWithoutBoundsIsAlwaysActive() {
        assertThat(Activity.of(within(null, null), Instant.MIN)).isEqualTo(Activity.ACTIVE);
        assertThat(Activity.of(within(null, null), Instant.MAX)).isEqualTo(Activity.ACTIVE);
    }

    @Test
    void grantHoldsFromItsFirstInstantToJustBeforeItsLast() {
        IdentityMapping shift = within(MORNING, EVENING);

        assertThat(Activity.of(shift, MORNING.minusNanos(1))).isEqualTo(Activity.NOT_YET_ACTIVE);
        assertThat(Activity.of(shift, MORNING)).isEqualTo(Activity.ACTIVE);
        assertThat(Activity.of(shift, EVENING.minusNanos(1))).isEqualTo(Activity.ACTIVE);
        assertThat(Activity.of(shift, EVENING)).isEqualTo(Activity.EXPIRED);
        assertThat(Activity.of(within(null, EVENING), MORNING)).isEqualTo(Activity.ACTIVE);
        assertThat(Activity.of(within(MORNING, null), EVENING)).isEqualTo(Activity.ACTIVE);
    }

    @Test
    void nextChangeIsTheFirstBoundAhead() {
        List<IdentityMapping> mappings = List.of(within(null, EVENING), within(MORNING, null), within(null, null));

        assertThat(Activity.nextChange(mappings, MORNING.minusSeconds(1), LATEST)).isEqualTo(MORNING);
        assertThat(Activity.nextChange(mappings, MORNING, LATEST)).isEqualTo(EVENING);
    }

    @Test
    void withoutChangeAheadTheLatestInstantAnswers() {
        assertThat(Activity.nextChange(List.of(), MORNING, LATEST)).isEqualTo(LATEST);
        assertThat(Activity.nextChange(List.of(within(MORNING, EVENING)), EVENING, LATEST)).isEqualTo(LATEST);
        assertThat(Activity.nextChange(List.of(within(null, LATEST.plusSeconds(1))), EVENING, LATEST))
                .isEqualTo(LATEST);
    }

    @Test
    void nothingChangesBeforeTheNextChangeAndSomethingAtIt() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            List<IdentityMapping> mappings = new ArrayList<>();
            for (int count = random.nextInt(6); count > 0; count--) {
                Instant start = MORNING.plusSeconds(random.nextInt(40));
                mappings.add(within(random.nextBoolean() ? start : null,
                        random.nextBoolean() ? start.plusSeconds(1 + random.nextInt(20)) : null));
            }
            Instant now = MORNING.plusSeconds(random.nextInt(60));
            Instant next = Activity.nextChange(mappings, now, LATEST);
            Collections.shuffle(mappings, random);

            assertThat(Activity.nextChange(mappings, now, LATEST)).isEqualTo(next);
            assertThat(next).isAfter(now);
            assertThat(activities(mappings, next.minusNanos(1))).isEqualTo(activities(mappings, now));
            if (next.isBefore(LATEST)) {
                assertThat(activities(mappings, next)).isNotEqualTo(activities(mappings, now));
            }
        }
    }

    private static List<Activity> activities(List<IdentityMapping> mappings, Instant now) {
        return mappings.stream().map(mapping -> Activity.of(mapping, now)).toList();
    }
}
