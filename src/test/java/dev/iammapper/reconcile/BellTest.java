package dev.iammapper.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BellTest {
    private final Bell bell = new Bell(System::nanoTime);

    @Test
    void theEchoOfOurOwnWriteIsNotHeard() {
        bell.awsAuthWritten("12");
        bell.awsAuthSeen("12");
        assertThat(bell.take()).isEmpty();
    }

    @Test
    void anEchoThatOvertakesTheAnswerToOurWriteIsForgotten() {
        bell.awsAuthSeen("12");
        bell.awsAuthWritten("12");
        assertThat(bell.take()).isEmpty();
    }

    @Test
    void aChangeByOthersBesideOurEchoIsHeard() {
        bell.awsAuthSeen("11");
        bell.awsAuthSeen("12");
        bell.awsAuthWritten("12");
        assertThat(bell.take()).containsExactly(Trigger.AWS_AUTH);
    }

    @Test
    void aDeletionBetweenOurEchoAndTheAnswerToOurWriteIsHeard() {
        bell.awsAuthSeen("12");
        bell.ring(Trigger.AWS_AUTH);
        bell.awsAuthWritten("12");
        assertThat(bell.take()).containsExactly(Trigger.AWS_AUTH);
    }

    @Test
    void afterAListAVersionThatWasOursOnceMayBeSomebodyElses() {
        bell.awsAuthWritten("12");
        bell.ring(Trigger.AWS_AUTH);
        bell.take();
        bell.awsAuthSeen("12");
        assertThat(bell.take()).containsExactly(Trigger.AWS_AUTH);
    }

    @Test
    void anEchoDoesNotSilenceOtherReasons() {
        bell.ring(Trigger.MAPPINGS);
        bell.awsAuthSeen("12");
        bell.awsAuthWritten("12");
        assertThat(bell.take()).containsExactly(Trigger.MAPPINGS);
    }

    @Test
    void takingSilencesTheBell() {
        bell.ring(Trigger.MAPPINGS);
        assertThat(bell.take()).containsExactly(Trigger.MAPPINGS);
        assertThat(bell.take()).isEmpty();
    }

    @Test
    void aWaiterIsWokenByARing() throws Exception {
        Bell.Rings known = bell.rings();
        CompletableFuture<Void> waiter = waiting(known, Duration.ofMinutes(5));
        bell.ring(Trigger.MAPPINGS);
        waiter.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aRingThatCameBeforeTheWaitIsNotMissed() throws Exception {
        Bell.Rings known = bell.rings();
        bell.ring(Trigger.MAPPINGS);
        waiting(known, Duration.ofMinutes(5)).get(10, TimeUnit.SECONDS);
    }

    @Test
    void aStoppedBellLetsEveryoneGo() throws Exception {
        CompletableFuture<Void> waiter = waiting(bell.rings(), Duration.ofMinutes(5));
        bell.stop();
        waiter.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aWaitEndsWithItsTime() throws Exception {
        waiting(bell.rings(), Duration.ofMillis(5)).get(10, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> waiting(Bell.Rings known, Duration time) {
        return CompletableFuture.runAsync(() -> {
            try {
                bell.await(known, time.toNanos());
            } catch (InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            }
        });
    }
}
