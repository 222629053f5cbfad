package dev.iammapper.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.mapping.IdentityMapping;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texts as they are found in clusters, and exactly what becomes of them. With {@code -Dgolden.update=true} the expected
 * files are written instead of compared; the diff is to be read before it is committed.
 */
class GoldenTest {
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    static List<GoldenCase> cases() {
        return GoldenCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyByteIsAsExpected(GoldenCase golden) {
        Scene scene = golden.scene();

        RenderPlan plan = scene.pass();

        compare(golden, "expected-mapRoles.txt", scene.mapRoles());
        compare(golden, "expected-mapUsers.txt", scene.mapUsers());
        compare(golden, "expected.txt", report(plan));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aSecondPassChangesNothing(GoldenCase golden) {
        Scene scene = golden.scene();
        scene.pass();
        AwsAuthData text = scene.awsAuth();
        Ledger ledger = scene.ledger();

        RenderPlan again = scene.pass();

        assertThat(again.changes()).isEmpty();
        assertThat(scene.awsAuth()).isEqualTo(text);
        assertThat(scene.ledger()).isEqualTo(ledger);
    }

    /** A section that cannot come back as it was has a {@code restored-…} file. */
    @ParameterizedTest
    @MethodSource("cases")
    void whenAllObjectsGoTheTextIsWhatItWas(GoldenCase golden) {
        Scene scene = golden.scene();
        scene.pass();
        golden.mappings().stream().map(IdentityMapping::name).forEach(scene::delete);

        scene.pass();

        assertThat(scene.ledger().claims()).isEmpty();
        for (Section section : Section.values()) {
            String before = golden.current().section(section);
            String after = scene.awsAuth().section(section);
            String exception = "restored-" + section.dataKey() + ".txt";
            if (UPDATE) {
                golden.write(exception, String.valueOf(before).equals(String.valueOf(after)) ? null : after);
                continue;
            }
            String restored = golden.read(exception);
            assertThat(after).as(section.dataKey()).isEqualTo(restored == null ? before : restored);
        }
    }

    private static void compare(GoldenCase golden, String file, @Nullable String actual) {
        if (UPDATE) {
            golden.write(file, actual);
            return;
        }
        assertThat(actual).as(golden + "/" + file).isEqualTo(golden.read(file));
    }

    private static String report(RenderPlan plan) {
        StringBuilder report = new StringBuilder();
        plan.changes().forEach(change -> report.append("change   ").append(change.kind()).append(' ')
                .append(change.section().dataKey()).append(' ').append(change.mapping()).append(" (")
                .append(change.cause()).append(")\n"));
        new TreeMap<>(plan.outcomes()).forEach((principal, outcome) -> report.append("outcome  ").append(principal)
                .append(": ").append(outcome).append('\n'));
        plan.notices().forEach(notice -> report.append("notice   ").append(notice.topic()).append(' ')
                .append(notice.mapping()).append(": ").append(notice.message()).append('\n'));
        plan.problems().forEach(problem -> report.append(problem.sectionLost() ? "lost     " : "problem  ")
                .append(problem.sentence()).append('\n'));
        return report.append("rows     ").append(plan.owned()).append(" ours, ").append(plan.foreign())
                .append(" of others\n").toString();
    }
}
