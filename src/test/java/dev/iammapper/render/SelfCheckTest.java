package dev.iammapper.render;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iammapper.mapping.Adoption;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.RenderPlan.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every way in which an edit could go wrong, whether or not the editor of today does that. */
class SelfCheckTest {
    private static final String TWO = """
            - {rolearn: first, username: one, groups: [g]}
            - {rolearn: second, username: two}
            """;

    private final SectionReading before = read(TWO);

    @Test
    void anEditThatReadsAsMeantPasses() {
        assertThatCode(() -> check(List.of(), TWO)).doesNotThrowAnyException();
        assertThatCode(
                () -> check(List.of(new RowEdit.Add(row("new", "nu"))), TWO + "- {rolearn: new, username: nu}\n"))
                .doesNotThrowAnyException();
        assertThatCode(() -> check(List.of(new RowEdit.Remove(before.rows().getFirst())),
                "- {rolearn: second, username: two}\n")).doesNotThrowAnyException();
        assertThatCode(() -> check(List.of(new RowEdit.Replace(before.rows().getLast(), row("second", "nu"))),
                TWO.replace("two", "nu"))).doesNotThrowAnyException();
    }

    @Test
    void aSectionThatCannotBeReadAnyMoreIsRefused() {
        refuses(List.of(), TWO + "- [", "could not read the section any more");
    }

    @Test
    void aRowThatNobodyWroteIsRefused() {
        refuses(List.of(), TWO + "- {rolearn: new, username: nu}\n", "a row that nobody wrote");
        refuses(List.of(new RowEdit.Remove(before.rows().getLast())), TWO, "a row that nobody wrote");
    }

    @Test
    void aRowThatIsNotReadAnyMoreIsRefused() {
        refuses(List.of(), "- {rolearn: first, username: one, groups: [g]}\n", "no longer read all rows");
        refuses(List.of(), "[]", "no longer read all rows");
        refuses(List.of(new RowEdit.Add(row("second", "two"))), TWO, "no longer read all rows");
        refuses(List.of(new RowEdit.Replace(before.rows().getLast(), row("first", "one", "g"))),
                "- {rolearn: first, username: one, groups: [g]}\n", "no longer read all rows");
    }

    @Test
    void aRowOfOthersWhoseTextIsAlteredIsRefusedAlsoWhenItMeansTheSame() {
        refuses(List.of(), TWO.replace("username: one", "username: 'one'"), "alter the row at line 1");
    }

    @Test
    void rowsOfOthersInAnotherOrderAreRefused() {
        List<String> lines = TWO.lines().toList();
        refuses(List.of(), lines.getLast() + "\n" + lines.getFirst() + "\n", "alter the row at line 1");
    }

    @Test
    void aRowOfOthersThatReadsOtherwiseAlthoughItsTextIsTheSameIsRefused() {
        for (String other : List.of("{rolearn: *a, username: u}", "{rolearn: r, username: *a}",
                "{rolearn: r, username: u, groups: [*a]}",
                "{sso: {permissionSetName: *a, accountID: '111122223333'}, username: u}")) {
            SectionReading with = read("- {rolearn: &a one, username: x}\n- " + other + "\n");
            SectionReading next = read("- {rolearn: &a two, username: x}\n- " + other + "\n");
            List<RowEdit> edits = List.of(new RowEdit.Replace(with.rows().getFirst(), row("two", "x")));
            assertThatThrownBy(() -> SelfCheck.rows(with, edits, next)).as(other).isInstanceOf(NotEditable.class)
                    .hasMessageContaining("alter the row at line 2");
        }
    }

    @Test
    void aRowOfOursThatReadsOtherwiseThanItIsMeantIsRefused() {
        RowText meant = row("new", "nu", "g");
        for (String wrong : List.of("{rolearn: other, username: nu, groups: [g]}",
                "{rolearn: new, username: other, groups: [g]}", "{rolearn: new, username: nu, groups: [other]}",
                "{rolearn: new, username: nu}", "{rolearn: New, username: nu, groups: [g]}",
                "{rolearn: new, username: nu, groups: [g], sso: {permissionSetName: s, accountID: '111122223333'}}")) {
            refuses(List.of(new RowEdit.Add(meant)), TWO + "- " + wrong + "\n", "line 3 otherwise than it is meant");
            refuses(List.of(new RowEdit.Replace(before.rows().getLast(), meant)),
                    TWO.lines().toList().getFirst() + "\n- " + wrong + "\n", "line 2 otherwise than it is meant");
        }
    }

    @Test
    void whoIsCalledOwnedMustBecomeWhatTheMappingSays() {
        IdentityMapping mapping = Scene.mapping("mapping", Scene.ROLE, Scene.grant("a"), Adoption.NONE);
        PrincipalKey principal = mapping.principal().key();
        Map<PrincipalKey, IdentityMapping> wanted = Map.of(principal, mapping);
        List<RowEdit> edits = List.of(new RowEdit.Add(row(Scene.ROLE, "user-a", "group-a")));
        PrincipalStep step = new PrincipalStep(principal, edits, Map.of(), Map.of(), List.of(), List.of(),
                new Outcome.Owned(), 0);
        String ours = Scene.row(Scene.ROLE, Scene.grant("a"));
        String others = Scene.row(Scene.ROLE, Scene.grant("b"));

        assertThatCode(() -> SelfCheck.owned(List.of(step), wanted, reading(others + ours))).doesNotThrowAnyException();
        for (String wrong : List.of(ours + others, "[]", "- [")) {
            assertThatThrownBy(() -> SelfCheck.owned(List.of(step), wanted, reading(wrong))).as(wrong)
                    .isInstanceOf(NotEditable.class).hasMessageContaining("still not read the grant");
        }
    }

    private static AwsAuthReading reading(String mapRoles) {
        return AwsAuthReading.read(new AwsAuthData(mapRoles, null, null));
    }

    private void refuses(List<RowEdit> edits, String text, String words) {
        assertThatThrownBy(() -> check(edits, text)).as(text).isInstanceOf(NotEditable.class)
                .hasMessageContaining(words);
    }

    private void check(List<RowEdit> edits, String text) {
        SelfCheck.rows(before, edits, read(text));
    }

    private static SectionReading read(String text) {
        return SectionReading.read(Section.ROLES, text);
    }

    private static RowText row(String arn, String username, String... groups) {
        return new RowText(Section.ROLES, arn, new Grant(username, List.of(groups)));
    }
}
