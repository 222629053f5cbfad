package dev.iammapper.identity;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a role that IAM Identity Center made for a permission set, in lower case. The suffix is another one each
 * time the permission set is assigned to an account anew.
 */
record PermissionSetRole(String permissionSet, String suffix) {
    private static final Pattern NAME = Pattern.compile("awsreservedsso_(.+)_([0-9a-f]{16})");

    /** The parts of a role's name, or null of any other role's. */
    static @Nullable PermissionSetRole of(String roleName) {
        Matcher name = NAME.matcher(roleName.toLowerCase(Locale.ROOT));
        return name.matches() ? new PermissionSetRole(name.group(1), name.group(2)) : null;
    }
}
