package dev.iammapper.policy;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.MappingParts;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One object that is judged: what could be read of it, and what an update of it is compared by. */
public final class Candidate {
    private final MappingParts parts;
    private final Asked asked;
    private final @Nullable String protection;
    private final @Nullable NameTemplate username;

    private Candidate(MappingParts parts, Asked asked, @Nullable String protection) {
        this.parts = parts;
        this.asked = asked;
        this.protection = protection;
        this.username = parts.username() == null ? null : NameTemplate.of(parts.username());
    }

    /** What an object asks for, as it was written; the order of groups asks for nothing. */
    private record Asked(@Nullable String arn, @Nullable String username, List<@Nullable String> groups,
            @Nullable String notBefore, @Nullable String expiresAt, @Nullable String adopt) {

        static Asked of(@Nullable IamIdentityMappingSpec spec, @Nullable String adopt) {
            return spec == null
                    ? new Asked(null, null, List.of(), null, null, adopt)
                    : new Asked(spec.arn(), spec.username(),
                            inAnyOrder(Objects.requireNonNullElse(spec.groups(), List.of())), spec.notBefore(),
                            spec.expiresAt(), adopt);
        }

        /** A group that is there twice is not the same as one that is there once: the one means something. */
        private static List<@Nullable String> inAnyOrder(List<@Nullable String> groups) {
            List<@Nullable String> sorted = new ArrayList<>(groups);
            sorted.sort(Comparator.nullsFirst(Comparator.naturalOrder()));
            return sorted;
        }
    }

    /** Reads an object, however malformed. */
    public static Candidate of(IamIdentityMapping object) {
        V1ObjectMeta metadata = Objects.requireNonNullElseGet(object.metadata(), V1ObjectMeta::new);
        Map<String, String> annotations = Objects.requireNonNullElse(metadata.getAnnotations(), Map.of());
        Map<String, String> labels = Objects.requireNonNullElse(metadata.getLabels(), Map.of());
        return new Candidate(MappingParser.read(object),
                Asked.of(object.spec(), annotations.get(IamIdentityMapping.ADOPT_ANNOTATION)),
                labels.get(IamIdentityMapping.PROTECTED_LABEL));
    }

    /** What could be read. */
    public MappingParts parts() {
        return parts;
    }

    /** Whether the object's label protects its grant. */
    public boolean isProtected() {
        return IamIdentityMapping.PROTECTED.equals(protection);
    }

    /** The word of the label that should protect the object, or null when it has no such label. */
    @Nullable
    String protection() {
        return protection;
    }

    /** Whether both ask for the same, so that changing one to the other needs no judgement. */
    public boolean asksForTheSameAs(Candidate other) {
        return asked.equals(other.asked);
    }

    /** Everything that a user must be allowed to impersonate to have what the object grants, username first. */
    public List<ImpersonationSubject> impersonations() {
        List<ImpersonationSubject> subjects = new ArrayList<>();
        if (username != null) {
            subjects.add(username.isFixed()
                    ? ImpersonationSubject.user(username.fixedText(parts.principal()))
                    : ImpersonationSubject.everyUser());
        }
        parts.groups().forEach(group -> subjects.add(ImpersonationSubject.group(group.name())));
        return subjects;
    }

    /** The username with its templates, or null when there is none. */
    @Nullable
    NameTemplate username() {
        return username;
    }

    /** The grant, or null when there is no username to give. */
    @Nullable
    Grant grant() {
        return parts.username() == null
                ? null
                : new Grant(parts.username(), parts.groups().stream().map(MappingParts.Group::name).toList());
    }

    boolean hasGroup(String name) {
        return parts.groups().stream().anyMatch(group -> group.name().equals(name));
    }
}
