package dev.iammapper.cli.input;

import dev.iammapper.mapping.Adoption;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.MappingParts;
import dev.iammapper.mapping.Quoted;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.Severity;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.GoValue;
import dev.iammapper.render.NodeLook;
import dev.iammapper.render.Section;
import dev.iammapper.render.YamlNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The ConfigMap aws-auth as it stands in a file, beside which mappings are judged. */
public final class AwsAuthFile {
    private static final String ARN = "spec.arn";
    private static final String NAME = "aws-auth";
    private static final String ACCOUNTS = "mapAccounts";

    private final Manifest manifest;
    private final Map<String, Place> places = new HashMap<>();
    private final AwsAuthData data;
    private final AwsAuthLookup lookup;

    /** Reads the data of a ConfigMap. */
    public AwsAuthFile(Manifest manifest) {
        this.manifest = manifest;
        Map<String, String> texts = new HashMap<>();
        if (ManifestReader.value(manifest.root(), "data") instanceof YamlNode.Mapping map) {
            for (String key : List.of(Section.ROLES.dataKey(), Section.USERS.dataKey(), ACCOUNTS)) {
                if (ManifestReader.value(map, key) instanceof YamlNode.Scalar scalar
                        && ManifestReader.text(scalar) != null) {
                    texts.put(key, scalar.value());
                    places.put(key, manifest.place(scalar));
                }
            }
        }
        this.data = new AwsAuthData(texts.get(Section.ROLES.dataKey()), texts.get(Section.USERS.dataKey()),
                texts.get(ACCOUNTS));
        this.lookup = AwsAuthLookup.of(this.data);
    }

    /** What the authenticator reads of it. */
    public AwsAuthData data() {
        return data;
    }

    /** The uid that the API server gave it, or null when the file does not say. */
    @Nullable
    public String uid() {
        return ManifestReader.value(manifest.root(), "metadata") instanceof YamlNode.Mapping metadata
                ? ManifestReader.text(ManifestReader.value(metadata, "uid"))
                : null;
    }

    /** All keys of its data, those that nobody reads too. */
    public Set<String> dataKeys() {
        Set<String> keys = new TreeSet<>();
        pairs(manifest).forEach(pair -> {
            if (pair.key() instanceof YamlNode.Scalar key) {
                keys.add(key.value());
            }
        });
        return keys;
    }

    /** What the API server would not take, a sentence for each. */
    static List<String> refusals(Manifest manifest) {
        List<String> refusals = new ArrayList<>();
        for (YamlNode.Pair pair : pairs(manifest)) {
            YamlNode value = ManifestReader.target(pair.value());
            if (pair.key() instanceof YamlNode.Scalar key && ManifestReader.text(value) == null
                    && !GoValue.isNothing(value)) {
                Place place = manifest.place(pair.key());
                refusals.add(manifest.file() + ":" + place.line() + ":" + place.column() + ": data." + key.value()
                        + " is no text, which the API server does not take. Write \"|\" behind \"" + key.value()
                        + ":\", and indent what stands below it.");
            }
        }
        return refusals;
    }

    private static List<YamlNode.Pair> pairs(Manifest manifest) {
        return ManifestReader.value(manifest.root(), "data") instanceof YamlNode.Mapping map ? map.pairs() : List.of();
    }

    /** Whether an object is the ConfigMap. */
    static boolean isOne(Manifest manifest) {
        return manifest.kind().equals("ConfigMap")
                && ManifestReader.value(manifest.root(), "metadata") instanceof YamlNode.Mapping metadata
                && ManifestReader.value(metadata, "name") instanceof YamlNode.Scalar name
                && name.value().equals(NAME);
    }

    /** What EKS does not read of it, so that nobody can say what stands there. */
    public List<LintFinding> findings() {
        return lookup.problems().stream().filter(AwsAuthProblem::sectionLost).map(this::finding).toList();
    }

    private LintFinding finding(AwsAuthProblem problem) {
        return new LintFinding(manifest.file(), places.getOrDefault(problem.dataKey(), manifest.place()), "ConfigMap",
                NAME, ManifestCode.AWS_AUTH_MALFORMED.word(), Severity.WARN, "data." + problem.dataKey(),
                "is not read by EKS at all: line " + problem.line() + ", column " + problem.column() + ": "
                        + problem.message() + ".",
                "Mend it first: nobody whom it names can enter, and the controller writes nothing into it.", null);
    }

    /** What the rows for the mapping's principal say of it, or nothing. */
    public List<LintFinding> findings(MappingManifest mapping, Candidate candidate, Instant now) {
        MappingParts parts = candidate.parts();
        if (parts.principal() == null || parts.username() == null
                || (parts.expiresAt() != null && !parts.expiresAt().isAfter(now))) {
            return List.of();
        }
        Grant grant = new Grant(parts.username(), parts.groups().stream().map(MappingParts.Group::name).toList());
        List<AwsAuthLookup.Entry> deciding = lookup.deciding(parts.principal().key());
        List<AwsAuthLookup.Entry> others = deciding.stream().filter(entry -> !entry.grant().means(grant)).toList();
        List<LintFinding> findings = new ArrayList<>();
        if (!others.isEmpty()) {
            findings.add(foreign(mapping, others.getLast(), parts.adoption()));
        } else if (!deciding.isEmpty()) {
            findings.add(finding(mapping, ManifestCode.ALREADY_PRESENT, Severity.INFO, deciding.getLast(),
                    "has this grant in aws-auth already (" + place(deciding.getLast()) + ").",
                    "Nothing needs to be done: a row of somebody else stays as it is, also when the object goes."));
        }
        return findings;
    }

    private LintFinding foreign(MappingManifest mapping, AwsAuthLookup.Entry entry, Adoption adoption) {
        boolean node = NodeLook.isNode(entry.grant());
        boolean taken = switch (adoption) {
            case NONE -> false;
            case ROWS -> !node;
            case NODE_ROWS -> true;
        };
        String row = "is mapped to another grant in aws-auth (" + place(entry) + "): " + words(entry.grant());
        return taken
                ? finding(mapping, ManifestCode.FOREIGN_ENTRY, Severity.INFO, entry,
                        row + ", which the object takes over.",
                        "Nothing needs to be done: the annotation iammapper.dev/adopt says so.")
                : finding(mapping, ManifestCode.FOREIGN_ENTRY, Severity.WARN, entry,
                        row + ". Unless the controller wrote that row, it stays, and the object has no effect.",
                        "Give the object the same grant, or take the row over by the annotation iammapper.dev/adopt:"
                                + (node ? " \"node\"." : " \"true\"."));
    }

    private LintFinding finding(MappingManifest mapping, ManifestCode code, Severity severity,
            AwsAuthLookup.Entry entry, String message, String advice) {
        return new LintFinding(mapping.manifest().file(), mapping.place(ARN), mapping.manifest().kind(),
                mapping.name(), code.word(), severity, ARN, message, advice, new LintFinding.Related(manifest.file(),
                        places.getOrDefault(entry.dataKey(), manifest.place()), NAME));
    }

    private static String place(AwsAuthLookup.Entry entry) {
        return entry.dataKey() + ", line " + entry.line();
    }

    private static String words(Grant grant) {
        return "username " + Quoted.text(grant.username())
                + (grant.groups().isEmpty()
                        ? ", no groups"
                        : ", groups " + Quoted.text(String.join(", ", grant.groups())));
    }
}
