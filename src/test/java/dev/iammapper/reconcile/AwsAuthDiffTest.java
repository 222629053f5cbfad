package dev.iammapper.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.RenderPlan.RowChange;
import dev.iammapper.render.Section;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class AwsAuthDiffTest {
    private static final Grant OLD = new Grant("old", List.of("a"));
    private static final Grant NEW = new Grant("new", List.of("a", "b"));

    @Test
    void everyKindOfChangeIsShownOnOneLine() {
        List<RowChange> changes = List.of(
                change(RowChange.Kind.ADDED, null, NEW, RowChange.Cause.SPEC),
                change(RowChange.Kind.REPLACED, OLD, NEW, RowChange.Cause.DRIFT),
                change(RowChange.Kind.REMOVED, OLD, null, RowChange.Cause.SPEC));
        assertThat(AwsAuthDiff.counts(changes)).isEqualTo("1 added, 1 replaced, 1 removed");
        assertThat(AwsAuthDiff.rows(changes)).isEqualTo("+ mapRoles arn new [a, b] (dev);"
                + " ~ mapRoles arn old [a] => new [a, b] (dev, restored); - mapRoles arn old [a] (dev)");
    }

    @Test
    void whatOthersWroteCannotBreakTheLine() {
        RowChange change = change(RowChange.Kind.REPLACED, new Grant("a\nFAKE LINE", List.of("\u001b[2J")), NEW,
                RowChange.Cause.ADOPTION);
        assertThat(AwsAuthDiff.rows(List.of(change))).doesNotContainPattern("\\p{Cntrl}").contains("a?FAKE LINE");
    }

    @Test
    void ofManyChangesTheFirstAreShown() {
        RowChange one = change(RowChange.Kind.ADDED, null, NEW, RowChange.Cause.SPEC);
        assertThat(AwsAuthDiff.rows(Collections.nCopies(1000, one))).endsWith("; and 975 more").hasSizeLessThan(2000);
    }

    private static RowChange change(RowChange.Kind kind, Grant before, Grant after, RowChange.Cause cause) {
        return new RowChange(kind, Section.ROLES, new PrincipalKey("arn"), "dev", before, after, cause);
    }
}
