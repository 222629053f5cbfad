package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.Grant;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.Claim;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Meaning;
import dev.iammapper.render.Section;
import dev.iammapper.simulation.ApiServerModel.ConfigMap;
import dev.iammapper.simulation.SectionText.Piece;
import dev.iammapper.simulation.SectionText.Row;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.ServedDefinition;
import dev.iammapper.store.StoredLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps, beside the cluster, whose each row is, and judges every write of the controller by it. It knows what the
 * simulation did, and decides by rules of its own: nothing here asks the renderer.
 */
final class Books {
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int BRAKE_ROWS = 5;
    private static final int BRAKE_PERCENT = 20;
    private static final int ROOM = 900 << 10;
    private static final Set<String> SECTIONS = Set.of(Section.ROLES.dataKey(), Section.USERS.dataKey());

    private final ApiServerModel server;
    private final Map<Section, List<Entry>> entries = new EnumMap<>(Section.class);
    private final Map<Section, List<Entry>> spoiled = new EnumMap<>(Section.class);
    private final Map<String, Set<Grant>> asked = new HashMap<>();
    private final Set<String> adopting = new HashSet<>();
    private final Set<String> adoptingNodes = new HashSet<>();
    private final Set<Claim.Key> gone = new HashSet<>();
    private final Map<String, Recoverable> recoverable = new HashMap<>();
    private final List<Removal> removals = new ArrayList<>();

    /** Whose rows went while the ledger still claims them: a row of others with the same meaning is taken for them. */
    private final Set<Claim.Key> unconfirmed = new HashSet<>();
    private int lost;

    Books(ApiServerModel server) {
        this.server = server;
        for (Section section : Section.values()) {
            entries.put(section, List.of());
        }
    }

    /** Whose a row is. */
    enum Owner {
        /** The controller's: it wrote the row, or was told to take it over. */
        OURS,
        /** The controller's, but others made it mean something else. */
        ALTERED,
        /** Somebody else's. */
        FOREIGN,
        /** Once the controller's; whether it still is depends on what was lost. */
        MAYBE
    }

    /** A piece of a section and whose it is; what is no row is always somebody else's. */
    record Entry(String text, @Nullable Row row, Owner owner) {}

    /** Rows that went, by a clock that only goes forward and by that of the process. */
    private record Removal(long nanos, Instant wall, int rows) {}

    /** A row whose ledger was lost while the status of its object said whose it is. */
    private record Recoverable(Claim.Key key, Grant grant, @Nullable Long generation) {}

    /** How aws-auth stood at some time. */
    record State(@Nullable String uid, Map<Section, List<Entry>> entries, Set<Section> spoiled) {}

    // ---- what is

    List<Entry> entries(Section section) {
        return Objects.requireNonNull(entries.get(section));
    }

    boolean isSpoiled(Section section) {
        return spoiled.containsKey(section);
    }

    State state() {
        ConfigMap map = server.configMap(AwsAuthStore.NAME);
        Set<Section> lost = EnumSet.noneOf(Section.class);
        lost.addAll(spoiled.keySet());
        return new State(map == null ? null : map.uid(), new EnumMap<>(entries), lost);
    }

    /** The rows of a section that the authenticator reads. */
    List<Row> rows(Section section) {
        return isSpoiled(section) ? List.of() : rows(entries(section));
    }

    private static List<Row> rows(List<Entry> entries) {
        return entries.stream().map(Entry::row).filter(Objects::nonNull).toList();
    }

    /** Who the principal becomes, as {@link SectionText#deciding} says. */
    List<Grant> deciding(String principal) {
        return SectionText.deciding(principal, rows(Section.ROLES), rows(Section.USERS));
    }

    /** Whether the definition went while the claimed object lived, and the claim is still of that time. */
    boolean wentWithDefinition(Claim.Key key) {
        return gone.contains(key);
    }

    @Nullable
    Ledger ledger() {
        ConfigMap map = server.configMap(LedgerStore.NAME);
        return map == null || !(ModelCluster.ledger(map) instanceof StoredLedger.Present(Ledger read, String _))
                ? null
                : read;
    }

    // ---- what people and tools do

    /** An object asks for this from now on. */
    void asks(IamIdentityMapping object) {
        if (!Wants.isValid(Wants.spec(object))) {
            return;
        }
        String principal = Wants.principal(Wants.spec(object));
        asked.computeIfAbsent(principal, _ -> new HashSet<>()).add(Wants.grant(Wants.spec(object)));
        if (Wants.adopts(object)) {
            adopting.add(principal);
            if ("node".equals(ApiServerModel.meta(object).getAnnotations().get(IamIdentityMapping.ADOPT_ANNOTATION))) {
                adoptingNodes.add(principal);
            }
        }
    }

    /** All objects are about to go with their definition. */
    void definitionGoes() {
        recoverable.clear();
        Ledger ledger = ledger();
        if (ledger == null) {
            return;
        }
        Set<String> alive = new HashSet<>();
        server.objects().values().forEach(object -> alive.add(ApiServerModel.meta(object).getUid()));
        ledger.claims().forEach((key, claim) -> {
            if (alive.contains(claim.uid())) {
                gone.add(key);
            }
        });
    }

    /** A tool writes a section; pieces that it carried over keep their owner. */
    void write(String manager, Section section, List<Entry> next) {
        spoiled.remove(section);
        StringBuilder text = new StringBuilder();
        next.forEach(entry -> text.append(entry.text()));
        entries.put(section, SectionText.isEmpty(text.toString()) ? List.of() : List.copyOf(next));
        put(manager, section, next.isEmpty() ? "[]\n" : text.toString());
        relabel();
    }

    /** Somebody makes a section unreadable. */
    void spoil(String manager, Section section, String text) {
        spoiled.put(section, entries(section));
        put(manager, section, text);
    }

    /** Somebody puts right what was spoiled. */
    void mend(String manager, Section section) {
        List<Entry> before = spoiled.get(section);
        if (before != null) {
            write(manager, section, before);
        }
    }

    /** The ledger is about to be lost: what statuses say is all that is left of it. */
    void ledgerGoes() {
        recoverable.clear();
        removals.clear();
        Ledger ledger = ledger();
        if (ledger == null) {
            return;
        }
        Map<String, IamIdentityMapping> byUid = new HashMap<>();
        server.objects().values().forEach(object -> byUid.put(ApiServerModel.meta(object).getUid(), object));
        ledger.claims().forEach((key, claim) -> {
            IamIdentityMapping object = byUid.get(claim.uid());
            if (object != null && !isSpoiled(key.section()) && Wants.isToldOwned(object) && entries(key.section())
                    .stream().anyMatch(entry -> entry.owner() == Owner.OURS && entry.row() != null
                            && entry.row().principal().equals(key.principal())
                            && entry.row().grant().means(Wants.grant(Wants.spec(object))))) {
                recoverable.put(claim.uid(), new Recoverable(key, Wants.grant(Wants.spec(object)),
                        ApiServerModel.meta(object).getGeneration()));
            }
        });
    }

    /** Somebody else's word counts now, also about what went lately. */
    void ledgerIsAnother() {
        recoverable.clear();
        removals.clear();
    }

    /** Every row must be claimed again whose object told whose it is, unless something changed since. */
    void allIsRecovered(Wants wants) {
        Ledger ledger = Objects.requireNonNullElse(ledger(), Ledger.EMPTY);
        for (IamIdentityMapping object : server.objects().values()) {
            Recoverable row = recoverable.get(ApiServerModel.meta(object).getUid());
            if (row != null && Objects.equals(row.generation(), ApiServerModel.meta(object).getGeneration())
                    && row.grant().equals(wants.byPrincipal().get(row.key().principal()))
                    && !ledger.claims().containsKey(row.key())) {
                throw new Violation("a row was not recognised as ours after the ledger was lost: " + row.key());
            }
        }
    }

    private void put(String manager, Section section, String text) {
        recoverable.clear();
        ConfigMap map = server.configMap(AwsAuthStore.NAME);
        Map<String, String> data = new HashMap<>(map == null ? Map.of() : map.data());
        data.put(section.dataKey(), text);
        server.put(AwsAuthStore.NAME, manager, data);
    }

    /** aws-auth is put back as it was then. */
    void restore(String manager, Map<String, String> data, State then) {
        recoverable.clear();
        server.put(AwsAuthStore.NAME, manager, data);
        spoiled.clear();
        for (Section section : Section.values()) {
            List<Entry> old = Objects.requireNonNull(then.entries().get(section));
            entries.put(section, old);
            if (then.spoiled().contains(section)) {
                spoiled.put(section, old);
            }
        }
        relabel();
    }

    /** aws-auth is deleted. */
    void delete(String manager) {
        recoverable.clear();
        server.delete(AwsAuthStore.NAME, manager);
        spoiled.clear();
        for (Section section : Section.values()) {
            entries.put(section, List.of());
        }
    }

    /**
     * After others changed aws-auth or the ledger: a row that means what a claim says cannot be told from ours, and a row
     * without a claim is ours no more, unless its object's status brings it back.
     */
    void relabel() {
        relabel(false);
    }

    /** Of a row of others, the controller's own claim speaks only when it calls the row applied. */
    private void relabel(boolean own) {
        ConfigMap map = server.configMap(LedgerStore.NAME);
        Ledger ledger = ledger();
        if (map != null && ledger == null) {
            return;
        }
        for (Section section : Section.values()) {
            List<Entry> old = spoiled.getOrDefault(section, entries(section));
            List<Entry> next = new ArrayList<>(old);
            for (int i = old.size() - 1; i >= 0; i--) {
                Entry entry = next.get(i);
                if (entry.row() == null) {
                    continue;
                }
                Claim claim = claim(ledger, section, entry.row());
                boolean claimed = speaks(claim, entry.row()) && !(own && entry.owner() != Owner.OURS
                        && !Meaning.of(entry.row().grant()).equals(Objects.requireNonNull(claim).applied()));
                if (!claimed && entry.owner() == Owner.OURS) {
                    next.set(i, new Entry(entry.text(), entry.row(), Owner.MAYBE));
                } else if (claimed && entry.owner() != Owner.OURS && next.stream().noneMatch(
                        each -> each.owner() == Owner.OURS && sameMeaning(each.row(), entry.row()))) {
                    next.set(i, new Entry(entry.text(), entry.row(), Owner.OURS));
                }
            }
            if (isSpoiled(section)) {
                spoiled.put(section, List.copyOf(next));
            } else {
                entries.put(section, List.copyOf(next));
            }
        }
    }

    private static boolean sameMeaning(@Nullable Row one, Row other) {
        return one != null && one.principal().equals(other.principal()) && one.grant().means(other.grant());
    }

    private static @Nullable Claim claim(@Nullable Ledger ledger, Section section, Row row) {
        return ledger == null ? null : ledger.claims().get(new Claim.Key(section, row.principal()));
    }

    private static boolean speaks(@Nullable Claim claim, Row row) {
        if (claim == null) {
            return false;
        }
        String meaning = Meaning.of(row.grant());
        return meaning.equals(claim.applied()) || meaning.equals(claim.pending());
    }

    // ---- what the controller does

    /** The controller changed aws-auth. */
    void wroteAwsAuth(Evidence by, @Nullable ConfigMap before, @Nullable ConfigMap after) {
        if (after == null) {
            throw new Violation("aws-auth was deleted by the controller");
        }
        othersStay(before, after);
        by.wroteRows();
        if (before != null && !by.kept(ModelCluster.data(before))) {
            throw new Violation("aws-auth was written over, and the version before was not kept");
        }
        Map<Section, Diff> diffs = new EnumMap<>(Section.class);
        for (Section section : Section.values()) {
            String old = before == null ? null : before.data().get(section.dataKey());
            String next = after.data().get(section.dataKey());
            if (!Objects.equals(old, next)) {
                if (isSpoiled(section)) {
                    throw new Violation(section.dataKey() + " cannot be read, and was written all the same");
                }
                diffs.put(section, Diff.of(entries(section), SectionText.read(next)));
            }
        }
        diffs.forEach((section, diff) -> entries.put(section, withoutDoubles(diff)));
        diffs.values().forEach(diff -> diff.fresh().forEach(piece -> {
            if (piece.row() == null) {
                throw new Violation("text was written that is no row: " + piece.text());
            }
        }));
        diffs.forEach((section, diff) -> {
            diff.fresh().forEach(piece -> mayArrive(section, Objects.requireNonNull(piece.row())));
            Set<String> replaced = new HashSet<>();
            diff.fresh().forEach(piece -> replaced.add(Objects.requireNonNull(piece.row()).principal()));
            boolean emptied = SectionText.isEmpty(after.data().get(section.dataKey()));
            for (Entry removed : diff.removed()) {
                if (removed.row() != null) {
                    mayGo(by, section, removed, removed.row(), replaced);
                } else if (!(emptied && removed.text().isBlank())) {
                    throw new Violation("text of others was lost: " + removed.text());
                }
            }
        });
        brakes(by, diffs);
        boolean adds = diffs.values().stream().anyMatch(diff -> diff.fresh().size() > diff.removed().size());
        if (adds && size(after) > ROOM) {
            throw new Violation("a row was added to an aws-auth that is full");
        }
    }

    /** Where our row comes beside one that could not be told from it until now, the other one was not ours. */
    private static List<Entry> withoutDoubles(Diff diff) {
        List<Entry> next = new ArrayList<>(diff.next());
        for (int i = 0; i < next.size(); i++) {
            Entry entry = next.get(i);
            if (entry.row() != null && !isOurWriting(entry)
                    && diff.fresh().stream().anyMatch(piece -> sameMeaning(piece.row(), entry.row()))) {
                next.set(i, new Entry(entry.text(), entry.row(), Owner.FOREIGN));
            }
        }
        return List.copyOf(next);
    }

    static int size(ConfigMap map) {
        return map.data().values().stream().mapToInt(ApiServerModel::bytes).sum();
    }

    /** Of the rows that nobody's expiry and nobody's word took away, only so many may go within a while. */
    private void brakes(Evidence by, Map<Section, Diff> diffs) {
        Ledger ledger = Objects.requireNonNullElse(ledger(), Ledger.EMPTY);
        int rows = 0;
        for (Map.Entry<Section, Diff> diff : diffs.entrySet()) {
            for (Entry removed : diff.getValue().removed()) {
                Claim claim = removed.row() == null ? null : claim(ledger, diff.getKey(), removed.row());
                if (claim != null && !hasOurs(Objects.requireNonNull(removed.row()).principal())
                        && claim.hold() != Claim.Hold.RELEASED && !isOver(by, claim)) {
                    rows++;
                }
            }
        }
        if (rows == 0) {
            return;
        }
        int before = 0;
        for (Removal removal : removals) {
            if (by.nanos() - removal.nanos() < WINDOW.toNanos() && removal.wall().plus(WINDOW).isAfter(by.wall())) {
                before += removal.rows();
            }
        }
        if (before + rows > Math.max(BRAKE_ROWS, (ledger.claims().size() + before) * BRAKE_PERCENT / 100)) {
            throw new Violation("more rows went than the brake lets go: " + rows + " after " + before);
        }
        removals.add(new Removal(by.nanos(), by.wall(), rows));
        lost += rows;
    }

    /** What expires is no mistake; but while two clocks disagree, nobody knows what is over. */
    private static boolean isOver(Evidence by, Claim claim) {
        Wants listed = by.listed();
        return listed != null && !by.doubtsClock() && listed.over().contains(claim.uid());
    }

    private static void othersStay(@Nullable ConfigMap before, ConfigMap after) {
        Map<String, String> old = new HashMap<>(before == null ? Map.of() : before.data());
        Map<String, String> next = new HashMap<>(after.data());
        old.keySet().removeAll(SECTIONS);
        next.keySet().removeAll(SECTIONS);
        if (!old.equals(next) || (before != null && !(before.labels().equals(after.labels())
                && before.annotations().equals(after.annotations())
                && before.binaryData().equals(after.binaryData())))) {
            throw new Violation("something other than rows changed in aws-auth");
        }
    }

    private void mayArrive(Section section, Row row) {
        Set<Grant> grants = asked.getOrDefault(row.principal(), Set.of());
        if (grants.stream().noneMatch(grant -> grant.equals(row.grant()))) {
            throw new Violation("a row was written that no object ever asked for: " + row);
        }
        if (!speaks(claim(ledger(), section, row), row)) {
            throw new Violation("a row was written without a claim ahead of it: " + row);
        }
    }

    private void mayGo(Evidence by, Section section, Entry entry, Row row, Set<String> replaced) {
        Claim.Key key = new Claim.Key(section, row.principal());
        Claim claim = claim(ledger(), section, row);
        boolean speaks = speaks(claim, row);
        boolean drift = claim != null && claim.applied() != null && replaced.contains(row.principal());
        boolean adopted = adopting.contains(row.principal()) && hasOurs(row.principal());
        boolean ours = entry.owner() == Owner.OURS || entry.owner() == Owner.MAYBE
                || (speaks && (tookTheOther(section, row) || unconfirmed.contains(key)));
        if (!(ours && speaks) && !drift && !adopted) {
            throw new Violation((ours ? "a row went on which there is no claim: " : "a row of others went: ") + row);
        }
        if (!ours && Wants.isNode(row.grant()) && !adoptingNodes.contains(row.principal())
                && asked.getOrDefault(row.principal(), Set.of()).stream().noneMatch(Wants::isNode)) {
            throw new Violation("a node's row of others went: " + row);
        }
        if (!hasOurs(row.principal())) {
            mayBeRevoked(by, key, row, Objects.requireNonNull(claim));
            unconfirmed.add(key);
        }
    }

    /** Where others encoded our row and one that means the same again, nobody can tell which of the two is ours. */
    private boolean tookTheOther(Section section, Row row) {
        List<Entry> next = new ArrayList<>(entries(section));
        for (int i = 0; i < next.size(); i++) {
            Entry kept = next.get(i);
            if (kept.owner() == Owner.OURS && sameMeaning(kept.row(), row) && !isOurWriting(kept)) {
                next.set(i, new Entry(kept.text(), kept.row(), Owner.FOREIGN));
                entries.put(section, List.copyOf(next));
                return true;
            }
        }
        return false;
    }

    private static boolean isOurWriting(Entry entry) {
        return entry.text().startsWith("- rolearn: \"arn:") || entry.text().startsWith("- userarn: \"arn:");
    }

    /** Access goes, so everything must have been made sure of. */
    private void mayBeRevoked(Evidence by, Claim.Key key, Row row, Claim claim) {
        Wants listed = by.listed();
        if (listed == null) {
            throw new Violation("a row went without a list from the quorum in the same pass: " + row);
        }
        if (!(by.definitionAfterList() instanceof ServedDefinition.Served)) {
            throw new Violation("a row went without a look at the definition after the list: " + row);
        }
        boolean released = claim.hold() == Claim.Hold.RELEASED;
        boolean absent = !listed.byUid().containsKey(claim.uid());
        if (claim.hold() != null && !released && !isOver(by, claim)) {
            throw new Violation("a row went that is held: " + row + " " + claim);
        }
        Ledger ledger = ledger();
        if (absent && !released && ledger != null && ledger.awsAuthUid() != null
                && !ledger.awsAuthUid().equals(by.known().uid())) {
            throw new Violation("a row went that belongs to whoever made aws-auth anew: " + row);
        }
        if (absent && claim.guarded() && !released) {
            throw new Violation("a row went whose object was protected: " + row);
        }
        if (gone.contains(key) && !released) {
            throw new Violation("a row went whose object vanished with its definition: " + row);
        }
        if (Wants.isNode(row.grant()) && !by.saw(claim.uid()) && !released) {
            throw new Violation("a node's row went whose object this process never saw: " + row);
        }
        if (listed.mistaken().contains(claim.uid()) && !released && !Wants.isNode(row.grant())) {
            throw new Violation("a row went whose object is there but means nothing at the moment: " + row);
        }
        Grant wanted = listed.byPrincipal().get(row.principal());
        if (wanted != null) {
            List<Grant> left = deciding(row.principal());
            boolean others = hasForeign(row.principal());
            if (!others && (left.isEmpty() || !left.stream().allMatch(wanted::means))) {
                throw new Violation("a row went that an object in the list wants: " + row);
            }
        }
    }

    /** Whether a row of the controller's names the principal. */
    boolean hasOurs(String principal) {
        return entries.values().stream().flatMap(List::stream).anyMatch(entry -> entry.row() != null
                && entry.owner() == Owner.OURS && entry.row().principal().equals(principal));
    }

    /** Whether somebody else's row names the principal. */
    boolean hasForeign(String principal) {
        for (Section section : Section.values()) {
            if (entries(section).stream().anyMatch(entry -> entry.row() != null && entry.owner() != Owner.OURS
                    && entry.row().principal().equals(principal))) {
                return true;
            }
        }
        return false;
    }

    /** The controller changed the ledger. */
    void wroteLedger(Evidence by, @Nullable ConfigMap before, @Nullable ConfigMap after) {
        Ledger base = before != null
                && ModelCluster.ledger(before) instanceof StoredLedger.Present(Ledger old, String _)
                        ? old
                        : null;
        if (before != null && base == null) {
            throw new Violation("a ledger that cannot be read was written over");
        }
        if (after == null || !(ModelCluster.ledger(after) instanceof StoredLedger.Present(Ledger next, String _))) {
            throw new Violation("a ledger was written that cannot be read");
        }
        long braked = next.claims().entrySet().stream().filter(claim -> isBraked(claim.getValue())
                && !(base != null && isBraked(base.claims().get(claim.getKey())))).count();
        long vanished = base == null ? 0
                : base.claims().entrySet().stream()
                        .filter(claim -> !isThere(by.known(), claim.getKey(), claim.getValue())).count();
        if (braked > 0 && lost + braked + vanished <= BRAKE_ROWS) {
            throw new Violation("the brake holds what it need not");
        }
        if (base != null && !Objects.equals(base.pause(), next.pause())) {
            throw new Violation("the controller changed what a person asked for");
        }
        if (base != null && next.term() < base.term()) {
            throw new Violation("the ledger's term went back from " + base.term() + " to " + next.term());
        }
        State known = by.known();
        if (base != null) {
            base.claims().forEach((key, claim) -> {
                if (!next.claims().containsKey(key)) {
                    lost++;
                    unconfirmed.remove(key);
                    mayBeDropped(known, base, key, claim);
                }
            });
        }
        next.claims().forEach((key, claim) -> {
            Claim old = base == null ? null : base.claims().get(key);
            mayBeHeld(by, key, old, claim);
            if (claim.applied() != null && (old == null || !claim.applied().equals(old.applied()))) {
                mayBeClaimed(by, known, base, key, claim);
            }
            if (server.definition() instanceof ServedDefinition.Served(String uid, long _)
                    && claim.definition().equals(uid)) {
                gone.remove(key);
            }
        });
        relabel(true);
    }

    /** What is held stays so until a person, or an object, says otherwise; and is held by what a list showed. */
    private void mayBeHeld(Evidence by, Claim.Key key, @Nullable Claim old, Claim claim) {
        Claim.Hold before = old == null ? null : old.hold();
        if (claim.hold() == before) {
            return;
        }
        if (claim.hold() == Claim.Hold.RELEASED) {
            throw new Violation("the controller let a row go that a person should: " + key);
        }
        if (claim.hold() == null && !by.wanted(key.principal())) {
            throw new Violation("a row is held no more that nobody wants: " + key);
        }
        if (claim.hold() != null && by.listed() == null) {
            throw new Violation("a row is held without a list from the quorum: " + key);
        }
    }

    private static boolean isThere(State state, Claim.Key key, Claim claim) {
        return Objects.requireNonNull(state.entries().get(key.section())).stream().anyMatch(entry -> entry.row() != null
                && entry.row().principal().equals(key.principal()) && speaks(claim, entry.row()));
    }

    private static boolean isBraked(@Nullable Claim claim) {
        return claim != null && claim.hold() == Claim.Hold.TOO_MANY;
    }

    private void mayBeDropped(State known, Ledger base, Claim.Key key, Claim claim) {
        if (known.spoiled().contains(key.section())) {
            throw new Violation("a claim was dropped on a row that cannot be read: " + key);
        }
        boolean recreated = base.awsAuthUid() != null && !base.awsAuthUid().equals(known.uid());
        for (Entry entry : Objects.requireNonNull(known.entries().get(key.section()))) {
            if (entry.row() != null && entry.owner() == Owner.OURS && entry.row().principal().equals(key.principal())
                    && speaks(claim, entry.row()) && !recreated
                    && !(!Meaning.of(entry.row().grant()).equals(claim.applied()) && !isOurWriting(entry))
                    && !Wants.isNode(entry.row().grant())) {
                throw new Violation("a claim was dropped while its row is there: " + key);
            }
        }
    }

    private void mayBeClaimed(Evidence by, State known, @Nullable Ledger base, Claim.Key key, Claim claim) {
        Owner owner = null;
        for (Entry entry : Objects.requireNonNull(known.entries().get(key.section()))) {
            if (entry.row() != null && entry.row().principal().equals(key.principal())
                    && Meaning.of(entry.row().grant()).equals(claim.applied())
                    && (owner == null || entry.owner() == Owner.OURS || entry.owner() == Owner.MAYBE)) {
                owner = entry.owner();
            }
        }
        if (owner == null) {
            throw new Violation("the ledger calls a row applied that was never seen there: " + key);
        }
        boolean recovers = by.foundNoLedger() && by.wanted(key.principal());
        // A row that others wrote while our claim on the same row was on its way cannot be told from ours; and one that
        // they altered to what the object asks for now is as good as restored.
        Claim old = base == null ? null : base.claims().get(key);
        if (old != null && (Objects.equals(old.pending(), claim.applied()) || old.applied() != null)) {
            return;
        }
        if ((owner == Owner.FOREIGN || owner == Owner.ALTERED) && !adopting.contains(key.principal()) && !recovers) {
            throw new Violation("a row of others was claimed: " + key);
        }
    }

    /** How a section changed under a write of the controller. */
    private record Diff(List<Entry> next, List<Entry> removed, List<Piece> fresh) {

        /** Rows of others are found again first: of two equal rows, ours is the one that went. */
        static Diff of(List<Entry> old, List<Piece> now) {
            int rows = old.size();
            int columns = now.size();
            int[][] best = new int[rows + 1][columns + 1];
            for (int i = rows - 1; i >= 0; i--) {
                for (int j = columns - 1; j >= 0; j--) {
                    int skip = Math.max(best[i + 1][j], best[i][j + 1]);
                    best[i][j] = same(old.get(i), now.get(j))
                            ? Math.max(skip, best[i + 1][j + 1] + worth(old.get(i)))
                            : skip;
                }
            }
            List<Entry> next = new ArrayList<>();
            List<Entry> removed = new ArrayList<>();
            List<Piece> fresh = new ArrayList<>();
            int i = 0;
            for (int j = 0; j < columns;) {
                Piece piece = now.get(j);
                if (i < rows && same(old.get(i), piece)
                        && best[i][j] == best[i + 1][j + 1] + worth(old.get(i))) {
                    next.add(new Entry(piece.text(), old.get(i).row(), old.get(i).owner()));
                    i++;
                    j++;
                } else if (i < rows && best[i][j] == best[i + 1][j]) {
                    removed.add(old.get(i++));
                } else {
                    next.add(new Entry(piece.text(), piece.row(), Owner.OURS));
                    fresh.add(piece);
                    j++;
                }
            }
            removed.addAll(old.subList(i, rows));
            return new Diff(List.copyOf(next), removed, fresh);
        }

        private static int worth(Entry entry) {
            return entry.owner() == Owner.OURS ? 1000 : 1001;
        }

        /** The last line of an open-ended text gets its line break when another follows. */
        private static boolean same(Entry entry, Piece piece) {
            return entry.text().equals(piece.text())
                    || entry.text().stripTrailing().equals(piece.text().stripTrailing());
        }
    }

    /** What a process had made sure of when it wrote. */
    interface Evidence {
        /** Called for each write of aws-auth. */
        void wroteRows();

        /** What the objects asked for in the list of this pass, or null without one. */
        @Nullable
        Wants listed();

        /** The definition as looked at after that list, or null. */
        @Nullable
        ServedDefinition definitionAfterList();

        /** Whether this process ever saw the object of that uid. */
        boolean saw(String uid);

        /** Whether there was no ledger when this process looked last. */
        boolean foundNoLedger();

        /** Whether that version of aws-auth was kept, or an attempt to keep it failed. */
        boolean kept(AwsAuthData version);

        /** Whether an object of that principal may be wanted, as far as this process knows. */
        boolean wanted(String principal);

        /** The time by a clock that only goes forward. */
        long nanos();

        /** The time by the clock of this process. */
        Instant wall();

        /** Whether that clock and the server's disagree. */
        boolean doubtsClock();

        /** aws-auth as this process last read or wrote it. */
        State known();
    }
}
