package dev.iammapper.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.iammapper.identity.MissReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code explain} names what nearly let somebody in: each reason with a text that has it and one that has not. */
class NearMissTest {
    private static final String DEV = "arn:aws:iam::111122223333:role/Dev";
    private static final String ANN = "arn:aws:iam::111122223333:user/people/ann";
    private static final String VIEW = "arn:aws:iam::111122223333:role/AWSReservedSSO_View_0123456789abcdef";
    private static final String LATER = "2999-01-01T00:00:00Z";
    private static final String LONG_AGO = "2001-01-01T00:00:00Z";

    @TempDir
    private Path folder;

    /**
     * One reason.
     *
     * @param data of aws-auth, where it holds
     * @param mapping the object, or empty
     * @param said a part of what is said of it
     * @param other data of aws-auth where it does not, and nobody gets in either
     * @param otherMapping the object there, or empty
     */
    private record Case(MissReason reason, String asked, Map<String, String> data, String mapping, String said,
            Map<String, String> other, String otherMapping) {
        @Override
        public String toString() {
            return reason + " " + said;
        }
    }

    static List<Case> cases() {
        return List.of(
                rows(MissReason.ROLE_PATH, DEV, "arn:aws:iam::111122223333:role/team/Dev",
                        "has the role's path \"/team/\"",
                        "arn:aws:iam::111122223333:role/team/Ops"),
                rows(MissReason.SESSION_ARN, DEV, "arn:aws:sts::111122223333:assumed-role/Dev/alice",
                        "has the ARN of a session", "arn:aws:sts::111122223333:assumed-role/Ops/Dev"),
                rows(MissReason.SESSION_ARN, DEV, "arn:aws:sts::111122223333:assumed-role/Dev",
                        "has the ARN of a session", "arn:aws:sts::444455556666:assumed-role/Dev/alice"),
                rows(MissReason.OTHER_ACCOUNT, DEV, "arn:aws:iam::444455556666:role/Dev", "the account 444455556666",
                        "arn:aws:iam::444455556666:role/Ops"),
                rows(MissReason.OTHER_PARTITION, DEV, "arn:aws-cn:iam::111122223333:role/dev",
                        "is in the partition \"aws-cn\"", "arn:aws-cn:iam::111122223333:role/Ops"),
                rows(MissReason.OTHER_KIND, DEV, "arn:aws:iam::111122223333:user/Dev",
                        "another kind: \"user\" instead of \"role\"",
                        "arn:aws:iam::444455556666:user/Dev"),
                rows(MissReason.OTHER_KIND, DEV, "arn:aws:iam::111122223333:instance-profile/Dev",
                        "another kind: \"instance-profile\"", "arn:aws:iam::111122223333:instance-profile/Ops"),
                rows(MissReason.PERMISSION_SET_SUFFIX, VIEW,
                        "arn:aws:iam::111122223333:role/AWSReservedSSO_View_fedcba9876543210",
                        "its suffix is fedcba9876543210, and that of the principal 0123456789abcdef",
                        "arn:aws:iam::444455556666:role/AWSReservedSSO_View_fedcba9876543210"),
                rows(MissReason.PERMISSION_SET_SUFFIX, VIEW,
                        "arn:aws:iam::111122223333:role/awsreservedsso_view_fedcba9876543210", "another role",
                        "arn:aws:iam::111122223333:role/AWSReservedSSO_View_X_fedcba9876543210"),
                rows(MissReason.WILDCARD, DEV, "arn:aws:iam::111122223333:role/D*", "has a wildcard",
                        "arn:aws:iam::111122223333:role/*Ops"),
                rows(MissReason.WILDCARD, DEV, "arn:aws:iam::11112222333?:role/Dev", "has a wildcard",
                        "arn:aws:iam::22222222222?:role/Dev"),
                rows(MissReason.ACCOUNT_ROOT, DEV, "arn:aws:iam::111122223333:root", "is for the account's root",
                        "arn:aws:iam::444455556666:root"),
                rows(MissReason.STRAY_CHARACTERS, DEV, DEV + " ", "has blanks or invisible characters",
                        "arn:aws:iam::111122223333:role/Ops "),
                rows(MissReason.STRAY_CHARACTERS, DEV, "\u200b" + DEV, "<U+200B>", "\u200b" + DEV + "s"),
                rows(MissReason.SIMILAR_NAME, "arn:aws:iam::111122223333:role/Developer",
                        "arn:aws:iam::111122223333:role/Developers", "has the similar name \"developers\"",
                        "arn:aws:iam::111122223333:role/Administrator"),
                data(MissReason.USER_PATH, ANN,
                        Map.of("mapUsers", row("userarn", "arn:aws:iam::111122223333:user/ann", "ann")),
                        "the user's is \"/people/\"",
                        Map.of("mapUsers", row("userarn", "arn:aws:iam::111122223333:user/bob", "ann"))),
                data(MissReason.FIELD_NAME, DEV, Map.of("mapUsers", row("rolearn", DEV, "dev")),
                        "not in the field userarn", Map.of("mapUsers", row("rolearn", ANN, "dev"))),
                data(MissReason.FIELD_NAME, DEV, Map.of("mapRoles", row("role_arn", DEV, "dev")),
                        "not in the field rolearn",
                        Map.of("mapRoles", row("role_arn", DEV.replace("Dev", "Ops"), "dev"))),
                data(MissReason.PERMISSION_SET_ROW, VIEW,
                        Map.of("mapRoles",
                                "- {sso: {permissionSetName: View, accountID: '111122223333'}, username: v}\n"),
                        "EKS has not enabled it",
                        Map.of("mapRoles",
                                "- {sso: {permissionSetName: Edit, accountID: '111122223333'}, username: v}\n")),
                data(MissReason.PERMISSION_SET_ROW, DEV,
                        Map.of("mapRoles", "- {rolearn: '" + DEV + "', sso: {permissionSetName: View}, username: v}\n"),
                        "has both rolearn and sso", Map.of("mapRoles", "- {rolearn: a, sso: {}, username: v}\n")),
                data(MissReason.DATA_KEY, DEV, Map.of("maproles", row("rolearn", DEV, "dev")),
                        "has the key \"maproles\", which nobody reads", Map.of("notes", row("rolearn", DEV, "dev"))),
                data(MissReason.SECTION_MALFORMED, DEV,
                        Map.of("mapRoles", row("rolearn", DEV, "dev") + "  username: {{SessionName}}\n"),
                        "mapRoles names it, but EKS reads nothing from that section: line 3",
                        Map.of("mapRoles", row("rolearn", ANN, "ann") + "  username: {{SessionName}}\n")),
                data(MissReason.SECTION_MALFORMED, DEV, Map.of("mapAccounts", "- '111122223333\n"),
                        "mapAccounts names it",
                        Map.of("mapAccounts", "- '444455556666\n")),
                object(MissReason.OBJECT_NOT_READY, ready("False", "ForeignEntry", "somebody else's row"),
                        "is not Ready, ForeignEntry: somebody else's row", ready("True", "Applied", "fine")),
                object(MissReason.OBJECT_NOT_SEEN, "", "has no status", ready("False", "Invalid", "no")),
                object(MissReason.OBJECT_ROW_GONE, ready("True", "Applied", "row in line 3"),
                        "but there is no row for it",
                        ready("False", "Conflict", "no")),
                object(MissReason.OBJECT_EXPIRED, "  expiresAt: \"" + LONG_AGO + "\"\n", "is over since " + LONG_AGO,
                        "  expiresAt: \"" + LATER + "\"\n"),
                object(MissReason.OBJECT_NOT_YET_ACTIVE, "  notBefore: \"" + LATER + "\"\n", "begins at " + LATER,
                        "  notBefore: \"" + LONG_AGO + "\"\n"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theReasonIsNamedWhereItHoldsAndNowhereElse(Case each) throws Exception {
        Ran hit = explain(each.asked(), each.data(), each.mapping());
        Ran miss = explain(each.asked(), each.other(), each.otherMapping());

        assertThat(hit.code()).as(hit.err()).isEqualTo(3);
        assertThat(miss.code()).as(miss.err()).isEqualTo(3);
        JsonObject named = misses(hit).stream().filter(each2 -> word(each2, "reason").equals(word(each.reason())))
                .findFirst().orElseThrow(() -> new AssertionError(hit.out()));
        assertThat(word(named, "message")).contains(each.said());
        assertThat(word(named, "advice")).isNotBlank();
        assertThat(misses(miss)).extracting(other -> word(other, "reason")).doesNotContain(word(each.reason()));
        assertThat(explainText(each)).contains(word(named, "advice"), "Mend what comes near, as it is said there.");
    }

    @Test
    void everyReasonHasItsCase() {
        Set<MissReason> tried = cases().stream().map(Case::reason)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(MissReason.class)));

        assertThat(tried).containsExactly(MissReason.values());
    }

    /** Letter case is no reason: the authenticator compares in lower case. */
    @Test
    void aRowThatDiffersInLetterCaseLetsIn() throws Exception {
        Ran ran = explain(DEV, Map.of("mapRoles", row("roleARN", DEV.replace("Dev", "DEV"), "dev")), "");

        assertThat(ran.code()).isZero();
        assertThat(misses(ran)).isEmpty();
    }

    /** The section does not matter either, as long as its field is there. */
    @Test
    void aRoleInMapUsersAndAUserInMapRolesGetIn() throws Exception {
        assertThat(explain(DEV, Map.of("mapUsers", row("userarn", DEV, "dev")), "").code()).isZero();
        assertThat(explain(ANN, Map.of("mapRoles", row("rolearn", ANN, "ann")), "").code()).isZero();
    }

    @Test
    void missesComeInTheOrderOfTheirReasons() throws Exception {
        Ran ran = explain(DEV, Map.of("mapRoles", row("rolearn", "arn:aws:iam::111122223333:role/Dev1", "x")
                + row("rolearn", "arn:aws:iam::444455556666:role/Dev", "x")
                + row("rolearn", "arn:aws:iam::111122223333:role/a/Dev", "x"), "maprole", "x"), "");

        assertThat(misses(ran)).extracting(miss -> word(miss, "reason"))
                .containsExactly("DataKey", "RolePath", "OtherAccount", "SimilarName");
    }

    // ---- words of the table

    private static Case rows(MissReason reason, String asked, String arn, String said, String other) {
        return data(reason, asked, Map.of("mapRoles", row("rolearn", arn, "dev")), said,
                Map.of("mapRoles", row("rolearn", other, "dev")));
    }

    private static Case data(MissReason reason, String asked, Map<String, String> data, String said,
            Map<String, String> other) {
        return new Case(reason, asked, data, "", said, other, "");
    }

    private static Case object(MissReason reason, String more, String said, String other) {
        return new Case(reason, DEV, Map.of(), mapping(more), said, Map.of(), mapping(other));
    }

    private static String row(String field, String arn, String username) {
        return "- " + field + ": \"" + arn + "\"\n  username: " + username + "\n";
    }

    private static String mapping(String more) {
        return """
                apiVersion: iamauthenticator.k8s.aws/v1alpha1
                kind: IAMIdentityMapping
                metadata: {name: dev}
                spec:
                  arn: %s
                  username: dev
                """.formatted(DEV) + more;
    }

    private static String ready(String status, String reason, String message) {
        return "status:\n  conditions:\n  - {type: Ready, status: \"" + status + "\", reason: " + reason
                + ", message: \"" + message + "\"}\n";
    }

    private static String word(MissReason reason) {
        return Arrays.stream(reason.name().split("_")).map(part -> part.charAt(0) + part.substring(1)
                .toLowerCase(java.util.Locale.ROOT)).collect(Collectors.joining());
    }

    private String explainText(Case each) throws Exception {
        return run(each.asked(), each.data(), each.mapping(), "text").out();
    }

    private Ran explain(String asked, Map<String, String> data, String mapping) throws Exception {
        return run(asked, data, mapping, "json");
    }

    private Ran run(String asked, Map<String, String> data, String mapping, String format) throws Exception {
        Path mappings = Files.writeString(folder.resolve("mappings.yaml"), mapping);
        return Ran.withInput(Ran.awsAuth(data), "explain", asked, "--aws-auth", "-", "--mappings", mappings.toString(),
                "--output", format);
    }

    private static List<JsonObject> misses(Ran ran) {
        return ran.json().getAsJsonArray("misses").asList().stream().map(JsonElement::getAsJsonObject).toList();
    }

    private static String word(JsonObject object, String field) {
        return object.get(field).getAsString();
    }
}
