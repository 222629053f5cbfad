package dev.iammapper.reconcile;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.api.IamIdentityMappingStatus;
import dev.iammapper.api.MappingCondition;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.store.EventRecorder;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.Snapshot;
import dev.iammapper.store.StoreException;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A cluster in memory: optimistic locking as the API server does it, and failures at will. */
final class InMemoryCluster implements Cluster {
    static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    final Map<String, IamIdentityMapping> objects = new TreeMap<>();
    final List<String> events = new ArrayList<>();
    final List<String> requests = new ArrayList<>();
    final List<Duration> limits = new ArrayList<>();
    final List<Runnable> beforeAwsAuthWrites = new ArrayList<>();

    final List<Snapshot> snapshots = new ArrayList<>();

    Clock clock = Clock.fixed(CREATED, ZoneOffset.UTC);
    String snapshotFailure;
    ServedDefinition definition = new ServedDefinition.Served("crd-1", 1);
    StoredLedger ledger = new StoredLedger.Absent();
    StoredAwsAuth awsAuth = StoredAwsAuth.ABSENT;
    String watchProblem;
    StoreException failure;
    List<IamIdentityMapping> staleWatch;
    Predicate<AwsAuthData> refuses = data -> false;
    WriteResult<StoredAwsAuth> awsAuthAnswer;
    WriteResult<StoredLedger.Present> ledgerAnswer;
    int room = Integer.MAX_VALUE;
    private int version = 100;
    private int uids;

    /** Creates an object, older than every one after it. */
    IamIdentityMapping create(String name, IamIdentityMappingSpec spec) {
        V1ObjectMeta metadata = new V1ObjectMeta().name(name).uid("uid-" + ++uids).generation(1L)
                .resourceVersion(String.valueOf(++version))
                .creationTimestamp(OffsetDateTime.ofInstant(CREATED.plusSeconds(uids), ZoneOffset.UTC));
        IamIdentityMapping object = new IamIdentityMapping(IamIdentityMapping.API_VERSION, IamIdentityMapping.KIND,
                metadata, spec, null);
        objects.put(name, object);
        return object;
    }

    /** Creates an object that maps {@code role/<role>}. */
    IamIdentityMapping create(String name, String role, String username, String... groups) {
        return create(name, spec(role, username, groups));
    }

    static IamIdentityMappingSpec spec(String role, String username, String... groups) {
        return new IamIdentityMappingSpec("arn:aws:iam::111122223333:role/" + role, username, List.of(groups), null,
                null);
    }

    /** Changes what an object asks for. */
    void change(String name, IamIdentityMappingSpec spec) {
        IamIdentityMapping old = objects.get(name);
        V1ObjectMeta metadata = new V1ObjectMeta().name(name).uid(old.metadata().getUid())
                .generation(old.metadata().getGeneration() + 1).resourceVersion(String.valueOf(++version))
                .creationTimestamp(old.metadata().getCreationTimestamp())
                .annotations(old.metadata().getAnnotations());
        objects.put(name, new IamIdentityMapping(old.apiVersion(), old.kind(), metadata, spec, old.status()));
    }

    /** Writes aws-auth as another tool does. */
    void writeAsOther(String mapRoles) {
        writeAsOther(mapRoles, null);
    }

    void writeAsOther(String mapRoles, @Nullable String mapUsers) {
        String uid = awsAuth.uid() == null ? "aws-auth-1" : awsAuth.uid();
        awsAuth = new StoredAwsAuth(uid, String.valueOf(++version), new AwsAuthData(mapRoles, mapUsers, null), 0,
                List.of(new StoredAwsAuth.Writer("eksctl", CREATED, java.util.Set.of("mapRoles"))));
    }

    /** A person lets everything go that is held. */
    void release() {
        if (ledger instanceof StoredLedger.Present(Ledger stored, String _)) {
            ledger = new StoredLedger.Present(HeldRemovals.released(stored), String.valueOf(++version));
        }
    }

    String reason(String name) {
        return condition(name, MappingCondition.READY).reason();
    }

    String message(String name) {
        return condition(name, MappingCondition.READY).message();
    }

    MappingCondition condition(String name, String type) {
        return objects.get(name).status().conditions().stream().filter(each -> type.equals(each.type())).findFirst()
                .orElseThrow();
    }

    String mapRoles() {
        return String.valueOf(awsAuth.data().mapRoles());
    }

    long count(String request) {
        return requests.stream().filter(request::equals).count();
    }

    @Override
    public String watchProblem() {
        return watchProblem;
    }

    @Override
    public List<IamIdentityMapping> watchedMappings() {
        return staleWatch == null ? List.copyOf(objects.values()) : staleWatch;
    }

    @Override
    public void relistWatchedMappings() {
        requests.add("relist");
        staleWatch = null;
    }

    @Override
    public MappingListing listMappings() {
        requests.add("list");
        return new MappingListing.Read(List.copyOf(objects.values()));
    }

    @Override
    public ServedDefinition definition() {
        requests.add("definition");
        return definition;
    }

    @Override
    public StoredAwsAuth awsAuth() {
        return awsAuth;
    }

    @Override
    public AwsAuthData watchedAwsAuth() {
        return watchProblem == null ? awsAuth.data() : null;
    }

    @Override
    public Instant serverTime() {
        return clock.instant();
    }

    @Override
    public String keepSnapshot(Snapshot snapshot, Duration limit) {
        snapshots.add(snapshot);
        return snapshotFailure;
    }

    @Override
    public StoredLedger ledger() {
        if (failure != null) {
            throw failure;
        }
        return ledger;
    }

    /** Each meaning that a claim holds takes the same room. */
    @Override
    public boolean fits(Ledger next) {
        return next.claims().values().stream()
                .mapToInt(claim -> (claim.applied() == null ? 0 : 1) + (claim.pending() == null ? 0 : 1))
                .sum() <= room;
    }

    @Override
    public WriteResult<StoredAwsAuth> writeAwsAuth(StoredAwsAuth base, AwsAuthData next, Duration limit) {
        limits.add(limit);
        requests.add("write aws-auth");
        if (!beforeAwsAuthWrites.isEmpty()) {
            beforeAwsAuthWrites.removeFirst().run();
        }
        if (awsAuthAnswer != null) {
            return awsAuthAnswer;
        }
        if (!java.util.Objects.equals(base.resourceVersion(), awsAuth.resourceVersion())) {
            return new WriteResult.Conflict<>();
        }
        if (refuses.test(next)) {
            return new WriteResult.Rejected<>("admission webhook says no");
        }
        String uid = base.uid() == null ? "aws-auth-" + ++uids : base.uid();
        awsAuth = new StoredAwsAuth(uid, String.valueOf(++version), next, base.otherBytes(), base.writers());
        return new WriteResult.Written<>(awsAuth);
    }

    @Override
    public WriteResult<StoredLedger.Present> writeLedger(StoredLedger base, Ledger next, Duration limit) {
        limits.add(limit);
        requests.add("write ledger");
        if (!fits(next)) {
            return new WriteResult.Rejected<>("too large");
        }
        if (ledgerAnswer != null) {
            return ledgerAnswer;
        }
        if (!base.equals(ledger)) {
            return new WriteResult.Conflict<>();
        }
        StoredLedger.Present stored = new StoredLedger.Present(next, String.valueOf(++version));
        ledger = stored;
        return new WriteResult.Written<>(stored);
    }

    @Override
    public void wantStatus(IamIdentityMapping object, IamIdentityMappingStatus status) {
        IamIdentityMapping now = objects.get(object.metadata().getName());
        if (now != null && !status.equals(now.status())) {
            requests.add("status " + object.metadata().getName());
            objects.put(object.metadata().getName(),
                    new IamIdentityMapping(now.apiVersion(), now.kind(), now.metadata(), now.spec(), status));
        }
    }

    @Override
    public void recordEvent(EventRecorder.Subject subject, EventRecorder.Type type, String reason, String action,
            String note) {
        events.add(subject.name() + " " + reason + ": " + note);
    }
}
