package dev.iammapper.reconcile;

import dev.iammapper.api.MappingReason;
import dev.iammapper.render.AwsAuthProblem;
import dev.iammapper.render.Claim;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.RenderPlan.RowChange;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The numbers about passes; docs/metrics.md lists them. */
public final class ReconcileMetrics {
    /** Until when an end of a grant is counted as due, by the label's value. */
    private static final Map<String, Duration> DUE = Map.of("1d", Duration.ofDays(1), "7d", Duration.ofDays(7));

    private static final Duration[] PASSES_WITHIN = {Duration.ofMillis(100), Duration.ofMillis(500),
            Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30)};

    private static final List<String> SECTIONS = List.of("mapRoles", "mapUsers", "mapAccounts");

    private final LongSupplier nanoTime;
    private final Map<MappingReason, AtomicInteger> mappings = new EnumMap<>(MappingReason.class);
    private final Map<String, AtomicInteger> problems;
    private final Map<String, AtomicInteger> unreadable;
    private final Map<Duration, AtomicInteger> due;
    private final Map<Hold, AtomicInteger> holds = new EnumMap<>(Hold.class);
    private final AtomicInteger owned = new AtomicInteger();
    private final AtomicInteger foreign = new AtomicInteger();
    private final Map<Claim.Hold, AtomicInteger> held = new EnumMap<>(Claim.Hold.class);
    private final Map<RowChange.Kind, AtomicInteger> observed = new EnumMap<>(RowChange.Kind.class);
    private final Counter snapshots;
    private final Counter snapshotFailures;
    private final Counter written;
    private final Counter rejected;
    private final Counter failed;
    private final Counter conflicts;
    private final Counter ledgerWrites;
    private final Counter driftRepairs;
    private final Timer passes;
    private volatile long lastSuccess;

    /** Registers everything, so that each series is there before its first event. */
    public ReconcileMetrics(MeterRegistry registry, BooleanSupplier leads, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastSuccess = nanoTime.getAsLong();
        // The other two stand in Applied only.
        EnumSet.complementOf(EnumSet.of(MappingReason.OWNED, MappingReason.OWNED_UNREAD))
                .forEach(reason -> mappings.put(reason, gauge(registry, "mapper.mappings",
                        "objects, by the reason in Ready", "reason", reason.word())));
        this.problems = Map.copyOf(SECTIONS.stream().collect(java.util.stream.Collectors.toMap(section -> section,
                section -> gauge(registry, "mapper.awsauth.problems",
                        "places that the authenticator does not read, or reads otherwise than they look", "section",
                        section))));
        this.unreadable = Map.copyOf(SECTIONS.stream().collect(java.util.stream.Collectors.toMap(section -> section,
                section -> gauge(registry, "mapper.awsauth.unreadable",
                        "1 while the authenticator reads nothing from the section", "section", section))));
        this.due = Map.copyOf(DUE.entrySet().stream().collect(java.util.stream.Collectors.toMap(Map.Entry::getValue,
                entry -> gauge(registry, "mapper.expiries.due",
                        "objects that ask for a row now, and end within the time",
                        "within", entry.getKey()))));
        Arrays.stream(Hold.values()).forEach(hold -> holds.put(hold, gauge(registry, "mapper.hold",
                "1 while nothing is written, by cause", "cause", hold.name().toLowerCase(Locale.ROOT))));
        EnumSet.complementOf(EnumSet.of(Claim.Hold.RELEASED)).forEach(hold -> held.put(hold, gauge(registry,
                "mapper.removals.held", "rows that stay until a person lets them go, by cause", "cause",
                hold.name().toLowerCase(Locale.ROOT))));
        Arrays.stream(RowChange.Kind.values()).forEach(kind -> observed.put(kind, gauge(registry,
                "mapper.observed.changes", "rows that would change in mode enforce; 0 in that mode", "kind",
                kind.name().toLowerCase(Locale.ROOT))));
        gauge(registry, "mapper.rows", "rows of aws-auth", "owner", "owned", owned);
        gauge(registry, "mapper.rows", "rows of aws-auth", "owner", "foreign", foreign);
        Gauge.builder("mapper.leader", leads, supplier -> supplier.getAsBoolean() ? 1 : 0)
                // Nobody else holds it, and a gauge whose object was collected is NaN.
                .strongReference(true).description("1 while this process may write").register(registry);
        Gauge.builder("mapper.seconds.since.last.success", this, ReconcileMetrics::secondsSinceLastSuccess)
                .description("since a pass of this process found or left everything in order, or since its start")
                .register(registry);
        this.snapshots = snapshots(registry, "kept");
        this.snapshotFailures = snapshots(registry, "failed");
        this.written = writes(registry, "written");
        this.rejected = writes(registry, "rejected");
        this.failed = writes(registry, "failed");
        this.conflicts = Counter.builder("mapper.awsauth.conflicts")
                .description("attempts that began anew because somebody else wrote").register(registry);
        this.ledgerWrites = Counter.builder("mapper.ledger.writes").description("writes of the ledger")
                .register(registry);
        this.driftRepairs = Counter.builder("mapper.drift.repairs")
                .description("rows restored after another tool removed or changed them").register(registry);
        this.passes = Timer.builder("mapper.pass.duration").description("passes over everything")
                .serviceLevelObjectives(PASSES_WITHIN).register(registry);
    }

    void wrote(List<RowChange> changes) {
        written.increment();
        driftRepairs
                .increment((double) changes.stream().filter(change -> change.cause() == RowChange.Cause.DRIFT).count());
    }

    void held(HeldRemovals removals) {
        held.forEach((hold, gauge) -> gauge
                .set((int) removals.rows().stream().filter(row -> row.why() == hold).count()));
    }

    void observed(List<RowChange> changes) {
        observed.forEach((kind, gauge) -> gauge
                .set((int) changes.stream().filter(change -> change.kind() == kind).count()));
    }

    void keptSnapshot(boolean kept) {
        (kept ? snapshots : snapshotFailures).increment();
    }

    void rejected() {
        rejected.increment();
    }

    void failed() {
        failed.increment();
    }

    void wroteLedger() {
        ledgerWrites.increment();
    }

    void raced() {
        conflicts.increment();
    }

    void passed(Duration duration, boolean success) {
        passes.record(duration);
        if (success) {
            lastSuccess = nanoTime.getAsLong();
        }
    }

    void rows(int ownedRows, int foreignRows) {
        owned.set(ownedRows);
        foreign.set(foreignRows);
    }

    void mappings(Map<MappingReason, Integer> counts) {
        mappings.forEach((reason, gauge) -> gauge.set(counts.getOrDefault(reason, 0)));
    }

    void problems(List<AwsAuthProblem> found) {
        problems.forEach((section, gauge) -> gauge
                .set((int) found.stream().filter(problem -> problem.dataKey().equals(section)).count()));
        unreadable.forEach((section, gauge) -> gauge.set(found.stream()
                .anyMatch(problem -> problem.sectionLost() && problem.dataKey().equals(section)) ? 1 : 0));
    }

    void expiries(Wishes wishes, Instant now) {
        due.forEach((within, gauge) -> gauge.set(wishes.ending(now.plus(within))));
    }

    void hold(@Nullable Hold cause) {
        holds.forEach((hold, gauge) -> gauge.set(hold == cause ? 1 : 0));
    }

    /** What another process counts is not counted here too. */
    void standby() {
        hold(null);
        rows(0, 0);
        mappings(Map.of());
        problems(List.of());
        held(new HeldRemovals(List.of()));
        observed(List.of());
        due.values().forEach(gauge -> gauge.set(0));
    }

    private double secondsSinceLastSuccess() {
        return (nanoTime.getAsLong() - lastSuccess) / 1e9;
    }

    private static Counter snapshots(MeterRegistry registry, String result) {
        return Counter.builder("mapper.snapshots").description("versions of aws-auth before a write, by what came of"
                + " keeping them").tag("result", result).register(registry);
    }

    private static Counter writes(MeterRegistry registry, String result) {
        return Counter.builder("mapper.awsauth.writes").description("writes of aws-auth, by what came of them")
                .tag("result", result).register(registry);
    }

    private static AtomicInteger gauge(MeterRegistry registry, String name, String description, String tag,
            String value) {
        return gauge(registry, name, description, tag, value, new AtomicInteger());
    }

    private static AtomicInteger gauge(MeterRegistry registry, String name, String description, String tag,
            String value, AtomicInteger number) {
        Gauge.builder(name, number, AtomicInteger::get).description(description).tag(tag, value).register(registry);
        return number;
    }
}
