package dev.iammapper.render;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * How many rows may go within a while before a person is asked: somebody who deletes a whole folder of objects, or
 * loses a policy, rarely means it.
 *
 * @param rows that many may go in any case
 * @param percent of the rows that are ours, or were at the beginning of the window, may go if that is more
 * @param window the while
 * @param now the present
 */
public record RemovalBrake(int rows, int percent, Duration window, Instant now) {

    /** How many of {@code claims} rows may still go, after those that went already; never negative. */
    int left(int claims, List<Ledger.Removals> past) {
        long gone = past.stream().filter(this::counts).mapToLong(Ledger.Removals::rows).sum();
        long most = Math.max(rows, (claims + gone) * percent / 100);
        return Math.clamp(most - gone, 0, Integer.MAX_VALUE);
    }

    /**
     * What a ledger should remember once {@code more} rows went. Equal to {@code past} as long as nothing went, so that
     * time alone is no reason for a write.
     */
    List<Ledger.Removals> after(List<Ledger.Removals> past, int more) {
        if (more == 0 && past.stream().noneMatch(removal -> removal.at().isAfter(second()))) {
            return past;
        }
        List<Ledger.Removals> next = new ArrayList<>();
        for (Ledger.Removals removal : past) {
            if (counts(removal)) {
                // A clock that ran ahead left it; it must not count for as long as that.
                next.add(removal.at().isAfter(second()) ? new Ledger.Removals(second(), removal.rows()) : removal);
            }
        }
        if (more > 0) {
            if (!next.isEmpty() && next.getLast().at().equals(second())) {
                more += next.removeLast().rows();
            }
            next.add(new Ledger.Removals(second(), more));
        }
        return next;
    }

    private boolean counts(Ledger.Removals removal) {
        return removal.at().plus(window).isAfter(now);
    }

    private Instant second() {
        return now.truncatedTo(ChronoUnit.SECONDS);
    }
}
