package dev.iammapper.store;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waiting times that double up to a limit, each shortened at random by up to a half so that replicas spread. */
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.next = first;
    }

    /** 0.2 s to 15 s. */
    public static Backoff usual() {
        return new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), RandomGenerator.getDefault());
    }

    /** How long to wait now. */
    public Duration next() {
        Duration whole = next;
        Duration doubled = whole.multipliedBy(2);
        next = doubled.compareTo(longest) < 0 ? doubled : longest;
        long half = whole.toNanos() / 2;
        return Duration.ofNanos(whole.toNanos() - (half == 0 ? 0 : random.nextLong(half)));
    }

    /** The next wait is a first one. */
    public void reset() {
        next = first;
    }
}
