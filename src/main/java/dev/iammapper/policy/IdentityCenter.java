package dev.iammapper.policy;

import dev.iammapper.mapping.PrincipalArn;
import java.util.Locale;

/** Tells the roles that IAM Identity Center makes: their session is named by it, after the person. */
final class IdentityCenter {
    private static final String PREFIX = "awsreservedsso_";

    private IdentityCenter() {}

    static boolean isRole(PrincipalArn principal) {
        return principal.kind() == PrincipalArn.Kind.ROLE
                && principal.name().toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }
}
