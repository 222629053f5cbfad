package dev.iammapper.cli.input;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.mapping.Quoted;
import dev.iammapper.policy.Nearest;
import dev.iammapper.policy.Severity;
import dev.iammapper.render.GoValue;
import dev.iammapper.render.MalformedYaml;
import dev.iammapper.render.YamlNode;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a mapping field by field, as kubectl and the schema read it, and says what neither of them would take. */
public final class MappingManifestReader {
    static final Set<String> FIELDS = Set.of("apiVersion", "kind", "metadata", "spec", "status");
    static final Set<String> SPEC_FIELDS = Set.of("arn", "username", "groups", "notBefore", "expiresAt");
    private static final Set<String> METADATA_FIELDS = Set.of("name", "generateName", "namespace", "labels",
            "annotations", "finalizers", "ownerReferences", "uid", "resourceVersion", "generation",
            "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink");

    /** Words of aws-auth and of other tools for what our fields mean. */
    private static final Map<String, String> OTHER_WORDS = Map.ofEntries(Map.entry("rolearn", "arn"),
            Map.entry("userarn", "arn"), Map.entry("role", "arn"), Map.entry("iamarn", "arn"),
            Map.entry("principalarn", "arn"), Map.entry("user", "username"), Map.entry("kubernetesgroups", "groups"),
            Map.entry("expires", "expiresAt"), Map.entry("expiry", "expiresAt"), Map.entry("expiration", "expiresAt"),
            Map.entry("notafter", "expiresAt"), Map.entry("validuntil", "expiresAt"),
            Map.entry("startsat", "notBefore"), Map.entry("validfrom", "notBefore"));

    private static final Pattern NAME = Pattern
            .compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final int MAX_NAME = 253;
    private static final int MAX_SHOWN = 80;

    private final Manifest manifest;
    private final Map<String, Place> places = new HashMap<>();
    private final List<LintFinding> findings = new ArrayList<>();
    private String name = "";

    private MappingManifestReader(Manifest manifest) {
        this.manifest = manifest;
    }

    /** One field: the node of its name, and that of its value behind all aliases. */
    private record Field(YamlNode key, YamlNode value) {
        YamlNode target() {
            return ManifestReader.target(value);
        }
    }

    /** Reads an object whose kind says that it is a mapping. */
    public static MappingManifest read(Manifest manifest) {
        return new MappingManifestReader(manifest).read();
    }

    private MappingManifest read() {
        try {
            // Whatever does not become JSON never reaches the API server; and what does is bounded.
            GoValue.of(manifest.root());
        } catch (MalformedYaml e) {
            name = nameIfThereIsOne();
            report(ManifestCode.MANIFEST_MALFORMED, manifest.lines().of(e), "",
                    "cannot be read: " + Shown.sentence(e.message()) + ".", "Correct the text.");
            return manifest(new IamIdentityMapping(manifest.apiVersion(), manifest.kind(), null, null, null));
        }
        name = nameIfThereIsOne();
        Map<String, Field> fields = fields("", manifest.root(), FIELDS);
        checkVersion(fields.get("apiVersion"));
        V1ObjectMeta metadata = metadata(fields.get("metadata"));
        IamIdentityMappingSpec spec = spec(fields.get("spec"));
        IamIdentityMappingStatus status = checkMap("status", fields.get("status")) instanceof YamlNode.Mapping map
                ? ManifestStatus.read(map)
                : null;
        return manifest(new IamIdentityMapping(manifest.apiVersion(), manifest.kind(), metadata, spec, status));
    }

    private MappingManifest manifest(IamIdentityMapping object) {
        return new MappingManifest(manifest, name, object, places, findings);
    }

    private String nameIfThereIsOne() {
        return ManifestReader.value(manifest.root(), "metadata") instanceof YamlNode.Mapping metadata
                && ManifestReader.value(metadata, "name") instanceof YamlNode.Scalar scalar ? scalar.value() : "";
    }

    private void checkVersion(@Nullable Field field) {
        if (manifest.apiVersion().equals(IamIdentityMapping.API_VERSION)) {
            return;
        }
        Place place = field == null ? manifest.place() : manifest.place(field.value());
        report(ManifestCode.VERSION_UNKNOWN, place, "apiVersion",
                manifest.apiVersion().isEmpty()
                        ? "is missing or no text."
                        : "is " + Quoted.text(manifest.apiVersion()) + ", in which no cluster serves this kind.",
                "Write \"" + IamIdentityMapping.API_VERSION + "\".");
    }

    private @Nullable V1ObjectMeta metadata(@Nullable Field field) {
        if (!(checkMap("metadata", field) instanceof YamlNode.Mapping map)) {
            return null;
        }
        Map<String, Field> fields = fields("metadata", map, METADATA_FIELDS);
        V1ObjectMeta metadata = new V1ObjectMeta();
        String text = text("metadata.name", fields.get("name"), true);
        if (text != null && !text.isEmpty() && (text.length() > MAX_NAME || !NAME.matcher(text).matches())) {
            report(ManifestCode.NAME_MALFORMED, place("metadata.name"), "metadata.name",
                    "is " + Quoted.text(text) + ", which the API server does not take.",
                    "Write at most " + MAX_NAME + " small letters, digits, \"-\" and \".\", as in "
                            + Quoted.text(asName(text)) + ".");
        }
        metadata.setName(text);
        metadata.setUid(text("metadata.uid", fields.get("uid"), true));
        metadata.setLabels(texts("metadata.labels", fields.get("labels")));
        metadata.setAnnotations(texts("metadata.annotations", fields.get("annotations")));
        metadata.setCreationTimestamp(instant(text("metadata.creationTimestamp", fields.get("creationTimestamp"),
                true)));
        return metadata;
    }

    private static String asName(String text) {
        String near = text.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.]+", "-").replaceAll("-*\\.[-.]*", ".").replaceAll("^[-.]+|[-.]+$", "");
        return near.isEmpty() || near.length() > MAX_NAME ? "platform-admins" : near;
    }

    private static @Nullable OffsetDateTime instant(@Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            // The API server sets the creation itself, whatever a file says.
            return null;
        }
    }

    private @Nullable IamIdentityMappingSpec spec(@Nullable Field field) {
        if (!(checkMap("spec", field) instanceof YamlNode.Mapping map)) {
            return null;
        }
        Map<String, Field> fields = fields("spec", map, SPEC_FIELDS);
        return new IamIdentityMappingSpec(text("spec.arn", fields.get("arn"), true),
                text("spec.username", fields.get("username"), true), groups(fields.get("groups")),
                text("spec.notBefore", fields.get("notBefore"), false),
                text("spec.expiresAt", fields.get("expiresAt"), false));
    }

    private @Nullable List<@Nullable String> groups(@Nullable Field field) {
        String path = "spec.groups";
        if (field == null) {
            return null;
        }
        places.put(path, manifest.place(field.key()));
        if (field.target() instanceof YamlNode.Sequence sequence) {
            List<@Nullable String> groups = new ArrayList<>();
            for (YamlNode item : sequence.items()) {
                String itemPath = path + "[" + groups.size() + "]";
                groups.add(text(itemPath, new Field(item, item), true));
            }
            return groups;
        }
        if (!GoValue.isNothing(field.target())) {
            mistyped(path, field, "a list", "Write each group on a line of its own, behind a dash.");
        }
        return null;
    }

    /** The field's map, or anything else where there is none; null means absent, as it does for the API server. */
    private @Nullable YamlNode checkMap(String path, @Nullable Field field) {
        if (field == null || GoValue.isNothing(field.target())) {
            return null;
        }
        places.put(path, manifest.place(field.key()));
        if (!(field.target() instanceof YamlNode.Mapping)) {
            mistyped(path, field, "a map", "Write its fields on lines of their own, each with a colon.");
        }
        return field.target();
    }

    private @Nullable Map<String, String> texts(String path, @Nullable Field field) {
        if (!(checkMap(path, field) instanceof YamlNode.Mapping map)) {
            return null;
        }
        Map<String, String> texts = new HashMap<>();
        fields(path, map, null).forEach((key, value) -> {
            String text = text(path + "[" + key + "]", value, true);
            if (text != null) {
                texts.put(key, text);
            } else if (GoValue.isNothing(value.target())) {
                texts.put(key, "");
            }
        });
        return texts;
    }

    /**
     * The text of a field, or null.
     *
     * @param nullable whether null is somebody else's business
     */
    private @Nullable String text(String path, @Nullable Field field, boolean nullable) {
        if (field == null) {
            return null;
        }
        places.put(path, manifest.place(GoValue.isNothing(field.target()) ? field.key() : field.value()));
        GoValue value = GoValue.of(shallow(field.target()));
        return switch (value) {
            case GoValue.Text text -> text.value();
            case GoValue.Nothing _ -> {
                if (!nullable) {
                    report(ManifestCode.FIELD_TYPE, place(path), path, "is null, which the schema does not take.",
                            "Write a text in quotes, or remove the field.");
                }
                yield null;
            }
            case GoValue.Other other -> {
                mistyped(path, field, "text", "Put it in quotes: \"" + shortened(other.written()) + "\".");
                yield null;
            }
            case GoValue.Items _,GoValue.Fields _ -> {
                mistyped(path, field, "text", "Write one word.");
                yield null;
            }
        };
    }

    /** A list or map without what is in it: here only its type counts. */
    private static YamlNode shallow(YamlNode node) {
        return switch (node) {
            case YamlNode.Sequence list -> new YamlNode.Sequence(List.of(), list.flow(), list.start(), list.end(),
                    list.line(), list.column());
            case YamlNode.Mapping map -> new YamlNode.Mapping(List.of(), map.start(), map.end(), map.line(),
                    map.column());
            case YamlNode.Scalar scalar -> scalar;
            case YamlNode.Alias alias -> alias;
        };
    }

    private void mistyped(String path, Field field, String wanted, String advice) {
        places.put(path, manifest.place(field.value()));
        report(ManifestCode.FIELD_TYPE, place(path), path, "is " + words(field.target()) + ", not " + wanted + ".",
                advice);
    }

    private static String words(YamlNode node) {
        return switch (node) {
            case YamlNode.Sequence _ -> "a list";
            case YamlNode.Mapping _ -> "a map";
            case YamlNode.Alias _ -> "an alias";
            case YamlNode.Scalar scalar -> switch (GoValue.of(scalar)) {
                case GoValue.Other(String written, YamlNode _) when Character
                        .isLetter(written.charAt(0)) -> "the truth value " + written;
                case GoValue.Other(String written, YamlNode _) -> "the number " + shortened(written);
                default -> "text";
            };
        };
    }

    /** The fields of a map by their names; reports those that are there twice, and those that are not known. */
    private Map<String, Field> fields(String path, YamlNode.Mapping map, @Nullable Set<String> known) {
        Map<String, Field> fields = new LinkedHashMap<>();
        Map<String, YamlNode> written = new HashMap<>();
        collect(path, map, fields, written);
        if (known != null) {
            fields.forEach((key, field) -> {
                if (!known.contains(key)) {
                    report(ManifestCode.FIELD_UNKNOWN, manifest.place(field.key()), below(path, key),
                            "is no field of this kind: kubectl refuses it, and other tools lose it without a word.",
                            unknown(key, known));
                }
            });
        }
        return fields;
    }

    /** As Go merges: over what stands before the merge, under what follows. */
    private void collect(String path, YamlNode.Mapping map, Map<String, Field> fields, Map<String, YamlNode> written) {
        for (YamlNode.Pair pair : map.pairs()) {
            YamlNode key = ManifestReader.target(pair.key());
            if (!(key instanceof YamlNode.Scalar scalar)) {
                continue;
            }
            if (scalar.value().equals("<<") && scalar.implicit()) {
                merge(path, pair.value(), fields);
                continue;
            }
            YamlNode first = written.putIfAbsent(scalar.value(), pair.key());
            if (first != null) {
                report(ManifestCode.FIELD_DUPLICATE, manifest.place(pair.key()), below(path, scalar.value()),
                        "is written a second time, first on line " + manifest.place(first).line()
                                + ": tools keep different ones.",
                        "Remove one of the two.");
            }
            fields.put(scalar.value(), new Field(pair.key(), pair.value()));
        }
    }

    private void merge(String path, YamlNode value, Map<String, Field> fields) {
        List<YamlNode> sources = ManifestReader.target(value) instanceof YamlNode.Sequence list
                ? list.items().reversed()
                : List.of(value);
        for (YamlNode source : sources) {
            if (ManifestReader.target(source) instanceof YamlNode.Mapping merged) {
                collect(path, merged, fields, new HashMap<>());
            }
        }
    }

    private static String unknown(String key, Set<String> known) {
        String plain = key.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
        String meant = OTHER_WORDS.get(plain);
        if (meant != null && known.contains(meant)) {
            return "Did you mean \"" + meant + "\"?";
        }
        return Nearest.to(key, known).map(near -> "Did you mean \"" + near + "\"?")
                .orElseGet(() -> SPEC_FIELDS.contains(key)
                        ? "Write it below \"spec\"."
                        : known.equals(METADATA_FIELDS)
                                ? "Remove it, or write it below \"labels\" or \"annotations\"."
                                : "Remove it; the fields are " + String.join(", ", new TreeSet<>(known)) + ".");
    }

    private static String below(String path, String key) {
        String part = shortened(key);
        return path.isEmpty() ? part : path + "." + part;
    }

    /** Short enough for a message, and without characters that would spoil a terminal. */
    private static String shortened(String text) {
        String quoted = Quoted.text(text.length() > MAX_SHOWN * 2 ? text.substring(0, MAX_SHOWN * 2) : text);
        return quoted.substring(1, quoted.length() - 1);
    }

    private Place place(String path) {
        return places.getOrDefault(path, manifest.place());
    }

    private void report(ManifestCode code, Place place, String path, String message, String advice) {
        findings.add(new LintFinding(manifest.file(), place, IamIdentityMapping.KIND, name, code.word(),
                Severity.DENY, path, message, advice, null));
    }
}
