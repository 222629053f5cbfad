package dev.iammapper.cli;

import dev.iammapper.store.StoreException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a look at something found.
 *
 * @param <T> what there may be to see
 */
public sealed interface Look<T> {

    /** It is there. */
    record Seen<T>(T value) implements Look<T> {}

    /** It is not there. */
    record Absent<T>() implements Look<T> {}

    /** Nobody looked; {@code why} says what was missing for it. */
    record Unseen<T>(String why) implements Look<T> {}

    /** Looks; what cannot be read for want of a permission, or of an answer, is not seen. */
    static <T> Look<T> at(Supplier<? extends @Nullable T> read) {
        try {
            T value = read.get();
            return value == null ? new Absent<>() : new Seen<>(value);
        } catch (StoreException e) {
            return new Unseen<>(String.valueOf(e.getMessage()));
        }
    }

    /** What was seen, or {@code otherwise}. */
    default T orElse(T otherwise) {
        return this instanceof Seen<T>(T value) ? value : otherwise;
    }
}
