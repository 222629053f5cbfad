package dev.iammapper.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

    @Test
    void givesABurstAndThenASteadyRateAlsoWhenTheClockWrapsAround() {
        TokenBucket bucket = new TokenBucket(50, 5, now::get);
        int taken = 0;
        long end = now.get() + Duration.ofSeconds(10).toNanos();
        while (now.get() - end < 0) {
            Duration wait = bucket.take();
            if (wait.isZero()) {
                taken++;
            } else {
                now.addAndGet(wait.toNanos());
            }
        }
        assertThat(taken).isBetween(504, 506);
    }

    @Test
    void savesNoMoreThanTheBurst() {
        TokenBucket bucket = new TokenBucket(1, 2, now::get);
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isEqualTo(Duration.ofSeconds(1));
    }
}
