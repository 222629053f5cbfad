package dev.iammapper.reconcile;

import dev.iammapper.store.Leadership;
import dev.iammapper.store.PolicyStore;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.WriteResult;
import java.util.Set;
import lombok.RequiredArgsConstructor;
import lombok.extern.slf4j.Slf4j;
import org.jspecify.annotations.Nullable;

/** Keeps the policy in force where people can read it; nothing depends on it. Used by one thread, the leader's loop. */
@Slf4j
@RequiredArgsConstructor
public final class PolicyPublication {
    private final PolicyStore store;
    private final Leadership leadership;
    private final PolicyStore.Published published;
    private boolean due = true;

    /** Looks whether it is there, at the beginning of a term and every few minutes. */
    public void look(Set<Trigger> triggers) {
        due |= triggers.contains(Trigger.LEADERSHIP) || triggers.contains(Trigger.PERIOD);
        if (!due || !leadership.mayWrite()) {
            return;
        }
        due = false;
        @Nullable
        String complaint;
        try {
            complaint = switch (store.publish(published, leadership.remaining())) {
                case WriteResult.Written<PolicyStore.Published> _ -> {
                    log.info("Published the policy in force as ConfigMap kube-system/{}", PolicyStore.NAME);
                    yield null;
                }
                case WriteResult.Unchanged<PolicyStore.Published> _ -> null;
                case WriteResult.Conflict<PolicyStore.Published> _ -> "somebody else wrote it";
                case WriteResult.Rejected<PolicyStore.Published>(String message) -> message;
                case WriteResult.MissingPermission<PolicyStore.Published> missing -> missing.message();
            };
        } catch (StoreException unanswered) {
            complaint = String.valueOf(unanswered.getMessage());
        }
        if (complaint != null) {
            log.warn("The policy in force is not published in kube-system/{}: {}; it is tried again in a few minutes",
                    PolicyStore.NAME, complaint);
        }
    }
}
