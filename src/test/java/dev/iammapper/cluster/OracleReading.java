package dev.iammapper.cluster;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the authenticator keeps of one document.
 *
 * @param errors what it logs, by section (mapRoles, mapUsers, mapAccounts); absent when a section is read without error
 * @param roles the rows of mapRoles that it keeps, in document order, duplicates included
 * @param users the rows of mapUsers that it keeps, likewise
 * @param accounts the elements of mapAccounts that it keeps
 * @param lookups who each ARN of the question becomes, in the order of the question
 */
public record OracleReading(Map<String, String> errors, List<Role> roles, List<User> users, List<String> accounts,
        List<Lookup> lookups) {

    /**
     * A row of mapRoles; a field that the document leaves out or that has a wrong type is empty.
     *
     * @param sso null in a row that names a role by its ARN
     */
    public record Role(String rolearn, @Nullable Sso sso, String username, List<String> groups, String userid) {}

    /** The fields by which a row names the role of a permission set. */
    public record Sso(String permissionSetName, String accountID, String partition) {}

    /** A row of mapUsers; a field that the document leaves out or that has a wrong type is empty. */
    public record User(String userarn, String username, List<String> groups, String userid) {}

    /**
     * Who an ARN becomes.
     *
     * @param identities every answer that the authenticator can give: none when it refuses the ARN, several when the
     *     order of a Go map decides between rows
     */
    public record Lookup(String arn, List<Identity> identities) {

        public boolean isMapped() {
            return !identities.isEmpty();
        }

        public boolean isAmbiguous() {
            return identities.size() > 1;
        }

        /**
         * The one identity that the ARN becomes.
         *
         * @throws IllegalStateException when there is none, or more than one
         */
        public Identity identity() {
            if (identities.size() != 1) {
                throw new IllegalStateException(arn + " becomes one of " + identities);
            }
            return identities.getFirst();
        }
    }

    /**
     * A Kubernetes user before the authenticator fills in its templates.
     *
     * @param section the section that decided: mapRoles, mapUsers or mapAccounts
     */
    public record Identity(String section, String username, List<String> groups) {}

    /** The answer for one ARN of the question. */
    public Lookup lookup(String arn) {
        return lookups.stream()
                .filter(lookup -> lookup.arn().equals(arn))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(arn + " was not asked"));
    }
}
