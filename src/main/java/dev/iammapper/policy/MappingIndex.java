package dev.iammapper.policy;

import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.ParsedMapping;
import dev.iammapper.mapping.PrincipalKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All mappings by principal and by username, kept up to date one by one, so that judging an object costs the same among
 * ten objects as among ten thousand. Safe for use by several threads.
 */
public final class MappingIndex {
    private static final Comparator<IdentityMapping> SENIORITY = Comparator.comparing(IdentityMapping::createdAt)
            .thenComparing(IdentityMapping::name);

    private final Map<String, IdentityMapping> byName = new HashMap<>();
    private final Map<PrincipalKey, NavigableSet<IdentityMapping>> byPrincipal = new HashMap<>();
    /** Roles of Identity Center stand apart: they may share a username, and one of the others must be found at once. */
    private final Map<Username, TreeMap<PrincipalKey, NavigableSet<IdentityMapping>>> byUsername = new HashMap<>();

    private record Username(String text, boolean ofIdentityCenter) {
        static Username of(IdentityMapping mapping) {
            return new Username(mapping.grant().username(), IdentityCenter.isRole(mapping.principal()));
        }
    }

    /** Takes an object in, in place of what it was before; one that means nothing maps nobody. */
    public synchronized void put(ParsedMapping object) {
        remove(object.name());
        if (object instanceof ParsedMapping.Valid(IdentityMapping mapping)) {
            byName.put(mapping.name(), mapping);
            add(byPrincipal, mapping.principal().key(), mapping);
            add(byUsername.computeIfAbsent(Username.of(mapping), _ -> new TreeMap<>()), mapping.principal().key(),
                    mapping);
        }
    }

    /** Forgets an object, if it is known. */
    public synchronized void remove(String name) {
        IdentityMapping mapping = byName.remove(name);
        if (mapping == null) {
            return;
        }
        drop(byPrincipal, mapping.principal().key(), mapping);
        Username username = Username.of(mapping);
        TreeMap<PrincipalKey, NavigableSet<IdentityMapping>> sharers = byUsername.get(username);
        if (sharers != null) {
            drop(sharers, mapping.principal().key(), mapping);
            if (sharers.isEmpty()) {
                byUsername.remove(username);
            }
        }
    }

    /** How many objects are known that mean something. */
    public synchronized int size() {
        return byName.size();
    }

    /** The objects among which the candidate is judged; the candidate itself, known by its name, is none of them. */
    public synchronized Neighbours neighboursOf(Candidate candidate) {
        MappingParts parts = candidate.parts();
        PrincipalKey principal = parts.principal() == null ? null : parts.principal().key();
        List<IdentityMapping> samePrincipal = principal == null
                ? List.of()
                : byPrincipal.getOrDefault(principal, new TreeSet<>(SENIORITY)).stream()
                        .filter(mapping -> !mapping.name().equals(parts.name())).toList();
        List<IdentityMapping> sameUsername = new ArrayList<>();
        if (parts.username() != null) {
            addSharer(sameUsername, new Username(parts.username(), false), principal, parts.name());
            addSharer(sameUsername, new Username(parts.username(), true), principal, parts.name());
        }
        return new Neighbours(samePrincipal, sameUsername);
    }

    /** Adds the first object with the username that maps another principal. */
    private void addSharer(List<IdentityMapping> sharers, Username username, @Nullable PrincipalKey principal,
            String name) {
        for (Map.Entry<PrincipalKey, NavigableSet<IdentityMapping>> entry : byUsername
                .getOrDefault(username, new TreeMap<>()).entrySet()) {
            if (entry.getKey().equals(principal)) {
                continue;
            }
            // At most the candidate itself is passed over: it may have mapped another principal until now.
            for (IdentityMapping mapping : entry.getValue()) {
                if (!mapping.name().equals(name)) {
                    sharers.add(mapping);
                    return;
                }
            }
        }
    }

    private static <K> void add(Map<K, NavigableSet<IdentityMapping>> map, K key, IdentityMapping mapping) {
        map.computeIfAbsent(key, _ -> new TreeSet<>(SENIORITY)).add(mapping);
    }

    private static <K> void drop(Map<K, NavigableSet<IdentityMapping>> map, K key, IdentityMapping mapping) {
        NavigableSet<IdentityMapping> mappings = map.get(key);
        if (mappings != null) {
            mappings.remove(mapping);
            if (mappings.isEmpty()) {
                map.remove(key);
            }
        }
    }
}
