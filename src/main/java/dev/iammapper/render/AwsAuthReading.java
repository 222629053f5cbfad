package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The whole of aws-auth as the authenticator reads it. The source of every rule is {@code pkg/mapper/configmap} of
 * aws-iam-authenticator; where its answer depends on the order of a Go map or on a feature gate, all possible answers
 * are given.
 */
final class AwsAuthReading {
    private static final char DOTTED_I = '\u0130';

    private final SectionReading roles;
    private final SectionReading users;
    private final AccountsReading accounts;
    private final Map<Section, Map<String, List<Row>>> byPrincipal = new HashMap<>();
    private final List<Row> ssoRows = new ArrayList<>();
    private final Map<Section, String> unread = new EnumMap<>(Section.class);

    private AwsAuthReading(SectionReading roles, SectionReading users, AccountsReading accounts) {
        this.roles = roles;
        this.users = users;
        this.accounts = accounts;
        for (SectionReading section : List.of(roles, users)) {
            Map<String, List<Row>> index = new HashMap<>();
            for (Row row : section.rows()) {
                index.computeIfAbsent(indexed(row.arn()), _ -> new ArrayList<>(1)).add(row);
                if (row.sso() != null) {
                    ssoRows.add(row);
                }
            }
            byPrincipal.put(section.section(), index);
            if (section.layout() instanceof SectionReading.Layout.Lost) {
                unread.put(section.section(), Row.fold(String.valueOf(section.text())));
            }
        }
    }

    /** Reads all three keys; never fails. */
    static AwsAuthReading read(AwsAuthData data) {
        return new AwsAuthReading(SectionReading.read(Section.ROLES, data.mapRoles()),
                SectionReading.read(Section.USERS, data.mapUsers()), AccountsReading.read(data.mapAccounts()));
    }

    /** Reads the keys whose text is another one; this very reading when none is. */
    AwsAuthReading reread(AwsAuthData next) {
        boolean sameAccounts = Objects.equals(next.mapAccounts(), accounts.text());
        boolean same = sameAccounts && Objects.equals(next.mapRoles(), roles.text())
                && Objects.equals(next.mapUsers(), users.text());
        return same
                ? this
                : new AwsAuthReading(reread(roles, next), reread(users, next),
                        sameAccounts ? accounts : AccountsReading.read(next.mapAccounts()));
    }

    private static SectionReading reread(SectionReading before, AwsAuthData next) {
        String text = next.section(before.section());
        return Objects.equals(text, before.text()) ? before : SectionReading.read(before.section(), text);
    }

    SectionReading section(Section section) {
        return switch (section) {
            case ROLES -> roles;
            case USERS -> users;
        };
    }

    /** The accounts whose principals may all enter, as read. */
    List<String> accounts() {
        return accounts.accounts();
    }

    /** What is not read, or otherwise than it looks, in the order of the three keys. */
    List<AwsAuthProblem> problems() {
        List<AwsAuthProblem> all = new ArrayList<>(roles.problems());
        all.addAll(users.problems());
        all.addAll(accounts.problems());
        return all;
    }

    /** Whether a section that cannot be read names the principal, so that a row in it may be about it. */
    boolean mayDecide(Section lost, PrincipalKey principal) {
        return unread.getOrDefault(lost, "").contains(principal.value());
    }

    /** The text that a row stands in. */
    String text(Row row) {
        return String.valueOf(section(row.section()).text()).substring(row.span().from(), row.span().to());
    }

    /** The rows of a section that name the principal, in the order of the text. */
    List<Row> rows(Section section, PrincipalKey principal) {
        List<Row> rows = indexed(section, principal);
        return rows.stream().allMatch(AwsAuthReading::canMatch)
                ? rows
                : rows.stream().filter(AwsAuthReading::canMatch).toList();
    }

    /**
     * The rows that may decide who the principal becomes: none, one, or several when the authenticator's answer is not
     * certain. Roles are asked before users; among equal ARNs the last row wins.
     *
     * @param without rows to be thought away
     */
    List<Row> deciding(PrincipalKey principal, Collection<Row> without) {
        List<Row> deciding = new ArrayList<>(lastOfEachKey(Section.ROLES, principal, without));
        if (principal.value().contains(Row.Sso.ROLE)) {
            for (Row row : ssoRows) {
                if (row.sso() != null && row.arn().isEmpty() && row.sso().matches(principal.value())) {
                    deciding.add(row);
                }
            }
        }
        if (deciding.stream().noneMatch(row -> row.sso() == null)) {
            deciding.addAll(lastOfEachKey(Section.USERS, principal, without));
        }
        return deciding;
    }

    /** Whether the principal always becomes exactly this. */
    boolean decides(PrincipalKey principal, Grant grant) {
        List<Row> deciding = deciding(principal, List.of());
        return !deciding.isEmpty() && deciding.stream().allMatch(row -> row.grant().means(grant));
    }

    private List<Row> lastOfEachKey(Section section, PrincipalKey principal, Collection<Row> without) {
        List<Row> rows = indexed(section, principal);
        if (rows.isEmpty() || (rows.size() == 1 && canMatch(rows.getFirst()) && without.isEmpty())) {
            return rows;
        }
        Map<String, List<Row>> candidates = new LinkedHashMap<>();
        for (Row row : rows) {
            if (without.contains(row)) {
                continue;
            }
            List<Row> possible = candidates.computeIfAbsent(key(section, row), _ -> new ArrayList<>(1));
            if (row.sso() == null) {
                possible.clear();
            }
            possible.add(row);
        }
        return candidates.values().stream().flatMap(List::stream).filter(AwsAuthReading::canMatch).toList();
    }

    private List<Row> indexed(Section section, PrincipalKey principal) {
        return byPrincipal.getOrDefault(section, Map.of()).getOrDefault(principal.value(), List.of());
    }

    /** Rows that could have the same key or match the same principal have the same text here. */
    private static String indexed(String arn) {
        return Row.fold(arn.replace(DOTTED_I, 'i'));
    }

    /** The key under which the authenticator keeps a row: users by the text of their ARN, roles by its lower case. */
    private static String key(Section section, Row row) {
        return section == Section.USERS ? row.arn() : row.arn().replace(DOTTED_I, 'i').toLowerCase(Locale.ROOT);
    }

    /** The lower case of this letter is an i for Go, so that such a row takes another one's key, but it equals no i. */
    private static boolean canMatch(Row row) {
        return row.arn().indexOf(DOTTED_I) < 0;
    }
}
