package dev.iammapper.cli.importing;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the rows of an aws-auth. The names of the components are the fields of the command's answer for
 * programs.
 *
 * @param mappings the objects, in the order of their rows
 * @param skipped what was not translated, in the order of the text
 * @param risks grants that the policy must allow by name, sentences
 * @param notes what EKS reads otherwise than it looks, sentences
 * @param policy the policy that admits the objects, as text; empty when the usual one does
 */
record ImportReport(List<Imported> mappings, List<Skipped> skipped, List<String> risks, List<String> notes,
        String policy) {

    /**
     * One row as an object.
     *
     * @param adopt the word of the annotation, or null
     * @param section {@code mapRoles} or {@code mapUsers}
     * @param line of the section's text, from 1
     */
    record Imported(String name, String arn, String username, List<String> groups, @Nullable String adopt,
            String section, int line) {
        /** The manifest, as kubectl takes it. */
        Map<String, Object> manifest() {
            Map<String, Object> metadata = new LinkedHashMap<>();
            metadata.put("name", name);
            if (adopt != null) {
                metadata.put("annotations", Map.of(IamIdentityMapping.ADOPT_ANNOTATION, adopt));
            }
            Map<String, Object> spec = new LinkedHashMap<>();
            spec.put("arn", arn);
            spec.put("username", username);
            if (!groups.isEmpty()) {
                spec.put("groups", groups);
            }
            Map<String, Object> manifest = new LinkedHashMap<>();
            manifest.put("apiVersion", IamIdentityMapping.API_VERSION);
            manifest.put("kind", IamIdentityMapping.KIND);
            manifest.put("metadata", metadata);
            manifest.put("spec", spec);
            return manifest;
        }

        /** The same as the API server would have it. */
        IamIdentityMapping object() {
            V1ObjectMeta metadata = new V1ObjectMeta().name(name).uid("uid-of-" + name);
            if (adopt != null) {
                metadata.putAnnotationsItem(IamIdentityMapping.ADOPT_ANNOTATION, adopt);
            }
            List<@Nullable String> written = new ArrayList<>(groups);
            return new IamIdentityMapping(IamIdentityMapping.API_VERSION, IamIdentityMapping.KIND, metadata,
                    new IamIdentityMappingSpec(arn, username, written, null, null), null);
        }

        /** Where the row stands, for messages. */
        String place() {
            return section + ", line " + line;
        }

        Imported named(String other) {
            return new Imported(other, arn, username, groups, adopt, section, line);
        }
    }

    /**
     * A row, a section or an account that is not translated.
     *
     * @param section the key of aws-auth
     * @param line of its text, from 1; 0 when it is about the section as a whole
     * @param arn as it is written, or empty
     * @param message a sentence that goes on from the place
     */
    record Skipped(SkipReason reason, String section, int line, String arn, String message) {}

    /** Why something is not translated; the words are part of the API. */
    enum SkipReason {
        /** EKS reads nothing from the section. */
        SECTION_MALFORMED,
        /** EKS reads nobody from the row. */
        NOT_READ,
        /** The row's ARN matches nobody. */
        MATCHES_NOBODY,
        /** EKS reads another row for the principal. */
        DUPLICATE,
        /** Rows that differ in letter case, of which EKS takes one at random. */
        AMBIGUOUS,
        /** The row names a permission set by the field sso. */
        SSO,
        /** A node's row. */
        NODE,
        /** The row has no username, or names that no object can have. */
        NOT_AN_OBJECT,
        /** Admission always refuses such an object, or the policy does in a way that no entry can allow. */
        NOT_ADMITTED,
        /** There is an object for the principal already. */
        MAPPED_ALREADY,
        /** The controller would change aws-auth for such an object. */
        WOULD_CHANGE,
        /** Accounts are no principals. */
        ACCOUNT
    }
}
