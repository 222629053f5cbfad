package dev.iammapper.certificate;

import java.time.Duration;

/**
 * How long things last. Each rest is shorter than the life it belongs to.
 *
 * @param authorityLife from its issue
 * @param authorityRest when so little of its life is left, the next authority is prepared
 * @param leafLife of the server's certificate
 * @param leafRest when so little of its life is left, it is renewed
 * @param lastResort when so little is left of a certificate that cannot be renewed, another authority is prepared
 * @param settled what stood in the webhook configuration for so long is known to every API server
 * @param forgotten an authority that nobody here needs any more is trusted for so long, because a replica that was cut
 *     off may still show what it issued; a replica that is cut off for half of it must not call itself ready
 */
public record Schedule(Duration authorityLife, Duration authorityRest, Duration leafLife, Duration leafRest,
        Duration lastResort, Duration settled, Duration forgotten) {

    /** Checks the order of the times. */
    public Schedule {
        if (authorityRest.compareTo(authorityLife) >= 0 || leafRest.compareTo(leafLife) >= 0
                || lastResort.compareTo(leafRest) > 0 || leafLife.compareTo(authorityRest) > 0
                || settled.multipliedBy(4).compareTo(forgotten) > 0) {
            throw new IllegalArgumentException("these times contradict each other: " + authorityLife + ", "
                    + authorityRest + ", " + leafLife + ", " + leafRest + ", " + lastResort + ", " + settled + ", "
                    + forgotten);
        }
    }

    /** An authority for five years, a certificate for ninety days, a minute for news to spread. */
    public static Schedule usual() {
        return new Schedule(Duration.ofDays(5 * 365), Duration.ofDays(365), Duration.ofDays(90), Duration.ofDays(30),
                Duration.ofDays(1), Duration.ofMinutes(1), Duration.ofHours(6));
    }

    /** How long a replica that hears nothing may call itself ready. */
    public Duration cutOff() {
        return forgotten.dividedBy(2);
    }
}
