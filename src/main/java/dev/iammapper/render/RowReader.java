package dev.iammapper.render;

import dev.iammapper.mapping.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of rows as Go's {@code encoding/json} fills the authenticator's structs: names in any letter case, a
 * wrong type leaves the field as it was, null leaves text as it was and empties lists.
 */
final class RowReader {
    private static final String ROLE = ":role/";

    private final Section section;
    private final List<AwsAuthProblem> problems = new ArrayList<>();

    RowReader(Section section) {
        this.section = section;
    }

    /** What was found wrong so far, in the order of the text. */
    List<AwsAuthProblem> problems() {
        return problems;
    }

    /** Reads one element of the list. */
    Row read(int index, GoValue element, Row.Span span) {
        Fields fields = new Fields();
        switch (element) {
            case GoValue.Fields map -> map.fields().forEach((name, value) -> fields.set(name, value));
            case GoValue.Nothing nothing -> report(nothing, "this row is empty and is not read; remove it");
            case GoValue.Text text -> report(text, "a row must be a map with " + section.arnField() + ", not text");
            case GoValue.Other other -> report(other,
                    "a row must be a map with " + section.arnField() + ", not a number");
            case GoValue.Items items -> report(items,
                    "a row must be a map with " + section.arnField() + ", not a list");
        }
        if (element instanceof GoValue.Fields && fields.arn.isEmpty() && fields.sso == null) {
            report(element, "this row has no " + section.arnField() + " and is not read");
        }
        if (fields.sso != null && !fields.arn.isEmpty()) {
            report(element, "a row with both rolearn and sso is not read; keep one of them");
        }
        if (hasRolePath(fields.arn)) {
            report(element, "a role with a path never matches, because STS leaves the path out; write "
                    + withoutRolePath(fields.arn));
        }
        return new Row(section, index, element.node().line(), fields.arn, new Grant(fields.username, fields.groups),
                fields.sso, span);
    }

    private static boolean hasRolePath(String arn) {
        int role = endOfRole(arn);
        return role >= 0 && arn.indexOf('/', role) >= 0;
    }

    private static String withoutRolePath(String arn) {
        return arn.substring(0, endOfRole(arn)) + arn.substring(arn.lastIndexOf('/') + 1);
    }

    /** Where the path or the name of a role begins, in whatever letter case it is written; negative where none is. */
    private static int endOfRole(String arn) {
        int role = arn.toLowerCase(Locale.ROOT).indexOf(ROLE);
        return role < 0 ? role : role + ROLE.length();
    }

    private void report(GoValue value, String message) {
        problems.add(new AwsAuthProblem(section.dataKey(), value.node().line(), value.node().column(), false, message));
    }

    /** The struct that is being filled. */
    private final class Fields {
        private String arn = "";
        private String username = "";
        private List<String> groups = List.of();
        private Row.@Nullable Sso sso;

        void set(String name, GoValue value) {
            String folded = Row.fold(name);
            if (folded.equals(section.arnField())) {
                arn = text(section.arnField(), value, arn);
            } else if ("username".equals(folded)) {
                username = text("username", value, username);
            } else if ("groups".equals(folded)) {
                groups = groups(value);
            } else if ("sso".equals(folded) && section == Section.ROLES) {
                sso = sso(value);
            }
        }

        private String text(String field, GoValue value, String before) {
            return switch (value) {
                case GoValue.Text text -> text.value();
                case GoValue.Nothing _ -> before;
                case GoValue.Other other -> wrong(other, field + " " + other.written()
                        + " is not text for the authenticator and reads as empty; put it in quotes", before);
                case GoValue.Items items -> wrong(items, field + " must be text, not a list; it reads as empty",
                        before);
                case GoValue.Fields map -> wrong(map, field + " must be text, not a map; it reads as empty", before);
            };
        }

        private List<String> groups(GoValue value) {
            return switch (value) {
                case GoValue.Items items -> groups(items.items());
                case GoValue.Nothing _ -> List.of();
                case GoValue.Text text -> wrong(text, "groups must be a list; it reads as no groups", groups);
                case GoValue.Other other -> wrong(other, "groups must be a list; it reads as no groups", groups);
                case GoValue.Fields map -> wrong(map, "groups must be a list; it reads as no groups", groups);
            };
        }

        private List<String> groups(List<GoValue> items) {
            List<String> read = new ArrayList<>(items.size());
            for (int i = 0; i < items.size(); i++) {
                read.add(text("the group", items.get(i), i < groups.size() ? groups.get(i) : ""));
            }
            return read;
        }

        private Row.@Nullable Sso sso(GoValue value) {
            return switch (value) {
                case GoValue.Nothing _ -> null;
                case GoValue.Fields map -> sso(map.fields());
                case GoValue.Text text -> wrong(text, "sso must be a map", new Row.Sso("", "", ""));
                case GoValue.Other other -> wrong(other, "sso must be a map", new Row.Sso("", "", ""));
                case GoValue.Items items -> wrong(items, "sso must be a map", new Row.Sso("", "", ""));
            };
        }

        private Row.Sso sso(Map<String, GoValue> map) {
            String partition = "";
            String account = "";
            String set = "";
            for (Map.Entry<String, GoValue> field : map.entrySet()) {
                switch (Row.fold(field.getKey())) {
                    case "partition" -> partition = text("partition", field.getValue(), partition);
                    case "accountid" -> account = text("accountID", field.getValue(), account);
                    case "permissionsetname" -> set = text("permissionSetName", field.getValue(), set);
                    default -> {
                        // Fields of other names are not read.
                    }
                }
            }
            return new Row.Sso(partition, account, set);
        }

        private <T> T wrong(GoValue value, String message, T before) {
            report(value, message);
            return before;
        }
    }
}
