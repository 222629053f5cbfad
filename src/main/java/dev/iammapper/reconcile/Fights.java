package dev.iammapper.reconcile;

import dev.iammapper.mapping.PrincipalKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Whose rows another tool keeps undoing: restoring them at once every time would make two programs write aws-auth for
 * ever.
 */
final class Fights {
    /** This many repairs of one principal's row within {@link #WINDOW} are accidents. */
    static final int ACCIDENTS = 5;

    /** For how long repairs are remembered. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    /** After more repairs than that, one is made this often; shorter than the period of passes. */
    static final Duration PAUSE = Duration.ofMinutes(4);

    private final Map<PrincipalKey, Repairs> fought = new HashMap<>();
    private final LongSupplier nanoTime;

    private record Repairs(Deque<Long> times, String opponent) {}

    /** Nobody fights yet; {@code nanoTime} is monotonic. */
    Fights(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Notes that a row was restored after {@code opponent}, as the beginning of a sentence, had undone it. */
    void repaired(PrincipalKey principal, String opponent) {
        Repairs before = fought.get(principal);
        Deque<Long> times = before == null ? new ArrayDeque<>() : before.times();
        times.add(nanoTime.getAsLong());
        fought.put(principal, new Repairs(times, opponent));
    }

    /** The principals whose rows are not restored now. */
    Set<PrincipalKey> resting() {
        long now = nanoTime.getAsLong();
        fought.values().forEach(repairs -> {
            while (!repairs.times().isEmpty() && now - repairs.times().getFirst() >= WINDOW.toNanos()) {
                repairs.times().removeFirst();
            }
        });
        fought.values().removeIf(repairs -> repairs.times().isEmpty());
        Set<PrincipalKey> resting = new HashSet<>();
        fought.forEach((principal, repairs) -> {
            if (repairs.times().size() > ACCIDENTS && now - repairs.times().getLast() < PAUSE.toNanos()) {
                resting.add(principal);
            }
        });
        return resting;
    }

    /** Who undoes the row, as the beginning of a sentence. */
    String opponent(PrincipalKey principal) {
        Repairs repairs = fought.get(principal);
        return repairs == null ? "Another tool" : repairs.opponent();
    }
}
