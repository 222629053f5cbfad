package dev.iammapper.policy;

import dev.iammapper.mapping.IdentityMapping;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects among which one is judged.
 *
 * @param samePrincipal objects that map its principal, oldest first
 * @param sameUsername some objects that give its username to other principals; a few tell as much as all
 */
public record Neighbours(List<IdentityMapping> samePrincipal, List<IdentityMapping> sameUsername) {
    /** Nobody else. */
    public static final Neighbours NONE = new Neighbours(List.of(), List.of());

    /** Copies the lists. */
    public Neighbours {
        samePrincipal = List.copyOf(samePrincipal);
        sameUsername = List.copyOf(sameUsername);
    }

    /**
     * The same after one of the objects was read afresh, as an object is before another one is refused for it.
     *
     * @param name the object's name
     * @param now what it is now, or null when it is gone or means nothing any more
     */
    public Neighbours afresh(String name, @Nullable IdentityMapping now) {
        return new Neighbours(afresh(samePrincipal, name, now), afresh(sameUsername, name, now));
    }

    private static List<IdentityMapping> afresh(List<IdentityMapping> mappings, String name,
            @Nullable IdentityMapping now) {
        List<IdentityMapping> fresh = new ArrayList<>();
        for (IdentityMapping mapping : mappings) {
            if (!mapping.name().equals(name)) {
                fresh.add(mapping);
            } else if (now != null) {
                fresh.add(now);
            }
        }
        return fresh;
    }
}
