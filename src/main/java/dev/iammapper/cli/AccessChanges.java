package dev.iammapper.cli;

import dev.iammapper.cli.text.Shown;
import dev.iammapper.cli.text.TextLines;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.AwsAuthLookup;
import dev.iammapper.render.Meaning;
import dev.iammapper.render.NodeLook;
import dev.iammapper.render.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who enters by one version of aws-auth and not, or as somebody else, by another one. */
final class AccessChanges {
    private AccessChanges() {}

    /** What becomes of somebody's access. */
    enum Kind {
        GAINS, LOSES, CHANGES
    }

    /**
     * One principal, or one account whose principals may all enter.
     *
     * @param principal as it is written in a row, or an account id
     * @param before who it was, or null
     * @param after who it becomes, or null
     */
    record AccessChange(Kind kind, String principal, @Nullable String before, @Nullable String after) {}

    /** The changes, in the order of principals, accounts last. */
    static List<AccessChange> of(AwsAuthData before, AwsAuthData after) {
        AwsAuthLookup then = AwsAuthLookup.of(before);
        AwsAuthLookup next = AwsAuthLookup.of(after);
        TreeSet<PrincipalKey> principals = new TreeSet<>();
        then.rows().forEach(row -> principals.add(PrincipalKey.of(row.arn())));
        next.rows().forEach(row -> principals.add(PrincipalKey.of(row.arn())));
        List<AccessChange> changes = new ArrayList<>();
        for (PrincipalKey principal : principals) {
            Grant was = grant(then, principal);
            Grant is = grant(next, principal);
            if (!principal.value().isEmpty() && !same(was, is)) {
                changes.add(change(principal.value(), words(was), words(is)));
            }
        }
        TreeSet<String> accounts = new TreeSet<>(then.accounts());
        accounts.addAll(next.accounts());
        for (String account : accounts) {
            boolean was = then.accounts().contains(account);
            if (was != next.accounts().contains(account)) {
                String who = "everybody of the account, under their ARN";
                changes.add(change(account, was ? who : null, was ? null : who));
            }
        }
        return changes;
    }

    /** The principals of rows that look like nodes' and that have no such row in the other version. */
    static List<String> lostNodes(AwsAuthData before, AwsAuthData after) {
        AwsAuthLookup next = AwsAuthLookup.of(after);
        return AwsAuthLookup.of(before).rows().stream().filter(row -> NodeLook.isNode(row.grant()))
                .filter(row -> next.deciding(PrincipalKey.of(row.arn())).stream()
                        .noneMatch(entry -> NodeLook.isNode(entry.grant())))
                .map(AwsAuthLookup.Entry::arn).distinct().toList();
    }

    /** The principals whose access would go or be another one, or that have a row of which the other version has none. */
    static Set<PrincipalKey> harmed(AwsAuthData before, AwsAuthData after) {
        Set<Standing> left = new HashSet<>();
        AwsAuthLookup.of(after).rows().forEach(row -> left.add(Standing.of(row)));
        Set<PrincipalKey> harmed = new TreeSet<>();
        AwsAuthLookup.of(before).rows().stream().map(Standing::of).filter(row -> !left.contains(row))
                .forEach(row -> harmed.add(row.principal()));
        of(before, after).stream().filter(change -> change.kind() != Kind.GAINS)
                .forEach(change -> harmed.add(PrincipalKey.of(change.principal())));
        return harmed;
    }

    /** One row by what it says, wherever it stands in its section. */
    private record Standing(Section section, PrincipalKey principal, String meaning) {
        static Standing of(AwsAuthLookup.Entry row) {
            return new Standing(row.section(), PrincipalKey.of(row.arn()), Meaning.of(row.grant()));
        }
    }

    private static AccessChange change(String principal, @Nullable String before, @Nullable String after) {
        if (before == null) {
            return new AccessChange(Kind.GAINS, principal, null, after);
        }
        return new AccessChange(after == null ? Kind.LOSES : Kind.CHANGES, principal, before, after);
    }

    private static @Nullable Grant grant(AwsAuthLookup lookup, PrincipalKey principal) {
        List<AwsAuthLookup.Entry> deciding = lookup.deciding(principal);
        return deciding.isEmpty() ? null : deciding.getLast().grant();
    }

    private static boolean same(@Nullable Grant one, @Nullable Grant other) {
        return (one == null || other == null) ? Objects.equals(one, other) : one.means(other);
    }

    private static @Nullable String words(@Nullable Grant grant) {
        return grant == null ? null
                : grant.username()
                        + (grant.groups().isEmpty() ? "" : " (" + String.join(", ", grant.groups()) + ")");
    }

    /** Prints them, who loses access first. */
    static void print(TextLines out, List<AccessChange> changes) {
        if (changes.isEmpty()) {
            out.line("Nobody's access changes.");
            return;
        }
        for (Kind kind : List.of(Kind.LOSES, Kind.CHANGES, Kind.GAINS)) {
            changes.stream().filter(change -> change.kind() == kind).forEach(change -> {
                String who = Shown.name(change.principal());
                out.line(switch (kind) {
                    case LOSES -> out.in(TextLines.Style.BAD, "loses access") + "   " + who + ", was "
                            + Shown.name(String.valueOf(change.before()));
                    case CHANGES -> out.in(TextLines.Style.WARNING, "changes") + "        " + who + ", was "
                            + Shown.name(String.valueOf(change.before())) + ", becomes "
                            + Shown.name(String.valueOf(change.after()));
                    case GAINS -> out.in(TextLines.Style.GOOD, "gains access") + "   " + who + ", becomes "
                            + Shown.name(String.valueOf(change.after()));
                });
            });
        }
    }
}
