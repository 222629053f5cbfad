package dev.iammapper.cli.lint;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.cli.input.LintFinding;
import dev.iammapper.cli.input.Manifest;
import dev.iammapper.cli.input.ManifestCode;
import dev.iammapper.cli.input.ManifestFiles;
import dev.iammapper.cli.input.ManifestReader;
import dev.iammapper.cli.input.MappingManifest;
import dev.iammapper.cli.input.MappingManifestReader;
import dev.iammapper.cli.text.Shown;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.Quoted;
import dev.iammapper.policy.Candidate;
import dev.iammapper.policy.Finding;
import dev.iammapper.policy.Judge;
import dev.iammapper.policy.MappingIndex;
import dev.iammapper.policy.Nearest;
import dev.iammapper.policy.Occasion;
import dev.iammapper.policy.PolicyContext;
import dev.iammapper.policy.RuleCode;
import dev.iammapper.policy.Severity;
import dev.iammapper.policy.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges the mappings of some files as if they stood in a cluster together, and nothing else did. */
final class Linter {
    private static final String GROUP = IamIdentityMapping.GROUP + "/";

    private final LintContext context;
    private final List<MappingManifest> mappings = new ArrayList<>();
    private final List<LintFinding> findings = new ArrayList<>();
    private final Map<String, Integer> files = new HashMap<>();
    private int others;

    Linter(LintContext context) {
        this.context = context;
        findings.addAll(context.findings());
    }

    /** Takes in the bytes of one file. */
    void read(String file, byte[] bytes) {
        files.putIfAbsent(file, files.size());
        new ManifestReader(this::take, (where, place, message, advice) -> findings.add(new LintFinding(where, place, "",
                "", ManifestCode.MANIFEST_MALFORMED.word(), Severity.DENY, "", message, advice, null)))
                .read(file, bytes);
    }

    private void take(Manifest manifest) {
        if (manifest.kind().equals(IamIdentityMapping.KIND)) {
            mappings.add(MappingManifestReader.read(manifest));
        } else if (manifest.apiVersion().startsWith(GROUP)) {
            findings.add(new LintFinding(manifest.file(), manifest.place(), Shown.name(manifest.kind()), "",
                    ManifestCode.KIND_UNKNOWN.word(), Severity.DENY, "kind",
                    manifest.kind().isEmpty()
                            ? "is missing."
                            : "is " + Quoted.text(manifest.kind()) + ", which this apiVersion does not have.",
                    "Write \"" + IamIdentityMapping.KIND + "\".", null));
        } else if (Nearest.to(manifest.kind(), List.of(IamIdentityMapping.KIND)).isPresent()) {
            findings.add(new LintFinding(manifest.file(), manifest.place(), Shown.name(manifest.kind()), "",
                    ManifestCode.KIND_UNKNOWN.word(), Severity.WARN, "kind",
                    "is " + Quoted.text(manifest.kind()) + ", which was not looked at.",
                    "If it should be a mapping, write \"" + IamIdentityMapping.KIND + "\" and the apiVersion \""
                            + IamIdentityMapping.API_VERSION + "\".",
                    null));
            others++;
        } else {
            others++;
        }
    }

    /** Everything there is to say, once all files are read. */
    LintReport report(ManifestFiles read) {
        MappingIndex index = new MappingIndex();
        Map<String, MappingManifest> byName = new LinkedHashMap<>();
        for (MappingManifest mapping : mappings) {
            findings.addAll(mapping.findings());
            MappingManifest namesake = mapping.name().isEmpty() ? null : byName.put(mapping.name(), mapping);
            if (namesake != null) {
                findings.add(sameName(mapping, namesake));
            }
            if (mapping.isRead()) {
                index.put(MappingParser.parse(mapping.object()));
            }
        }
        Judge judge = new Judge(context.policy());
        Set<RuleCode> off = EnumSet.noneOf(RuleCode.class);
        for (MappingManifest mapping : mappings) {
            Candidate candidate = Candidate.of(mapping.object());
            Verdict verdict = judge.judge(candidate, facts(candidate, index));
            off.addAll(verdict.off());
            verdict.findings().stream().filter(finding -> !isSaidAlready(mapping, finding))
                    .map(finding -> finding(mapping, finding, byName)).forEach(findings::add);
            if (context.awsAuth() != null) {
                findings.addAll(context.awsAuth().findings(mapping, candidate, context.now()));
            }
        }
        findings.sort(Comparator.comparingInt((LintFinding finding) -> files.getOrDefault(finding.file(), -1))
                .thenComparing(LintFinding::place).thenComparing(LintFinding::severity)
                .thenComparing(LintFinding::code).thenComparing(LintFinding::field));
        return new LintReport(findings, read.unusable(), off.stream().map(RuleCode::word).toList(), read.count(),
                mappings.size(), others);
    }

    private PolicyContext facts(Candidate candidate, MappingIndex index) {
        PolicyContext facts = PolicyContext.of(new Occasion.Standing(), context.now())
                .with(index.neighboursOf(candidate));
        return context.bindings() == null ? facts : facts.with(context.bindings().bindingsOf(candidate));
    }

    /** What cannot be read is not missing. */
    private static boolean isSaidAlready(MappingManifest mapping, Finding finding) {
        return mapping.findings().stream()
                .anyMatch(said -> said.code().equals(ManifestCode.MANIFEST_MALFORMED.word())
                        || (said.code().equals(ManifestCode.FIELD_TYPE.word())
                                && (finding.path() + ".").startsWith(said.field() + ".")));
    }

    private static LintFinding sameName(MappingManifest mapping, MappingManifest namesake) {
        return new LintFinding(mapping.manifest().file(), mapping.place("metadata.name"), mapping.manifest().kind(),
                mapping.name(), ManifestCode.NAME_DUPLICATE.word(), Severity.WARN, "metadata.name",
                "is also the name of another object among these: of the two, the one applied last stays.",
                "Give each a name of its own; for several clusters, check the files of each by themselves.",
                related(namesake));
    }

    private static LintFinding finding(MappingManifest mapping, Finding finding, Map<String, MappingManifest> byName) {
        MappingManifest other = finding.other() == null ? null : byName.get(finding.other());
        return new LintFinding(mapping.manifest().file(), mapping.place(finding.path()), mapping.manifest().kind(),
                mapping.name(), finding.code().word(), finding.severity(), finding.path(), finding.message(),
                finding.advice(), other == null ? null : related(other));
    }

    private static LintFinding.@Nullable Related related(MappingManifest mapping) {
        return new LintFinding.Related(mapping.manifest().file(), mapping.manifest().place(), mapping.name());
    }
}
