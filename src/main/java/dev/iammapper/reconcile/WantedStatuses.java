package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMappingStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The statuses that are on their way to objects: while the watch still shows an object without its latest status, the
 * next pass must not ask for the same one with another time in it.
 */
final class WantedStatuses {
    private final Map<String, IamIdentityMappingStatus> onTheirWay = new HashMap<>();

    /** The status that an object should have, with the times of the one that was asked for already. */
    IamIdentityMappingStatus next(Wishes.Asked asked, MappingOutcome outcome, Instant now) {
        IamIdentityMappingStatus before = asked.object().status();
        IamIdentityMappingStatus status = MappingStatuses.of(asked.object(), outcome, now);
        IamIdentityMappingStatus wanted = onTheirWay.get(asked.uid());
        if (wanted != null && MappingStatuses.saysTheSame(wanted, status)) {
            status = wanted;
        }
        if (status.equals(before)) {
            onTheirWay.remove(asked.uid());
        } else {
            onTheirWay.put(asked.uid(), status);
        }
        return status;
    }

    /** Forgets objects that are gone. */
    void keepOnly(Wishes wishes) {
        if (!onTheirWay.isEmpty()) {
            Set<String> present = wishes.present();
            onTheirWay.keySet().retainAll(present);
        }
    }
}
