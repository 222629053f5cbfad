package dev.iammapper.mapping;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one crossing from wire objects to mappings that mean something. It refuses what means nothing to EKS or cannot be
 * written faithfully, and nothing else: whether a grant is wise is not its business.
 */
public final class MappingParser {
    /** How many groups one object may name. */
    static final int MAX_GROUPS = 256;

    private final List<FieldError> errors = new ArrayList<>();

    private MappingParser() {}

    /** Reads one object, and reports everything that is wrong with it at once, in the order of the fields. */
    public static ParsedMapping parse(IamIdentityMapping object) {
        return read(object).parsed();
    }

    /** Reads as much of one object as can be read, for those who have more to say about it than what is malformed. */
    public static MappingParts read(IamIdentityMapping object) {
        return new MappingParser().parts(object);
    }

    private MappingParts parts(IamIdentityMapping object) {
        V1ObjectMeta metadata = Objects.requireNonNullElseGet(object.metadata(), V1ObjectMeta::new);
        String name = Objects.requireNonNullElse(metadata.getName(), "");
        String uid = Objects.requireNonNullElse(metadata.getUid(), "");
        if (name.isEmpty()) {
            missing("metadata.name", "Give the object a name.");
        }
        Instant createdAt = createdAt(metadata);
        Adoption adoption = adoption(metadata);
        IamIdentityMappingSpec spec = object.spec();
        if (spec == null) {
            missing("spec", "Write spec.arn and spec.username.");
            return new MappingParts(name, uid, createdAt, null, null, List.of(), null, null, adoption, errors);
        }
        PrincipalArn principal = principal(spec.arn());
        String username = username(spec.username());
        List<MappingParts.Group> groups = groups(spec.groups());
        Instant notBefore = instant("spec.notBefore", spec.notBefore());
        Instant expiresAt = instant("spec.expiresAt", spec.expiresAt());
        if (notBefore != null && expiresAt != null && !expiresAt.isAfter(notBefore)) {
            errors.add(new FieldError(FieldError.EXPIRY_ORDER, "spec.expiresAt",
                    expiresAt + " is not after spec.notBefore, " + notBefore + ": the grant would never hold.",
                    "Write a later instant, or remove one of the two."));
        }
        return new MappingParts(name, uid, createdAt, principal, username, groups, notBefore, expiresAt, adoption,
                errors);
    }

    private static @Nullable Instant createdAt(V1ObjectMeta metadata) {
        return metadata.getCreationTimestamp() == null ? null : metadata.getCreationTimestamp().toInstant();
    }

    private Adoption adoption(V1ObjectMeta metadata) {
        Map<String, String> annotations = metadata.getAnnotations();
        String word = annotations == null ? null : annotations.get(IamIdentityMapping.ADOPT_ANNOTATION);
        if (word == null) {
            return Adoption.NONE;
        }
        return switch (word) {
            case "true" -> Adoption.ROWS;
            case "node" -> Adoption.NODE_ROWS;
            case "false" -> Adoption.NONE;
            default -> {
                errors.add(new FieldError(FieldError.ADOPT_MALFORMED,
                        "metadata.annotations[" + IamIdentityMapping.ADOPT_ANNOTATION + "]",
                        Quoted.text(word) + " is not a word that this annotation knows.",
                        "Write \"true\" to take over a row of somebody else, \"node\" where that row is a node's,"
                                + " or remove the annotation."));
                yield Adoption.NONE;
            }
        };
    }

    private @Nullable PrincipalArn principal(@Nullable String arn) {
        if (arn == null || arn.isEmpty()) {
            missing("spec.arn", "Write the ARN of an IAM role or user.");
            return null;
        }
        return switch (PrincipalArn.parse(arn)) {
            case ParsedArn.Valid(PrincipalArn principal) -> principal;
            case ParsedArn.Invalid(List<ArnProblem> problems) -> {
                problems.forEach(problem -> errors.add(problem.at("spec.arn")));
                yield null;
            }
        };
    }

    private @Nullable String username(@Nullable String username) {
        if (username == null) {
            missing("spec.username", "Write the Kubernetes username that the principal gets.");
            return null;
        }
        errors.addAll(SubjectName.errorsOfUsername("spec.username", username));
        return username.isEmpty() ? null : username;
    }

    private List<MappingParts.Group> groups(@Nullable List<@Nullable String> groups) {
        if (groups == null) {
            return List.of();
        }
        if (groups.size() > MAX_GROUPS) {
            errors.add(new FieldError(FieldError.GROUP_MALFORMED, "spec.groups",
                    "has " + groups.size() + " items; " + MAX_GROUPS + " are allowed.",
                    "Bind one group of your own to what these groups may do, and write that one."));
            return firstOf(groups);
        }
        List<MappingParts.Group> read = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (int index = 0; index < groups.size(); index++) {
            String path = "spec.groups[" + index + "]";
            String group = groups.get(index);
            if (group == null) {
                errors.add(new FieldError(FieldError.GROUP_MALFORMED, path, "is null.", "Remove the item."));
                continue;
            }
            Integer first = seen.putIfAbsent(group, index);
            if (first != null) {
                errors.add(new FieldError(FieldError.GROUP_MALFORMED, path,
                        "repeats spec.groups[" + first + "], " + Quoted.text(group) + ".", "Remove one of the two."));
                continue;
            }
            errors.addAll(SubjectName.errorsOfGroup(path, group));
            read.add(new MappingParts.Group(path, group));
        }
        return read;
    }

    /** Of a list that is refused for its length, enough to judge. */
    private static List<MappingParts.Group> firstOf(List<@Nullable String> groups) {
        List<MappingParts.Group> first = new ArrayList<>();
        for (int index = 0; index < MAX_GROUPS; index++) {
            String group = groups.get(index);
            if (group != null) {
                first.add(new MappingParts.Group("spec.groups[" + index + "]", group));
            }
        }
        return first;
    }

    private @Nullable Instant instant(String path, @Nullable String text) {
        if (text == null) {
            return null;
        }
        return switch (InstantReader.read(text)) {
            case ParsedInstant.Valid(Instant instant) -> instant;
            case ParsedInstant.Invalid(String message, String advice) -> {
                errors.add(new FieldError(FieldError.INSTANT_MALFORMED, path, message, advice));
                yield null;
            }
        };
    }

    private void missing(String path, String advice) {
        errors.add(new FieldError(FieldError.FIELD_MISSING, path, "is missing.", advice));
    }
}
