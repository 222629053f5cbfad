package dev.iammapper.store;

import dev.iammapper.render.AwsAuthData;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * aws-auth as it was read.
 *
 * @param uid null when there is none
 * @param resourceVersion null when there is none
 * @param data what the authenticator reads of it
 * @param otherBytes the length of all values that are not in {@code data}
 * @param writers who wrote which data keys last, as {@code metadata.managedFields} records it
 */
public record StoredAwsAuth(@Nullable String uid, @Nullable String resourceVersion, AwsAuthData data,
        int otherBytes, List<Writer> writers) {

    /** There is no aws-auth. */
    public static final StoredAwsAuth ABSENT = new StoredAwsAuth(null, null, AwsAuthData.EMPTY, 0, List.of());

    /** Copies the list. */
    public StoredAwsAuth {
        writers = List.copyOf(writers);
    }

    /** Whether the ConfigMap is there. */
    public boolean exists() {
        return resourceVersion != null;
    }

    /**
     * One field manager.
     *
     * @param manager its name, as {@code eksctl} or {@code kubectl-edit}
     * @param time of its last write, or null when the server does not say
     * @param dataKeys the keys of {@code data} that it owns, sorted
     */
    public record Writer(String manager, @Nullable Instant time, Set<String> dataKeys) {}
}
