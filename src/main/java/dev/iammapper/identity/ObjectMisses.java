package dev.iammapper.identity;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.PrincipalKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What mappings say of a principal. */
final class ObjectMisses {
    private final List<IamIdentityMapping> objects;
    private final Instant now;

    ObjectMisses(@Nullable List<IamIdentityMapping> objects, Instant now) {
        this.objects = objects == null ? List.of() : objects;
        this.now = now;
    }

    /** The mappings of the principal, by their state. */
    List<Explanation.MappingObject> of(PrincipalKey principal) {
        return about(principal).map(object -> {
            MappingCondition ready = ready(object);
            return new Explanation.MappingObject(MappingParser.read(object).name(),
                    ready == null ? null : ready.status(), ready == null ? null : ready.reason(),
                    ready == null ? null : ready.message());
        }).toList();
    }

    /** Why each of them does not let the principal in, although no row does. */
    List<Explanation.Miss> misses(PrincipalKey principal) {
        return about(principal).map(this::miss).toList();
    }

    private Explanation.Miss miss(IamIdentityMapping object) {
        MappingParts parts = MappingParser.read(object);
        String name = "The IAMIdentityMapping \"" + parts.name() + "\" ";
        if (parts.expiresAt() != null && !now.isBefore(parts.expiresAt())) {
            return miss(MissReason.OBJECT_EXPIRED, parts, name + "is over since " + parts.expiresAt() + ".",
                    "Set spec.expiresAt to a later instant, if the grant shall go on.");
        }
        if (parts.notBefore() != null && now.isBefore(parts.notBefore())) {
            return miss(MissReason.OBJECT_NOT_YET_ACTIVE, parts, name + "begins at " + parts.notBefore() + ".",
                    "Wait, or set spec.notBefore to an earlier instant.");
        }
        MappingCondition ready = ready(object);
        if (ready == null) {
            return miss(MissReason.OBJECT_NOT_SEEN, parts,
                    name + "has no status: no controller has looked at it.",
                    "See whether the controller runs: \"kubectl get lease -n kube-system iam-identity-mapper\" names"
                            + " the one that does.");
        }
        if (!"True".equals(ready.status())) {
            return miss(MissReason.OBJECT_NOT_READY, parts,
                    name + "is not Ready, " + ready.reason() + ": " + ready.message(),
                    "\"kubectl describe iim " + parts.name() + "\" shows its Events.");
        }
        return miss(MissReason.OBJECT_ROW_GONE, parts,
                name + "is Ready, " + ready.reason() + ", but there is no row for it: " + ready.message(),
                "If somebody removed the row, the controller puts it back within seconds; see that it runs.");
    }

    private static Explanation.Miss miss(MissReason reason, MappingParts parts, String message, String advice) {
        return new Explanation.Miss(reason, null, null, null, parts.name(), message, advice);
    }

    /** The ARN of an id of IAM, where a mapping's status knows it. */
    Optional<PrincipalArn> arnOf(String id) {
        return objects.stream().filter(object -> {
            IamIdentityMappingStatus status = object.status();
            return status != null && id.equals(status.userID());
        }).map(object -> MappingParser.read(object).principal()).flatMap(Stream::ofNullable).findFirst();
    }

    private Stream<IamIdentityMapping> about(PrincipalKey principal) {
        return objects.stream().filter(object -> {
            PrincipalArn arn = MappingParser.read(object).principal();
            return arn != null && arn.key().equals(principal);
        });
    }

    private static @Nullable MappingCondition ready(IamIdentityMapping object) {
        IamIdentityMappingStatus status = object.status();
        List<MappingCondition> conditions = status == null ? null : status.conditions();
        return conditions == null
                ? null
                : conditions.stream().filter(condition -> MappingCondition.READY.equals(condition.type())).findFirst()
                        .orElse(null);
    }
}
