package dev.iammapper.reconcile;

import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes that the API server refused, so that they are not tried again until the object asks for something else.
 */
final class RefusedChanges {
    private final Map<PrincipalKey, Refusal> refusals = new HashMap<>();

    /** What was asked for, or null when the row was to go, and the server's words. */
    private record Refusal(@Nullable IdentityMapping asked, String message) {}

    /** Notes a refusal. */
    void note(PrincipalKey principal, Map<PrincipalKey, IdentityMapping> wanted, String message) {
        refusals.put(principal, new Refusal(wanted.get(principal), message));
    }

    /** Forgets the refusals of principals for which something else is asked now. */
    void forgetChanged(Map<PrincipalKey, IdentityMapping> wanted) {
        refusals.entrySet().removeIf(entry -> !java.util.Objects.equals(entry.getValue().asked(),
                wanted.get(entry.getKey())));
    }

    /** Forgets all, so that everything is tried once more. */
    void forgetAll() {
        refusals.clear();
    }

    /** The principals whose changes are left out. */
    Set<PrincipalKey> principals() {
        return Set.copyOf(refusals.keySet());
    }

    /** The server's words about a principal. */
    String message(PrincipalKey principal) {
        Refusal refusal = refusals.get(principal);
        return refusal == null ? "" : refusal.message();
    }
}
