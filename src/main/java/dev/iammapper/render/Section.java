package dev.iammapper.render;

import dev.iammapper.mapping.PrincipalArn;

/** The two lists of aws-auth that hold rows of principals. */
public enum Section {
    /** {@code mapRoles}, read first. */
    ROLES("mapRoles", "rolearn"),
    /** {@code mapUsers}, read when no role matched. */
    USERS("mapUsers", "userarn");

    private final String dataKey;
    private final String arnField;

    Section(String dataKey, String arnField) {
        this.dataKey = dataKey;
        this.arnField = arnField;
    }

    /** The key in the ConfigMap's data. */
    public String dataKey() {
        return dataKey;
    }

    /** The field of a row that names its principal. */
    public String arnField() {
        return arnField;
    }

    /** Whether the authenticator asks this section first. */
    boolean isReadBefore(Section other) {
        return compareTo(other) < 0;
    }

    /** The section in which a row for a principal of this kind belongs. */
    public static Section of(PrincipalArn.Kind kind) {
        return switch (kind) {
            case ROLE -> ROLES;
            case USER, ROOT, FEDERATED_USER -> USERS;
        };
    }
}
