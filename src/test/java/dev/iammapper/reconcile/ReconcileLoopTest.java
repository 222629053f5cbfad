package dev.iammapper.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcileLoopTest {
    private final Bell bell = new Bell(System::nanoTime);
    private final BlockingQueue<Set<Trigger>> passes = new LinkedBlockingQueue<>();
    private ReconcileLoop loop;

    @AfterEach
    void stop() {
        assertThat(loop.stop(Duration.ofSeconds(10))).isTrue();
        assertThat(loop.isAlive()).isFalse();
    }

    @Test
    void aRingLeadsToAPass() throws Exception {
        start(triggers -> new PassResult.Settled(null));
        bell.ring(Trigger.MAPPINGS);
        assertThat(passes.poll(10, TimeUnit.SECONDS)).containsExactly(Trigger.MAPPINGS);
    }

    @Test
    void aPassThatThrowsIsTriedAgain() throws Exception {
        start(triggers -> triggers.contains(Trigger.MAPPINGS) ? explode() : new PassResult.Settled(null));
        bell.ring(Trigger.MAPPINGS);
        assertThat(passes.poll(10, TimeUnit.SECONDS)).containsExactly(Trigger.MAPPINGS);
        assertThat(passes.poll(10, TimeUnit.SECONDS)).containsExactly(Trigger.RETRY);
    }

    @Test
    void anInstantThatHasComeLeadsToAPassWithoutARing() throws Exception {
        Clock clock = Clock.systemUTC();
        start(triggers -> new PassResult.Settled(
                triggers.contains(Trigger.MAPPINGS) ? clock.instant().plusMillis(50) : null));
        bell.ring(Trigger.MAPPINGS);
        assertThat(passes.poll(10, TimeUnit.SECONDS)).containsExactly(Trigger.MAPPINGS);
        assertThat(passes.poll(10, TimeUnit.SECONDS)).containsExactly(Trigger.INSTANT);
    }

    @Test
    void whatIsRungDuringAPassIsDoneAfterIt() throws Exception {
        start(triggers -> {
            if (triggers.contains(Trigger.LEADERSHIP)) {
                bell.ring(Trigger.MAPPINGS);
            }
            return new PassResult.Settled(null);
        });
        bell.ring(Trigger.LEADERSHIP);
        assertThat(passes.poll(10, TimeUnit.SECONDS)).containsExactly(Trigger.LEADERSHIP);
        assertThat(passes.poll(10, TimeUnit.SECONDS)).containsExactly(Trigger.MAPPINGS);
    }

    private static PassResult explode() {
        throw new IllegalStateException("planted: the log line about it is expected");
    }

    private void start(Function<Set<Trigger>, PassResult> pass) {
        loop = new ReconcileLoop(bell, triggers -> {
            passes.add(Set.copyOf(triggers));
            return pass.apply(triggers);
        }, Clock.systemUTC(), System::nanoTime, new Random(7));
        loop.start();
    }
}
