package dev.iammapper.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.RenderPlan.Outcome;
import dev.iammapper.render.RenderPlan.RowChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What holds for every text of aws-auth and every sequence of changes, tried on random ones. The seed of a failure
 * stands in its message. Longer runs: {@code -Dproperties.samples=100000 -Dproperties.seed=7}.
 */
class RenderPropertiesTest {
    private static final int SAMPLES = Integer.getInteger("properties.samples", 150);
    private static final int FIRST_SEED = Integer.getInteger("properties.seed", 1) * 1_000_000;
    private static final int STEPS = 4;

    private interface Property {
        void check(Random random, Scene scene, History history);
    }

    /** Tries a property on clusters with nasty texts, some of them broken. */
    private static void forAll(boolean adopting, Property property) {
        for (int seed = FIRST_SEED; seed < FIRST_SEED + SAMPLES; seed++) {
            Random random = new Random(seed);
            NastyText nasty = new NastyText(random);
            Scene scene = new Scene().mapRoles(text(random, nasty, Section.ROLES))
                    .mapUsers(text(random, nasty, Section.USERS));
            AwsAuthData before = scene.awsAuth();
            try {
                property.check(random, scene, new History(random, adopting));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n--- before\n" + before
                        + "\n--- now\n" + scene.awsAuth(), e);
            }
        }
    }

    private static @Nullable String text(Random random, NastyText nasty, Section section) {
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> nasty.garbage();
            case 2 -> nasty.mutated(nasty.section(section));
            default -> nasty.section(section);
        };
    }

    @Test
    void equalInputsGiveEqualPlansInWhateverOrderTheMappingsCome() {
        forAll(true, (random, scene, history) -> {
            for (int i = 0; i < STEPS; i++) {
                history.step(scene);
                RenderInput input = scene.input();
                List<IdentityMapping> shuffled = new ArrayList<>(input.wanted());
                Collections.shuffle(shuffled, random);
                RenderInput other = new RenderInput(input.current(), input.awsAuthUid(), input.ledger(), shuffled,
                        input.objects(), input.recoverable(), input.withheld(), input.roomless(), input.contended(),
                        input.brake(), input.otherBytes());

                assertThat(AwsAuthRenderer.render(other)).isEqualTo(AwsAuthRenderer.render(input));
                scene.pass();
            }
        });
    }

    @Test
    void whatWasReadBeforeMakesNoDifference() {
        forAll(true, (_, scene, history) -> {
            LastReading last = new LastReading();
            for (int i = 0; i < STEPS; i++) {
                history.step(scene);
                RenderInput input = scene.input();
                assertThat(AwsAuthRenderer.render(input, last)).isEqualTo(AwsAuthRenderer.render(input));
                scene.pass();
            }
        });
    }

    @Test
    void aSecondPassChangesNothing() {
        forAll(true, (_, scene, history) -> {
            for (int i = 0; i < STEPS; i++) {
                history.step(scene);
                scene.pass();
                assertSettled(scene);
            }
        });
    }

    private static void assertSettled(Scene scene) {
        RenderPlan again = scene.plan();
        assertThat(again.next()).isEqualTo(scene.awsAuth());
        assertThat(again.changes()).isEmpty();
        assertThat(again.confirmed()).isEqualTo(scene.ledger());
        assertThat(again.ahead().claims()).isEqualTo(scene.ledger().claims());
    }

    @Test
    void whoIsCalledOwnedOrPresentBecomesExactlyWhatTheMappingSays() {
        forAll(true, (_, scene, history) -> {
            for (int i = 0; i < STEPS; i++) {
                history.step(scene);
                RenderPlan plan = scene.pass();
                AwsAuthReading reading = AwsAuthReading.read(scene.awsAuth());
                for (IdentityMapping mapping : scene.input().wanted()) {
                    PrincipalKey principal = mapping.principal().key();
                    Outcome outcome = plan.outcomes().get(principal);
                    boolean said = outcome instanceof Outcome.Owned || outcome instanceof Outcome.AlreadyPresent;
                    boolean is = reading.decides(principal, mapping.grant());
                    assertThat(is || !said).as(principal + " " + outcome).isTrue();
                }
            }
        });
    }

    @Test
    void textOfOthersSurvivesWhateverWeDo() {
        forAll(false, (_, scene, history) -> {
            AwsAuthData before = scene.awsAuth();
            for (int i = 0; i < STEPS; i++) {
                history.step(scene);
                scene.pass();
                for (Section section : Section.values()) {
                    String text = before.section(section);
                    if (!(SectionReading.read(section, text).layout() instanceof SectionReading.Layout.Empty)) {
                        assertThat(withoutOurs(scene, section)).isEqualTo(bare(String.valueOf(text)));
                    }
                }
            }
        });
    }

    /**
     * A section without the texts of the rows that we wrote; white space and commas, which may be seams, are left out.
     */
    private static String withoutOurs(Scene scene, Section section) {
        String text = bare(String.valueOf(scene.awsAuth().section(section)));
        for (Claim.Key key : scene.ledger().claims().keySet()) {
            IdentityMapping mapping = scene.input().wanted().stream()
                    .filter(each -> each.principal().key().value().equals(key.principal())).findFirst().orElse(null);
            if (mapping == null || key.section() != section) {
                continue;
            }
            // A change in letter case does not change a row.
            for (String arn : List.of(mapping.principal().canonical(), mapping.name(),
                    mapping.name().replace("Dev", "DEV").replace("Ann", "ANN"))) {
                RowText row = new RowText(section, arn, ordered(scene, mapping));
                text = without(without(text, bare(row.block(0, "\n"))), bare(row.flow()));
            }
        }
        return text;
    }

    /** The order of groups in the row that is there; another order in the mapping does not change a row. */
    private static Grant ordered(Scene scene, IdentityMapping mapping) {
        AwsAuthReading reading = AwsAuthReading.read(scene.awsAuth());
        for (Section section : Section.values()) {
            for (Row row : reading.rows(section, mapping.principal().key())) {
                if (row.grant().means(mapping.grant())) {
                    return row.grant();
                }
            }
        }
        return mapping.grant();
    }

    private static String bare(String text) {
        return text.replaceAll("[\\s,]", "");
    }

    private static String without(String text, String part) {
        int at = text.indexOf(part);
        return at < 0 ? text : text.substring(0, at) + text.substring(at + part.length());
    }

    @Test
    void whenAllObjectsAreGoneEveryByteIsAsItWas() {
        forAll(false, (_, scene, history) -> {
            AwsAuthData before = scene.awsAuth();
            for (int i = 0; i < STEPS; i++) {
                history.step(scene);
                scene.pass();
            }
            NastyText.ARNS.forEach(scene::delete);
            scene.pass();

            assertThat(scene.ledger().claims()).isEmpty();
            for (Section section : Section.values()) {
                String after = scene.awsAuth().section(section);
                // The one exception: an empty text comes back as a list.
                boolean becameList = "".equals(before.section(section)) && "[]".equals(after);
                assertThat(becameList || Objects.equals(after, before.section(section)))
                        .as(section + " came back as " + after).isTrue();
            }
        });
    }

    @Test
    void aControllerThatDiesAnywhereLeavesNothingBehind() {
        forAll(true, (random, scene, history) -> {
            Scene dying = scene.copy();
            for (int i = 0; i < STEPS; i++) {
                history.step(scene);
                scene.pass();
                scene.copyObjectsTo(dying);
                switch (random.nextInt(3)) {
                    case 0 -> dying.dieBehindClaims();
                    case 1 -> dying.dieBehindRows();
                    default -> dying.dieBehindClaims().dieBehindRows().dieBehindClaims();
                }
                dying.pass();
                assertThat(dying.awsAuth()).isEqualTo(scene.awsAuth());
                assertThat(dying.ledger()).isEqualTo(scene.ledger());
            }
        });
    }

    @Test
    void othersMayWriteWhatTheyLike() {
        forAll(true, (random, scene, history) -> {
            NastyText nasty = new NastyText(random);
            for (int i = 0; i < STEPS; i++) {
                history.step(scene);
                scene.pass();
                Section section = random.nextBoolean() ? Section.ROLES : Section.USERS;
                String text = scene.awsAuth().section(section);
                scene.awsAuth(scene.awsAuth().with(section, text == null
                        ? nasty.section(section)
                        : random.nextBoolean() ? nasty.mutated(text) : text + nasty.section(section)));
                scene.pass();
                assertSettled(scene);
            }
        });
    }

    @Test
    void aVeryLongSectionIsEditedInPlace() {
        NastyText nasty = new NastyText(new Random(FIRST_SEED));
        StringBuilder text = new StringBuilder();
        while (text.length() < 800_000) {
            text.append("- rolearn: \"arn:aws:iam::111122223333:role/other-").append(text.length())
                    .append("\" # theirs\n  username: 'größe 🎉'\n  groups: [a, \"b\", system:nodes]\n\n");
        }
        Scene scene = new Scene().mapRoles(text.toString()).mapUsers(nasty.section(Section.USERS, 3));
        History history = new History(new Random(FIRST_SEED), false);
        for (int i = 0; i < 2; i++) {
            history.step(scene);
            scene.pass();
            assertThat(scene.mapRoles()).startsWith(text.toString());
        }
        NastyText.ARNS.forEach(scene::delete);
        assertThat(scene.pass().changes()).extracting(RowChange::kind).containsOnly(RowChange.Kind.REMOVED);
        assertThat(scene.mapRoles()).isEqualTo(text.toString());
    }

    @Test
    void whatCannotBeWrittenIsLeftOutAndTheRestIsWritten() {
        String half = "\ud83c";
        Scene scene = new Scene().mapRoles("- rolearn: x\n  username: 'y'\n")
                .object("bad", NastyText.ARNS.get(0), new Grant("half of " + half, List.of()))
                .object("good", NastyText.ARNS.get(1), new Grant("good", List.of("a")));

        RenderPlan plan = scene.pass();

        assertThat(plan.outcomes().get(PrincipalKey.of(NastyText.ARNS.get(0)))).isInstanceOf(Outcome.NotEditable.class);
        assertThat(plan.outcomes().get(PrincipalKey.of(NastyText.ARNS.get(1)))).isInstanceOf(Outcome.Owned.class);
        assertThat(scene.mapRoles()).doesNotContain(half).contains("\"good\"");
    }
}
