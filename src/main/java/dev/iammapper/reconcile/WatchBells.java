package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.store.ObjectWatch;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which changes that the watches see are worth a pass. */
public final class WatchBells {
    private WatchBells() {}

    /** Rings for every change of a mapping but those of its status, which are mostly our own. */
    public static ObjectWatch.Listener<IamIdentityMapping> mappings(Bell bell) {
        return new ObjectWatch.Listener<>() {
            @Override
            public void onChange(@Nullable IamIdentityMapping before, @Nullable IamIdentityMapping after) {
                if (before == null || after == null || asksForSomethingElse(before, after)) {
                    bell.ring(Trigger.MAPPINGS);
                }
            }

            @Override
            public void onRelist() {
                // The first list may be empty, and passes wait for it all the same.
                bell.ring(Trigger.MAPPINGS);
            }
        };
    }

    /** Rings for every version of aws-auth that is not ours. */
    public static ObjectWatch.Listener<V1ConfigMap> awsAuth(Bell bell) {
        return new ObjectWatch.Listener<>() {
            @Override
            public void onChange(@Nullable V1ConfigMap before, @Nullable V1ConfigMap after) {
                String version = after == null || after.getMetadata() == null
                        ? null
                        : after.getMetadata().getResourceVersion();
                if (version == null) {
                    bell.ring(Trigger.AWS_AUTH);
                } else {
                    bell.awsAuthSeen(version);
                }
            }

            @Override
            public void onRelist() {
                bell.ring(Trigger.AWS_AUTH);
            }
        };
    }

    /** The generation rises with the spec; annotations and labels carry wishes too; uid: deleted and made again. */
    static boolean asksForSomethingElse(IamIdentityMapping before, IamIdentityMapping after) {
        V1ObjectMeta old = Objects.requireNonNullElseGet(before.metadata(), V1ObjectMeta::new);
        V1ObjectMeta now = Objects.requireNonNullElseGet(after.metadata(), V1ObjectMeta::new);
        return !Objects.equals(old.getGeneration(), now.getGeneration())
                || !Objects.equals(old.getUid(), now.getUid())
                || !Objects.equals(old.getDeletionTimestamp(), now.getDeletionTimestamp())
                || !Objects.equals(old.getAnnotations(), now.getAnnotations())
                || !Objects.equals(old.getLabels(), now.getLabels());
    }
}
