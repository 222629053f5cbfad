package dev.iammapper.store;

import com.google.gson.JsonObject;
import dev.iammapper.store.SnapshotCodec.MalformedSnapshotException;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMap {@code kube-system/iam-identity-mapper-snapshots}: the last versions of aws-auth that were written over,
 * each compressed under a key of its own, {@code revision-<number>}. Used by one thread.
 */
public final class SnapshotStore {
    /** The ConfigMap's name; its namespace is {@code kube-system}. */
    public static final String NAME = "iam-identity-mapper-snapshots";

    /** How many versions are kept, if they fit. */
    public static final int MOST = 10;

    /** How long all versions together may be, compressed, in bytes. */
    static final int MOST_STORED = 900 << 10;

    private static final int NEWEST = 5;

    private static final String PREFIX = "revision-";
    private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", "iam-identity-mapper",
            "app.kubernetes.io/component", "snapshots", "app.kubernetes.io/managed-by", "iam-identity-mapper");

    private final GuardedConfigMap configMap;
    private @Nullable Kept known;
    private @Nullable Long unused;

    /** The store of one cluster. */
    public SnapshotStore(KubernetesAccess access) {
        this.configMap = new GuardedConfigMap(new ApiCalls(access), NAME, LABELS);
    }

    /** What is stored, by revision; {@code resourceVersion} is null when there is no ConfigMap. */
    private record Kept(@Nullable String resourceVersion, TreeMap<Long, Version> versions) {}

    /** One of them; {@code content} is its fingerprint, empty when it cannot be read. */
    private record Version(String base64, int length, Instant time, String content) {
        static Version of(byte[] gzip) {
            try {
                return of(gzip, SnapshotCodec.decode(gzip));
            } catch (MalformedSnapshotException e) {
                return unread(gzip);
            }
        }

        static Version of(byte[] gzip, Snapshot snapshot) {
            return new Version(Base64.getEncoder().encodeToString(gzip), gzip.length, snapshot.time(),
                    SnapshotCodec.fingerprint(snapshot.data()));
        }

        static Version unread(byte[] gzip) {
            return new Version(Base64.getEncoder().encodeToString(gzip), gzip.length, Instant.EPOCH, "");
        }
    }

    /**
     * One kept version.
     *
     * @param revision rises with every version that is kept
     * @param snapshot the version, or null when it cannot be read
     * @param problem why it cannot be read, or null
     */
    public record Revision(long revision, @Nullable Snapshot snapshot, @Nullable String problem) {}

    /**
     * Reads all versions, the newest first.
     *
     * @throws StoreException if the answer is not to be had
     */
    public List<Revision> list() {
        List<Revision> revisions = new ArrayList<>();
        read().versions().descendingMap().entrySet().stream().limit(MOST).forEach(entry -> {
            long revision = entry.getKey();
            Version version = entry.getValue();
            try {
                revisions.add(new Revision(revision, SnapshotCodec.decode(Base64.getDecoder().decode(version.base64())),
                        null));
            } catch (MalformedSnapshotException e) {
                revisions.add(new Revision(revision, null, e.getMessage()));
            }
        });
        return revisions;
    }

    /**
     * Keeps a version as the newest; one with the same content that is kept already goes, so that two programs that
     * undo each other do not push everything else out. Of more than {@link #MOST} versions, the newest five stay, and of
     * the older ones those that are farthest apart in time.
     *
     * @param limit after which it is given up
     * @return why it could not be kept, on one line, or null
     */
    public @Nullable String keep(Snapshot snapshot, Duration limit) {
        byte[] gzip = SnapshotCodec.encode(snapshot);
        if (gzip.length > MOST_STORED) {
            return "it takes " + (gzip.length >> 10) + " KiB, compressed, more than the " + (MOST_STORED >> 10)
                    + " KiB that fit";
        }
        try {
            for (int attempt = 1; attempt <= 2; attempt++) {
                Kept before = known == null ? read() : known;
                known = null;
                switch (write(before, snapshot, gzip, limit)) {
                    case WriteResult.Written<Kept>(Kept after) -> {
                        known = after;
                        unused = null;
                        return null;
                    }
                    case WriteResult.Unchanged<Kept> _ -> {
                        return null;
                    }
                    case WriteResult.Rejected<Kept>(String message) -> {
                        return message;
                    }
                    case WriteResult.MissingPermission<Kept> missing -> {
                        return missing.message();
                    }
                    case WriteResult.Conflict<Kept> _ -> {
                        // What was known is outdated: read, and try once more.
                    }
                }
            }
            return "somebody else writes the ConfigMap kube-system/" + NAME;
        } catch (StoreException unanswered) {
            known = null;
            return String.valueOf(unanswered.getMessage());
        }
    }

    private WriteResult<Kept> write(Kept before, Snapshot snapshot, byte[] gzip, Duration limit) {
        Version newest = Version.of(gzip, snapshot);
        TreeMap<Long, Version> next = new TreeMap<>(before.versions());
        if (unused != null) {
            next.remove(unused);
        }
        next.values().removeIf(version -> version.content().equals(newest.content()));
        next.put(before.versions().isEmpty() ? 1 : before.versions().lastKey() + 1, newest);
        while (next.size() > MOST) {
            next.remove(expendable(next));
        }
        while (next.values().stream().mapToLong(version -> version.length()).sum() > MOST_STORED) {
            next.pollFirstEntry();
        }
        JsonObject binaryData = new JsonObject();
        before.versions().keySet().stream().filter(revision -> !next.containsKey(revision))
                .forEach(revision -> GuardedConfigMap.set(binaryData, PREFIX + revision, null));
        next.forEach((revision, version) -> {
            if (!before.versions().containsKey(revision)) {
                GuardedConfigMap.set(binaryData, PREFIX + revision, version.base64());
            }
        });
        JsonObject changes = new JsonObject();
        changes.add("binaryData", binaryData);
        return configMap.write(before.resourceVersion(), changes, limit,
                stored -> new Kept(Objects.requireNonNull(stored.getMetadata()).getResourceVersion(), next));
    }

    /** Of the versions behind the newest, the one that is the nearest in time to the next newer one. */
    private static Long expendable(Map<Long, Version> versions) {
        List<Long> revisions = new ArrayList<>(versions.keySet());
        Long expendable = revisions.getFirst();
        Duration least = Duration.ofSeconds(Long.MAX_VALUE);
        for (int i = 0; i < revisions.size() - NEWEST; i++) {
            Duration gap = Duration.between(time(versions, revisions.get(i)), time(versions, revisions.get(i + 1)))
                    .abs();
            if (gap.compareTo(least) < 0) {
                least = gap;
                expendable = revisions.get(i);
            }
        }
        return expendable;
    }

    private static Instant time(Map<Long, Version> versions, Long revision) {
        return Objects.requireNonNull(versions.get(revision)).time();
    }

    /** Says that the write for which the newest version was kept did not happen: the next version takes its place. */
    public void discardNewest() {
        unused = known == null || known.versions().isEmpty() ? null : known.versions().lastKey();
    }

    private Kept read() {
        V1ConfigMap read = configMap.read();
        TreeMap<Long, Version> versions = new TreeMap<>();
        if (read == null) {
            return new Kept(null, versions);
        }
        if (read.getBinaryData() != null) {
            read.getBinaryData().forEach((key, value) -> {
                Long revision = revision(key);
                if (revision != null) {
                    versions.put(revision, Version.unread(value));
                }
            });
        }
        // More than that were put there by somebody else, and will go.
        List.copyOf(versions.descendingKeySet()).stream().limit(MOST).forEach(revision -> versions.put(revision,
                Version.of(Base64.getDecoder().decode(Objects.requireNonNull(versions.get(revision)).base64()))));
        return new Kept(Objects.requireNonNull(read.getMetadata()).getResourceVersion(), versions);
    }

    private static @Nullable Long revision(String key) {
        if (!key.startsWith(PREFIX) || !key.substring(PREFIX.length()).matches("[1-9][0-9]{0,14}")) {
            return null;
        }
        return Long.valueOf(key.substring(PREFIX.length()));
    }
}
