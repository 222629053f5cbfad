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
        return new MappingParser().read(object);
    }

    private ParsedMapping read(IamIdentityMapping object) {
        V1ObjectMeta metadata = Objects.requireNonNullElseGet(object.metadata(), V1ObjectMeta::new);
        String name = Objects.requireNonNullElse(metadata.getName(), "");
        String uid = Objects.requireNonNullElse(metadata.getUid(), "");
        if (name.isEmpty()) {
            missing("metadata.name", "Give the object a name.");
        }
        Adoption adoption = adoption(metadata);
        IamIdentityMappingSpec spec = object.spec();
        if (spec == null) {
            missing("spec", "Write spec.arn and spec.username.");
            return new ParsedMapping.Invalid(name, uid, errors);
        }
        PrincipalArn principal = principal(spec.arn());
        String username = username(spec.username());
        List<String> groups = groups(spec.groups());
        Instant notBefore = instant("spec.notBefore", spec.notBefore());
        Instant expiresAt = instant("spec.expiresAt", spec.expiresAt());
        if (notBefore != null && expiresAt != null && !expiresAt.isAfter(notBefore)) {
            errors.add(new FieldError(FieldError.EXPIRY_ORDER, "spec.expiresAt",
                    expiresAt + " is not after spec.notBefore, " + notBefore + ": the grant would never hold.",
                    "Write a later instant, or remove one of the two."));
        }
        if (principal == null || !errors.isEmpty()) {
            return new ParsedMapping.Invalid(name, uid, errors);
        }
        return new ParsedMapping.Valid(new IdentityMapping(name, uid, createdAt(metadata), principal,
                new Grant(username, groups), notBefore, expiresAt, adoption));
    }

    /** Text that no API server made has no creation: then the epoch stands for it. */
    private static Instant createdAt(V1ObjectMeta metadata) {
        return metadata.getCreationTimestamp() == null ? Instant.EPOCH : metadata.getCreationTimestamp().toInstant();
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

    private String username(@Nullable String username) {
        if (username == null) {
            missing("spec.username", "Write the Kubernetes username that the principal gets.");
            return "";
        }
        errors.addAll(SubjectName.errorsOfUsername("spec.username", username));
        return username;
    }

    private List<String> groups(@Nullable List<@Nullable String> groups) {
        if (groups == null) {
            return List.of();
        }
        if (groups.size() > MAX_GROUPS) {
            errors.add(new FieldError(FieldError.GROUP_MALFORMED, "spec.groups",
                    "has " + groups.size() + " items; " + MAX_GROUPS + " are allowed.",
                    "Bind one group of your own to what these groups may do, and write that one."));
            return List.of();
        }
        List<String> read = new ArrayList<>();
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
            read.add(group);
        }
        return read;
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
