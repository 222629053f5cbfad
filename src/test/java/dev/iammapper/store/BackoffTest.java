package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), new Random(1));

    @Test
    void doublesUpToItsLimitAndIsNeverShorterThanHalf() {
        Duration whole = Duration.ofMillis(200);
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.next()).isBetween(whole.dividedBy(2), whole);
            whole = whole.multipliedBy(2).compareTo(Duration.ofSeconds(15)) < 0
                    ? whole.multipliedBy(2)
                    : Duration.ofSeconds(15);
        }
    }

    @Test
    void startsAnewAfterAReset() {
        for (int i = 0; i < 10; i++) {
            backoff.next();
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(200));
    }
}
