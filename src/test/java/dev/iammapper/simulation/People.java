package dev.iammapper.simulation;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.api.IamIdentityMappingSpec;
import dev.iammapper.store.ServedDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** People and pipelines that create, change and delete mappings, and the one who removes the definition by mistake. */
final class People {
    static final String ACCOUNT = "arn:aws:iam::111122223333:";
    static final String MASTERS = "system:masters";
    static final String NODES = "system:nodes";
    static final String ADMINS = "admins";
    static final String WORKERS = "workers";
    static final String BAD_ARN = "arn:aws:iam::1:role/bad";
    static final String BAD_NAME = " bad";
    static final String BAD_INSTANT = "soon";

    /** Few principals, so that those who act meet each other. */
    static final List<String> PRINCIPALS = List.of(role("dev"), role("ops"), role("data"), role("ci"), role(ADMINS),
            role(WORKERS), ACCOUNT + "user/ann", ACCOUNT + "user/bob");

    static final List<String> USERNAMES = List.of("u0", "u1", "u2:{{SessionName}}");
    static final List<List<String>> GROUPS = List.of(List.of(), List.of("g0"), List.of("g1", "g0"), List.of("yes"));

    private static final String NODE_NAME = "system:node:{{EC2PrivateDNSName}}";
    private static final int NAMES = 12;
    private static final int MANY = 9;

    private final World world;
    private final ApiServerModel server;
    private final Map<String, IamIdentityMapping> git = new TreeMap<>();
    private int created;

    People(World world) {
        this.world = world;
        this.server = world.server();
    }

    static String role(String name) {
        return ACCOUNT + "role/" + name;
    }

    static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    void act(Random random) {
        boolean whole = server.definition() instanceof ServedDefinition.Served;
        List<String> names = List.copyOf(server.objects().keySet());
        if (!whole) {
            if (!names.isEmpty() && !(server.definition() instanceof ServedDefinition.Missing)) {
                delete(pick(random, names));
            }
            return;
        }
        int what = random.nextInt(30);
        if (names.size() < 2 || what < 8) {
            create(random, free(random), spec(random), random.nextInt(6));
            return;
        }
        String name = pick(random, names);
        switch (what) {
            case 8, 9, 10, 11 -> delete(name);
            case 12, 13, 14 -> change(name, old -> with(old, granted(random, Objects.requireNonNull(old.arn()))));
            case 15 -> change(name, old -> spec(random));
            case 16, 17 -> rename(random, name);
            case 18 -> change(name, old -> with(old, limited(random, old)));
            case 19 -> change(name, old -> new IamIdentityMappingSpec(BAD_ARN, old.username(), plain(old), null,
                    old.expiresAt()));
            case 20 -> change(name, old -> new IamIdentityMappingSpec(old.arn(), BAD_NAME, plain(old), null, null));
            case 21 -> change(name, old -> new IamIdentityMappingSpec(old.arn(), old.username(), plain(old), null,
                    BAD_INSTANT));
            case 22 -> change(name, old -> new IamIdentityMappingSpec(old.arn(), old.username(),
                    BAD_ARN.equals(old.arn()) ? plain(old) : List.of(MASTERS), null, null));
            case 23, 24 -> label(name, Map.of(), Map.of(IamIdentityMapping.ADOPT_ANNOTATION,
                    random.nextInt(3) == 0 ? "node" : "true"));
            case 25 -> label(name, Map.of(IamIdentityMapping.PROTECTED_LABEL, IamIdentityMapping.PROTECTED), Map.of());
            case 26 -> label(name, Map.of("team", "t" + random.nextInt(3)), Map.of());
            case 27 -> {
                for (int i = 0; i < MANY; i++) {
                    create(random, free(random), spec(random), 9);
                }
            }
            case 28 -> names.stream().limit(random.nextInt(names.size()) + 1L).forEach(this::delete);
            default -> server.objects().values().stream().toList()
                    .forEach(each -> change(ModelCluster.name(each), old -> with(old, granted(random,
                            Objects.requireNonNull(old.arn())))));
        }
    }

    // ---- specs

    private static List<@Nullable String> plain(IamIdentityMappingSpec old) {
        List<@Nullable String> groups = new ArrayList<>(Objects.requireNonNull(old.groups()));
        groups.remove(MASTERS);
        return groups;
    }

    private IamIdentityMappingSpec spec(Random random) {
        String arn = pick(random, PRINCIPALS);
        IamIdentityMappingSpec spec = granted(random, arn);
        return switch (random.nextInt(10)) {
            case 0 -> with(spec, limited(random, spec));
            case 1 -> arn.contains(":role/")
                    ? new IamIdentityMappingSpec(arn.replace(":role/", ":role/team/"), spec.username(), spec.groups(),
                            null, null)
                    : spec;
            case 2 -> new IamIdentityMappingSpec(arn.replace("dev", "DEV").replace("ann", "ANN"), spec.username(),
                    spec.groups(), null, null);
            default -> spec;
        };
    }

    private static IamIdentityMappingSpec granted(Random random, String arn) {
        boolean user = arn.contains(":user/");
        String username = user ? USERNAMES.get(random.nextInt(2)) : pick(random, USERNAMES);
        if (arn.endsWith("role/" + WORKERS) && random.nextInt(2) == 0) {
            return new IamIdentityMappingSpec(arn, NODE_NAME, List.of("system:bootstrappers", NODES), null, null);
        }
        List<@Nullable String> groups = new ArrayList<>(pick(random, GROUPS));
        if ((random.nextInt(10) == 0 && !arn.equals(BAD_ARN))
                || (arn.endsWith("role/" + ADMINS) && random.nextInt(2) == 0)) {
            groups.add(MASTERS);
        }
        return new IamIdentityMappingSpec(arn, username, groups, null, null);
    }

    private IamIdentityMappingSpec limited(Random random, IamIdentityMappingSpec spec) {
        Instant now = world.serverTime();
        String from = null;
        String until = null;
        if (random.nextBoolean()) {
            until = now.plus(Duration.ofSeconds(random.nextInt(900) - 60L)).toString();
        } else {
            from = now.plus(Duration.ofSeconds(random.nextInt(600))).toString();
        }
        return new IamIdentityMappingSpec(spec.arn(), spec.username(), spec.groups(), from, until);
    }

    private static IamIdentityMappingSpec with(IamIdentityMappingSpec old, IamIdentityMappingSpec next) {
        return new IamIdentityMappingSpec(old.arn(), next.username(), next.groups(), next.notBefore(),
                next.expiresAt());
    }

    // ---- objects

    private String free(Random random) {
        String name = "m" + random.nextInt(NAMES);
        while (server.objects().containsKey(name)) {
            name += "x";
        }
        return name;
    }

    private void create(Random random, String name, IamIdentityMappingSpec spec, int kind) {
        Map<String, String> annotations = kind == 0 ? Map.of(IamIdentityMapping.ADOPT_ANNOTATION, "true") : Map.of();
        Map<String, String> labels = kind == 1 && random.nextInt(3) == 0
                ? Map.of(IamIdentityMapping.PROTECTED_LABEL, IamIdentityMapping.PROTECTED)
                : Map.of();
        add(name, spec, labels, annotations);
    }

    private void add(String name, IamIdentityMappingSpec spec, Map<String, String> labels,
            Map<String, String> annotations) {
        IamIdentityMapping object = server.create(name, spec, labels, annotations,
                World.START.plusSeconds(++created));
        world.trace(() -> "people create " + name + " " + spec + " " + labels + annotations);
        git.put(name, object);
        world.books().asks(object);
    }

    private void delete(String name) {
        world.trace(() -> "people delete " + name);
        server.delete(name);
        git.remove(name);
    }

    private void change(String name, java.util.function.UnaryOperator<IamIdentityMappingSpec> change) {
        IamIdentityMapping object = server.change(name, change);
        world.trace(() -> "people change " + name + " " + object.spec());
        git.put(name, object);
        world.books().asks(object);
    }

    private void label(String name, Map<String, String> labels, Map<String, String> annotations) {
        world.trace(() -> "people label " + name + " " + labels + annotations);
        server.describe(name, labels, annotations);
        IamIdentityMapping object = Objects.requireNonNull(server.objects().get(name));
        git.put(name, object);
        world.books().asks(object);
    }

    /** As a pipeline does it: the new one is created, the old one is pruned. */
    private void rename(Random random, String name) {
        IamIdentityMapping old = Objects.requireNonNull(server.objects().get(name));
        add(free(random), Objects.requireNonNull(old.spec()), Map.of(), annotations(old));
        delete(name);
    }

    private static Map<String, String> annotations(IamIdentityMapping object) {
        Map<String, String> annotations = ApiServerModel.meta(object).getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    void deleteAll() {
        List.copyOf(server.objects().keySet()).forEach(this::delete);
    }

    // ---- the definition

    /** The definition goes or comes back, or another tool's comes over it. */
    void definition(Random random) {
        switch (server.definition()) {
            case ServedDefinition.Served(String uid, long generation) -> {
                if (random.nextInt(3) == 0) {
                    server.define(new ServedDefinition.LacksFields(uid, generation + 1, List.of("spec.expiresAt")));
                } else {
                    goes(random, uid);
                }
            }
            case ServedDefinition.Terminating _ -> {
                removeAll();
                server.define(new ServedDefinition.Missing());
            }
            case ServedDefinition.LacksFields _,ServedDefinition.NotServed _ -> server.applyDefinition();
            case ServedDefinition.Missing _ -> {
                server.applyDefinition();
                returns(random);
            }
        }
        world.trace(() -> "the definition is " + server.definition());
    }

    private void goes(Random random, String uid) {
        world.books().definitionGoes();
        int how = random.nextInt(3);
        if (how == 0) {
            server.define(new ServedDefinition.Terminating(uid));
            server.objects().keySet().stream().filter(_ -> random.nextBoolean()).toList().forEach(server::delete);
            return;
        }
        server.define(new ServedDefinition.Terminating(uid));
        removeAll();
        server.define(new ServedDefinition.Missing());
        if (how == 1) {
            server.applyDefinition();
            returns(random);
        }
    }

    private void removeAll() {
        List.copyOf(server.objects().keySet()).forEach(server::delete);
    }

    /** A pipeline applies again what stands in Git, or some of it. */
    private void returns(Random random) {
        if (random.nextInt(3) > 0) {
            new TreeMap<>(git).forEach((name, object) -> {
                if (random.nextInt(4) > 0) {
                    add(name, Objects.requireNonNull(object.spec()), Map.of(), annotations(object));
                }
            });
        }
    }

    /** Whoever looks after the cluster puts the definition right. */
    void mendDefinition() {
        while (!(server.definition() instanceof ServedDefinition.Served)) {
            if (server.definition() instanceof ServedDefinition.Terminating) {
                removeAll();
                server.define(new ServedDefinition.Missing());
            }
            server.applyDefinition();
        }
    }
}
