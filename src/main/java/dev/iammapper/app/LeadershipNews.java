package dev.iammapper.app;

import dev.iammapper.reconcile.Bell;
import dev.iammapper.reconcile.Trigger;
import dev.iammapper.store.LeaderElector;
import lombok.RequiredArgsConstructor;

/** Brings the gain and the loss of leadership to the loop. */
@RequiredArgsConstructor
final class LeadershipNews implements LeaderElector.Listener {
    private final Bell bell;

    @Override
    public void onGained(long term) {
        bell.ring(Trigger.LEADERSHIP);
    }

    @Override
    public void onLost() {
        bell.ring(Trigger.LEADERSHIP);
    }
}
