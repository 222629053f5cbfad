package dev.iammapper.store;

import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1LeaseSpec;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Lease as it was last seen. Whatever other tools left out of it has a meaning here.
 *
 * @param lease as the API server sent it
 * @param changedAt when it was first seen like this, on the monotonic clock
 */
record SeenLease(V1Lease lease, long changedAt) {
    /** Names the holder that is about to release the Lease; of another holder it says nothing. */
    private static final String ENDING = "iammapper.dev/ending";

    /** The Lease again, now as {@code lease}: an unchanged one keeps the instant at which it was first seen. */
    static SeenLease after(@Nullable SeenLease before, V1Lease lease, long now) {
        if (before != null && spec(before.lease).equals(spec(lease))) {
            return new SeenLease(lease, before.changedAt);
        }
        return new SeenLease(lease, now);
    }

    /** The first Lease of its name, to be created. */
    static V1Lease first(String namespace, String name, String identity, int transitions,
            Duration duration, Instant at) {
        V1Lease none = new V1Lease().metadata(new V1ObjectMeta().namespace(namespace).name(name));
        return new SeenLease(none, 0).heldBy(identity, transitions, duration, at);
    }

    /** Who holds it; empty when it was released. */
    String holder() {
        return Objects.requireNonNullElse(spec(lease).getHolderIdentity(), "");
    }

    /** How often the holder changed. */
    int transitions() {
        return Objects.requireNonNullElse(spec(lease).getLeaseTransitions(), 0);
    }

    /** Whether anybody may take it: released, or unchanged for as long as its holder promised to renew it. */
    boolean isFree(long now, Duration usualDuration) {
        if (holder().isEmpty()) {
            return true;
        }
        Integer seconds = spec(lease).getLeaseDurationSeconds();
        Duration duration = seconds == null ? usualDuration : Duration.ofSeconds(seconds);
        return now - changedAt >= duration.toNanos();
    }

    /** The Lease to store so that {@code identity} holds it; its metadata stay, and with them the guarding version. */
    V1Lease heldBy(String identity, int transitions, Duration duration, Instant at) {
        OffsetDateTime now = OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
        V1LeaseSpec spec = spec(lease);
        boolean renewal = holder().equals(identity) && spec.getAcquireTime() != null;
        return new V1Lease().apiVersion("coordination.k8s.io/v1")
                .kind("Lease")
                .metadata(lease.getMetadata())
                .spec(new V1LeaseSpec().holderIdentity(identity)
                        .leaseDurationSeconds((int) duration.toSeconds())
                        .acquireTime(renewal ? spec.getAcquireTime() : now)
                        .renewTime(now)
                        .leaseTransitions(transitions)
                        .strategy(spec.getStrategy())
                        .preferredHolder(spec.getPreferredHolder()));
    }

    /** The same Lease with the word of its holder that it is about to be released. */
    static V1Lease ending(V1Lease held, String holder) {
        V1ObjectMeta metadata = Objects.requireNonNullElseGet(held.getMetadata(), V1ObjectMeta::new);
        return held.metadata(metadata.putAnnotationsItem(ENDING, holder));
    }

    /** The same Lease of a holder that goes on. */
    static V1Lease staying(V1Lease held) {
        V1ObjectMeta metadata = held.getMetadata();
        if (metadata != null && metadata.getAnnotations() != null) {
            metadata.getAnnotations().remove(ENDING);
        }
        return held;
    }

    /** Whether its holder said that it is about to release it. */
    boolean isEnding() {
        V1ObjectMeta metadata = lease.getMetadata();
        return metadata != null && metadata.getAnnotations() != null && !holder().isEmpty()
                && holder().equals(metadata.getAnnotations().get(ENDING));
    }

    /** The Lease to store so that nobody holds it. */
    V1Lease released(Instant at) {
        return heldBy("", transitions(), Duration.ofSeconds(1), at);
    }

    private static V1LeaseSpec spec(V1Lease lease) {
        return lease.getSpec() == null ? new V1LeaseSpec() : lease.getSpec();
    }
}
