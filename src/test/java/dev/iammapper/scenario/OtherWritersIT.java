package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.role;
import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** aws-auth has many writers. */
class OtherWritersIT extends Scenario {
    private static final Duration SECONDS = Duration.ofSeconds(5);

    @Test
    void aRowThatAnotherToolRemovesComesBackWithinSecondsAndTheToolIsNamed() {
        create(role("removed").as("removed"));
        told("removed", "Applied");

        hands.putAwsAuth("terraform", AwsAuth.USUAL);
        eventually(SECONDS, () -> assertThat(who(roleArn("removed"))).isEqualTo("removed []"));
        assertThat(event("removed", "DriftRepaired")).contains("terraform", "removed the row");
    }

    @Test
    void aRowThatAnotherToolAltersIsRestored() {
        create(role("altered").as("altered", "viewers"));
        told("altered", "Applied");

        hands.editRoles("kubectl-edit", text -> text.replace("viewers", "system:masters"));
        eventually(SECONDS, () -> assertThat(who(roleArn("altered"))).isEqualTo("altered [viewers]"));
        assertThat(event("altered", "DriftRepaired")).contains("kubectl-edit", "changed the row");
    }

    @Test
    void aDeletedAwsAuthComesBackWithOurRows() {
        create(role("survivor").as("survivor"));
        told("survivor", "Applied");

        hands.deleteAwsAuth();
        becomes(roleArn("survivor"), "survivor []");
        delete("survivor");
        becomes(roleArn("survivor"), NOBODY);
    }

    @Test
    void anAwsAuthThatAnotherToolMakesAnewKeepsItsRowsAndGetsOurs() {
        create(role("one").as("one"), role("two").as("two"));
        told("one", "Applied");
        told("two", "Applied");

        hands.deleteAwsAuth();
        String others = AwsAuth.row(roleArn("their-nodes"), "system:node:{{EC2PrivateDNSName}}", "system:nodes");
        put(Map.of("mapRoles", others));
        becomes(roleArn("one"), "one []");
        becomes(roleArn("two"), "two []");
        assertThat(awsAuth().mapRoles()).startsWith(others);

        delete("one");
        delete("two");
        eventually(() -> assertThat(awsAuth().mapRoles()).isEqualTo(others));
    }

    @Test
    void noUpdateIsLostBetweenUsAndAToolThatWritesAllTheTime() throws Exception {
        CompletableFuture<Rival> rival = CompletableFuture
                .supplyAsync(() -> new Rival(hands).run(Duration.ofSeconds(6)));
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "storm-%03d".formatted(i)).toList();
        names.forEach(name -> create(role(name).as(name, "team")));

        Rival done = rival.get();
        assertThat(done.written).as("the other tool got through").isGreaterThan(20);
        for (String name : names) {
            told(name, "Applied");
        }
        AwsAuth after = awsAuth();
        assertThat(names).allSatisfy(name -> assertThat(who(roleArn(name), after)).isEqualTo(name + " [team]"));
        assertThat(after.mapRoles().lines().filter(line -> line.contains("role/rival-")).map(String::strip))
                .containsExactlyInAnyOrderElementsOf(done.present.stream()
                        .map(name -> "- rolearn: " + roleArn(name)).toList());
        assertThat(after.mapRoles()).startsWith(AwsAuth.ROLES);
    }

    /** Another tool that appends and removes rows of its own as fast as it can, and writes only what it has read. */
    private static final class Rival {
        private final Hands hands;
        private final TreeSet<String> present = new TreeSet<>();
        private final SplittableRandom random = new SplittableRandom(42);
        private int written;

        Rival(Hands hands) {
            this.hands = hands;
        }

        Rival run(Duration howLong) {
            long end = System.nanoTime() + howLong.toNanos();
            while (System.nanoTime() < end) {
                boolean removes = present.size() > 10 && random.nextBoolean();
                String name = removes ? present.first() : "rival-%04d".formatted(written);
                String row = AwsAuth.row(roleArn(name), name, "rivals");
                boolean through = hands.tryToEditRoles("rival", text -> removes ? text.replace(row, "") : text + row);
                if (through) {
                    written++;
                    if (removes) {
                        present.remove(name);
                    } else {
                        present.add(name);
                    }
                }
            }
            return this;
        }
    }
}
