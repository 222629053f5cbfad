package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.mapping.Grant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a set of objects asks for, told by the little that the people of the simulation write: it shares nothing with the
 * program's own parser and policy.
 *
 * @param byPrincipal the grant that each wanted principal should have
 * @param kinds what each object asks for, by name
 * @param byUid the same by uid
 * @param mistaken the uids of the objects that mean nothing at the moment, but are neither over nor forbidden
 * @param over the uids of the objects whose grants are over by their own word, whatever else is wrong with them
 */
record Wants(Map<String, Grant> byPrincipal, Map<String, Kind> kinds, Map<String, Kind> byUid, Set<String> over,
        Set<String> mistaken) {

    /** What one object asks for. */
    enum Kind {
        ROW, LOST, EARLY, OVER, BARRED, INVALID
    }

    static Wants of(Iterable<IamIdentityMapping> objects, Instant now) {
        Map<String, Kind> kinds = new HashMap<>();
        List<IamIdentityMapping> active = new ArrayList<>();
        for (IamIdentityMapping object : objects) {
            Kind kind = kind(spec(object), now);
            kinds.put(ModelCluster.name(object), kind);
            if (kind == Kind.ROW) {
                active.add(object);
            }
        }
        active.sort(Comparator
                .comparing((IamIdentityMapping each) -> Objects
                        .requireNonNull(ApiServerModel.meta(each).getCreationTimestamp()).toInstant())
                .thenComparing(ModelCluster::name));
        Map<String, Grant> wanted = new HashMap<>();
        for (IamIdentityMapping object : active) {
            Grant grant = grant(spec(object));
            Grant winner = wanted.putIfAbsent(principal(spec(object)), grant);
            if (winner != null && !winner.means(grant)) {
                kinds.put(ModelCluster.name(object), Kind.LOST);
            }
        }
        Map<String, Kind> byUid = new HashMap<>();
        Set<String> over = new HashSet<>();
        Set<String> mistaken = new HashSet<>();
        for (IamIdentityMapping object : objects) {
            String uid = Objects.requireNonNull(ApiServerModel.meta(object).getUid());
            byUid.put(uid, Objects.requireNonNull(kinds.get(ModelCluster.name(object))));
            if (isOver(spec(object), now)) {
                over.add(uid);
            } else if (!isValid(spec(object)) && Objects.requireNonNull(spec(object).groups()).stream()
                    .noneMatch(group -> group != null && group.startsWith("system:"))) {
                mistaken.add(uid);
            }
        }
        return new Wants(wanted, kinds, byUid, over, mistaken);
    }

    private static Kind kind(IamIdentityMappingSpec spec, Instant now) {
        if (!isValid(spec)) {
            return Kind.INVALID;
        }
        if (isOver(spec, now)) {
            return Kind.OVER;
        }
        if (isBarred(spec)) {
            return Kind.BARRED;
        }
        return spec.notBefore() != null && now.isBefore(Instant.parse(spec.notBefore())) ? Kind.EARLY : Kind.ROW;
    }

    private static boolean isOver(IamIdentityMappingSpec spec, Instant now) {
        return spec.expiresAt() != null && !People.BAD_INSTANT.equals(spec.expiresAt())
                && !now.isBefore(Instant.parse(spec.expiresAt()));
    }

    static boolean isValid(IamIdentityMappingSpec spec) {
        return !People.BAD_ARN.equals(spec.arn()) && !People.BAD_NAME.equals(spec.username())
                && !People.BAD_INSTANT.equals(spec.expiresAt());
    }

    private static boolean isBarred(IamIdentityMappingSpec spec) {
        List<String> groups = Objects.requireNonNull(spec.groups());
        return (groups.contains(People.MASTERS) && !principal(spec).endsWith("role/" + People.ADMINS))
                || (groups.contains(People.NODES) && !principal(spec).endsWith("role/" + People.WORKERS));
    }

    /** The ARN as STS reports it, in lower case. */
    static String principal(IamIdentityMappingSpec spec) {
        String arn = Objects.requireNonNull(spec.arn()).toLowerCase(Locale.ROOT);
        int role = arn.indexOf(":role/");
        return role < 0 ? arn : arn.substring(0, role + 6) + arn.substring(arn.lastIndexOf('/') + 1);
    }

    static Grant grant(IamIdentityMappingSpec spec) {
        List<String> groups = new ArrayList<>();
        Objects.requireNonNull(spec.groups()).forEach(group -> groups.add(Objects.requireNonNull(group)));
        return new Grant(Objects.requireNonNull(spec.username()), groups);
    }

    static IamIdentityMappingSpec spec(IamIdentityMapping object) {
        return Objects.requireNonNull(object.spec());
    }

    /** Whether an object is labelled as protected. */
    static boolean isProtected(IamIdentityMapping object) {
        Map<String, String> labels = ApiServerModel.meta(object).getLabels();
        return labels != null && labels.containsKey(IamIdentityMapping.PROTECTED_LABEL);
    }

    /** Whether an object may take rows of others over. */
    static boolean adopts(IamIdentityMapping object) {
        Map<String, String> annotations = ApiServerModel.meta(object).getAnnotations();
        return annotations != null && annotations.containsKey(IamIdentityMapping.ADOPT_ANNOTATION);
    }

    static boolean isNode(Grant grant) {
        return grant.groups().contains(People.NODES) || grant.groups().contains("system:bootstrappers")
                || grant.username().startsWith("system:node:");
    }

    /** Whether the status of an object says that its row is the controller's. */
    static boolean isToldOwned(IamIdentityMapping object) {
        return object.status() != null && object.status().conditions() != null && object.status().conditions().stream()
                .anyMatch(each -> "Applied".equals(each.type()) && "Owned".equals(each.reason()));
    }

    static @Nullable String reason(IamIdentityMapping object) {
        return object.status() == null || object.status().conditions() == null
                ? null
                : object.status().conditions().stream().filter(each -> "Ready".equals(each.type())).findFirst()
                        .orElseThrow().reason();
    }
}
