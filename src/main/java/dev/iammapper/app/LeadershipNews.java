package dev.iammapper.app;

import dev.iammapper.reconcile.Bell;
import dev.iammapper.reconcile.Trigger;
import dev.iammapper.store.LeaderElector;
import lombok.RequiredArgsConstructor;
import lombok.extern.slf4j.Slf4j;

/** Brings the gain and the loss of leadership to the loop and to the log. */
@Slf4j
@RequiredArgsConstructor
final class LeadershipNews implements LeaderElector.Listener {
    private final Bell bell;

    @Override
    public void onGained(long term) {
        log.info("This replica leads and writes (term {})", term);
        bell.ring(Trigger.LEADERSHIP);
    }

    @Override
    public void onLost() {
        log.info("This replica no longer leads; it watches and writes nothing");
        bell.ring(Trigger.LEADERSHIP);
    }
}
