package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The whole of aws-auth as the authenticator reads it. The source of every rule is {@code pkg/mapper/configmap} of
 * aws-iam-authenticator; where its answer depends on the order of a Go map or on a feature gate, all possible answers
 * are given.
 */
final class AwsAuthReading {
    private final SectionReading roles;
    private final SectionReading users;
    private final List<String> accounts;
    private final List<AwsAuthProblem> problems;
    private final Map<Section, Map<String, List<Row>>> byPrincipal = new HashMap<>();
    private final List<Row> ssoRows = new ArrayList<>();

    private AwsAuthReading(SectionReading roles, SectionReading users, AccountsReading accounts) {
        this.roles = roles;
        this.users = users;
        this.accounts = accounts.accounts();
        List<AwsAuthProblem> all = new ArrayList<>(roles.problems());
        all.addAll(users.problems());
        all.addAll(accounts.problems());
        this.problems = List.copyOf(all);
        for (SectionReading section : List.of(roles, users)) {
            Map<String, List<Row>> index = new HashMap<>();
            for (Row row : section.rows()) {
                index.computeIfAbsent(Row.fold(row.arn()), _ -> new ArrayList<>(1)).add(row);
                if (row.sso() != null) {
                    ssoRows.add(row);
                }
            }
            byPrincipal.put(section.section(), index);
        }
    }

    /** Reads all three keys; never fails. */
    static AwsAuthReading read(AwsAuthData data) {
        return new AwsAuthReading(SectionReading.read(Section.ROLES, data.mapRoles()),
                SectionReading.read(Section.USERS, data.mapUsers()), AccountsReading.read(data.mapAccounts()));
    }

    SectionReading section(Section section) {
        return switch (section) {
            case ROLES -> roles;
            case USERS -> users;
        };
    }

    /** The accounts whose principals may all enter, as read. */
    List<String> accounts() {
        return accounts;
    }

    List<AwsAuthProblem> problems() {
        return problems;
    }

    /** The rows of a section that name the principal, in the order of the text. */
    List<Row> rows(Section section, PrincipalKey principal) {
        return byPrincipal.getOrDefault(section, Map.of()).getOrDefault(principal.value(), List.of());
    }

    /**
     * The rows that may decide who the principal becomes: none, one, or several when the authenticator's answer is not
     * certain. Roles are asked before users; among equal ARNs the last row wins.
     */
    List<Row> deciding(PrincipalKey principal) {
        List<Row> deciding = new ArrayList<>(lastOfEachKey(Section.ROLES, principal));
        for (Row row : ssoRows) {
            if (row.sso() != null && row.arn().isEmpty() && row.sso().matches(principal.value())) {
                deciding.add(row);
            }
        }
        if (deciding.stream().noneMatch(row -> row.sso() == null)) {
            deciding.addAll(lastOfEachKey(Section.USERS, principal));
        }
        return deciding;
    }

    /** Whether the principal always becomes exactly this. */
    boolean decides(PrincipalKey principal, Grant grant) {
        List<Row> deciding = deciding(principal);
        return !deciding.isEmpty() && deciding.stream().allMatch(row -> row.grant().means(grant));
    }

    private List<Row> lastOfEachKey(Section section, PrincipalKey principal) {
        List<Row> rows = rows(section, principal);
        if (rows.size() == 1 && rows.getFirst().sso() == null) {
            return rows;
        }
        Map<String, List<Row>> candidates = new LinkedHashMap<>();
        for (Row row : rows) {
            // Users are kept by the text of their ARN, roles by its lower case.
            String key = section == Section.USERS ? row.arn() : row.arn().toLowerCase(Locale.ROOT);
            List<Row> possible = candidates.computeIfAbsent(key, _ -> new ArrayList<>(1));
            if (row.sso() == null) {
                possible.clear();
            }
            possible.add(row);
        }
        return candidates.values().stream().flatMap(List::stream).toList();
    }
}
