package dev.iammapper.simulation;

import dev.iammapper.policy.Judge;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.PolicySettings;
import dev.iammapper.reconcile.Cluster;
import dev.iammapper.reconcile.Mode;
import dev.iammapper.reconcile.PassResult;
import dev.iammapper.reconcile.Trigger;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.SnapshotStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A cluster, two replicas of the controller, a clock, and the books: everything that one schedule moves. */
final class World {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration LEASE = Duration.ofSeconds(15);

    /** A random that never makes anybody wait. */
    static final RandomGenerator NO_PAUSE = () -> 0;

    static final Judge JUDGE = judge();

    private static final Duration PERIOD = Duration.ofMinutes(5);
    private static final int MOST_TURNS = 400;
    private static final int PASSES_OF_CALM = 3;
    private static final int HELD_FOR_GOOD = 6;

    private final UnaryOperator<Cluster> seam;
    private final ApiServerModel server;
    private final Books books;
    private final People people;
    private final Tools tools;
    private final Replica[] replicas = new Replica[2];
    private final Clock clock = new WallClock();
    private long nanos;
    private Duration skew = Duration.ZERO;
    private int leader;
    private long term;
    private long leaseUntil = Long.MIN_VALUE;
    private Mode mode = Mode.ENFORCE;
    private int starts;
    private int lag;
    private @Nullable Replica active;
    private final @Nullable StringBuilder trace;

    /** A world on the model, whose processes reach it through {@code seam}. */
    World(long seed, UnaryOperator<Cluster> seam, @Nullable StringBuilder trace) {
        this(seed, seam, ApiServerModel::new, trace);
    }

    /** A world on the server that {@code servers} makes of its clock. */
    World(long seed, UnaryOperator<Cluster> seam, Function<Supplier<Instant>, ApiServerModel> servers,
            @Nullable StringBuilder trace) {
        this.seam = seam;
        this.trace = trace;
        this.server = servers.apply(this::serverTime);
        this.books = new Books(server);
        this.people = new People(this);
        this.tools = new Tools(this);
        server.witness((name, manager, before, after) -> {
            Replica by = active;
            if (by == null) {
                return;
            }
            switch (name) {
                case AwsAuthStore.NAME -> books.wroteAwsAuth(by, before, after);
                case LedgerStore.NAME -> books.wroteLedger(by, before, after);
                case SnapshotStore.NAME -> {
                }
                default -> throw new Violation("the controller wrote " + name);
            }
        });
        tools.begin(new Random(seed));
        replicas[0] = started();
        replicas[1] = started();
        elect();
    }

    private static Judge judge() {
        PolicySettings settings = new PolicySettings(null, null, null,
                List.of(People.role(People.ADMINS)), List.of(People.role(People.WORKERS)), null, null, null, null,
                null, null);
        return new Judge(((ParsedPolicy.Valid) settings.check()).policy());
    }

    private final class WallClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return serverTime().plus(skew);
        }
    }

    // ---- what there is

    ApiServerModel server() {
        return server;
    }

    Books books() {
        return books;
    }

    Clock clock() {
        return clock;
    }

    long nanos() {
        return nanos;
    }

    Instant serverTime() {
        return START.plusNanos(nanos);
    }

    Cluster seam(Cluster cluster) {
        return seam.apply(cluster);
    }

    Mode mode() {
        return mode;
    }

    /** Everybody is stopped, letting go of the Lease, and started anew in that mode. */
    void runIn(Mode next) {
        if (mode == next) {
            return;
        }
        mode = next;
        trace(() -> "the controller is started in mode " + next);
        for (int i = 0; i < replicas.length; i++) {
            replicas[i] = started();
        }
        leaseUntil = nanos;
        elect();
    }

    // ---- the trace

    void trace(Supplier<String> line) {
        if (trace != null) {
            trace.append("  ").append(Duration.ofNanos(nanos)).append(' ').append(line.get()).append('\n');
        }
    }

    // ---- processes

    private Replica started() {
        return new Replica(this, "replica-" + ++starts);
    }

    /** Whoever holds the Lease renews it; a Lease that ran out goes to the other one. */
    private void elect() {
        if (nanos >= leaseUntil) {
            leader = 1 - leader;
            term++;
        }
        leaseUntil = nanos + LEASE.toNanos();
        replicas[leader].leads(term, leaseUntil);
    }

    /** The fence: judged by the Lease, not by what the process believes. */
    void mayBegin(Replica by, Duration limit) {
        if (by != replicas[leader] || nanos >= leaseUntil) {
            throw new Violation("a write began in a process that does not lead");
        }
        if (mode == Mode.OBSERVE) {
            throw new Violation("a write began in mode observe");
        }
        if (limit.toNanos() > leaseUntil - nanos) {
            throw new Violation("a write may end after another process leads");
        }
    }

    /** Who is at the server; returns who was. */
    @Nullable
    Replica active(@Nullable Replica next) {
        Replica before = active;
        active = next;
        return before;
    }

    /** A process stands still until its Lease has run out and the other one has done its work. */
    void anotherLeads(Replica still) {
        nanos += LEASE.toNanos() + 1;
        if (still != replicas[leader]) {
            return;
        }
        elect();
        trace(() -> still.name() + " stands still; " + replicas[leader].name() + " leads");
        replicas[leader].follow(Integer.MAX_VALUE);
        if (!replicas[leader].runs()) {
            replicas[leader] = started();
        }
        replicas[leader].cluster().deliverStatuses();
    }

    /** A tool or a person acts while a call is on its way. */
    void othersAct(long salt) {
        Replica interrupted = active(null);
        Random random = new Random(salt);
        if (random.nextInt(3) == 0) {
            people.act(random);
        } else {
            tools.act(random);
        }
        active(interrupted);
    }

    // ---- steps

    /** One step of a schedule. */
    void step(Step step) {
        Random random = new Random(step.salt());
        switch (step.actor()) {
            case PEOPLE -> people.act(random);
            case TOOLS -> tools.act(random);
            case BACKUPS -> tools.backup(random);
            case DEFINITION -> people.definition(random);
            case CLOCK -> jump(random);
            case WATCHES -> lag = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(4);
            case FAULTS -> {
                people.act(random);
                replicas[leader].arm(fault(random));
                run(random);
            }
            case LEASE -> {
                nanos += LEASE.toNanos() + 1;
                elect();
                trace(() -> replicas[leader].name() + " leads now");
                run(random);
            }
            case TIME -> run(random);
        }
    }

    private static Replica.Fault fault(Random random) {
        Replica.Fault.Kind[] kinds = Replica.Fault.Kind.values();
        boolean write = random.nextInt(3) > 0;
        return new Replica.Fault(kinds[random.nextInt(kinds.length)], write, random.nextInt(write ? 4 : 8),
                random.nextLong());
    }

    private void run(Random random) {
        long[] seconds = {1, 1, 2, 5, 10, 60, 300};
        nanos += Duration.ofSeconds(seconds[random.nextInt(seconds.length)]).toNanos();
        // A healthy process renews every few seconds.
        if (nanos >= leaseUntil) {
            leaseUntil = nanos + 1;
        }
        elect();
        for (int i = 0; i < replicas.length; i++) {
            replicas[i].follow(lag == 0 ? Integer.MAX_VALUE : random.nextInt(lag));
            if (!replicas[i].runs()) {
                replicas[i] = started();
                if (i == leader) {
                    leaseUntil = nanos;
                }
            } else if (i != leader) {
                replicas[i].cluster().dropStatuses();
            } else if (random.nextInt(4) > 0) {
                replicas[i].cluster().deliverStatuses();
            }
        }
        replicas[leader].arm(null);
        replicas[1 - leader].arm(null);
    }

    private void jump(Random random) {
        long[] minutes = {-120, -10, -1, 1, 10, 120};
        skew = random.nextInt(3) == 0 ? Duration.ZERO : Duration.ofMinutes(minutes[random.nextInt(minutes.length)]);
        trace(() -> "the clock is off by " + skew);
    }

    // ---- the end of a day

    /** Nobody acts any more and nothing fails: the controller comes to rest, and stays there. Returns why it is held. */
    @Nullable
    String comesToRest() {
        lag = 0;
        int held = 0;
        // So that nothing that rang no bell is overlooked.
        nanos += PERIOD.toNanos();
        leaseUntil = Math.max(leaseUntil, nanos + 1);
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            elect();
            Replica one = replicas[leader];
            replicas[1 - leader].arm(null);
            one.arm(null);
            one.follow(Integer.MAX_VALUE);
            long wait = one.loop().step();
            one.cluster().deliverStatuses();
            PassResult last = one.loop().last();
            if (wait < 0) {
                held = last instanceof PassResult.Again ? held + 1 : 0;
                continue;
            }
            if (last instanceof PassResult.Settled && !one.loop().rung() && one.cluster().caughtUp()) {
                staysAtRest(one);
                return null;
            }
            if (held >= HELD_FOR_GOOD) {
                staysAtRest(one);
                return String.valueOf(one.trouble());
            }
            nanos += Math.clamp(wait, 1_000_000, Duration.ofSeconds(10).toNanos());
        }
        throw new Violation("the controller does not come to rest: " + replicas[leader].trouble());
    }

    /** Whoever looks after the cluster comes back. */
    void mendEverything() {
        people.mendDefinition();
        tools.mendEverything();
    }

    void release() {
        tools.release();
    }

    void deleteAllMappings() {
        people.deleteAll();
    }

    private void staysAtRest(Replica one) {
        // Messages name lines of the text before the last write; the next pass corrects them.
        one.pass(Set.of(Trigger.PERIOD));
        one.cluster().deliverStatuses();
        one.follow(Integer.MAX_VALUE);
        int before = server.history().size();
        Object awsAuth = server.configMap(AwsAuthStore.NAME);
        Object ledger = server.configMap(LedgerStore.NAME);
        for (int i = 0; i < PASSES_OF_CALM; i++) {
            one.pass(Set.of(Trigger.PERIOD));
            one.cluster().deliverStatuses();
            one.follow(Integer.MAX_VALUE);
        }
        if (awsAuth != server.configMap(AwsAuthStore.NAME) || ledger != server.configMap(LedgerStore.NAME)
                || before != server.history().size()) {
            throw new Violation("a controller at rest writes");
        }
    }
}
