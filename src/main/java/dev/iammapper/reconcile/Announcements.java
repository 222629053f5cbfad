package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingReason;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.reconcile.Wishes.Asked;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.RenderPlan.Notice;
import dev.iammapper.render.RenderPlan.RowChange;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.EventRecorder.Subject;
import dev.iammapper.store.EventRecorder;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.StoredAwsAuth;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import lombok.extern.slf4j.Slf4j;
import org.jspecify.annotations.Nullable;

/** What people are told: Events where something became different, and log lines for who runs the controller. */
@Slf4j
final class Announcements {
    /** A text with thousands of odd rows is no reason for thousands of lines. */
    private static final int MOST_PROBLEMS = 20;

    private final Cluster cluster;
    private Set<Notice> knownNotices = Set.of();
    private Set<AwsAuthProblem> knownProblems = Set.of();
    private Map<String, IdentityMapping> satisfied = Map.of();
    private @Nullable String knownHold;
    private boolean knownFull;
    private @Nullable String knownHeldRemovals;
    private List<RowChange> knownObserved = List.of();
    private @Nullable String knownSnapshotFailure;
    private boolean knownClockDoubt;

    /** Without it, kubectl describe does not show an Event; what is held may hold before aws-auth is read again. */
    private @Nullable String awsAuthUid;

    Announcements(Cluster cluster) {
        this.cluster = cluster;
    }

    /** aws-auth was written: one log line, one Event on it, and one on each object whose row had to be restored. */
    void wrote(List<RowChange> changes, StoredAwsAuth before, StoredAwsAuth after) {
        awsAuthUid = after.uid();
        String counts = AwsAuthDiff.counts(changes);
        String rows = AwsAuthDiff.rows(changes);
        log.info("aws-auth: {} (version {}): {}", counts, after.resourceVersion(), rows);
        cluster.recordEvent(Subject.awsAuth(after.uid()), EventRecorder.Type.NORMAL, "RowsWritten", "WriteAwsAuth",
                "Rows " + counts + ": " + rows);
        if (!before.exists() && changes.stream().anyMatch(change -> change.cause() == RowChange.Cause.DRIFT)) {
            String alarm = "aws-auth was deleted and is made anew with the rows of mappings. The rows of others went with"
                    + " it and are not ours to restore: without the nodes' rows, nodes become NotReady.";
            log.warn("{}", alarm);
            cluster.recordEvent(Subject.awsAuth(after.uid()), EventRecorder.Type.WARNING, "AwsAuthDeleted",
                    "WriteAwsAuth", alarm);
        }
        List<RowChange> drift = changes.stream().filter(change -> change.cause() == RowChange.Cause.DRIFT).toList();
        if (!drift.isEmpty()) {
            Map<String, IamIdentityMapping> byName = byName(cluster.watchedMappings().stream());
            drift.forEach(change -> restored(change, byName.get(change.mapping()), before));
        }
    }

    /** An object's status changes its reason: one Event on the object. */
    void transition(IamIdentityMapping object, MappingOutcome outcome, IamIdentityMappingStatus status) {
        String reason = outcome.reason().word();
        if (reason.equals(MappingStatuses.readyReason(object.status())) || outcome.reason() == MappingReason.PENDING) {
            return;
        }
        String message = MappingStatuses.readyMessage(status);
        cluster.recordEvent(subject(object),
                isWarning(outcome.reason()) ? EventRecorder.Type.WARNING : EventRecorder.Type.NORMAL, reason,
                "Reconcile", message);
    }

    /** What the plan noticed, as far as the pass before did not notice it already. */
    void notices(List<Notice> notices, List<Asked> asked, StoredAwsAuth awsAuth) {
        Set<Notice> fresh = new HashSet<>(notices);
        fresh.removeAll(knownNotices);
        knownNotices = Set.copyOf(new HashSet<>(notices));
        if (fresh.isEmpty()) {
            return;
        }
        Map<String, IamIdentityMapping> byName = byName(asked.stream().map(Asked::object));
        notices.stream().filter(fresh::contains).distinct().forEach(notice -> {
            IamIdentityMapping object = byName.get(notice.mapping());
            EventRecorder.Type type = notice.topic() == Notice.Topic.ADOPTED ? EventRecorder.Type.NORMAL
                    : EventRecorder.Type.WARNING;
            log.info("{} ({}): {}", notice.principal(), notice.mapping(), onOneLine(notice.message()));
            cluster.recordEvent(object == null ? Subject.awsAuth(awsAuth.uid()) : subject(object), type,
                    reason(notice.topic()), "Reconcile",
                    object == null ? notice.principal() + " (" + notice.mapping() + "): " + notice.message()
                            : notice.message());
        });
    }

    /**
     * Which objects rows of others satisfy, by uid: when such an object is deleted, somebody may believe that the
     * access went with it.
     */
    void satisfied(Map<String, IdentityMapping> now, Wishes wishes, StoredAwsAuth awsAuth) {
        Set<String> present = wishes.present();
        Set<PrincipalKey> stillAsked = new HashSet<>();
        now.values().forEach(mapping -> stillAsked.add(mapping.principal().key()));
        satisfied.forEach((uid, mapping) -> {
            if (!present.contains(uid) && !stillAsked.contains(mapping.principal().key())) {
                String sentence = "Access remains: the row that maps " + mapping.principal().canonical()
                        + " was written by another tool, so it stays after the deletion of this mapping.";
                log.info("{} ({}): {}", mapping.principal().key(), mapping.name(), sentence);
                for (Subject subject : List.of(Subject.mapping(mapping.name(), uid), Subject.awsAuth(awsAuth.uid()))) {
                    cluster.recordEvent(subject, EventRecorder.Type.WARNING, "AccessRemains", "Reconcile",
                            subject.kind().equals("ConfigMap") ? mapping.name() + ": " + sentence : sentence);
                }
            }
        });
        satisfied = Map.copyOf(now);
    }

    /** What in aws-auth the authenticator does not read, as far as it was not known already. */
    void problems(List<AwsAuthProblem> problems, StoredAwsAuth awsAuth) {
        awsAuthUid = awsAuth.uid();
        Set<AwsAuthProblem> now = Set.copyOf(problems);
        List<AwsAuthProblem> fresh = problems.stream().filter(problem -> !knownProblems.contains(problem)).toList();
        if (fresh.size() > MOST_PROBLEMS) {
            log.warn("aws-auth: {} things in it are not read as they look; the first {}:", fresh.size(), MOST_PROBLEMS);
        }
        fresh.stream().limit(MOST_PROBLEMS).forEach(problem -> {
            String sentence = onOneLine(problem.sentence())
                    + (problem.sectionLost() ? "; EKS reads nothing from this section, and it is not written" : "");
            log.warn("aws-auth: {}", sentence);
            cluster.recordEvent(Subject.awsAuth(awsAuth.uid()), EventRecorder.Type.WARNING,
                    problem.sectionLost() ? "SectionMalformed" : "RowMalformed", "ReadAwsAuth", sentence);
        });
        if (problems.isEmpty() && !knownProblems.isEmpty()) {
            log.info("aws-auth: everything in it can be read again");
        }
        knownProblems = now;
    }

    /** For how many principals the ledger has no room. */
    void roomless(long principals, StoredAwsAuth awsAuth) {
        boolean full = principals > 0;
        if (full && !knownFull) {
            String sentence = "The ledger, ConfigMap kube-system/" + LedgerStore.NAME + ", is full: it has no"
                    + " room for the newest principals, " + principals + " in number. Map fewer principals";
            log.warn("{}", sentence);
            cluster.recordEvent(Subject.awsAuth(awsAuth.uid()), EventRecorder.Type.WARNING, "LedgerFull",
                    "WriteAwsAuth", sentence);
        } else if (knownFull && !full) {
            log.info("The ledger has room for all principals again");
        }
        knownFull = full;
    }

    /** Rows that stay until a person lets them go: told once for every set of them. */
    void heldRemovals(HeldRemovals held, boolean stored, StoredAwsAuth awsAuth) {
        String digest = held.isEmpty() ? null : held.digest();
        if (Objects.equals(digest, knownHeldRemovals)) {
            return;
        }
        if (digest == null) {
            log.info("No removal is held any more");
        } else {
            String sentence = HeldWords.of(held, stored ? digest : null);
            log.warn("aws-auth: {}", sentence);
            cluster.recordEvent(Subject.awsAuth(awsAuth.uid()), EventRecorder.Type.WARNING, "RemovalsHeld",
                    "WriteAwsAuth", sentence);
        }
        knownHeldRemovals = digest;
    }

    /** What mode observe keeps from being written: told once for every plan. */
    void observed(List<RowChange> changes, StoredAwsAuth awsAuth) {
        if (changes.equals(knownObserved)) {
            return;
        }
        knownObserved = changes;
        if (changes.isEmpty()) {
            log.info("Mode observe: in mode enforce no row would change any more");
            return;
        }
        String sentence = "In mode enforce rows would be " + AwsAuthDiff.counts(changes) + ": "
                + AwsAuthDiff.rows(changes);
        log.info("Mode observe, nothing is written. {}", sentence);
        cluster.recordEvent(Subject.awsAuth(awsAuth.uid()), EventRecorder.Type.NORMAL, "RowsWouldChange",
                "ObserveAwsAuth", sentence);
    }

    /** Whether versions of aws-auth are kept before they are written over. */
    void snapshots(@Nullable String failure) {
        if (failure != null && !failure.equals(knownSnapshotFailure)) {
            log.warn("The version of aws-auth before a write could not be kept for rollbacks: {}", failure);
            cluster.recordEvent(Subject.awsAuth(awsAuthUid), EventRecorder.Type.WARNING, "SnapshotFailed",
                    "WriteAwsAuth", "The version before a write could not be kept for rollbacks: " + failure);
        } else if (failure == null && knownSnapshotFailure != null) {
            log.info("Versions of aws-auth are kept again");
        }
        knownSnapshotFailure = failure;
    }

    /** Whether this machine and the API server disagree about the time of day. */
    void clockDoubt(@Nullable Duration apart) {
        if (apart != null && !knownClockDoubt) {
            String sentence = "The clock of this machine and that of the API server are " + apart.toSeconds()
                    + " s apart. While they are, grants that seem to be over count as removals for the brake. Set the"
                    + " clocks";
            log.warn("{}", sentence);
            cluster.recordEvent(Subject.awsAuth(awsAuthUid), EventRecorder.Type.WARNING, "ClockDoubted",
                    "WriteAwsAuth", sentence);
        } else if (apart == null && knownClockDoubt) {
            log.info("The clocks of this machine and of the API server agree again");
        }
        knownClockDoubt = apart != null;
    }

    /** Nothing may be written, for a reason that a person should know. */
    void held(String why) {
        if (why.equals(knownHold)) {
            return;
        }
        knownHold = why;
        log.warn("Nothing is written to aws-auth: {}", why);
        cluster.recordEvent(Subject.awsAuth(awsAuthUid), EventRecorder.Type.WARNING, "WritingHeld", "WriteAwsAuth",
                "Nothing is written to aws-auth: " + why);
    }

    /** Nothing is held any more. */
    void released() {
        if (knownHold != null) {
            log.info("aws-auth is written again when something changes; before: {}", knownHold);
            knownHold = null;
        }
    }

    private void restored(RowChange change, @Nullable IamIdentityMapping object, StoredAwsAuth before) {
        String what = change.kind() == RowChange.Kind.ADDED ? "removed" : "changed";
        cluster.recordEvent(object == null ? Subject.mapping(change.mapping(), null) : subject(object),
                EventRecorder.Type.WARNING, "DriftRepaired", "WriteAwsAuth",
                culprit(before, change.section().dataKey()) + " " + what + " the row of " + change.principal()
                        + "; it is restored.");
    }

    /** Who wrote the section last, as far as the API server knows; our own name stands there for what we wrote. */
    static String culprit(StoredAwsAuth before, String dataKey) {
        return before.writers().stream()
                .filter(writer -> !writer.manager().equals(AwsAuthStore.FIELD_MANAGER))
                .filter(writer -> writer.dataKeys().contains(dataKey))
                .max(Comparator.comparing(writer -> Objects.requireNonNullElse(writer.time(), Instant.MIN)))
                .map(writer -> "The field manager " + writer.manager()).orElse("Somebody");
    }

    /** Rows of others may hold anything, also what looks like a log line of ours. */
    private static String onOneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static boolean isWarning(MappingReason reason) {
        return switch (reason) {
            case OWNED, OWNED_UNREAD, APPLIED, ALREADY_PRESENT, NOT_YET_ACTIVE, EXPIRED, OBSERVING, PENDING -> false;
            case INVALID, POLICY_VIOLATION, CONFLICT, FOREIGN_ENTRY, AWS_AUTH_MALFORMED, AWS_AUTH_NOT_EDITABLE,
                    AWS_AUTH_FULL, CONTENDED, REJECTED -> true;
        };
    }

    private static String reason(Notice.Topic topic) {
        return switch (topic) {
            case CLAIM_RELEASED -> "ClaimReleased";
            case ACCESS_REMAINS -> "AccessRemains";
            case REMOVAL_HELD -> "RemovalHeld";
            case ADOPTED -> "Adopted";
        };
    }

    private static Map<String, IamIdentityMapping> byName(Stream<IamIdentityMapping> objects) {
        Map<String, IamIdentityMapping> byName = new HashMap<>();
        objects.forEach(object -> byName.put(name(object), object));
        return byName;
    }

    private static Subject subject(IamIdentityMapping object) {
        V1ObjectMeta metadata = object.metadata();
        return Subject.mapping(name(object), metadata == null ? null : metadata.getUid());
    }

    private static String name(IamIdentityMapping object) {
        V1ObjectMeta metadata = object.metadata();
        return metadata == null || metadata.getName() == null ? "" : metadata.getName();
    }
}
