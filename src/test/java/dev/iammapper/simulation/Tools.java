package dev.iammapper.simulation;

import dev.iammapper.mapping.Grant;
import dev.iammapper.render.HeldRemovals;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.Section;
import dev.iammapper.simulation.ApiServerModel.ConfigMap;
import dev.iammapper.simulation.Books.Entry;
import dev.iammapper.simulation.Books.Owner;
import dev.iammapper.simulation.SectionText.Row;
import dev.iammapper.store.AwsAuthStore;
import dev.iammapper.store.LedgerStore;
import dev.iammapper.store.StoreModels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Everybody else who writes aws-auth, as it happens in the field, and those who restore, delete and spoil things. */
final class Tools {
    private static final List<String> NODE_ROLES = List.of(People.role("nodes-a"), People.role("nodes-b"));
    private static final Grant NODE = new Grant("system:node:{{EC2PrivateDNSName}}",
            List.of("system:bootstrappers", "system:nodes"));
    private static final List<String> TYPOS = List.of("- rolearn: [\n",
            "- rolearn: " + People.role("typo") + "\n  username: {{SessionName}}\n",
            "- rolearn: " + People.role("typo") + "\n\tusername: typo\n");

    private static final String BOOK = "x".repeat(921_400);

    private final World world;
    private final ApiServerModel server;
    private @Nullable Backup backup;
    private @Nullable Backup git;
    private List<Entry> terraform = List.of();

    Tools(World world) {
        this.world = world;
        this.server = world.server();
    }

    private record Backup(Map<String, String> awsAuth, Books.State state, Map<String, String> ledger) {}

    private Books books() {
        return world.books();
    }

    // ---- rows

    private static Entry entry(String arn, Grant grant) {
        return new Entry(row(arn, grant), new Row(arn, grant), Owner.FOREIGN);
    }

    /** As eksctl and EKS encode a row. */
    private static String row(String arn, Grant grant) {
        StringBuilder text = new StringBuilder("- ");
        if (!grant.groups().isEmpty()) {
            text.append("groups:\n");
            grant.groups().forEach(group -> text.append("  - ").append(quoted(group)).append('\n'));
            text.append("  ");
        }
        return text.append(field(arn)).append(": ").append(arn).append("\n  username: ")
                .append(quoted(grant.username())).append('\n').toString();
    }

    private static String field(String arn) {
        return arn.toLowerCase(Locale.ROOT).contains(":user/") ? "userarn" : "rolearn";
    }

    private static String quoted(String value) {
        return value.contains("{") || value.equals("yes") ? "'" + value + "'" : value;
    }

    private static Section home(String arn) {
        return arn.toLowerCase(Locale.ROOT).contains(":user/") ? Section.USERS : Section.ROLES;
    }

    /** Everything but the rows is lost when a tool decodes a section and encodes it again. */
    private static List<Entry> encodedAgain(List<Entry> entries) {
        List<Entry> next = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.row() != null) {
                next.add(new Entry(row(entry.row().arn(), entry.row().grant()), entry.row(), entry.owner()));
            }
        }
        return next;
    }

    private static Grant grant(Random random, String arn) {
        return new Grant(arn.contains(":user/") ? "u" + random.nextInt(2) : People.pick(random, People.USERNAMES),
                People.pick(random, People.GROUPS));
    }

    // ---- the beginning

    void begin(Random random) {
        if (random.nextInt(8) > 0) {
            List<Entry> roles = new ArrayList<>();
            switch (random.nextInt(4)) {
                case 0 -> roles.add(entry(NODE_ROLES.getFirst(), NODE));
                case 1 -> {
                    roles.add(
                            new Entry("# Nodes: without these rows the cluster stands still.\n", null, Owner.FOREIGN));
                    roles.add(entry(NODE_ROLES.getFirst(), NODE));
                    roles.add(new Entry("\n", null, Owner.FOREIGN));
                    roles.add(new Entry("- \"rolearn\": \"" + People.role("hand") + "\"   # by hand\n"
                            + "  \"username\": \"hand\"\n  \"groups\": [\"a\", b]\n",
                            new Row(People.role("hand"), new Grant("hand", List.of("a", "b"))), Owner.FOREIGN));
                    roles.add(new Entry("# the end\n", null, Owner.FOREIGN));
                }
                case 2 -> {
                    roles.add(entry(NODE_ROLES.getFirst(), NODE));
                    roles.add(entry(NODE_ROLES.getFirst(), NODE));
                    roles.add(entry(People.PRINCIPALS.getFirst(), grant(random, People.PRINCIPALS.getFirst())));
                }
                default -> {
                }
            }
            server.put(AwsAuthStore.NAME, "eks", Map.of("mapAccounts", "- \"012345670123\"\n", "other", "kept\n"));
            books().write("eks", Section.ROLES, roles);
            if (random.nextInt(3) == 0) {
                books().write("kubectl", Section.USERS, List.of(entry(People.ACCOUNT + "user/ann",
                        grant(random, People.ACCOUNT + "user/ann"))));
            }
        }
        terraform = List.of(entry(NODE_ROLES.getFirst(), NODE), entry(People.role("tf"), new Grant("tf", List.of())));
        git = taken();
    }

    // ---- writers of rows

    void act(Random random) {
        int what = random.nextInt(20);
        String arn = People.pick(random, People.PRINCIPALS);
        Section section = random.nextInt(4) == 0 ? Section.USERS : Section.ROLES;
        switch (what) {
            case 0, 1 -> add("eksctl", arn, grant(random, arn), random.nextInt(3) == 0);
            case 2, 3 -> remove("eksctl", arn, random.nextInt(3) == 0);
            case 4, 5 -> edit("terraform", Section.ROLES, _ -> terraform);
            case 6 -> terraform = encodedAgain(books().entries(Section.ROLES)).stream()
                    .map(entry -> new Entry(entry.text(), entry.row(), Owner.FOREIGN)).toList();
            case 7, 8 -> add("eks", People.pick(random, NODE_ROLES), NODE, random.nextInt(3) == 0);
            case 9 -> edit("eks", Section.ROLES, entries -> encodedAgain(entries).stream()
                    .filter(entry -> !NODE.means(rowOf(entry).grant())).toList());
            case 10 -> spoil(random, section);
            case 11, 12 -> {
                books().mend("kubectl-edit", Section.ROLES);
                books().mend("kubectl-edit", Section.USERS);
                world.trace(() -> "a hand mends aws-auth");
            }
            case 13 -> edit("kubectl-edit", section, entries -> commented(random, entries));
            case 14 -> edit("kubectl-edit", section, entries -> {
                List<Entry> shuffled = new ArrayList<>(closed(entries));
                Collections.shuffle(shuffled, random);
                return shuffled;
            });
            case 15 -> add("kubectl-edit", arn.replace("dev", "Dev").replace("ann", "Ann"), grant(random, arn), false);
            case 16 -> edit("kubectl-edit", section, entries -> altered(random, entries));
            case 17 -> edit("kubectl-edit", section, entries -> without(random, entries));
            case 18 -> describe(random);
            default -> {
                Backup wanted = git;
                if (wanted != null) {
                    world.trace(() -> "Argo CD puts aws-auth back as it is in Git");
                    books().restore("argocd", wanted.awsAuth(), wanted.state());
                }
            }
        }
    }

    private static Row rowOf(Entry entry) {
        Row row = entry.row();
        if (row == null) {
            throw new IllegalArgumentException(entry.text());
        }
        return row;
    }

    /** A tool that cannot read a section gives up, unless it writes it without reading. */
    private void edit(String manager, Section section, UnaryOperator<List<Entry>> change) {
        if (books().isSpoiled(section) && !manager.equals("terraform")) {
            return;
        }
        List<Entry> next = change.apply(books().entries(section));
        if (next.equals(books().entries(section)) && !books().isSpoiled(section)) {
            return;
        }
        books().write(manager, section, next);
        world.trace(() -> manager + " writes " + section + ":\n" + text(next).indent(8).stripTrailing());
    }

    private static String text(List<Entry> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(entry.text()));
        return text.toString();
    }

    /** Behind a last line that lacks its break, nothing can be added. */
    private static List<Entry> closed(List<Entry> entries) {
        return entries.stream().map(entry -> entry.text().endsWith("\n")
                ? entry
                : new Entry(entry.text() + "\n", entry.row(), entry.owner())).toList();
    }

    private void add(String manager, String arn, Grant grant, boolean again) {
        edit(manager, home(arn), entries -> {
            List<Entry> next = new ArrayList<>(again ? encodedAgain(entries) : closed(entries));
            next.add(entry(arn, grant));
            return next;
        });
    }

    private void remove(String manager, String arn, boolean all) {
        edit(manager, home(arn), entries -> {
            List<Entry> next = new ArrayList<>();
            boolean removed = false;
            for (Entry entry : encodedAgain(entries)) {
                if (rowOf(entry).principal().equals(arn.toLowerCase(Locale.ROOT)) && (all || !removed)) {
                    removed = true;
                } else {
                    next.add(entry);
                }
            }
            return removed ? next : entries;
        });
    }

    private static List<Entry> commented(Random random, List<Entry> entries) {
        List<Entry> next = new ArrayList<>(closed(entries));
        if (next.isEmpty()) {
            return entries;
        }
        if (random.nextInt(4) == 0) {
            Entry last = next.removeLast();
            next.add(new Entry(last.text().stripTrailing(), last.row(), last.owner()));
            return last.text().isBlank() ? entries : next;
        }
        next.add(random.nextInt(next.size() + 1),
                new Entry(random.nextInt(4) == 0 ? "\n" : "# note " + random.nextInt(100) + "\n", null, Owner.FOREIGN));
        return next;
    }

    private static List<Entry> altered(Random random, List<Entry> entries) {
        List<Entry> next = new ArrayList<>(closed(entries));
        List<Integer> rows = places(next);
        if (rows.isEmpty()) {
            return entries;
        }
        int place = People.pick(random, rows);
        Entry old = next.get(place);
        String arn = rowOf(old).arn();
        Grant grant = grant(random, arn);
        boolean same = grant.means(rowOf(old).grant());
        next.set(place, new Entry(row(arn, grant), new Row(arn, grant),
                old.owner() == Owner.OURS && !same ? Owner.ALTERED : old.owner()));
        return next;
    }

    private static List<Entry> without(Random random, List<Entry> entries) {
        List<Entry> next = new ArrayList<>(entries);
        List<Integer> rows = places(next);
        if (!rows.isEmpty()) {
            next.remove((int) People.pick(random, rows));
        }
        return next;
    }

    private static List<Integer> places(List<Entry> entries) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).row() != null) {
                places.add(i);
            }
        }
        return places;
    }

    private void spoil(Random random, Section section) {
        if (books().isSpoiled(section)) {
            return;
        }
        String typo = People.pick(random, TYPOS);
        String text = text(closed(books().entries(section)));
        books().spoil("kubectl-edit", section, random.nextBoolean() ? typo + text : text + typo);
        world.trace(() -> "a hand makes " + section + " unreadable with " + typo.strip());
    }

    private void describe(Random random) {
        if (server.configMap(AwsAuthStore.NAME) != null) {
            world.trace(() -> "Flux labels aws-auth");
            server.describe(AwsAuthStore.NAME, "flux", Map.of("kustomize", "k" + random.nextInt(3)),
                    Map.of("applied", "a" + random.nextInt(3)));
        }
    }

    // ---- backups

    private @Nullable Backup taken() {
        ConfigMap map = server.configMap(AwsAuthStore.NAME);
        ConfigMap ledger = server.configMap(LedgerStore.NAME);
        return map == null ? null : new Backup(map.data(), books().state(), ledger == null ? Map.of() : ledger.data());
    }

    void backup(Random random) {
        ConfigMap ledger = server.configMap(LedgerStore.NAME);
        if (backup == null || random.nextInt(3) == 0) {
            backup = taken();
            world.trace(() -> "a backup is taken");
            return;
        }
        Backup old = backup;
        switch (random.nextInt(11)) {
            case 7 -> release();
            case 8 -> pause("a look");
            case 9 -> pause(null);
            case 10 -> fill(random.nextBoolean());
            case 0 -> {
                world.trace(() -> "a backup of aws-auth is restored");
                books().restore("velero", old.awsAuth(), old.state());
            }
            case 1 -> restoreLedger(old);
            case 2 -> {
                restoreLedger(old);
                books().restore("velero", old.awsAuth(), old.state());
            }
            case 3 -> {
                world.trace(() -> "aws-auth is deleted");
                books().delete("kubectl");
            }
            case 4 -> deleteLedger();
            case 5 -> {
                world.trace(() -> "aws-auth is deleted and made anew from a backup");
                books().delete("kubectl");
                books().restore("velero", old.awsAuth(), old.state());
            }
            default -> {
                if (ledger != null) {
                    world.trace(() -> "the ledger is spoiled");
                    server.put(LedgerStore.NAME, "kubectl-edit", Map.of(StoreModels.PLAIN, "{oops"));
                }
            }
        }
    }

    private void restoreLedger(Backup old) {
        if (!old.ledger().isEmpty()) {
            world.trace(() -> "a backup of the ledger is restored");
            books().ledgerIsAnother();
            server.put(LedgerStore.NAME, "velero", new HashMap<>(old.ledger()));
            books().relabel();
        }
    }

    void deleteLedger() {
        world.trace(() -> "the ledger is deleted");
        books().ledgerGoes();
        server.delete(LedgerStore.NAME, "kubectl");
        books().relabel();
    }

    /** A person lets everything go that is held: exactly what is shown. */
    void release() {
        Ledger ledger = books().ledger();
        if (ledger != null && !HeldRemovals.of(ledger).isEmpty()) {
            world.trace(() -> "a person releases " + HeldRemovals.of(ledger));
            store(HeldRemovals.released(ledger));
        }
    }

    /** A person asks that nothing be written, or no longer. */
    private void pause(@Nullable String why) {
        Ledger ledger = books().ledger();
        if (ledger != null && (why == null) != (ledger.pause() == null)) {
            world.trace(() -> why == null ? "a person ends the pause" : "a person asks for a pause");
            store(ledger.withPause(why == null ? null : new Ledger.Pause(why, World.START)));
        }
    }

    private void store(Ledger ledger) {
        Map<String, String> data = new HashMap<>();
        data.put(StoreModels.PLAIN, Objects.requireNonNull(StoreModels.encode(ledger)).get(StoreModels.PLAIN));
        server.put(LedgerStore.NAME, "iam-identity-mapper-cli", data);
    }

    /** Somebody keeps a book in aws-auth, or takes it out again. */
    private void fill(boolean full) {
        ConfigMap map = server.configMap(AwsAuthStore.NAME);
        if (map != null) {
            world.trace(() -> full ? "aws-auth is filled" : "aws-auth has room again");
            Map<String, String> data = new HashMap<>(map.data());
            data.put("book", full ? BOOK : "");
            server.put(AwsAuthStore.NAME, "kubectl", data);
        }
    }

    /** A person puts right what cannot be read. */
    void mendEverything() {
        pause(null);
        fill(false);
        books().mend("kubectl-edit", Section.ROLES);
        books().mend("kubectl-edit", Section.USERS);
        ConfigMap ledger = server.configMap(LedgerStore.NAME);
        if (ledger != null && books().ledger() == null) {
            deleteLedger();
        }
    }
}
