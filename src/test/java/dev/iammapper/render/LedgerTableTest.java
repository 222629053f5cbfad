package dev.iammapper.render;

import static dev.iammapper.render.Scene.ROLE;
import static dev.iammapper.render.Scene.USER;
import static dev.iammapper.render.Scene.grant;
import static dev.iammapper.render.Scene.node;
import static dev.iammapper.render.Scene.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.mapping.Adoption;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.RenderPlan.Notice;
import dev.iammapper.render.RenderPlan.Outcome;
import dev.iammapper.render.RenderPlan.RowChange;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who owns a row, and what is done with it: the table of docs/ownership.md, line by line, and what surrounds it. */
class LedgerTableTest {
    private static final String OTHERS = row("arn:aws:iam::111122223333:role/nodes", node());

    /**
     * Letters stand for grants; a claim is what was {@code applied} and, behind the stroke, what is {@code pending}.
     * The row's column says what stands in aws-auth before, the columns behind the wish what stands there afterwards,
     * which claim remains, what became of the mapping, and what is told.
     */
    @ParameterizedTest(name = "claim {0}, row {1}, wanted {2}")
    @CsvSource(delimiter = '|', textBlock = """
            # claim | row | wanted  | row | claim | outcome        | change   | cause    | notice
              none  | -   | -       | -   | none  | -              | -        | -        | -
              none  | -   | a       | a   | a/    | Owned          | ADDED    | SPEC     | -
              none  | a   | a       | a   | none  | AlreadyPresent | -        | -        | -
              none  | a   | a adopt | a   | a/    | Owned          | -        | -        | ADOPTED
              none  | b   | a       | b   | none  | ForeignEntry   | -        | -        | -
              none  | b   | a adopt | a   | a/    | Owned          | REPLACED | ADOPTION | ADOPTED
              none  | a   | -       | a   | none  | -              | -        | -        | -

              a/    | a   | a       | a   | a/    | Owned          | -        | -        | -
              a/    | a   | b       | b   | b/    | Owned          | REPLACED | SPEC     | -
              a/    | a   | -       | -   | none  | -              | REMOVED  | SPEC     | -
              a/b   | a   | a       | a   | a/    | Owned          | -        | -        | -
              a/b   | a   | b       | b   | b/    | Owned          | REPLACED | SPEC     | -
              a/b   | a   | c       | c   | c/    | Owned          | REPLACED | SPEC     | -
              a/b   | a   | -       | -   | none  | -              | REMOVED  | SPEC     | -
              a/b   | b   | a       | a   | a/    | Owned          | REPLACED | SPEC     | -
              a/b   | b   | b       | b   | b/    | Owned          | -        | -        | -
              a/b   | b   | c       | c   | c/    | Owned          | REPLACED | SPEC     | -
              a/b   | b   | -       | -   | none  | -              | REMOVED  | SPEC     | -
              /b    | b   | b       | b   | b/    | Owned          | -        | -        | -
              /b    | b   | c       | c   | c/    | Owned          | REPLACED | SPEC     | -
              /b    | b   | -       | -   | none  | -              | REMOVED  | SPEC     | -

              a/    | c   | a       | a   | a/    | Owned          | REPLACED | DRIFT    | -
              a/    | c   | b       | b   | b/    | Owned          | REPLACED | DRIFT    | -
              a/b   | c   | b       | b   | b/    | Owned          | REPLACED | DRIFT    | -
              a/    | -   | a       | a   | a/    | Owned          | ADDED    | DRIFT    | -
              a/b   | -   | b       | b   | b/    | Owned          | ADDED    | DRIFT    | -

              /b    | c   | b       | c   | none  | ForeignEntry   | -        | -        | -
              /b    | c   | c       | c   | none  | AlreadyPresent | -        | -        | -
              /b    | c   | b adopt | b   | b/    | Owned          | REPLACED | ADOPTION | ADOPTED
              /b    | -   | b       | b   | b/    | Owned          | ADDED    | SPEC     | -

              a/    | c   | -       | c   | none  | -              | -        | -        | CLAIM_RELEASED
              a/b   | c   | -       | c   | none  | -              | -        | -        | CLAIM_RELEASED
              /b    | c   | -       | c   | none  | -              | -        | -        | CLAIM_RELEASED
              a/    | -   | -       | -   | none  | -              | -        | -        | -
              a/b   | -   | -       | -   | none  | -              | -        | -        | -
              /b    | -   | -       | -   | none  | -              | -        | -        | -
            """)
    void theTableOfCases(String claim, String before, String wanted, String after, String claimAfter, String outcome,
            String change, String cause, String notice) {
        Scene scene = new Scene().mapRoles(OTHERS + text(before));
        if (!claim.equals("none")) {
            String[] meanings = claim.split("/", -1);
            scene.claim(Section.ROLES, ROLE, emptyToNull(meanings[0]), emptyToNull(meanings[1]));
        }
        if (!wanted.equals("-")) {
            scene.object("mapping", ROLE, grant(wanted.substring(0, 1)),
                    wanted.endsWith("adopt") ? Adoption.ROWS : Adoption.NONE);
        }

        RenderPlan plan = scene.pass();

        assertThat(grants(scene, ROLE)).isEqualTo(after.equals("-") ? List.of() : List.of(grant(after)));
        assertThat(scene.mapRoles()).startsWith(OTHERS);
        assertThat(claims(scene)).isEqualTo(claimAfter.equals("none") ? "" : claimAfter);
        assertThat(outcome(plan)).isEqualTo(outcome);
        assertThat(plan.changes()).extracting(each -> each.kind() + " " + each.cause())
                .isEqualTo(change.equals("-") ? List.of() : List.of(change + " " + cause));
        assertThat(plan.notices()).extracting(each -> each.topic().name())
                .isEqualTo(notice.equals("-") ? List.of() : List.of(notice));
        assertSettled(scene);
    }

    private static String text(String letter) {
        return letter.equals("-") ? "" : row(ROLE, grant(letter));
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    // ---- adoption

    @Test
    void theWordTrueNeverTakesOverARowThatLooksLikeANode() {
        Scene scene = new Scene().mapRoles(row(ROLE, node())).object("mapping", ROLE, grant("a"), Adoption.ROWS);

        RenderPlan plan = scene.pass();

        assertThat(scene.mapRoles()).isEqualTo(row(ROLE, node()));
        assertThat(scene.ledger().claims()).isEmpty();
        assertThat(foreignEntry(plan)).contains("looks like a node's", "iammapper.dev/adopt: \"node\"");
    }

    @Test
    void theWordNodeTakesOverARowThatLooksLikeANode() {
        Scene scene = new Scene().mapRoles(row(ROLE, node())).object("mapping", ROLE, grant("a"), Adoption.NODE_ROWS);

        assertThat(outcome(scene.pass())).isEqualTo("Owned");
        assertThat(grants(scene, ROLE)).containsExactly(grant("a"));
        assertSettled(scene);
    }

    @Test
    void theWordTrueDoesNotClaimANodesRowThatMeansTheSame() {
        Scene scene = new Scene().mapRoles(row(ROLE, node())).object("mapping", ROLE, node(), Adoption.ROWS);

        assertThat(outcome(scene.pass())).isEqualTo("AlreadyPresent");
        assertThat(scene.ledger().claims()).isEmpty();
    }

    @Test
    void theWordNodeClaimsANodesRowThatMeansTheSameWithoutAChangedByte() {
        Scene scene = new Scene().mapRoles(row(ROLE, node())).object("mapping", ROLE, node(), Adoption.NODE_ROWS);

        assertThat(outcome(scene.pass())).isEqualTo("Owned");
        assertThat(scene.mapRoles()).isEqualTo(row(ROLE, node()));
        assertThat(scene.ledger().claims()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"system:nodes,x", "system:bootstrappers,x", "other,system:node:ip-10-0-0-1"})
    void eachSignOfANodeIsEnough(String group, String username) {
        Grant grant = new Grant(username, List.of(group));
        Scene scene = new Scene().mapRoles(row(ROLE, grant)).object("mapping", ROLE, grant("a"), Adoption.ROWS);

        assertThat(outcome(scene.pass())).isEqualTo("ForeignEntry");
        assertThat(scene.mapRoles()).isEqualTo(row(ROLE, grant));
    }

    @Test
    void aRowThatDriftedIntoANodesRowIsNotTakenBackWithoutTheWord() {
        Scene scene = new Scene().mapRoles(row(ROLE, node())).claim(Section.ROLES, ROLE, "a", null).object("mapping",
                ROLE, grant("a"));

        assertThat(outcome(scene.pass())).isEqualTo("ForeignEntry");
        assertThat(scene.mapRoles()).isEqualTo(row(ROLE, node()));
    }

    @Test
    void aNodesRowOfOursThatWasAlteredIsRestored() {
        Grant altered = new Grant(node().username(), List.of("system:nodes"));
        Scene scene = new Scene().object("mapping", ROLE, node());
        scene.pass();
        scene.mapRoles(row(ROLE, altered));

        assertThat(scene.pass().changes()).extracting(RowChange::cause).containsExactly(RowChange.Cause.DRIFT);
        assertThat(grants(scene, ROLE)).containsExactly(node());
    }

    @Test
    void adoptionTakesTheRowThatWinsAndLeavesTheOthers() {
        String loser = row(ROLE, grant("x"));
        Scene scene = new Scene().mapRoles(loser + row(ROLE, grant("y")) + OTHERS).object("mapping", ROLE, grant("a"),
                Adoption.ROWS);

        RenderPlan plan = scene.pass();

        assertThat(scene.mapRoles()).startsWith(loser).endsWith(OTHERS);
        assertThat(grants(scene, ROLE)).containsExactly(grant("x"), grant("a"));
        assertThat(notice(plan, Notice.Topic.ADOPTED)).contains("Line 5 of mapRoles", "user-y");
        assertSettled(scene);
    }

    @Test
    void adoptionDoesNotChooseBetweenRowsOfWhichEitherMayBeRead() {
        String users = row(USER, grant("x")) + row(USER.replace("Ann", "ANN"), grant("y"));
        Scene scene = new Scene().mapUsers(users).object("mapping", USER, grant("a"), Adoption.ROWS);

        assertThat(foreignEntry(scene.pass())).startsWith("Line 5 of mapUsers").contains("EKS may read either");
        assertThat(scene.mapUsers()).isEqualTo(users);
    }

    @Test
    void adoptionTakesTheRowBesideOursOverAndOneRowIsLeft() {
        Scene scene = new Scene().object("mapping", USER, grant("a"), Adoption.ROWS);
        scene.pass();
        scene.mapUsers(row(USER.replace("Ann", "ANN"), grant("b")) + scene.mapUsers());

        assertThat(outcome(scene.pass())).isEqualTo("Owned");
        assertThat(grants(scene, USER)).containsExactly(grant("a"));
        assertSettled(scene);
    }

    // ---- several rows for one principal

    @Test
    void aDifferentRowBehindOneThatMeansTheSameIsReadByEks() {
        String rows = row(ROLE, grant("a")) + row(ROLE, grant("b"));
        Scene scene = new Scene().mapRoles(rows).object("mapping", ROLE, grant("a"));

        assertThat(foreignEntry(scene.pass())).startsWith("Line 5 of mapRoles").contains("user-b", "user-a");
        assertThat(scene.mapRoles()).isEqualTo(rows);
    }

    @Test
    void aRowThatMeansTheSameBehindADifferentOneIsEnough() {
        Scene scene = new Scene().mapRoles(row(ROLE, grant("b")) + row(ROLE, grant("a"))).object("mapping", ROLE,
                grant("a"));

        assertThat(outcome(scene.pass())).isEqualTo("AlreadyPresent");
    }

    @Test
    void aForeignDuplicateThatComesLaterAndDiffersIsToldAndOurRowStays() {
        Scene scene = new Scene().mapRoles(OTHERS).object("mapping", ROLE, grant("a"));
        scene.pass();
        String ours = scene.mapRoles();
        scene.mapRoles(ours + row(ROLE, grant("b")));

        assertThat(foreignEntry(scene.pass())).startsWith("Line 10 of mapRoles");
        assertThat(scene.mapRoles()).isEqualTo(ours + row(ROLE, grant("b")));
        assertThat(claims(scene)).isEqualTo("a/");

        scene.delete("mapping");
        assertThat(notice(scene.pass(), Notice.Topic.ACCESS_REMAINS)).contains("a row of mapRoles", "user-b");
        assertThat(scene.mapRoles()).isEqualTo(OTHERS + row(ROLE, grant("b")));
    }

    @Test
    void aRowOfOursWithoutEffectFollowsItsMappingAllTheSame() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a"));
        scene.pass();
        scene.mapRoles(scene.mapRoles() + row(ROLE, grant("x")));
        scene.object("mapping", ROLE, grant("b"));

        assertThat(outcome(scene.pass())).isEqualTo("ForeignEntry");
        assertThat(grants(scene, ROLE)).containsExactly(grant("b"), grant("x"));
        assertSettled(scene);
    }

    @Test
    void aForeignDuplicateThatMeansTheSameIsNoHarmAndOutlivesOurRow() {
        for (String lineBreak : List.of("\n", "\r\n")) {
            String foreign = row(ROLE, grant("a")).replace("\n", lineBreak);
            Scene scene = new Scene().mapRoles(OTHERS.replace("\n", lineBreak)).object("mapping", ROLE, grant("a"));
            scene.pass();
            String ours = scene.mapRoles();

            scene.mapRoles(ours + foreign);
            assertThat(outcome(scene.pass())).isEqualTo("Owned");
            scene.delete("mapping");
            assertThat(scene.pass().notices()).extracting(Notice::topic).containsExactly(Notice.Topic.ACCESS_REMAINS);
            assertThat(scene.mapRoles()).isEqualTo(OTHERS.replace("\n", lineBreak) + foreign);
        }
    }

    @Test
    void amongEqualRowsInFlowStyleOursIsTheOneThatGoes() {
        String before = "[{\"rolearn\": \"x\", \"username\": \"x\"}";
        String foreign = ",\n {rolearn: '" + ROLE + "', username: user-a, groups: [group-a]}]\n";
        Scene scene = new Scene().mapRoles(before + "]\n").object("mapping", ROLE, grant("a"));
        scene.pass();
        scene.mapRoles(scene.mapRoles().replace("]\n", "") + foreign);
        scene.delete("mapping");
        scene.pass();

        assertThat(scene.mapRoles()).isEqualTo(before + foreign);
    }

    @Test
    void amongEqualRowsInAnIndentedListOursIsTheOneThatGoes() {
        String foreign = row(ROLE, grant("a")).indent(3);
        Scene scene = new Scene().mapRoles(OTHERS.indent(3)).object("mapping", ROLE, grant("a"));
        scene.pass();
        scene.mapRoles(scene.mapRoles() + foreign);
        scene.delete("mapping");
        scene.pass();

        assertThat(scene.mapRoles()).isEqualTo(OTHERS.indent(3) + foreign);
    }

    @Test
    void amongRowsInOurOwnWritingOursIsTheOneThatEksReads() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a"));
        scene.pass();
        String copied = scene.mapRoles();
        scene.mapRoles(copied + OTHERS + copied).object("mapping", ROLE, grant("b"));
        assertThat(outcome(scene.pass())).isEqualTo("Owned");
        assertThat(scene.mapRoles()).startsWith(copied + OTHERS);
        scene.delete("mapping").pass();
        assertThat(scene.mapRoles()).isEqualTo(copied + OTHERS);
    }

    @Test
    void aRowThatNamesAPermissionSetTooIsNotTheOneThatWeWrote() {
        String theirs = """
                - rolearn: %s
                  sso: {permissionSetName: View, accountID: '111122223333'}
                  username: user-a
                  groups: [group-a]
                """.formatted(ROLE);
        Scene scene = new Scene().mapRoles(theirs).claim(Section.ROLES, ROLE, "a", null);
        assertThat(scene.copy().pass().removesRows()).isFalse();

        scene.object("mapping", ROLE, grant("a")).pass();
        assertThat(scene.mapRoles()).startsWith(theirs).hasSizeGreaterThan(theirs.length());
        scene.delete("mapping").pass();
        assertThat(scene.mapRoles()).isEqualTo(theirs);
    }

    @Test
    void aUserInMapRolesIsReadBeforeMapUsers() {
        String roles = "- rolearn: " + USER + "\n  username: somebody\n";
        Scene scene = new Scene().mapRoles(roles).object("mapping", USER, grant("a"));

        assertThat(foreignEntry(scene.pass())).contains("Line 1 of mapRoles");
        assertThat(scene.mapUsers()).isNull();

        scene.object("mapping", USER, grant("a"), Adoption.ROWS);
        assertThat(outcome(scene.pass())).isEqualTo("Owned");
        assertThat(scene.mapRoles()).contains("rolearn: \"" + USER + "\"", "\"user-a\"");
        assertThat(scene.mapUsers()).isNull();
        assertSettled(scene);

        scene.delete("mapping").pass();
        assertThat(scene.mapRoles()).isEqualTo("[]\n");
    }

    @Test
    void anAdoptedRowOfAUserInMapRolesIsRestoredThereToo() {
        Scene scene = new Scene().mapRoles("- rolearn: " + USER + "\n  username: altered\n")
                .claim(Section.ROLES, USER, "a", null).object("mapping", USER, grant("a"));

        assertThat(scene.pass().changes()).extracting(RowChange::cause).containsExactly(RowChange.Cause.DRIFT);
        assertThat(scene.mapRoles()).contains("\"user-a\"");
        assertThat(scene.mapUsers()).isNull();
        assertSettled(scene);
    }

    @Test
    void accessRemainsThroughTheRowThatEksReadsNotThroughTheLastOneInTheText() {
        Scene scene = new Scene().object("mapping", USER, grant("a"));
        scene.pass();
        scene.mapRoles("- rolearn: " + USER + "\n  username: first\n");
        scene.mapUsers(row(USER, grant("b")) + scene.mapUsers());
        scene.delete("mapping");

        assertThat(notice(scene.pass(), Notice.Topic.ACCESS_REMAINS)).contains("a row of mapRoles", "first");
    }

    @Test
    void caseVariantsOfAUserMustAllMeanTheSame() {
        String same = row(USER, grant("a"));
        String variant = row(USER.replace("Ann", "ann"), grant("a"));
        assertThat(outcome(new Scene().mapUsers(same + variant).object("mapping", USER, grant("a")).pass()))
                .isEqualTo("AlreadyPresent");

        String other = row(USER.replace("Ann", "ann"), grant("b"));
        assertThat(foreignEntry(new Scene().mapUsers(other + same).object("mapping", USER, grant("a")).pass()))
                .contains("EKS may read either");
    }

    @Test
    void aCaseVariantOfAUserBesideOurRowIsTold() {
        Scene scene = new Scene().object("mapping", USER, grant("a"));
        scene.pass();
        scene.mapUsers(row(USER.replace("Ann", "ann"), grant("b")) + scene.mapUsers());

        assertThat(foreignEntry(scene.pass())).contains("EKS may read either");
    }

    @Test
    void caseVariantsOfARoleAreOneRole() {
        Scene scene = new Scene().mapRoles(row(ROLE.toLowerCase(Locale.ROOT), grant("b"))
                + row(ROLE, grant("a"))).object("mapping", ROLE.replace("Dev", "DEV"), grant("a"));

        assertThat(outcome(scene.pass())).isEqualTo("AlreadyPresent");
    }

    @Test
    void aRowWhoseNameFoldsIntoThePrincipalButIsKeptApartMayBeReadAsWell() {
        String arn = "arn:aws:iam::111122223333:role/Ops";
        String folded = row(arn.replace("Ops", "Op\u017F"), grant("b"));
        Scene scene = new Scene().mapRoles(folded).object("mapping", arn, grant("a"));

        assertThat(outcome(scene.pass())).isEqualTo("ForeignEntry");
        assertThat(scene.mapRoles()).isEqualTo(folded);
    }

    @Test
    void aRowThatTakesOurPlaceWithoutMatchingAnybodyIsTold() {
        String arn = "arn:aws:iam::111122223333:role/Dei";
        Scene scene = new Scene().object("mapping", arn, grant("a"));
        scene.pass();
        // Lower case of the letter is i, so the authenticator keeps this row in place of ours; yet it equals no ARN.
        scene.mapRoles(scene.mapRoles() + row(arn.replace("Dei", "De\u0130"), grant("b")));

        assertThat(outcome(scene.pass())).isEqualTo("ForeignEntry");
    }

    @Test
    void driftThatCannotBeRepairedBecauseOfSuchARowIsNotCalledOwned() {
        String arn = "arn:aws:iam::111122223333:role/Dei";
        String rows = row(arn, grant("c")) + row(arn.replace("Dei", "De\u0130"), grant("b"));
        Scene scene = new Scene().mapRoles(rows).claim(Section.ROLES, arn, "a", null).object("mapping", arn,
                grant("a"));

        assertThat(scene.pass().outcomes().get(PrincipalKey.of(arn)))
                .isInstanceOfSatisfying(Outcome.NotEditable.class,
                        outcome -> assertThat(outcome.message()).contains("still not read the grant"));
        assertThat(scene.mapRoles()).isEqualTo(rows);
    }

    @Test
    void aPermissionSetRowThatMayMatchDecidesNothingForCertain() {
        String arn = "arn:aws:iam::111122223333:role/AWSReservedSSO_View_0123456789abcdef";
        String sso = """
                - sso: {permissionSetName: View, accountID: '111122223333'}
                  username: user-b
                  groups: [group-b]
                """;
        Scene differs = new Scene().mapRoles(sso).object("mapping", arn, grant("a"));
        assertThat(foreignEntry(differs.pass())).contains("EKS may read either");
        assertThat(differs.mapRoles()).isEqualTo(sso);

        Scene same = new Scene().mapRoles(sso).object("mapping", arn, grant("b"));
        assertThat(outcome(same.pass())).isEqualTo("Owned");
        assertThat(same.mapRoles()).startsWith(sso).contains("\"" + arn + "\"");
        assertSettled(same);
    }

    @Test
    void aRowOfAPermissionSetIsNeverTakenOver() {
        String arn = "arn:aws:iam::111122223333:role/AWSReservedSSO_View_0123456789abcdef";
        String sso = """
                - sso: {permissionSetName: View, accountID: '111122223333'}
                  username: user-%s
                  groups: [group-%<s]
                """;
        Scene differs = new Scene().mapRoles(sso.formatted("b")).object("mapping", arn, grant("a"), Adoption.ROWS);
        assertThat(outcome(differs.pass())).isEqualTo("ForeignEntry");
        assertThat(differs.mapRoles()).isEqualTo(sso.formatted("b"));

        String both = row(arn, grant("a")) + sso.formatted("a");
        Scene same = new Scene().mapRoles(both).object("mapping", arn, grant("a"), Adoption.ROWS);
        assertThat(outcome(same.pass())).isEqualTo("AlreadyPresent");
        assertThat(same.mapRoles()).isEqualTo(both);
        assertThat(claims(same)).isEmpty();
    }

    @Test
    void whatAPermissionSetRowSaysIsNoDriftOfOurs() {
        String arn = "arn:aws:iam::111122223333:role/AWSReservedSSO_View_0123456789abcdef";
        String sso = "sso: {permissionSetName: View, accountID: '111122223333'}\n";
        String beside = row(arn, grant("c")) + "- " + sso + "  username: user-c\n";
        String within = row(arn, grant("c")) + "  " + sso;
        for (String text : List.of(beside, within)) {
            Scene scene = new Scene().mapRoles(text).claim(Section.ROLES, arn, "a", null).object("mapping", arn,
                    grant("a"));
            assertThat(outcome(scene.pass())).as(text).isEqualTo("ForeignEntry");
            assertThat(scene.mapRoles()).isEqualTo(text);
        }
    }

    @Test
    void whichOfSeveralRowsDriftedNobodyKnowsSoNoneIsRestored() {
        String rows = row(ROLE, grant("b")) + row(ROLE, grant("c"));
        Scene scene = new Scene().mapRoles(rows).claim(Section.ROLES, ROLE, "a", null).object("mapping", ROLE,
                grant("a"));

        assertThat(outcome(scene.pass())).isEqualTo("ForeignEntry");
        assertThat(scene.mapRoles()).isEqualTo(rows);
        assertThat(claims(scene)).isEmpty();
    }

    @Test
    void rowsThatTheAuthenticatorDropsAreNotInTheWay() {
        String dropped = "- username: nobody\n- null\n- text\n- 5\n";
        Scene scene = new Scene().mapRoles(dropped).object("mapping", ROLE, grant("a"));

        assertThat(outcome(scene.pass())).isEqualTo("Owned");
        assertThat(scene.mapRoles()).startsWith(dropped);
    }

    @Test
    void twoRowsOfOursForOnePrincipalBecomeOne() {
        String roles = "- rolearn: " + USER + "\n  username: user-a\n  groups: [group-a]\n";
        for (String wanted : List.of("a", "b", "c")) {
            Scene scene = new Scene().mapRoles(roles).mapUsers(row(USER, grant("b")))
                    .claim(Section.ROLES, USER, "a", null).claim(Section.USERS, USER, "b", null)
                    .object("mapping", USER, grant(wanted));

            RenderPlan plan = scene.pass();

            assertThat(outcome(plan)).isEqualTo("Owned");
            assertThat(scene.mapRoles()).isEqualTo("[]\n");
            assertThat(grants(scene, USER)).containsExactly(grant(wanted));
            assertThat(scene.ledger().claims()).hasSize(1);
            assertSettled(scene);
        }
    }

    // ---- shared grants

    @Test
    void theRowGoesOverToTheObjectThatWantsTheSame() {
        Scene scene = new Scene().object("old", ROLE, grant("a"));
        scene.pass();
        String text = scene.mapRoles();
        scene.delete("old").object("new", ROLE, grant("a"));

        RenderPlan plan = scene.pass();

        assertThat(plan.changes()).isEmpty();
        assertThat(scene.mapRoles()).isEqualTo(text);
        assertThat(scene.ledger().claims().values()).extracting(Claim::uid).containsExactly("uid-new");
        scene.delete("new").pass();
        assertThat(scene.mapRoles()).isNull();
    }

    // ---- removals

    @Test
    void anObjectThatIsThereButInactiveLosesItsRow() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a"));
        scene.pass();

        RenderPlan plan = scene.inactive("mapping").pass();

        assertThat(plan.removesRows()).isTrue();
        assertThat(plan.outcomes()).isEmpty();
        assertThat(scene.mapRoles()).isNull();
        assertThat(scene.ledger().claims()).isEmpty();
    }

    @Test
    void anObjectThatIsThereButInactiveLosesItsRowWhateverElseHappened() {
        Scene node = new Scene().object("mapping", ROLE, node());
        node.pass();
        assertThat(node.inactive("mapping").pass().removesRows()).as("a node's row, never seen before").isTrue();

        Scene recreated = new Scene().object("mapping", ROLE, grant("a"));
        recreated.pass();
        assertThat(recreated.inactive("mapping").awsAuthUid("aws-auth-2").pass().removesRows()).isTrue();

        Scene redefined = new Scene().object("mapping", ROLE, grant("a"));
        redefined.pass();
        assertThat(redefined.inactive("mapping").definition("definition-2").pass().removesRows()).isTrue();
    }

    @Test
    void aRowThatWasWrittenIntoAnAwsAuthOfUnknownUidGoesWithItsObject() {
        Scene scene = new Scene().ledger(new Ledger(1, null, Map.of(), Map.of())).object("mapping", ROLE, grant("a"))
                .dieBehindRows();
        scene.delete("mapping").pass();
        assertThat(scene.mapRoles()).isNull();
    }

    @Test
    void theRowOfAnObjectThatBecameInvalidStaysAndStaysOurs() {
        Scene scene = new Scene().mapRoles(OTHERS).object("mapping", ROLE, grant("a"));
        scene.pass();
        String text = scene.mapRoles();

        scene.invalid("mapping").pass();
        assertThat(scene.mapRoles()).isEqualTo(text);
        assertThat(claims(scene)).isEqualTo("a/");

        scene.mapRoles(OTHERS + row(ROLE, grant("x"))).pass();
        assertThat(claims(scene)).isEqualTo("a/");
        assertThat(scene.valid("mapping").pass().changes()).extracting(RowChange::cause)
                .containsExactly(RowChange.Cause.DRIFT);
        assertThat(scene.mapRoles()).isEqualTo(text);
    }

    @Test
    void anObjectThatVanishedWithItsDefinitionKeepsItsRow() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a"));
        scene.pass();
        String text = scene.mapRoles();
        scene.delete("mapping").definition("definition-2");

        assertThat(scene.pass().held().rows()).extracting(HeldRemovals.Held::why)
                .containsExactly(Claim.Hold.DEFINITION);
        assertThat(scene.mapRoles()).isEqualTo(text);
        assertThat(claims(scene)).isEqualTo("a/");

        scene.object("again", ROLE, grant("a")).pass();
        scene.delete("again").pass();
        assertThat(scene.mapRoles()).isNull();
    }

    @Test
    void aNodesRowIsNotRemovedOnTheLedgersWordAlone() {
        Scene scene = new Scene().object("mapping", ROLE, node());
        scene.pass();
        String text = scene.mapRoles();
        scene.delete("mapping");

        Scene unseen = scene.copy();
        assertThat(notice(unseen.pass(), Notice.Topic.CLAIM_RELEASED)).contains("lets nodes in");
        assertThat(unseen.mapRoles()).isEqualTo(text);
        assertThat(unseen.ledger().claims()).isEmpty();

        assertThat(scene.witnessed("mapping").pass().removesRows()).isTrue();
        assertThat(scene.mapRoles()).isNull();
    }

    @Test
    void claimsOfDeletedObjectsLapseWhenAwsAuthWasRecreated() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a")).object("other", USER, grant("b"));
        scene.pass();
        AwsAuthData text = scene.awsAuth();
        scene.delete("mapping").awsAuthUid("aws-auth-2");

        RenderPlan plan = scene.pass();

        assertThat(notice(plan, Notice.Topic.CLAIM_RELEASED)).contains("recreated");
        assertThat(scene.awsAuth()).isEqualTo(text);
        assertThat(scene.ledger().claims()).hasSize(1);
        assertThat(scene.ledger().awsAuthUid()).isEqualTo("aws-auth-2");

        scene.delete("other").pass();
        assertThat(scene.mapUsers()).isNull();
    }

    @Test
    void aClaimOutlivesASectionThatCannotBeRead() {
        Scene scene = new Scene().mapUsers("[]").object("mapping", ROLE, grant("a"));
        scene.pass();
        String text = scene.mapRoles();
        scene.mapRoles("- {{broken\n");

        assertThat(outcome(scene.pass())).isEqualTo("Malformed");
        scene.delete("mapping").object("user", USER, grant("b"));
        RenderPlan plan = scene.pass();
        assertThat(notice(plan, Notice.Topic.REMOVAL_HELD)).contains("mapRoles line 2");
        assertThat(plan.outcomes().get(PrincipalKey.of(USER))).isInstanceOf(Outcome.Owned.class);
        assertThat(scene.mapRoles()).isEqualTo("- {{broken\n");
        assertThat(scene.mapUsers()).contains(USER);

        scene.mapRoles(text).pass();
        assertThat(scene.mapRoles()).isNull();
    }

    @Test
    void claimsInASectionThatCannotBeReadLapseOnlyOnceItCan() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a")).object("user", USER, grant("b"));
        scene.pass();
        String text = scene.mapRoles();
        scene.delete("mapping").awsAuthUid("aws-auth-2").mapRoles("- [").pass();
        scene.pass();

        assertThat(notice(scene.mapRoles(text).pass(), Notice.Topic.CLAIM_RELEASED)).contains("recreated");
        assertThat(scene.mapRoles()).isEqualTo(text);
    }

    @Test
    void aUserThatAnUnreadableMapRolesMayDecideAboutIsNotCalledOwned() {
        String roles = "- rolearn: !!int 1\n- rolearn: " + USER.replace("Ann", "ANN") + "\n  username: other\n";
        Scene scene = new Scene().mapRoles(roles).object("mapping", USER, grant("a"));

        assertThat(outcome(scene.pass())).isEqualTo("Malformed");
        assertThat(scene.mapUsers()).isNull();
    }

    @Test
    void aRoleIsDecidedByMapRolesWhateverAnUnreadableMapUsersSays() {
        String users = "- userarn: [" + ROLE + "\n";
        Scene scene = new Scene().mapUsers(users).object("mapping", ROLE, grant("a"));

        assertThat(outcome(scene.pass())).isEqualTo("Owned");
        assertThat(scene.mapRoles()).contains(ROLE);
    }

    @Test
    void aClaimInASectionThatCannotBeReadIsKeptWhenTheRowComesElsewhere() {
        String users = "- userarn: " + ROLE + "\n  username: user-a\n  groups: [group-a]\n";
        Scene adds = new Scene().mapUsers("- [").claim(Section.USERS, ROLE, "a", null).object("mapping", ROLE,
                grant("a"));
        Scene keeps = new Scene().mapRoles(row(ROLE, grant("a"))).mapUsers("- [").claim(Section.ROLES, ROLE, "a", null)
                .claim(Section.USERS, ROLE, "a", null).object("mapping", ROLE, grant("a"));
        for (Scene scene : List.of(adds, keeps)) {
            assertThat(outcome(scene.pass())).isEqualTo("Owned");
            assertThat(claims(scene)).isEqualTo("a/ a/");
            scene.mapUsers(users).delete("mapping").pass();
            assertThat(scene.mapUsers()).isEqualTo("[]\n");
        }
    }

    @Test
    void aRemovalThatCannotBeMadeIsTold() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a"));
        scene.pass();
        String text = "- &ours {rolearn: '" + ROLE
                + "', username: user-a, groups: [group-a]}\n- <<: *ours\n  rolearn: theirs\n";
        scene.mapRoles(text).delete("mapping");

        RenderPlan plan = scene.pass();

        assertThat(notice(plan, Notice.Topic.REMOVAL_HELD)).contains("could not read the section any more", "anchor");
        assertThat(scene.mapRoles()).isEqualTo(text);
        assertThat(claims(scene)).isEqualTo("a/");
        scene.withheld(ROLE).mapRoles(row(ROLE, grant("a")));
        assertThat(notice(scene.pass(), Notice.Topic.REMOVAL_HELD)).contains("refused");
        assertThat(scene.mapRoles()).isEqualTo(row(ROLE, grant("a")));
    }

    @Test
    void aSectionToWhichNoRowCanBeAddedRefusesAllOfThemAtOnceAndRemovalsGoOn() {
        // The last one in the order of principals, where a search among all of them would not come.
        Scene scene = new Scene().object("mapping", ROLE + "9999", grant("a"));
        scene.pass();
        scene.mapRoles(scene.mapRoles() + "- rolearn: x\n  username: |\n    open").delete("mapping");
        for (int i = 0; i < 3000; i++) {
            scene.object("m" + i, ROLE + i, grant("a"));
        }

        RenderPlan plan = scene.pass();

        assertThat(plan.outcomes().values()).hasSize(3000)
                .allMatch(each -> each instanceof Outcome.NotEditable(String why) && why.contains("line break"));
        assertThat(scene.mapRoles()).isEqualTo("- rolearn: x\n  username: |\n    open");
        assertThat(scene.ledger().claims()).isEmpty();
    }

    // ---- a ledger that was lost

    @Test
    void aLostLedgerIsRebuiltFromObjectsWhoseStatusSaysThatTheRowIsTheirs() {
        Scene scene = new Scene().mapRoles(OTHERS).object("mapping", ROLE, grant("a"));
        scene.pass();
        String text = scene.mapRoles();
        scene.ledger(Ledger.EMPTY);

        Scene believed = scene.copy().recoverable(ROLE);
        assertThat(outcome(believed.pass())).isEqualTo("Owned");
        assertThat(believed.mapRoles()).isEqualTo(text);
        assertThat(claims(believed)).isEqualTo("a/");

        assertThat(outcome(scene.pass())).isEqualTo("AlreadyPresent");
        assertThat(claims(scene)).isEmpty();
    }

    @Test
    void aRowWhoseMeaningChangedIsNotRecovered() {
        Scene scene = new Scene().mapRoles(row(ROLE, grant("b"))).ledger(Ledger.EMPTY)
                .object("mapping", ROLE, grant("a")).recoverable(ROLE);

        assertThat(outcome(scene.pass())).isEqualTo("ForeignEntry");
        assertThat(claims(scene)).isEmpty();
    }

    // ---- crashes

    @Test
    void everyCrashPointLeadsToTheSameText() {
        List<Scene> starts = List.of(
                new Scene().mapRoles(OTHERS),
                new Scene().mapRoles("[]"),
                new Scene().mapRoles(OTHERS + row(ROLE, grant("x"))).object("mapping", ROLE, grant("a"),
                        Adoption.ROWS));
        for (Scene start : starts) {
            for (String first : List.of("-", "a", "b")) {
                for (String second : List.of("-", "a", "b")) {
                    Scene straight = start.copy();
                    want(straight, "a");
                    straight.pass();
                    want(straight, first);
                    Scene behindClaims = straight.copy().dieBehindClaims();
                    Scene behindRows = straight.copy().dieBehindRows();
                    straight.pass();
                    for (Scene each : List.of(straight, behindClaims, behindRows)) {
                        want(each, second);
                    }
                    Scene twice = behindClaims.copy().dieBehindClaims();
                    Scene mixed = behindRows.copy().dieBehindClaims();
                    straight.pass();
                    for (Scene each : List.of(behindClaims, behindRows, twice, mixed)) {
                        each.pass();
                        assertThat(each.awsAuth()).isEqualTo(straight.awsAuth());
                        assertThat(each.ledger().claims()).isEqualTo(straight.ledger().claims());
                        assertThat(each.ledger().emptyForms()).isEqualTo(straight.ledger().emptyForms());
                        assertSettled(each);
                    }
                }
            }
        }
    }

    @Test
    void aRowIsStillOursWhenTheControllerDiesBeforeEachOfTwoChanges() {
        Scene scene = new Scene().mapRoles(OTHERS).object("mapping", ROLE, grant("a"));
        scene.pass();
        scene.object("mapping", ROLE, grant("b")).dieBehindRows();
        scene.object("mapping", ROLE, grant("c")).dieBehindClaims();
        scene.delete("mapping").pass();

        assertThat(scene.mapRoles()).isEqualTo(OTHERS);
    }

    @Test
    void aDuplicateOfOthersStaysWhenTheControllerDiesAfterItRemovedItsOwnRow() {
        String theirs = row(ROLE, grant("a"));
        for (boolean wantedAgain : List.of(false, true)) {
            Scene scene = new Scene().mapRoles(OTHERS).object("mapping", ROLE, grant("a"));
            scene.pass();
            scene.mapRoles(scene.mapRoles() + theirs);
            scene.delete("mapping").dieBehindClaims().dieBehindRows();
            assertThat(scene.mapRoles()).isEqualTo(OTHERS + theirs);

            if (wantedAgain) {
                scene.object("mapping", ROLE, grant("a")).pass();
                scene.delete("mapping");
            }
            scene.pass();
            assertThat(scene.mapRoles()).isEqualTo(OTHERS + theirs);
            assertThat(scene.ledger().claims()).isEmpty();
        }
    }

    @Test
    void aRowThatWasToBeTakenOverStaysTheirsWhenTheControllerDiesBefore() {
        String theirs = row(ROLE, grant("b"));
        Scene scene = new Scene().mapRoles(theirs).object("mapping", ROLE, grant("a"), Adoption.ROWS).dieBehindClaims();
        scene.delete("mapping").pass();

        assertThat(scene.mapRoles()).isEqualTo(theirs);
    }

    @Test
    void driftIsStillDriftWhenTheControllerDiesBeforeItIsRepaired() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a"));
        scene.pass();
        scene.mapRoles(row(ROLE, grant("c"))).dieBehindClaims();

        assertThat(scene.pass().changes()).extracting(RowChange::cause).containsExactly(RowChange.Cause.DRIFT);
        assertThat(grants(scene, ROLE)).containsExactly(grant("a"));
    }

    @Test
    void aDuplicateOfOthersIsNotTakenForTheRowThatWasNeverWritten() {
        String others = row(ROLE, grant("a"));
        Scene scene = new Scene().mapRoles(others + row(ROLE, grant("b"))).object("mapping", ROLE, grant("a"),
                Adoption.ROWS);
        scene.dieBehindClaims().pass();

        assertThat(scene.mapRoles()).startsWith(others);
        assertThat(grants(scene, ROLE)).containsExactly(grant("a"), grant("a"));
        scene.delete("mapping").pass();
        assertThat(scene.mapRoles()).isEqualTo(others);
    }

    @Test
    void aRowThatOthersEncodedAnewBeforeItWasConfirmedIsOurs() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a")).dieBehindRows();
        scene.mapRoles(row(ROLE, grant("a"))).delete("mapping").pass();

        assertThat(scene.mapRoles()).isNull();
    }

    @Test
    void aWithheldChangeIsLeftOutAndTheRestIsWritten() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a")).object("user", USER, grant("b")).withheld(ROLE);

        RenderPlan plan = scene.pass();

        assertThat(outcome(plan)).isEqualTo("Withheld");
        assertThat(plan.ahead().claims()).hasSize(1);
        assertThat(scene.mapRoles()).isNull();
        assertThat(scene.mapUsers()).contains(USER);
        assertThat(outcome(scene.nothingWithheld().pass())).isEqualTo("Owned");
        assertThat(outcome(scene.withheld(ROLE).pass())).as("nothing is to be changed").isEqualTo("Owned");
    }

    @Test
    void whoHasNoRoomInTheLedgerIsLeftOutWithRowAndClaimAndTheRestIsWritten() {
        String others = row(ROLE, grant("a"));
        Scene scene = new Scene().mapRoles(others).object("adopts", ROLE, grant("a"), Adoption.ROWS)
                .object("user", USER, grant("b")).object("next", USER + "2", grant("c")).roomless(ROLE).roomless(USER);

        RenderPlan plan = scene.pass();

        assertThat(plan.outcomes()).containsEntry(PrincipalKey.of(ROLE), new Outcome.Roomless())
                .containsEntry(PrincipalKey.of(USER), new Outcome.Roomless())
                .containsEntry(PrincipalKey.of(USER + "2"), new Outcome.Owned());
        assertThat(plan.ahead().claims()).hasSize(1);
        assertThat(plan.confirmed().claims()).hasSize(1);
        assertThat(scene.mapRoles()).isEqualTo(others);
        assertThat(grants(scene, USER)).isEmpty();
    }

    @Test
    void whoHasNoRoomForAnotherClaimKeepsTheRowThatIsThere() {
        Scene scene = new Scene().object("mapping", ROLE, grant("a"));
        scene.pass();
        scene.roomless(ROLE);
        assertThat(outcome(scene.pass())).as("this one needs no other claim").isEqualTo("Owned");

        assertThat(outcome(scene.object("mapping", ROLE, grant("b")).pass())).isEqualTo("Roomless");
        assertThat(grants(scene, ROLE)).containsExactly(grant("a"));
        assertThat(claims(scene)).isEqualTo("a/");
    }

    private static void want(Scene scene, String letter) {
        if (letter.equals("-")) {
            scene.delete("mapping");
        } else {
            scene.object("mapping", ROLE, grant(letter), Adoption.ROWS);
        }
    }

    // ---- what is there afterwards

    private static void assertSettled(Scene scene) {
        AwsAuthData text = scene.awsAuth();
        Ledger ledger = scene.ledger();
        RenderPlan again = scene.plan();
        assertThat(again.next()).isEqualTo(text);
        assertThat(again.ahead()).isEqualTo(ledger);
        assertThat(again.confirmed()).isEqualTo(ledger);
        assertThat(again.changes()).isEmpty();
        assertThat(again.notices()).isEmpty();
    }

    private static List<Grant> grants(Scene scene, String arn) {
        AwsAuthReading reading = AwsAuthReading.read(scene.awsAuth());
        return Stream.of(Section.values())
                .flatMap(section -> reading.rows(section, PrincipalKey.of(arn)).stream()).map(Row::grant).toList();
    }

    private static String claims(Scene scene) {
        Map<String, String> letters = Map.of(Meaning.of(grant("a")), "a", Meaning.of(grant("b")), "b",
                Meaning.of(grant("c")), "c");
        return scene.ledger().claims().values().stream()
                .map(claim -> letters.getOrDefault(String.valueOf(claim.applied()), "") + "/"
                        + letters.getOrDefault(String.valueOf(claim.pending()), ""))
                .collect(Collectors.joining(" "));
    }

    private static String outcome(RenderPlan plan) {
        Outcome outcome = plan.outcomes().get(PrincipalKey.of(ROLE));
        outcome = outcome == null ? plan.outcomes().values().stream().findFirst().orElse(null) : outcome;
        return outcome == null ? "-" : outcome.getClass().getSimpleName();
    }

    private static String foreignEntry(RenderPlan plan) {
        assertThat(plan.outcomes().values()).singleElement().isInstanceOf(Outcome.ForeignEntry.class);
        return ((Outcome.ForeignEntry) plan.outcomes().values().iterator().next()).message();
    }

    private static String notice(RenderPlan plan, Notice.Topic topic) {
        return plan.notices().stream().filter(notice -> notice.topic() == topic).map(Notice::message)
                .collect(Collectors.joining("\n"));
    }
}
