package dev.iammapper.cli.input;

import dev.iammapper.api.IamIdentityMapping;
import java.util.List;
import java.util.Map;

/**
 * One mapping as it stands in a file.
 *
 * @param manifest where
 * @param name its name, empty when it has none
 * @param object what could be read of it; fields of a wrong type are absent
 * @param places where its fields stand, by their paths
 * @param findings what is wrong with its form
 */
public record MappingManifest(Manifest manifest, String name, IamIdentityMapping object, Map<String, Place> places,
        List<LintFinding> findings) {
    /** Copies the collections. */
    public MappingManifest {
        places = Map.copyOf(places);
        findings = List.copyOf(findings);
    }

    /** Where a field stands, or the nearest field around it that is there. */
    public Place place(String path) {
        String known = path;
        while (!known.isEmpty()) {
            Place place = places.get(known);
            if (place != null) {
                return place;
            }
            int cut = known.endsWith("]") ? known.lastIndexOf('[') : known.lastIndexOf('.');
            known = known.substring(0, Math.max(0, cut));
        }
        return manifest.place();
    }

    /** Whether every value that counts could be read. */
    public boolean isRead() {
        return findings.stream().noneMatch(finding -> finding.code().equals(ManifestCode.FIELD_TYPE.word())
                || finding.code().equals(ManifestCode.MANIFEST_MALFORMED.word()));
    }
}
