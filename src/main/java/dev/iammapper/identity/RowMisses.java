package dev.iammapper.identity;

import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.mapping.PrincipalArn.Kind;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.mapping.Quoted;
import dev.iammapper.policy.Glob;
import dev.iammapper.policy.Nearest;
import dev.iammapper.render.AwsAuthLookup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the rows that look as if they were a principal's, and says what keeps EKS from taking them. */
final class RowMisses {
    private final PrincipalArn principal;
    private final PrincipalKey key;
    private final WrittenArn asked;
    private final @Nullable PermissionSetRole askedSet;

    private RowMisses(PrincipalArn principal) {
        this.principal = principal;
        this.key = principal.key();
        this.asked = WrittenArn.of(key);
        this.askedSet = principal.kind() == Kind.ROLE ? PermissionSetRole.of(principal.name()) : null;
    }

    static List<Explanation.Miss> of(PrincipalArn principal, AwsAuthLookup awsAuth) {
        return new RowMisses(principal).among(awsAuth.rows());
    }

    private List<Explanation.Miss> among(List<AwsAuthLookup.Entry> rows) {
        List<Explanation.Miss> misses = new ArrayList<>();
        Map<String, AwsAuthLookup.Entry> sameKind = new LinkedHashMap<>();
        for (AwsAuthLookup.Entry row : rows) {
            if (PrincipalKey.of(row.arn()).equals(key)) {
                if (row.ofPermissionSet()) {
                    misses.add(miss(MissReason.PERMISSION_SET_ROW, row,
                            "has both " + row.section().arnField() + " and sso, and is not read at all.",
                            "Remove the field sso."));
                }
                continue;
            }
            WrittenArn written = WrittenArn.of(row.arn());
            Explanation.Miss miss = written == null ? withoutArn(row) : miss(row, written);
            if (miss != null) {
                misses.add(miss);
            } else if (written != null && written.kind().equals(asked.kind()) && written.isOfSameAccount(asked)) {
                sameKind.put(written.name(), row);
            }
        }
        similar(sameKind).forEach(misses::add);
        return misses;
    }

    /** A row that EKS reads nobody from, although its text names the principal. */
    private Explanation.@Nullable Miss withoutArn(AwsAuthLookup.Entry row) {
        if (row.ofPermissionSet()) {
            return askedSet != null && row.text().toLowerCase(Locale.ROOT).contains(askedSet.permissionSet())
                    ? miss(MissReason.PERMISSION_SET_ROW, row,
                            "names a permission set by the field sso, which the authenticator reads only behind the"
                                    + " feature gate SSORoleMatch; EKS has not enabled it.",
                            "Write a row with " + row.section().arnField() + ": " + principal.canonical() + ".")
                    : null;
        }
        return row.text().toLowerCase(Locale.ROOT).contains(key.value())
                ? miss(MissReason.FIELD_NAME, row,
                        "names the principal, but not in the field " + row.section().arnField()
                                + ", the only one that EKS reads in " + row.section().dataKey() + ".",
                        "Write " + row.section().arnField() + ": " + principal.canonical() + ", or move the row to the"
                                + " section where its field is read.")
                : null;
    }

    private Explanation.@Nullable Miss miss(AwsAuthLookup.Entry row, WrittenArn written) {
        if (PrincipalKey.of(WrittenArn.stripped(row.arn())).equals(key)) {
            return miss(MissReason.STRAY_CHARACTERS, row,
                    "has blanks or invisible characters around its ARN: " + Quoted.text(row.arn())
                            + ". EKS compares them too.",
                    "Write the ARN without them: " + principal.canonical() + ".");
        }
        if (written.isSession()) {
            return session(row, written);
        }
        if (row.arn().indexOf('*') >= 0 || row.arn().indexOf('?') >= 0) {
            return wildcard(row);
        }
        if (written.kind().equals("root") && principal.kind() != Kind.ROOT && written.isOfSameAccount(asked)) {
            return miss(MissReason.ACCOUNT_ROOT, row,
                    "is for the account's root, which stands for nobody else in the account.",
                    "Write a row for " + principal.canonical() + ".");
        }
        return written.name().equals(asked.name()) && !asked.name().isEmpty()
                ? sameName(row, written)
                : permissionSet(row, written);
    }

    private Explanation.@Nullable Miss session(AwsAuthLookup.Entry row, WrittenArn written) {
        if (principal.kind() != Kind.ROLE || !written.isOfSameAccount(asked)
                || !written.roleOfSession().equals(asked.name())) {
            return null;
        }
        return miss(MissReason.SESSION_ARN, row,
                "has the ARN of a session (assumed-role). EKS makes the role's ARN of a caller's and compares that, so"
                        + " that such a row matches nobody.",
                "Write " + principal.canonical() + ", without the session; a user name per session comes from"
                        + " \"{{SessionName}}\".");
    }

    private Explanation.@Nullable Miss wildcard(AwsAuthLookup.Entry row) {
        return Glob.withSingles(PrincipalKey.of(row.arn()).value()).matches(key.value())
                ? miss(MissReason.WILDCARD, row,
                        "has a wildcard, which EKS compares as a letter: such a row matches nobody.",
                        "Write a row for each role or user, here for " + principal.canonical() + ".")
                : null;
    }

    private Explanation.@Nullable Miss sameName(AwsAuthLookup.Entry row, WrittenArn written) {
        if (!written.kind().equals(asked.kind())) {
            return written.isOfSameAccount(asked)
                    ? miss(MissReason.OTHER_KIND, row,
                            "has the same name, but another kind: " + Quoted.text(written.kind()) + " instead of "
                                    + Quoted.text(asked.kind()) + ".",
                            "Write " + principal.canonical() + ".")
                    : null;
        }
        if (!written.account().equals(asked.account())) {
            return miss(MissReason.OTHER_ACCOUNT, row,
                    "has the same name in the account " + written.account() + "; the principal is in "
                            + asked.account() + ".",
                    "Compare the twelve digits; if the principal is meant, write " + principal.canonical() + ".");
        }
        if (!written.partition().equals(asked.partition())) {
            return miss(MissReason.OTHER_PARTITION, row,
                    "is in the partition " + Quoted.text(written.partition()) + "; the principal is in "
                            + Quoted.text(asked.partition()) + ".",
                    "Write " + principal.canonical() + ".");
        }
        return principal.kind() == Kind.ROLE
                ? miss(MissReason.ROLE_PATH, row,
                        "has the role's path " + Quoted.text(written.path())
                                + ". STS leaves the path out of what EKS sees, so that such a row matches nobody.",
                        "Write " + principal.canonical() + ", without the path.")
                : miss(MissReason.USER_PATH, row,
                        "has the path " + Quoted.text(written.path()) + "; the user's is " + Quoted.text(asked.path())
                                + ", and of users STS reports the path.",
                        "Write " + principal.canonical() + ".");
    }

    private Explanation.@Nullable Miss permissionSet(AwsAuthLookup.Entry row, WrittenArn written) {
        PermissionSetRole set = PermissionSetRole.of(written.name());
        return askedSet != null && set != null && set.permissionSet().equals(askedSet.permissionSet())
                && written.isOfSameAccount(asked) && written.kind().equals(asked.kind())
                        ? miss(MissReason.PERMISSION_SET_SUFFIX, row,
                                "is for another role of the same permission set: its suffix is " + set.suffix()
                                        + ", and that of the principal " + askedSet.suffix()
                                        + ". Identity Center gives a new suffix each time the permission set is"
                                        + " assigned to the account anew.",
                                "Write " + principal.canonical() + ".")
                        : null;
    }

    private Stream<Explanation.Miss> similar(Map<String, AwsAuthLookup.Entry> byName) {
        return Nearest.to(asked.name(), byName.keySet())
                .map(name -> miss(MissReason.SIMILAR_NAME, byName.get(name),
                        "has the similar name " + Quoted.text(name) + ".",
                        "If the principal is meant, write " + principal.canonical() + "."))
                .stream();
    }

    private static Explanation.Miss miss(MissReason reason, AwsAuthLookup.@Nullable Entry row, String message,
            String advice) {
        return row == null
                ? new Explanation.Miss(reason, null, null, null, null, message, advice)
                : new Explanation.Miss(reason, row.dataKey(), row.line(), row.text(), null,
                        "The row in " + row.dataKey() + ", line " + row.line() + ", " + message, advice);
    }
}
