package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.reconcile.AwsAuthReconciler;
import dev.iammapper.reconcile.Bell;
import dev.iammapper.reconcile.PassResult;
import dev.iammapper.reconcile.ReconcileMetrics;
import dev.iammapper.reconcile.ReconcileSettings;
import dev.iammapper.reconcile.SteppedLoop;
import dev.iammapper.reconcile.Trigger;
import dev.iammapper.reconcile.WatchBells;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Ledger;
import dev.iammapper.simulation.ApiServerModel.ConfigMap;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.Leadership;
import dev.iammapper.store.MappingListing;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.SnapshotStore;
import dev.iammapper.store.StoreModels;
import dev.iammapper.store.StoredAwsAuth;
import dev.iammapper.store.StoredLedger;
import dev.iammapper.store.WriteResult;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One process of the controller: the real reconciler and loop, on a way to the server that fails when told to. */
final class Replica implements ModelCluster.Calls, Leadership, Books.Evidence {
    private static final int MOST_PASSES = 12;
    private static final Duration CLOCKS_AGREE = Duration.ofMinutes(1);
    private static final String TRIED = "tried";

    private final World world;
    private final String name;
    private final ModelCluster cluster;
    private final Bell bell;
    private final AwsAuthReconciler reconciler;
    private final SteppedLoop loop;
    private final Set<String> seen = new HashSet<>();
    private @Nullable String seenAwsAuth = "";
    private @Nullable ServedDefinition definition;

    private long term;
    private long deadline = Long.MIN_VALUE;
    private @Nullable Fault fault;

    private @Nullable Wants listed;
    private @Nullable ServedDefinition definitionAfterList;
    private long listedInTerm = -1;
    private long wroteInTerm = -1;
    private Books.State known;
    private @Nullable String kept;
    private boolean paused;
    private boolean foundNoLedger;

    Replica(World world, String name) {
        this.world = world;
        this.name = name;
        this.bell = new Bell(world::nanos);
        this.cluster = world.server().way(WatchBells.mappings(bell));
        this.known = world.books().state();
        cluster.calls(this);
        ReconcileMetrics metrics = new ReconcileMetrics(new SimpleMeterRegistry(), this::mayWrite, world::nanos);
        this.reconciler = new AwsAuthReconciler(world.seam(cluster), this, World.JUDGE, bell, metrics,
                new ReconcileSettings(world.mode(), ReconcileSettings.Brake.USUAL), world.clock(), world::nanos,
                World.NO_PAUSE);
        this.loop = new SteppedLoop(bell, this::pass, world.clock(), world::nanos, World.NO_PAUSE);
    }

    /** The process dies, whatever it was doing. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash", null, false, false);
        }
    }

    /** What goes wrong with the call behind so many, of all calls or of writes only. */
    record Fault(Kind kind, boolean write, int calls, long salt) {
        enum Kind {
            /** The process dies before the call. */
            DIES_BEFORE,
            /** The process dies when the server has answered. */
            DIES_BEHIND,
            /** The call does not reach the server. */
            FAILS,
            /** The server did it, but the answer is lost. */
            REPLY_LOST,
            /** Somebody else acts while the call is on its way. */
            OTHERS_ACT,
            /** The process stands still behind the call until another leads. */
            STANDS_STILL
        }
    }

    PassResult pass(Set<Trigger> triggers) {
        listed = null;
        definitionAfterList = null;
        world.trace(() -> name + " passes because of " + triggers);
        PassResult result = reconciler.pass(triggers);
        world.trace(() -> name + " ends with " + result
                + (reconciler.trouble() == null ? "" : ": " + reconciler.trouble()));
        return result;
    }

    // ---- the scheduler's handles

    String name() {
        return name;
    }

    ModelCluster cluster() {
        return cluster;
    }

    SteppedLoop loop() {
        return loop;
    }

    @Nullable
    String trouble() {
        return reconciler.trouble();
    }

    void arm(@Nullable Fault next) {
        fault = next;
    }

    /** Runs passes as long as any is due; false when the process died. */
    boolean runs() {
        try {
            for (int i = 0; i < MOST_PASSES && loop.step() < 0; i++) {
                sees();
            }
            return true;
        } catch (Crash crash) {
            world.trace(() -> name + " dies");
            return false;
        }
    }

    /** The watches deliver all there is, or part of it. */
    void follow(int changes) {
        boolean redefined = !world.server().definition().equals(definition);
        // Watches break when a definition changes; not all at once.
        if (!cluster.synced() || (redefined && changes == Integer.MAX_VALUE)) {
            cluster.relist();
            definition = world.server().definition();
        }
        cluster.follow(changes);
        sees();
        ConfigMap map = world.server().configMap(AwsAuthStore.NAME);
        String version = map == null ? null : map.resourceVersion();
        if (!Objects.equals(version, seenAwsAuth)) {
            seenAwsAuth = version;
            WatchBells.awsAuth(bell).onChange(null, map == null
                    ? null
                    : new V1ConfigMap().metadata(new V1ObjectMeta().resourceVersion(version)));
        }
    }

    private void sees() {
        for (IamIdentityMapping object : cluster.watchedMappings()) {
            seen.add(ApiServerModel.meta(object).getUid());
        }
    }

    /** The elector got the Lease, or renewed it. */
    void leads(long newTerm, long until) {
        boolean news = newTerm != term;
        term = newTerm;
        deadline = until;
        if (news) {
            bell.ring(Trigger.LEADERSHIP);
        }
    }

    // ---- Leadership

    @Override
    public boolean mayWrite() {
        return world.nanos() < deadline;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(deadline - world.nanos());
    }

    // ---- Calls

    @Override
    public <T> T made(ModelCluster.Call call, Duration limit, Supplier<T> request) {
        boolean write = switch (call) {
            case LIST, DEFINITION, READ_AWS_AUTH, READ_LEDGER -> false;
            case WRITE_AWS_AUTH, WRITE_LEDGER, WRITE_SNAPSHOT -> true;
        };
        if (call == ModelCluster.Call.WRITE_SNAPSHOT) {
            // Unless the answer says otherwise.
            kept = TRIED;
        }
        if (write) {
            world.mayBegin(this, limit);
            if (paused) {
                throw new Violation("a write began although a person asked for a pause");
            }
        }
        Fault now = due(write);
        if (now != null) {
            world.trace(() -> name + " meets " + now.kind() + " at " + call);
            switch (now.kind()) {
                case DIES_BEFORE -> throw new Crash();
                case FAILS -> throw StoreModels.unanswered("reach the server");
                case OTHERS_ACT -> world.othersAct(now.salt());
                case DIES_BEHIND, REPLY_LOST, STANDS_STILL -> {
                }
            }
        }
        Replica interrupted = world.active(this);
        T answer = request.get();
        world.active(interrupted);
        note(call, answer);
        if (write) {
            world.trace(() -> name + " " + call + ": " + told(call, answer));
        }
        if (now != null) {
            switch (now.kind()) {
                case DIES_BEHIND -> throw new Crash();
                case REPLY_LOST -> throw StoreModels.unanswered("hear the server");
                case STANDS_STILL -> world.anotherLeads(this);
                case DIES_BEFORE, FAILS, OTHERS_ACT -> {
                }
            }
        }
        return answer;
    }

    private static String told(ModelCluster.Call call, Object answer) {
        return switch (answer) {
            case WriteResult.Written<?> _ when call == ModelCluster.Call.WRITE_SNAPSHOT -> "kept";
            case WriteResult.Written<?>(StoredAwsAuth awsAuth) -> "version " + awsAuth.resourceVersion() + "\n"
                    + (awsAuth.data().mapRoles() + "\n--- mapUsers\n" + awsAuth.data().mapUsers()).indent(8)
                            .stripTrailing();
            case WriteResult.Written<?>(StoredLedger.Present ledger) -> "version " + ledger.resourceVersion() + "\n"
                    + String.valueOf(ledger.ledger()).replace(", Key", ",\nKey").indent(8).stripTrailing();
            default -> String.valueOf(answer);
        };
    }

    private @Nullable Fault due(boolean write) {
        Fault armed = fault;
        if (armed == null || (armed.write() && !write)) {
            return null;
        }
        if (armed.calls() > 0) {
            fault = new Fault(armed.kind(), armed.write(), armed.calls() - 1, armed.salt());
            return null;
        }
        fault = null;
        return armed;
    }

    private void note(ModelCluster.Call call, Object answer) {
        switch (call) {
            case LIST -> {
                if (answer instanceof MappingListing.Read(List<IamIdentityMapping> objects)) {
                    listed = Wants.of(objects, world.clock().instant());
                    definitionAfterList = null;
                    listedInTerm = term;
                    objects.forEach(object -> seen.add(ApiServerModel.meta(object).getUid()));
                }
            }
            case DEFINITION -> definitionAfterList = (ServedDefinition) answer;
            case READ_AWS_AUTH -> known = world.books().state();
            case WRITE_AWS_AUTH -> {
                if (answer instanceof WriteResult.Written<?>) {
                    known = world.books().state();
                }
            }
            case READ_LEDGER -> {
                foundNoLedger = answer instanceof StoredLedger.Absent;
                paused = answer instanceof StoredLedger.Present(Ledger ledger, String _) && ledger.pause() != null;
            }
            case WRITE_SNAPSHOT -> {
                ConfigMap map = world.server().configMap(SnapshotStore.NAME);
                kept = answer instanceof WriteResult.Written<?> && map != null
                        ? map.data().get(ModelCluster.SNAPSHOT)
                        : TRIED;
            }
            case WRITE_LEDGER -> {
            }
        }
    }

    // ---- Evidence

    @Override
    public void wroteRows() {
        if (wroteInTerm != term && listedInTerm != term) {
            throw new Violation("the first write of a term without a list from the quorum");
        }
        wroteInTerm = term;
    }

    @Override
    public @Nullable Wants listed() {
        return listed;
    }

    @Override
    public @Nullable ServedDefinition definitionAfterList() {
        return definitionAfterList;
    }

    @Override
    public boolean saw(String uid) {
        return seen.contains(uid);
    }

    @Override
    public boolean foundNoLedger() {
        return foundNoLedger;
    }

    @Override
    public boolean kept(AwsAuthData version) {
        String last = kept;
        return last != null && (last.equals(TRIED) || last.endsWith("data=" + version + "]"));
    }

    @Override
    public boolean wanted(String principal) {
        return (listed != null && listed.byPrincipal().containsKey(principal))
                || Wants.of(cluster.watchedMappings(), wall()).byPrincipal().containsKey(principal);
    }

    @Override
    public long nanos() {
        return world.nanos();
    }

    @Override
    public Instant wall() {
        return world.clock().instant();
    }

    @Override
    public boolean doubtsClock() {
        return Duration.between(world.serverTime(), wall()).abs().compareTo(CLOCKS_AGREE) > 0;
    }

    @Override
    public Books.State known() {
        return known;
    }
}
