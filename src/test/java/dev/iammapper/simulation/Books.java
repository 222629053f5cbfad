package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.mapping.Grant;
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
    private static final Set<String> SECTIONS = Set.of(Section.ROLES.dataKey(), Section.USERS.dataKey());

    private final ApiServerModel server;
    private final Map<Section, List<Entry>> entries = new EnumMap<>(Section.class);
    private final Map<Section, List<Entry>> spoiled = new EnumMap<>(Section.class);
    private final Map<String, Set<Grant>> asked = new HashMap<>();
    private final Set<String> adopting = new HashSet<>();
    private final Set<String> adoptingNodes = new HashSet<>();
    private final Set<Claim.Key> gone = new HashSet<>();

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
        entries.put(section, List.copyOf(next));
        StringBuilder text = new StringBuilder();
        next.forEach(entry -> text.append(entry.text()));
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

    private void put(String manager, Section section, String text) {
        ConfigMap map = server.configMap(AwsAuthStore.NAME);
        Map<String, String> data = new HashMap<>(map == null ? Map.of() : map.data());
        data.put(section.dataKey(), text);
        server.put(AwsAuthStore.NAME, manager, data);
    }

    /** aws-auth is put back as it was then. */
    void restore(String manager, Map<String, String> data, State then) {
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
        diffs.forEach((section, diff) -> entries.put(section, diff.next()));
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
        Claim claim = claim(ledger(), section, row);
        boolean speaks = speaks(claim, row);
        boolean drift = claim != null && claim.applied() != null && replaced.contains(row.principal());
        boolean adopted = adopting.contains(row.principal()) && hasOurs(row.principal());
        boolean ours = entry.owner() == Owner.OURS || entry.owner() == Owner.MAYBE;
        if (!(ours && speaks) && !drift && !adopted) {
            throw new Violation((ours ? "a row went on which there is no claim: " : "a row of others went: ") + row);
        }
        if (!ours && Wants.isNode(row.grant()) && !adoptingNodes.contains(row.principal())
                && asked.getOrDefault(row.principal(), Set.of()).stream().noneMatch(Wants::isNode)) {
            throw new Violation("a node's row of others went: " + row);
        }
        if (!hasOurs(row.principal())) {
            mayBeRevoked(by, new Claim.Key(section, row.principal()), row, Objects.requireNonNull(claim));
        }
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
        if (gone.contains(key)) {
            throw new Violation("a row went whose object vanished with its definition: " + row);
        }
        if (Wants.isNode(row.grant()) && !by.saw(claim.uid())) {
            throw new Violation("a node's row went whose object this process never saw: " + row);
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
        Ledger base = before != null && ModelCluster.ledger(before) instanceof StoredLedger.Present(Ledger old, String _)
                ? old
                : null;
        if (before != null && base == null) {
            throw new Violation("a ledger that cannot be read was written over");
        }
        if (after == null || !(ModelCluster.ledger(after) instanceof StoredLedger.Present(Ledger next, String _))) {
            throw new Violation("a ledger was written that cannot be read");
        }
        if (base != null && next.term() < base.term()) {
            throw new Violation("the ledger's term went back from " + base.term() + " to " + next.term());
        }
        State known = by.known();
        if (base != null) {
            base.claims().forEach((key, claim) -> {
                if (!next.claims().containsKey(key)) {
                    mayBeDropped(known, base, key, claim);
                }
            });
        }
        next.claims().forEach((key, claim) -> {
            Claim old = base == null ? null : base.claims().get(key);
            if (claim.applied() != null && (old == null || !claim.applied().equals(old.applied()))) {
                mayBeClaimed(known, base, key, claim);
            }
            if (server.definition() instanceof ServedDefinition.Served(String uid, long _)
                    && claim.definition().equals(uid)) {
                gone.remove(key);
            }
        });
        relabel(true);
    }

    private void mayBeDropped(State known, Ledger base, Claim.Key key, Claim claim) {
        if (known.spoiled().contains(key.section())) {
            throw new Violation("a claim was dropped on a row that cannot be read: " + key);
        }
        boolean recreated = base.awsAuthUid() != null && !base.awsAuthUid().equals(known.uid());
        for (Entry entry : Objects.requireNonNull(known.entries().get(key.section()))) {
            if (entry.row() != null && entry.owner() == Owner.OURS && entry.row().principal().equals(key.principal())
                    && speaks(claim, entry.row()) && !recreated
                    && !Wants.isNode(entry.row().grant())) {
                throw new Violation("a claim was dropped while its row is there: " + key);
            }
        }
    }

    private void mayBeClaimed(State known, @Nullable Ledger base, Claim.Key key, Claim claim) {
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
        boolean recovers = base == null && server.objects().values().stream()
                .anyMatch(object -> Wants.isValid(Wants.spec(object))
                        && Wants.principal(Wants.spec(object)).equals(key.principal()) && object.status() != null);
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
            return entry.owner() == Owner.OURS ? 1 : 1000;
        }

        /** The last line of an open-ended text gets its line break when another follows. */
        private static boolean same(Entry entry, Piece piece) {
            return entry.text().equals(piece.text()) || entry.text().stripTrailing().equals(piece.text().stripTrailing());
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

        /** aws-auth as this process last read or wrote it. */
        State known();
    }
}
